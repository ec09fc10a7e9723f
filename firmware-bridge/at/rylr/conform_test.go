package rylr

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rylr/rylremu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// deafness is longer than any transmission: nobody notices a carrier.
const deafness = time.Hour

func emulated() bridgetest.Emulated {
	l := airtime.LoRa{Spreading: 7, Bandwidth: 125_000, Coding: 5, Preamble: 12}
	return bridgetest.Emulated{
		Family: Family(),
		URL:    "at+rylr:///dev/ttyUSB0?freq=868.5M&sf=7",
		Device: func() emulator.Device { return &rylremu.Module{} },
		Medium: medium.Config{BitsPerSecond: l.BitsPerSecond(), OnAir: l.OnAir, Slot: time.Millisecond, Sense: deafness, Persistence: 1},
		Baud:   115_200,
		Start:  10 * time.Second,
		Limit:  5 * time.Second,
	}
}

func TestConformance(t *testing.T) { bridgetest.Conform(t, emulated()) }

func TestSuiteOverTCP(t *testing.T) { bridgetest.RunOverTCP(t, emulated()) }

func TestTurns(t *testing.T) { bridgetest.Turns(t, emulated()) }
