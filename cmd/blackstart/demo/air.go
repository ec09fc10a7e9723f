package demo

import (
	"context"
	"fmt"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/direwolf"
)

const stations = 3 // crew-1, crew-2, substation

// openAir starts the radio channel. dir is for what a modem leaves behind.
func openAir(ctx context.Context, o Options, dir string) (air, error) {
	if o.Radio == DireWolf {
		c, err := direwolf.Start(ctx, direwolf.Config{Dir: dir, Stations: stations, Baud: o.Rate, Seed: o.Seed})
		if err != nil {
			return nil, err
		}
		return soundAir{c}, nil
	}
	m, ok := modelOf(o.Radio, o.Rate)
	if !ok {
		return nil, fmt.Errorf("unknown radio %q", o.Radio)
	}
	return emulate(m, o.Seed, stations)
}

// onAir is the speed of the radio channel in bit/s: packet modems have the one that was
// asked for, all others their own.
func (o Options) onAir() int {
	if m, ok := modelOf(o.Radio, o.Rate); ok {
		return m.channel.BitsPerSecond
	}
	return o.Rate
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
