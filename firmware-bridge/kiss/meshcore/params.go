package meshcore

import (
	"bytes"
	"fmt"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// Params returns the parameters that kiss URLs have for this modem only.
func Params() []bridge.Param {
	return []bridge.Param{
		{Name: "freq", Hertz: true, Min: 137_000_000, Max: 3_000_000_000, Meaning: "centre frequency, needed by modem=meshcore"},
		{Name: "bw", Hertz: true, Default: 125_000, Min: airtime.MinBandwidth, Max: airtime.MaxBandwidth, Meaning: "bandwidth"},
		{Name: "sf", Default: 8, Min: airtime.MinSpreading, Max: airtime.MaxSpreading, Meaning: "spreading factor"},
		{Name: "cr", Default: 5, Min: airtime.MinCoding, Max: airtime.MaxCoding, Meaning: "coding rate 4/x"},
		{Name: "power", Default: 14, Min: 0, Max: 30, Meaning: "transmission power, dBm"},
	}
}

// The modem's own defaults would let a packet wait half a second; a LoRa radio is
// on the air at once.
const (
	speed   = 115_200
	unit    = 10 * time.Millisecond // of KISS's times
	keyUp   = unit
	persist = 63
	slot    = 5 * unit
)

// settings is what a URL says.
type settings struct {
	radio   []byte // as in SetRadio
	power   byte
	keyUp   time.Duration
	persist int
	slot    time.Duration
	lora    airtime.LoRa
}

func newSettings(u *bridge.URL) (settings, radio.Profile, error) {
	u.Assume(bridge.Baud.Name, speed)
	u.Assume("txdelay", int64(keyUp))
	u.Assume("persist", persist)
	u.Assume("slot", int64(slot))
	u.Assume("mtu", MaxData)
	if _, ok := u.Given("freq"); !ok {
		return settings{}, radio.Profile{}, fmt.Errorf("parameter freq is needed with modem=meshcore (centre frequency)")
	}
	if mtu := u.Number("mtu"); mtu > MaxData {
		return settings{}, radio.Profile{}, fmt.Errorf("mtu=%d, want at most %d with modem=meshcore", mtu, MaxData)
	}
	s := settings{
		radio:   append(append(u32(u.Hertz("freq")), u32(u.Hertz("bw"))...), byte(u.Number("sf")), byte(u.Number("cr"))),
		power:   byte(u.Number("power")),
		keyUp:   u.Duration("txdelay"),
		persist: u.Number("persist"),
		slot:    u.Duration("slot"),
		lora:    airtime.LoRa{Spreading: u.Number("sf"), Bandwidth: u.Hertz("bw"), Coding: u.Number("cr"), Preamble: preamble(u.Number("sf"))},
	}
	return s, radio.Profile{
		Name: u.String(), MTU: u.Number("mtu"), BitsPerSecond: s.lora.BitsPerSecond(), Overhead: s.lora.OnAir(0),
		Listens: true,
		Air:     radio.Air{LoRa: s.lora},
		Band:    radio.Band{Centre: u.Hertz("freq"), Bandwidth: u.Hertz("bw"), Power: u.Number("power")},
	}, nil
}

// preamble is what the firmware sends before a packet, in symbols.
func preamble(spreading int) int {
	if spreading <= 8 {
		return 32
	}
	return 16
}

// kiss are the settings that have no answer.
func (s settings) kiss() []wire.Frame {
	return []wire.Frame{
		{Command: wire.TXDelay, Data: []byte{byte(s.keyUp / unit)}},
		{Command: wire.Persist, Data: []byte{byte(s.persist)}},
		{Command: wire.SlotTime, Data: []byte{byte(s.slot / unit)}},
	}
}

// within is by how much a frequency that comes back may differ, in Hz: the chip's
// synthesiser has steps, and the firmware reckons with fractions of a MHz.
const within = 100

// agreesRadio compares what the radio is set to with what it was told.
func (s settings) agreesRadio(is []byte) error {
	if len(is) != len(s.radio) {
		return fmt.Errorf("the modem tells its radio's settings in %d bytes, want %d: update its firmware", len(is), len(s.radio))
	}
	for i, name := range []string{"freq", "bw"} {
		want, got := number(s.radio[4*i:]), number(is[4*i:])
		if got-want > within || want-got > within {
			return fmt.Errorf("%s: asked for %s Hz, the modem has %s; ask for what it can do", name, plan.Hertz(want), plan.Hertz(got))
		}
	}
	if !bytes.Equal(s.radio[8:], is[8:]) {
		return fmt.Errorf("sf and cr: asked for %d and 4/%d, the modem has %d and 4/%d; ask for what it can do", s.radio[8], s.radio[9], is[8], is[9])
	}
	return nil
}

func (s settings) agreesPower(is []byte) error {
	switch {
	case len(is) != 1:
		return fmt.Errorf("the modem tells its power in %d bytes, want 1: update its firmware", len(is))
	case is[0] != s.power:
		return fmt.Errorf("power: asked for %d dBm, the modem has %d; ask for what it can do", s.power, int8(is[0]))
	}
	return nil
}
