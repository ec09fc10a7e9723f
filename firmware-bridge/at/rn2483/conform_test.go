package rn2483

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rn2483/rn2483emu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// deafness is longer than any transmission: nobody notices a carrier.
const deafness = time.Hour

func emulated() bridgetest.Emulated {
	l := airtime.LoRa{Spreading: 7, Bandwidth: 125_000, Coding: 5, Preamble: 8}
	return bridgetest.Emulated{
		Family: Family(),
		URL:    "at+rn2483:///dev/ttyACM0?freq=868.1M&sf=7",
		Device: func() emulator.Device { return &rn2483emu.Module{} },
		Medium: medium.Config{BitsPerSecond: l.BitsPerSecond(), OnAir: l.OnAir, Slot: time.Millisecond, Sense: deafness, Persistence: 1},
		Baud:   57_600,
		Start:  10 * time.Second,
		Limit:  5 * time.Second,
	}
}

func TestConformance(t *testing.T) { bridgetest.Conform(t, emulated()) }

func TestSuiteOverTCP(t *testing.T) { bridgetest.RunOverTCP(t, emulated()) }

func TestTurns(t *testing.T) { bridgetest.Turns(t, emulated()) }
