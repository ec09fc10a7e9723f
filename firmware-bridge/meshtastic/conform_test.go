package meshtastic

import (
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/meshtastic/meshtasticemu"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// shortFast is the number of the preset that the tests use, to be done sooner.
const shortFast = 6

// sameIDs makes runs with the same seed alike.
func sameIDs() bridge.Family { return family(func() uint32 { return 0x11223344 }) }

func emulated() bridgetest.Emulated {
	modem := airtime.LoRa{Spreading: 7, Bandwidth: 250_000, Coding: 5, Preamble: 16}
	number := uint32(0xA1B2C3D4)
	return bridgetest.Emulated{
		Family: sameIDs(),
		URL:    "meshtastic:///dev/ttyACM0?channel=1",
		Device: func() emulator.Device {
			number++
			return &meshtasticemu.Radio{Number: number, Preset: shortFast, Channels: 2, Echoes: true}
		},
		Medium: medium.Config{BitsPerSecond: modem.BitsPerSecond(), OnAir: modem.OnAir, Slot: 8900 * time.Microsecond, Sense: time.Millisecond, Persistence: 0.25, Queue: 16},
		Baud:   115_200,
		Start:  15 * time.Second,
		Limit:  40 * time.Second,
	}
}

func TestConformance(t *testing.T) { bridgetest.Conform(t, emulated()) }

func TestSuiteOverTCP(t *testing.T) { bridgetest.RunOverTCP(t, emulated()) }
