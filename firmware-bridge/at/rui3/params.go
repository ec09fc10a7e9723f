package rui3

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// Scheme is the scheme of the links' URLs; with "+tcp" for a radio behind TCP.
const Scheme = "at+rui3"

// MaxData is the most bytes that a module transmits in one go.
const MaxData = 250

// Words of the parameter cad.
const (
	cadAuto = "auto"
	cadOn   = "on"
	cadOff  = "off"
)

// bandwidths are in the order in which firmware that counts them has them.
func bandwidths() []string { return []string{"125k", "250k", "500k"} }

// Params returns the parameters of the links' URLs.
func Params() []bridge.Param {
	baud := bridge.Baud
	baud.Default, baud.Min, baud.Max = 115_200, 4800, 115_200
	return []bridge.Param{
		baud,
		{Name: "freq", Hertz: true, Needed: true, Min: 150_000_000, Max: 960_000_000, Meaning: "centre frequency"},
		{Name: "bw", Words: bandwidths(), Meaning: "bandwidth"},
		{Name: "sf", Default: 9, Min: airtime.MinSpreading, Max: airtime.MaxSpreading, Meaning: "spreading factor"},
		{Name: "cr", Default: 5, Min: airtime.MinCoding, Max: airtime.MaxCoding, Meaning: "coding rate 4/x"},
		{Name: "preamble", Default: 10, Min: airtime.MinPreamble, Max: 1000, Meaning: "symbols"},
		{Name: "power", Default: 14, Min: 5, Max: 22, Meaning: "transmission power, dBm"},
		{Name: "sync", Text: regexp.MustCompile("^[0-9A-F]{4}$"), Meaning: "a sync word of 4 digits 0..9 and A..F such as 1424; without it the module's own stays"},
		{Name: "cad", Words: []string{cadAuto, cadOn, cadOff}, Meaning: "listen before transmitting; auto: if the module can"},
		{Name: "mtu", Default: MaxData, Min: radio.MinMTU, Max: MaxData, Meaning: "longest frame, bytes"},
	}
}

// values are what a URL asks for.
type values struct {
	p2p  p2p
	sync string // "": the module's own
	cad  string
	mtu  int
}

func read(u *bridge.URL) values {
	return values{
		p2p: p2p{freq: u.Hertz("freq"), sf: u.Number("sf"), bw: slices.Index(bandwidths(), u.Word("bw")),
			cr: u.Number("cr"), preamble: u.Number("preamble"), power: u.Number("power")},
		sync: u.Text("sync"), cad: u.Word("cad"), mtu: u.Number("mtu"),
	}
}

// p2p is the setting of the module's chip.
type p2p struct {
	freq                        int64
	sf, bw, cr, preamble, power int // bw: its place in bandwidths
}

// lora is the setting for the reckoning of time on air.
func (p p2p) lora() airtime.LoRa {
	return airtime.LoRa{Spreading: p.sf, Bandwidth: 125_000 << p.bw, Coding: p.cr, Preamble: p.preamble}
}

// text is the setting as the module takes it; counted: with a bandwidth of 0, 1
// or 2.
func (p p2p) text(counted bool) string {
	bw := 125 << p.bw
	if counted {
		bw = p.bw
	}
	return fmt.Sprintf("%d:%d:%d:%d:%d:%d", p.freq, p.sf, bw, p.cr-5, p.preamble, p.power)
}

// parseP2P reads a setting as the module gives it. A bandwidth that no URL can
// ask for is -1.
func parseP2P(text string) (p p2p, counted, ok bool) {
	var n [6]int64
	fields := strings.Split(text, ":")
	if len(fields) != len(n) {
		return p2p{}, false, false
	}
	for i, f := range fields {
		v, err := strconv.ParseUint(f, 10, 32)
		if err != nil {
			return p2p{}, false, false
		}
		n[i] = int64(v)
	}
	counted = n[2] < 10
	bw := slices.Index([]int64{125, 250, 500}, n[2])
	if counted && n[2] < int64(len(bandwidths())) {
		bw = int(n[2])
	}
	return p2p{freq: n[0], sf: int(n[1]), bw: bw, cr: int(n[3]) + 5, preamble: int(n[4]), power: int(n[5])}, counted, true
}
