package rn2483

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rn2483/rn2483emu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
)

// What is wrong with a module is said in one line that names what to do.
func TestModulesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		url    string
		device rn2483emu.Module
		want   string
	}{
		"old firmware":      {"freq=868M", rn2483emu.Module{Firmware: "1.0.4"}, "firmware RN2483 1.0.4 is older than 1.0.5, the first with radio rxstop: update the radio"},
		"band it lacks":     {"freq=915M", rn2483emu.Module{}, "freq=915M: a RN2483 takes 433.05M..434.79M and 863M..870M"},
		"America's band":    {"freq=868M", rn2483emu.Module{America: true}, "freq=868M: a RN2903 takes 902M..928M"},
		"power":             {"freq=868M&power=16", rn2483emu.Module{}, "power=16: a RN2483 takes -3..15"},
		"America's power":   {"freq=915M&power=1", rn2483emu.Module{America: true}, "power=1: a RN2903 takes 2..20"},
		"power that is not": {"freq=915M&power=18", rn2483emu.Module{America: true}, "setting pwr 18: the radio says invalid_param: it takes no such value"},
		"stuck":             {"freq=868M", rn2483emu.Module{Stuck: true}, "the radio has been busy for 30s"},
		"watchdog":          {"freq=868M", rn2483emu.Module{Short: true}, "the radio says radio_err: its watchdog ended the transmission"},
	} {
		e := emulated()
		e.URL = "at+rn2483:///dev/a?" + c.url
		e.Refused(t, name, &c.device, c.want)
	}
}

func TestWrongURLs(t *testing.T) {
	bridgetest.CheckURLs(t, Family(), "at+rn2483:///dev/a?", map[string]string{
		"":                   "parameter freq is needed",
		"freq=868M&sf=6":     "sf=\"6\", want a number of 7..12",
		"freq=100M":          "of 433.05M..928M",
		"freq=868M&bw=62.5k": "want one of 125k, 250k, 500k",
		"freq=868M&power=21": "-3..20",
		"freq=868M&cr=4":     "5..8",
		"freq=868M&mtu=256":  "50..255",
		"freq=868M&sync=1":   "want a sync word of 2 digits",
		"freq=868M&wdt=0":    "unknown parameter \"wdt\", allowed: baud, freq",
	})
	for _, url := range []string{"at+rn2483:///dev/ttyACM0?freq=868.1M", "at+rn2483+tcp://192.0.2.7:4403?freq=915M&sf=8&power=20"} {
		if err := Family().Check(url); err != nil {
			t.Error(err)
		}
	}
}
