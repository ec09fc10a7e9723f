package pipe

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/pipe/pipeemu"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

func emulated(query string, device func() emulator.Device) bridgetest.Emulated {
	return bridgetest.Emulated{
		Family: Family(),
		URL:    "pipe:///dev/ttyUSB0?" + query,
		Device: device,
		Medium: medium.Config{BitsPerSecond: 9600, Overhead: 40 * time.Millisecond, Slot: 20 * time.Millisecond, Sense: 2 * time.Millisecond, Persistence: 0.5, Queue: 1},
		Baud:   19_200,
		Start:  time.Second,
		Limit:  20 * time.Second,
	}
}

// A frame in each packet; frames that take several; and an adapter that echoes.
func TestConformance(t *testing.T) {
	for name, c := range map[string]struct {
		query string
		radio pipeemu.Radio
	}{
		"one packet":   {"baud=19200&rate=9600&packet=240&keyup=40ms", pipeemu.Radio{}},
		"many packets": {"baud=19200&rate=9600&packet=64&keyup=40ms&mtu=400", pipeemu.Radio{Packet: 64}},
		"echo":         {"baud=19200&rate=9600&keyup=40ms&echo=yes", pipeemu.Radio{Packet: 1024, Echo: true}},
	} {
		t.Run(name, func(t *testing.T) {
			bridgetest.Conform(t, emulated(c.query, func() emulator.Device { r := c.radio; return &r }))
		})
	}
}

func TestSuiteOverTCP(t *testing.T) {
	bridgetest.RunOverTCP(t, emulated("rate=9600&packet=240&keyup=40ms", func() emulator.Device { return &pipeemu.Radio{} }))
}

func TestURLs(t *testing.T) {
	bridgetest.CheckURLs(t, Family(), "pipe:///dev/a?", map[string]string{
		"rate=49":             "50..10000000",
		"packet=15":           "packet=15, want 0 or 16..4096",
		"packet=4097":         "0..4096",
		"mtu=49":              "50..1024",
		"mtu=1025":            "50..1024",
		"keyup=6s":            "0s..5s",
		"freq=868M":           "unknown parameter \"freq\", allowed: baud, rate, packet, keyup, slot, echo, mtu",
		"echo=maybe":          "one of no, yes",
		"slot=1s&slot=1s":     "twice",
		"baud=9600&packet=58": "",
		"":                    "",
	})
}
