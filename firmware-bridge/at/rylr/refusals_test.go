package rylr

import (
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rylr/rylremu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// silence is a device that says nothing.
type silence struct{}

func (silence) Step(_ clock.Instant, _ emulator.Input) []emulator.Output { return nil }

// What is wrong with a module is said in one line that names what to do.
func TestModulesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		url    string
		device emulator.Device
		want   string
	}{
		"nobody":           {"", silence{}, "no RYLR module answers: is it another kind of radio"},
		"clamped power":    {"&power=20", &rylremu.Module{MaxPower: 17}, "power: asked for 20, the radio took 17"},
		"band it lacks":    {"", &rylremu.Module{Low: true}, "freq=868000000: the radio says +ERR=4: it does not know the command or takes no such value"},
		"locked":           {"&address=7", &rylremu.Module{Locked: true}, "address=7: the radio says +ERR=14: its flash cannot be written"},
		"stuck":            {"", &rylremu.Module{Stuck: true}, "the radio has been busy for 30s"},
		"old and power":    {"&power=22", &rylremu.Module{Old: true}, "power=22: a RYLR896 takes 0..15"},
		"old and network":  {"&network=18", &rylremu.Module{Old: true}, "network=18: a RYLR896 takes 0..16"},
		"old and sf":       {"&sf=6", &rylremu.Module{Old: true}, "sf=6: a RYLR896 takes 7..12"},
		"old and preamble": {"&preamble=12", &rylremu.Module{Old: true}, "preamble=12: a RYLR896 takes 4..7"},
		"new and network":  {"&network=2", &rylremu.Module{}, "network=2: a RYLR998 takes 3..15 and 18"},
		"new and sf":       {"&sf=11&bw=250k", &rylremu.Module{}, "sf=11: a RYLR998 takes up to 10 at 250kHz"},
		"new and preamble": {"&preamble=8", &rylremu.Module{}, "preamble=8: a RYLR998 takes 12 but in network 18"},
	} {
		e := emulated()
		e.URL = "at+rylr:///dev/a?freq=868M" + c.url
		e.Refused(t, name, c.device, c.want)
	}
}

// Each number that a module may answer is said for people, in one line.
func TestNumbersOfRefusals(t *testing.T) {
	for _, n := range []Refusal{1, 2, 4, 5, 10, 12, 13, 14, 15, 17, 18, 19, 20} {
		if s := n.Error(); strings.Contains(s, "not in its manual") || strings.Contains(s, "\n") {
			t.Errorf("%d: %q", n, s)
		}
	}
	if s := Refusal(99).Error(); s != "the radio says +ERR=99: a number that is not in its manual" {
		t.Errorf("%q", s)
	}
}

func TestWrongURLs(t *testing.T) {
	bridgetest.CheckURLs(t, Family(), "at+rylr:///dev/a?", map[string]string{
		"":                     "parameter freq is needed",
		"freq=868M&sf=13":      "sf=\"13\", want a number of 5..12",
		"freq=100M":            "of 410M..960M",
		"freq=868M&bw=62.5k":   "want one of 125k, 250k, 500k",
		"freq=868M&power=23":   "0..22",
		"freq=868M&cr=9":       "5..8",
		"freq=868M&mtu=197":    "50..196",
		"freq=868M&network=19": "0..18",
		"freq=868M&address=-1": "0..65535",
		"freq=868M&preamble=3": "preamble=3, want 0 or 4..24",
		"freq=868M&band=1":     "unknown parameter \"band\", allowed: baud, freq",
		"freq=868M&baud=300":   "4800..115200",
	})
	for _, url := range []string{"at+rylr:///dev/ttyUSB0?freq=868.5M", "at+rylr+tcp://192.0.2.7:4403?freq=868.5M&sf=8&network=9"} {
		if err := Family().Check(url); err != nil {
			t.Error(err)
		}
	}
}
