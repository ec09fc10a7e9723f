package rui3

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rui3/rui3emu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// emulated is on a channel whose stations listen for a preamble, as AT+CAD does.
func emulated(m rui3emu.Module) bridgetest.Emulated {
	l := airtime.LoRa{Spreading: 7, Bandwidth: 125_000, Coding: 5, Preamble: 10}
	return bridgetest.Emulated{
		Family: Family(),
		URL:    "at+rui3:///dev/ttyUSB0?freq=868.5M&sf=7",
		Device: func() emulator.Device { d := m; return &d },
		Medium: medium.Config{BitsPerSecond: l.BitsPerSecond(), OnAir: l.OnAir, Slot: 10 * time.Millisecond, Sense: 2 * l.Symbol(), Persistence: 0.5},
		Baud:   115_200,
		Start:  10 * time.Second,
		Limit:  5 * time.Second,
	}
}

// Each kind of firmware passes the suite.
func TestConformance(t *testing.T) {
	t.Run("new", func(t *testing.T) { bridgetest.Conform(t, emulated(rui3emu.Module{LoRaWAN: true})) })
	old := rui3emu.Module{Firmware: "RUI_3.4.1_RAK3172", Counts: true, TwoLines: true, NoCAD: true}
	t.Run("old", func(t *testing.T) {
		e := emulated(old)
		e.Medium.Sense, e.Medium.Persistence = time.Hour, 1
		bridgetest.Conform(t, e)
	})
}

func TestSuiteOverTCP(t *testing.T) { bridgetest.RunOverTCP(t, emulated(rui3emu.Module{})) }
