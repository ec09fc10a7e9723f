package rui3

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rui3/rui3emu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
)

// What is wrong with a module is said in one line that names what to do.
func TestModulesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		url    string
		device rui3emu.Module
		want   string
	}{
		"old firmware":  {"freq=868M", rui3emu.Module{Firmware: "RUI_3.3.9_RAK3172"}, "firmware RUI_3.3.9_RAK3172 is older than RUI_3.4.0"},
		"clamped power": {"freq=868M&power=22", rui3emu.Module{MaxPower: 16}, "asked for 868000000:9:125:0:10:22, the radio took 868000000:9:125:0:10:16; ask for what it can do"},
		"band it lacks": {"freq=433M", rui3emu.Module{}, "power=433000000:9:125:0:10:14: the radio says AT_PARAM_ERROR: it takes no such value"},
		"cannot listen": {"freq=868M&cad=on", rui3emu.Module{NoCAD: true}, "cad=on: this firmware, RUI_4.0.6_RAK3172-E, cannot listen before it transmits"},
		"stuck":         {"freq=868M", rui3emu.Module{Stuck: true}, "the radio has been busy for 30s"},
	} {
		e := emulated(rui3emu.Module{})
		e.URL = "at+rui3:///dev/a?" + c.url
		e.Refused(t, name, &c.device, c.want)
	}
}

func TestWrongURLs(t *testing.T) {
	bridgetest.CheckURLs(t, Family(), "at+rui3:///dev/a?", map[string]string{
		"":                    "parameter freq is needed",
		"freq=868M&sf=13":     "sf=\"13\", want a number of 5..12",
		"freq=100M":           "of 150M..960M",
		"freq=868M&bw=62.5k":  "want one of 125k, 250k, 500k",
		"freq=868M&power=4":   "5..22",
		"freq=868M&cr=4":      "5..8",
		"freq=868M&mtu=251":   "50..250",
		"freq=868M&sync=34":   "want a sync word of 4 digits",
		"freq=868M&sync=abcd": "want a sync word of 4 digits",
		"freq=868M&cad=yes":   "want one of auto, on, off",
		"freq=868M&nwm=0":     "unknown parameter \"nwm\", allowed: baud, freq",
	})
	for _, url := range []string{"at+rui3:///dev/ttyUSB0?freq=868M", "at+rui3+tcp://192.0.2.7:4403?freq=868M&sf=8&sync=1424&cad=on"} {
		if err := Family().Check(url); err != nil {
			t.Error(err)
		}
	}
}
