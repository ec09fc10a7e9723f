package rnode

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/rnode/rnodeemu"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

func emulated() bridgetest.Emulated {
	return bridgetest.Emulated{
		Family: Family(),
		URL:    "rnode:///dev/ttyACM0?freq=869.525M&sf=7&mtu=508&long=10",
		Device: func() emulator.Device { return &rnodeemu.RNode{} },
		Medium: medium.Config{BitsPerSecond: 5468, Overhead: 40 * time.Millisecond, Slot: 24 * time.Millisecond, Sense: 2 * time.Millisecond, Persistence: 0.25, Queue: 16},
		Baud:   115_200,
		Start:  10 * time.Second,
		Limit:  40 * time.Second,
	}
}

func TestConformance(t *testing.T) { bridgetest.Conform(t, emulated()) }

func TestSuiteOverTCP(t *testing.T) { bridgetest.RunOverTCP(t, emulated()) }
