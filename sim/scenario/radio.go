package scenario

import (
	"slices"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// Radio is a radio channel that all its radios share.
type Radio struct {
	Name      string
	Kind      string
	Preset    string
	Spreading int
	Bandwidth int64 // Hz
	Coding    int   // 4/x
	Preamble  int   // symbols
	Rate      int   // bit/s
	KeyUp     time.Duration
	MTU       int
	Frequency int64 // Hz
	Power     Decibels
	Antenna   Decibels
	Duty      Share
	PathLoss  string
	Reach     Length
	Matrix    string // a file
	Shadowing Decibels
	Fading    Decibels
	Capture   Decibels
	Loss      Share
}

// Kinds of radios.
const (
	LoRa = "lora"
	AFSK = "afsk"
	FSK  = "fsk"
)

// preset is a setting of LoRa by name.
type preset struct {
	name string
	airtime.LoRa
}

// presets are those of Meshtastic's devices, by the figures of its documentation.
func presets() []preset {
	lora := func(name string, factor int, bandwidth int64, coding int) preset {
		return preset{name, airtime.LoRa{Spreading: factor, Bandwidth: bandwidth, Coding: coding, Preamble: 16}}
	}
	return []preset{
		lora("short-turbo", 7, 500_000, 5), lora("short-fast", 7, 250_000, 5), lora("short-slow", 8, 250_000, 5),
		lora("medium-fast", 9, 250_000, 5), lora("medium-slow", 10, 250_000, 5),
		lora("long-fast", 11, 250_000, 5), lora("long-moderate", 11, 125_000, 8), lora("long-slow", 12, 125_000, 8),
	}
}

func presetNames() (list []string) {
	for _, p := range presets() {
		list = append(list, p.name)
	}
	return list
}

func (c *Radio) keys() []key {
	return []key{
		{name: "name", to: label{&c.Name}, need: true, what: "How groups of nodes refer to it."},
		{name: "kind", to: word{&c.Kind, []string{LoRa, AFSK, FSK}}, need: true, what: "LoRa; an FM voice radio with a modem of 1200 bit/s; or an FSK modem of 9600 bit/s or more."},
		{name: "preset", to: word{&c.Preset, presetNames()}, what: "LoRa: a common setting by name (long-fast if neither it nor spreading stands there). What stands beside it goes before it."},
		{name: "spreading", to: whole[int]{&c.Spreading, airtime.MinSpreading, airtime.MaxSpreading}, what: "LoRa: the spreading factor. Each step has about twice the airtime and 2.5 dB more reach."},
		{name: "bandwidth", to: amount[int64]{&c.Bandwidth, strictyaml.Frequency(), "7800 Hz", "1625 kHz"}, what: "LoRa: 250 kHz unless the preset says otherwise."},
		{name: "coding", to: whole[int]{&c.Coding, airtime.MinCoding, airtime.MaxCoding}, what: "LoRa: 5 is a coding rate of 4/5; the default of most presets."},
		{name: "preamble", to: whole[int]{&c.Preamble, airtime.MinPreamble, 1000}, what: "LoRa: symbols before each frame; 16 by default."},
		{name: "rate", to: amount[int]{&c.Rate, strictyaml.Rate(), "50 bit/s", "1 Mbit/s"}, what: "AFSK and FSK: 1200 bit/s and 9600 bit/s by default."},
		{name: "key-up", to: amount[time.Duration]{&c.KeyUp, strictyaml.Time(), "0", "2 s"}, what: "AFSK and FSK: from the key to the first bit (TXDELAY); 300 ms below 9600 bit/s and 30 ms from there on by default."},
		{name: "mtu", to: amount[int]{&c.MTU, strictyaml.Size(), "50 B", "255 B"}, absent: "255 B", what: "The longest frame. Protocols of others keep to their own, if that is less."},
		{name: "frequency", to: amount[int64]{&c.Frequency, strictyaml.Frequency(), "1 MHz", "6 GHz"}, what: "869.525 MHz (LoRa) or 160 MHz by default. Path loss grows with it."},
		{name: "power", to: amount[Decibels]{&c.Power, strictyaml.Level(), "-10 dBm", "50 dBm"}, absent: "14 dBm", what: "Transmitted, without the antenna. 1 W is 30 dBm."},
		{name: "antenna", to: amount[Decibels]{&c.Antenna, strictyaml.Ratio(), "-20 dB", "30 dB"}, absent: "0", what: "Gain of the antenna at each end, over an isotropic one."},
		{name: "duty", to: amount[Share]{&c.Duty, strictyaml.Share(), "0.1 %", "100 %"}, absent: "100 %", what: "Most of any hour that a radio may transmit. Blackstart's node keeps it by itself; every protocol is held to it by a checker. 100 % is no limit."},
		{name: "path-loss", to: sentence{&c.PathLoss, "the name of a model"}, what: "The law by which a signal weakens with distance, if not that of the terrain: one of " + strings.Join(pathLosses(), ", ") + "; or two, such as hata-suburban + suburban, of which the second is for antennas that the first was not made for."},
		{name: "reach", to: amount[Length]{&c.Reach, strictyaml.Length(), "1 m", "1000 km"}, what: "In place of path-loss: nodes hear each other up to this distance and not beyond it."},
		{name: "matrix", to: sentence{&c.Matrix, "the name of a file"}, what: "In place of path-loss: a JSON file with the loss in dB between each two nodes (path_loss_db, tx_power_dbm, sensitivity_dbm). Its name counts from the folder of the scenario."},
		{name: "shadowing", to: amount[Decibels]{&c.Shadowing, strictyaml.Ratio(), "0", "20 dB"}, absent: "7 dB", what: "Standard deviation of what houses and hills add to or take from each path; it stays as it is, and is alike for places near each other. Not with reach or matrix."},
		{name: "fading", to: amount[Decibels]{&c.Fading, strictyaml.Ratio(), "0", "20 dB"}, absent: "1 dB", what: "Standard deviation of what comes on top for each frame. Not with reach or matrix."},
		{name: "capture", to: amount[Decibels]{&c.Capture, strictyaml.Ratio(), "0.1 dB", "30 dB"}, what: "By how much a frame has to be stronger than others at the same time to be received nevertheless: 6 dB (LoRa) or 8 dB (FM) by default."},
		{name: "loss", to: amount[Share]{&c.Loss, strictyaml.Share(), "0 %", "100 %"}, absent: "0 %", what: "Of frames at each hearer, for no reason of physics."},
	}
}

// LoRa returns the setting of a LoRa radio.
func (c *Radio) lora() airtime.LoRa {
	name := c.Preset
	if name == "" {
		name = "long-fast"
	}
	all := presets()
	l := all[slices.IndexFunc(all, func(p preset) bool { return p.name == name })].LoRa
	if c.Spreading > 0 {
		l.Spreading = c.Spreading
	}
	if c.Bandwidth > 0 {
		l.Bandwidth = c.Bandwidth
	}
	if c.Coding > 0 {
		l.Coding = c.Coding
	}
	if c.Preamble > 0 {
		l.Preamble = c.Preamble
	}
	return l
}

// finish fills in what depends on the kind.
func (c *Radio) finish() {
	if c.Frequency == 0 {
		c.Frequency = 160_000_000
		if c.Kind == LoRa {
			c.Frequency = 869_525_000
		}
	}
	if c.Rate == 0 {
		c.Rate = 9600
		if c.Kind == AFSK {
			c.Rate = 1200
		}
	}
}
