package rnode

import (
	"fmt"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// Scheme is the scheme of the links' URLs; with "+tcp" for a radio behind TCP.
const Scheme = "rnode"

// oneTransmission is the longest packet that goes out as one transmission, and
// header what the firmware puts in front of each.
const (
	oneTransmission = 254
	header          = 1
)

// Params returns the parameters of the links' URLs.
func Params() []bridge.Param {
	baud := bridge.Baud
	baud.Default = 115_200
	return []bridge.Param{
		baud,
		{Name: "freq", Hertz: true, Needed: true, Min: 137_000_000, Max: 3_000_000_000, Meaning: "centre frequency"},
		{Name: "bw", Hertz: true, Default: 125_000, Min: airtime.MinBandwidth, Max: airtime.MaxBandwidth, Meaning: "bandwidth"},
		{Name: "sf", Default: 8, Min: airtime.MinSpreading, Max: airtime.MaxSpreading, Meaning: "spreading factor"},
		{Name: "cr", Default: 5, Min: airtime.MinCoding, Max: airtime.MaxCoding, Meaning: "coding rate 4/x"},
		{Name: "power", Default: 14, Min: 0, Max: 37, Meaning: "transmission power, dBm"},
		{Name: "mtu", Default: oneTransmission, Min: radio.MinMTU, Max: MaxData, Meaning: "longest frame, bytes; above 254 it goes out in two parts"},
		{Name: "short", Default: 0, Min: 0, Max: 100, Meaning: "the radio's own limit of airtime over 15 s, percent; 0: none"},
		{Name: "long", Default: 0, Min: 0, Max: 100, Meaning: "the radio's own limit of airtime over an hour, percent; 0: none"},
	}
}

// setting is a value that the radio is told and has to give back.
type setting struct {
	name    string
	command Command
	payload []byte
	unit    string
}

// within is by how much the frequency that comes back may differ, in Hz: the
// chip's synthesiser has steps of up to 61 Hz.
const within = 100

// settings are what a URL says, in the order in which the radio is told.
func settings(u *bridge.URL) []setting {
	u8 := func(name string) []byte { return []byte{byte(u.Number(name))} }
	list := []setting{
		{"freq", Frequency, u32(u.Hertz("freq")), "Hz"},
		{"bw", Bandwidth, u32(u.Hertz("bw")), "Hz"},
		{"power", TXPower, u8("power"), "dBm"},
		{"sf", Spreading, u8("sf"), ""},
		{"cr", Coding, u8("cr"), ""},
	}
	for _, l := range []struct {
		name    string
		command Command
	}{{"short", ShortLimit}, {"long", LongLimit}} {
		if n := u.Number(l.name); n > 0 {
			n *= 100
			list = append(list, setting{l.name, l.command, []byte{byte(n >> 8), byte(n)}, "percent/100"})
		}
	}
	return append(list, setting{"radio", RadioState, []byte{1}, ""})
}

// agrees says whether the radio took a setting, from what it gave back.
func (s setting) agrees(reply []byte) error {
	if len(reply) != len(s.payload) {
		return fmt.Errorf("%s: the radio answered with %d bytes, want %d", s.name, len(reply), len(s.payload))
	}
	want, got := number(s.payload), number(reply)
	switch {
	case s.command == Coding: // old firmware gives back what it counts from 0
		return nil
	case s.command == Frequency && got-want <= within && want-got <= within:
		return nil
	case got != want && s.command == RadioState:
		return fmt.Errorf("the radio does not switch on: look whether its frequency band is that of the board")
	case got != want:
		return fmt.Errorf("%s: asked for %d %s, the radio took %d; ask for what it can do", s.name, want, s.unit, got)
	}
	return nil
}

func number(b []byte) int64 {
	var n int64
	for _, c := range b {
		n = n<<8 | int64(c)
	}
	return n
}

func u32(n int64) []byte { return []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)} }

// lora is the setting of the radio's chip. The firmware makes the preamble as
// long as 24 ms but not shorter than 18 symbols.
func lora(u *bridge.URL) airtime.LoRa {
	l := airtime.LoRa{Spreading: u.Number("sf"), Bandwidth: u.Hertz("bw"), Coding: u.Number("cr")}
	l.Preamble = max(leastPreamble, int((preambleTime+l.Symbol()-1)/l.Symbol()))
	return l
}
