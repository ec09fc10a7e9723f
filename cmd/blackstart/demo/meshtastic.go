package demo

import (
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/meshtastic/meshtasticemu"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// newMeshtastics starts Meshtastic radios that hear each other, with the preset that
// large meshes use, and the slots of the firmware's channel access.
func newMeshtastics(stations int, seed uint64) (*emulated, error) {
	const mediumFast = 4
	l := airtime.LoRa{Spreading: 9, Bandwidth: 250_000, Coding: 5, Preamble: 16}
	cfg := medium.Config{
		BitsPerSecond: l.BitsPerSecond(),
		OnAir:         l.OnAir,
		Sense:         2 * l.Symbol(),
		Slot:          l.Symbol()*5/2 + 7600*time.Microsecond,
		Persistence:   0.25,
		Queue:         2 * modemQueue,
	}
	number := uint32(0)
	return emulate(cfg, seed, stations, "meshtastic+tcp", "channel=0", func() emulator.Device {
		number++
		return &meshtasticemu.Radio{Number: number, Preset: mediumFast}
	})
}
