package ebyte

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/bridgetest"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/ebyte/ebyteemu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

func emulated(query string, device func() emulator.Device) bridgetest.Emulated {
	return bridgetest.Emulated{
		Family: Family(),
		URL:    "ebyte:///dev/ttyUSB0?" + query,
		Device: device,
		Medium: medium.Config{BitsPerSecond: 15_360, Overhead: 60 * time.Millisecond, Slot: 20 * time.Millisecond, Sense: 5 * time.Millisecond, Persistence: 0.5, Queue: 1},
		Baud:   9600,
		Start:  10 * time.Second,
		Limit:  30 * time.Second,
	}
}

const byCommand = "model=e22-900&config=software&channel=19&rate=19200"

// An E22 that is set up by command; frames without signal that take several packets;
// and an E32 as it is.
func TestConformance(t *testing.T) {
	for name, c := range map[string]struct {
		query  string
		module ebyteemu.Module
	}{
		"e22":              {byCommand, ebyteemu.Module{}},
		"e22 many packets": {byCommand + "&packet=64&rssi=no&mtu=300", ebyteemu.Module{}},
		"e32":              {"model=e32-868&channel=23&rate=19200&mtu=200", ebyteemu.Module{E32: true}},
	} {
		t.Run(name, func(t *testing.T) {
			bridgetest.Conform(t, emulated(c.query, func() emulator.Device { m := c.module; return &m }))
		})
	}
}

func TestSuiteOverTCP(t *testing.T) {
	bridgetest.RunOverTCP(t, emulated(byCommand, func() emulator.Device { return &ebyteemu.Module{} }))
}

// What is wrong with a module is said in one line that names what to do.
func TestModulesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		query  string
		module ebyteemu.Module
		want   string
	}{
		"before the command": {byCommand, ebyteemu.Module{NoCommand: true}, "set it up once with config=switch"},
		"command off":        {byCommand, ebyteemu.Module{Registers: []byte{0, 0, 0, 0x62, 0, 0x12, 3}}, "set it up once with config=switch"},
		"weaker":             {byCommand + "&power=0", ebyteemu.Module{Weak: true}, "packet or power: register 4 ought to be 00, the module has 01"},
		"refuses":            {byCommand, ebyteemu.Module{Refuses: true}, "does not take its settings"},
		"stays":              {byCommand, ebyteemu.Module{StaysThere: true}, "does not leave configuration mode"},
		"switch not set":     {"model=e22-900&config=switch&channel=1", ebyteemu.Module{}, "put it into configuration mode (e22: M0 off, M1 on"},
		"switch set":         {"model=e22-900&config=switch&channel=1", ebyteemu.Module{Switched: true}, "is set up: put it into transparent mode now"},
		"old one set":        {"model=e22-900&config=switch&channel=1", ebyteemu.Module{Switched: true, NoCommand: true}, "is set up: put it"},
		"e32 set":            {"model=e32-868&config=switch&channel=6", ebyteemu.Module{E32: true, Switched: true}, "is set up: put it"},
		"e32 keeps its own":  {"model=e32-868&config=switch&channel=6", ebyteemu.Module{E32: true, Switched: true, Refuses: true}, "rate: register 2 ought to be 1a, the module has 1b"},
	} {
		if name == "e32 keeps its own" {
			c.module.Registers = []byte{0, 0, 0x1B, 0x17, 0x44}
		}
		emulated(c.query, nil).Refused(t, name, &c.module, c.want)
	}
}

func TestWrongURLs(t *testing.T) {
	bridgetest.CheckURLs(t, Family(), "ebyte:///dev/a?", map[string]string{
		"channel=1":                                          "parameter model is needed",
		"model=e22-900":                                      "parameter channel is needed",
		"model=e22-900&channel=81":                           "channel=81, want 0..80 with model=e22-900",
		"model=e22-400&channel=84":                           "0..83",
		"model=e32-868&channel=32":                           "channel=32, want 0..31 with model=e32-868",
		"model=e32-868&channel=1&packet=64":                  "parameter packet does not go with model=e32-868",
		"model=e32-868&channel=1&rssi=no":                    "parameter rssi does not go with model=e32-868",
		"model=e32-868&channel=1&config=software":            "it has a switch only",
		"model=e32-868&channel=1&rate=38400":                 "at most 19200",
		"model=e22-900&channel=1&config=switch&baud=115200":  "baud=115200, want 9600 with config=switch",
		"model=e22-900&channel=1&packet=32":                  "use a larger packet or rssi=no",
		"model=e22-900&channel=1&mtu=234":                    "use a larger packet or rssi=no",
		"model=e22-900&channel=1&rate=2401":                  "one of 300, 1200, 2400",
		"model=e22-900&channel=1&power=4":                    "0..3",
		"model=e22-900&channel=1&netid=256":                  "0..255",
		"model=e22-900&channel=1&freq=868M":                  "unknown parameter \"freq\"",
		"model=e22-900&channel=1&baud=115200":                "",
		"model=e22-400&channel=23&packet=32&rssi=no&mtu=100": "",
		"model=e32-868&channel=6":                            "",
	})
}
