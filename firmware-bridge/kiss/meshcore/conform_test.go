package meshcore_test

import (
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/meshcoreemu"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

func emulated() bridgetest.Emulated {
	return bridgetest.Emulated{
		Family: kiss.Family(),
		URL:    "kiss:///dev/ttyACM0?modem=meshcore&freq=869.525M&sf=7",
		Device: func() emulator.Device { return &meshcoreemu.Modem{} },
		Medium: medium.Config{BitsPerSecond: 5468, Overhead: 50 * time.Millisecond, Slot: 50 * time.Millisecond, Sense: 2 * time.Millisecond, Persistence: 0.25, Queue: 1},
		Baud:   115_200,
		Start:  10 * time.Second,
		Limit:  40 * time.Second,
	}
}

func TestConformance(t *testing.T) { bridgetest.Conform(t, emulated()) }

func TestSuiteOverTCP(t *testing.T) { bridgetest.RunOverTCP(t, emulated()) }

// What is wrong with a modem is said in one line that names what to do.
func TestModemsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		query string
		modem meshcoreemu.Modem
		want  string
	}{
		"clamped power": {"freq=868M&power=30", meshcoreemu.Modem{}, "power: asked for 30 dBm, the modem has 22;"},
		"other band":    {"freq=915M", meshcoreemu.Modem{Narrow: true}, "the modem refuses its freq, bw, sf or cr: ask for what the board can do"},
	} {
		e := emulated()
		e.URL = "kiss:///dev/a?modem=meshcore&" + c.query
		e.Refused(t, name, &c.modem, c.want)
	}
	e := emulated()
	if err := bridgetest.Refusal(t, e, deaf{}, 2*time.Minute); err == nil || !strings.Contains(err.Error(), "no MeshCore KISS modem answers") {
		t.Errorf("%v", err)
	}
	if err := bridgetest.Refusal(t, e, &meshcoreemu.Modem{Old: true, NoMeta: true}, time.Minute); err != nil {
		t.Errorf("old firmware: %v", err)
	}
}

// deaf is another kind of device.
type deaf struct{ emulator.Device }

func (deaf) Step(clock.Instant, emulator.Input) []emulator.Output { return nil }

func TestWrongURLs(t *testing.T) {
	bridgetest.CheckURLs(t, kiss.Family(), "kiss:///dev/a?", map[string]string{
		"modem=meshcore":                       "parameter freq is needed with modem=meshcore",
		"modem=meshcore&freq=868M&mtu=256":     "mtu=256, want at most 255",
		"modem=meshcore&freq=868M&rate=9600":   "parameter rate is for modem=tnc, not for modem=meshcore",
		"modem=meshcore&freq=868M&ax25=N0CALL": "parameter ax25 is for modem=tnc",
		"modem=meshcore&freq=100M":             "of 137M..3000M",
		"modem=meshcore&freq=868M&sf=4":        "5..12",
		"modem=meshcore&freq=868M&power=31":    "0..30",
		"sf=7":                                 "parameter sf is for modem=meshcore, not for modem=tnc",
		"modem=rnode":                          "one of tnc, meshcore",
	})
	if err := kiss.Family().Check("kiss:///dev/ttyACM0?modem=meshcore&freq=869.618M&bw=62.5k&sf=8&txdelay=20ms"); err != nil {
		t.Error(err)
	}
}
