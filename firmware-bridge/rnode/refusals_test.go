package rnode

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/rnode/rnodeemu"
)

// What is wrong with a radio is said in one line that names what to do.
func TestRadiosThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		url    string
		device rnodeemu.RNode
		want   string
	}{
		"old firmware":     {"freq=868M", rnodeemu.RNode{Major: 1, Minor: 51}, "firmware 1.51 is older than 1.52: update the radio"},
		"clamped power":    {"freq=868M&power=22", rnodeemu.RNode{MaxPower: 17}, "power: asked for 22 dBm, the radio took 17"},
		"locked":           {"freq=868M", rnodeemu.RNode{Locked: true}, "the radio does not switch on"},
		"queue stays full": {"freq=868M", rnodeemu.RNode{StuckFull: true}, "the radio's queue has been full for 30s"},
	} {
		e := emulated()
		e.URL = "rnode:///dev/a?" + c.url
		e.Refused(t, name, &c.device, c.want)
	}
}

func TestWrongURLs(t *testing.T) {
	bridgetest.CheckURLs(t, Family(), "rnode:///dev/a?", map[string]string{
		"":                      "parameter freq is needed",
		"freq=868M&sf=13":       "sf=\"13\", want a number of 5..12",
		"freq=100M":             "of 137M..3000M",
		"freq=868M&bw=5k":       "of 7.8k..1.625M",
		"freq=868M&power=38":    "0..37",
		"freq=868M&cr=4":        "5..8",
		"freq=868M&mtu=509":     "50..508",
		"freq=868M&frequency=1": "unknown parameter \"frequency\", allowed: baud, freq",
	})
	if err := Family().Check("rnode:///dev/ttyACM0?freq=869.525M&sf=8"); err != nil {
		t.Error(err)
	}
}
