package rn2483

import (
	"fmt"
	"regexp"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// Scheme is the scheme of the links' URLs; with "+tcp" for a radio behind TCP.
const Scheme = "at+rn2483"

// MaxData is the most bytes that a module transmits in one go.
const MaxData = 255

// leastWatchdog is the module's own watchdog, which suits all but the slowest
// settings.
const leastWatchdog = 15 * time.Second

// defaultSync is the sync word of private networks.
const defaultSync = "12"

func bandwidths() []string { return []string{"125k", "250k", "500k"} }

// Params returns the parameters of the links' URLs.
func Params() []bridge.Param {
	baud := bridge.Baud
	baud.Default, baud.Min, baud.Max = 57_600, 9600, 460_800
	return []bridge.Param{
		baud,
		{Name: "freq", Hertz: true, Needed: true, Min: 433_050_000, Max: 928_000_000, Meaning: "centre frequency"},
		{Name: "bw", Words: bandwidths(), Meaning: "bandwidth"},
		{Name: "sf", Default: 9, Min: 7, Max: 12, Meaning: "spreading factor"},
		{Name: "cr", Default: 5, Min: airtime.MinCoding, Max: airtime.MaxCoding, Meaning: "coding rate 4/x"},
		{Name: "preamble", Default: 8, Min: airtime.MinPreamble, Max: 1000, Meaning: "symbols"},
		{Name: "power", Default: 14, Min: -3, Max: 20, Meaning: "transmission power, dBm; a RN2483 takes up to 15, a RN2903 from 2"},
		{Name: "sync", Text: regexp.MustCompile("^[0-9A-F]{2}$"), Meaning: "a sync word of 2 digits 0..9 and A..F; without it 12"},
		{Name: "mtu", Default: MaxData, Min: radio.MinMTU, Max: MaxData, Meaning: "longest frame, bytes"},
	}
}

// values are what a URL asks for.
type values struct {
	freq  int64
	power int
	mtu   int
	sync  string
	lora  airtime.LoRa
}

func read(u *bridge.URL) values {
	v := values{freq: u.Hertz("freq"), power: u.Number("power"), mtu: u.Number("mtu"), sync: u.Text("sync"),
		lora: airtime.LoRa{Spreading: u.Number("sf"), Bandwidth: 125_000, Coding: u.Number("cr"), Preamble: u.Number("preamble")}}
	if v.sync == "" {
		v.sync = defaultSync
	}
	for _, word := range bandwidths() {
		if word == u.Word("bw") {
			break
		}
		v.lora.Bandwidth *= 2
	}
	return v
}

// watchdog is what ends a transmission that does not end.
func (v values) watchdog() time.Duration {
	return max(leastWatchdog, 2*v.lora.OnAir(MaxData)).Truncate(time.Millisecond)
}

// settings are what the module is told after "radio set", in this order.
func (v values) settings() []string {
	return []string{
		"mod lora",
		fmt.Sprintf("freq %d", v.freq),
		fmt.Sprintf("pwr %d", v.power),
		fmt.Sprintf("sf sf%d", v.lora.Spreading),
		fmt.Sprintf("bw %d", v.lora.Bandwidth/1000),
		fmt.Sprintf("cr 4/%d", v.lora.Coding),
		"crc on",
		"iqi off",
		"sync " + v.sync,
		fmt.Sprintf("prlen %d", v.lora.Preamble),
		fmt.Sprintf("wdt %d", v.watchdog().Milliseconds()),
	}
}

// models.
const (
	rn2483 = "RN2483"
	rn2903 = "RN2903"
)

// fits says what a model cannot do, better than the module's invalid_param would.
func (v values) fits(model string) error {
	within := func(low, high int64) bool { return v.freq >= low && v.freq <= high }
	switch {
	case model == rn2483 && !within(433_050_000, 434_790_000) && !within(863_000_000, 870_000_000):
		return fmt.Errorf("freq=%s: a RN2483 takes 433.05M..434.79M and 863M..870M", plan.Hertz(v.freq))
	case model == rn2903 && !within(902_000_000, 928_000_000):
		return fmt.Errorf("freq=%s: a RN2903 takes 902M..928M", plan.Hertz(v.freq))
	case model == rn2483 && v.power > 15:
		return fmt.Errorf("power=%d: a RN2483 takes -3..15", v.power)
	case model == rn2903 && v.power < 2:
		return fmt.Errorf("power=%d: a RN2903 takes 2..20", v.power)
	}
	return nil
}
