package demo

import (
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/meshtastic/meshtasticemu"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// meshtasticChannel has the preset that large meshes use, and the slots of the
// firmware's channel access.
func meshtasticChannel() medium.Config {
	l := airtime.LoRa{Spreading: 9, Bandwidth: 250_000, Coding: 5, Preamble: 16}
	return medium.Config{
		BitsPerSecond: l.BitsPerSecond(),
		OnAir:         l.OnAir,
		Sense:         2 * l.Symbol(),
		Slot:          l.Symbol()*5/2 + 7600*time.Microsecond,
		Persistence:   0.25,
		Queue:         2 * modemQueue,
	}
}

// meshtasticRadios makes radios, each with its own number.
func meshtasticRadios() func() emulator.Device {
	const mediumFast = 4
	number := uint32(0)
	return func() emulator.Device {
		number++
		return &meshtasticemu.Radio{Number: number, Preset: mediumFast}
	}
}
