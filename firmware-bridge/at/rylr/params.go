package rylr

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// Scheme is the scheme of the links' URLs; with "+tcp" for a radio behind TCP.
const Scheme = "at+rylr"

// What a module transmits in one go.
const (
	MaxText = 240 // characters
	MaxData = 196 // bytes of a frame, as text
	added   = 8   // bytes that the module adds on the air
)

// The module's numbers for the bandwidths of bandwidths.
const firstBandwidth = 7

func bandwidths() []string { return []string{"125k", "250k", "500k"} }

// Params returns the parameters of the links' URLs.
func Params() []bridge.Param {
	baud := bridge.Baud
	baud.Default, baud.Min, baud.Max = 115_200, 4800, 115_200
	return []bridge.Param{
		baud,
		{Name: "freq", Hertz: true, Needed: true, Min: 410_000_000, Max: 960_000_000, Meaning: "centre frequency"},
		{Name: "bw", Words: bandwidths(), Meaning: "bandwidth"},
		{Name: "sf", Default: 9, Min: 5, Max: 12, Meaning: "spreading factor"},
		{Name: "cr", Default: 5, Min: airtime.MinCoding, Max: airtime.MaxCoding, Meaning: "coding rate 4/x"},
		{Name: "preamble", Default: 0, Min: 0, Max: 24, Meaning: "symbols; 0: 12 on a RYLR998, 7 on a RYLR896"},
		{Name: "power", Default: 14, Min: 0, Max: 22, Meaning: "transmission power, dBm; a RYLR896 takes up to 15"},
		{Name: "network", Default: 6, Min: 0, Max: 18, Meaning: "the module's own network; 3..15 on all models"},
		{Name: "address", Default: 0, Min: 0, Max: 65_535, Meaning: "the module's own address"},
		{Name: "mtu", Default: MaxData, Min: radio.MinMTU, Max: MaxData, Meaning: "longest frame, bytes"},
	}
}

// values are what a URL asks for.
type values struct {
	freq                                            int64
	bw, sf, cr, preamble, power, network, addr, mtu int
}

func read(u *bridge.URL) values {
	return values{freq: u.Hertz("freq"), bw: slices.Index(bandwidths(), u.Word("bw")), sf: u.Number("sf"), cr: u.Number("cr"),
		preamble: u.Number("preamble"), power: u.Number("power"), network: u.Number("network"), addr: u.Number("address"), mtu: u.Number("mtu")}
}

// kind is a kind of module.
type kind uint8

const (
	unknown kind = iota
	rylr896      // and RYLR406 and the like, with the chip SX1276
	rylr998      // and RYLR498, RYLR993
)

func kindOf(version string) kind {
	switch {
	case strings.Contains(version, "RYLR89"), strings.Contains(version, "RYLR40"):
		return rylr896
	case strings.Contains(version, "RYLR99"), strings.Contains(version, "RYLR49"):
		return rylr998
	}
	return unknown
}

// fits fills in what the model decides, and says what it cannot do, better than
// the module's bare number would.
func (v *values) fits(k kind) error {
	if v.preamble == 0 {
		v.preamble = 12
		if k == rylr896 {
			v.preamble = 7
		}
	}
	switch {
	case k == rylr896 && v.network > 16:
		return fmt.Errorf("network=%d: a RYLR896 takes 0..16", v.network)
	case k == rylr896 && v.sf < 7:
		return fmt.Errorf("sf=%d: a RYLR896 takes 7..12", v.sf)
	case k == rylr896 && v.power > 15:
		return fmt.Errorf("power=%d: a RYLR896 takes 0..15", v.power)
	case k == rylr896 && (v.preamble < 4 || v.preamble > 7):
		return fmt.Errorf("preamble=%d: a RYLR896 takes 4..7", v.preamble)
	case k == rylr998 && v.network != 18 && (v.network < 3 || v.network > 15):
		return fmt.Errorf("network=%d: a RYLR998 takes 3..15 and 18", v.network)
	case k == rylr998 && v.sf > 9+v.bw:
		return fmt.Errorf("sf=%d: a RYLR998 takes up to %d at %sHz", v.sf, 9+v.bw, bandwidths()[v.bw])
	case k == rylr998 && v.network != 18 && v.preamble != 12:
		return fmt.Errorf("preamble=%d: a RYLR998 takes 12 but in network 18", v.preamble)
	}
	return nil
}

// lora is the setting of the module's chip.
func (v *values) lora() airtime.LoRa {
	l := airtime.LoRa{Spreading: v.sf, Bandwidth: 125_000 << v.bw, Coding: v.cr, Preamble: v.preamble}
	if l.Preamble == 0 {
		l.Preamble = 12
	}
	return l
}

// setting is a value that the module is told and has to give back.
type setting struct{ name, command, value string }

// settings are in the order in which the module is told: which preambles there
// are depends on the network.
func (v *values) settings() []setting {
	return []setting{
		{"mode", "MODE", "0"},
		{"address", "ADDRESS", strconv.Itoa(v.addr)},
		{"network", "NETWORKID", strconv.Itoa(v.network)},
		{"freq", "BAND", strconv.FormatInt(v.freq, 10)},
		{"sf, bw, cr and preamble", "PARAMETER", fmt.Sprintf("%d,%d,%d,%d", v.sf, firstBandwidth+v.bw, v.cr-4, v.preamble)},
		{"power", "CRFOP", strconv.Itoa(v.power)},
	}
}
