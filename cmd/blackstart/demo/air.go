package demo

import (
	"context"
	"fmt"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/direwolf"
)

const stations = 3 // crew-1, crew-2, substation

// openAir starts the radio channel. dir is for what a modem leaves behind.
func openAir(ctx context.Context, o Options, dir string) (air, error) {
	switch o.Radio {
	case KISS:
		return newModems(stations, o.Rate, o.Seed)
	case RNode:
		return newRNodes(stations, o.Seed)
	case Meshtastic:
		return newMeshtastics(stations, o.Seed)
	case MeshCore:
		return newMeshCores(stations, o.Seed)
	case Pipe:
		return newPipes(stations, o.Seed)
	case Ebyte:
		return newEbytes(stations, o.Seed)
	case RYLR:
		return newRYLRs(stations, o.Seed)
	case RUI3:
		return newRUI3s(stations, o.Seed)
	case RN2483:
		return newRN2483s(stations, o.Seed)
	case DireWolf:
		c, err := direwolf.Start(ctx, direwolf.Config{Dir: dir, Stations: stations, Baud: o.Rate, Seed: o.Seed})
		if err != nil {
			return nil, err
		}
		return soundAir{c}, nil
	}
	return nil, fmt.Errorf("unknown radio %q", o.Radio)
}

// soundAir is the channel of real modems that are joined by sound.
type soundAir struct{ *direwolf.Channel }

func (a soundAir) url(station int) string { return a.URL(station) }

func (a soundAir) stats() airStats {
	var s airStats
	for _, st := range a.Stats().Stations {
		s.AirtimeS += st.OnAir.Seconds()
	}
	return s
}
