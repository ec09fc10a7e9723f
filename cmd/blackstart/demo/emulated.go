package demo

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rn2483/rn2483emu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rui3/rui3emu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/at/rylr/rylremu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/ebyte/ebyteemu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/kissemu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/meshcoreemu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/pipe/pipeemu"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/rnode/rnodeemu"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// air is a radio channel with one modem for each station, as a node sees it.
type air interface {
	url(station int) string // of a link to a station's modem
	stats() airStats
	Close() error
}

// airStats is what happened on the channel so far.
type airStats struct {
	Frames     uint64  `json:"frames"` // 0 where the modem does not tell
	Bytes      uint64  `json:"bytes"`
	AirtimeS   float64 `json:"airtime_s"`
	Collisions uint64  `json:"collisions"`
}

// modemQueue is how many frames wait in a modem.
const modemQueue = 8

// emulated is a channel of emulated modems.
type emulated struct {
	*emulator.Air
	scheme string
	query  string // parameters of a link to a modem
}

// model is a kind of emulated radio, with its channel and what its links' URLs say.
type model struct {
	channel medium.Config
	scheme  string
	query   string
	device  func() emulator.Device
}

// modelOf returns the model of an emulated radio; bitsPerSecond is for KISS modems.
func modelOf(radio string, bitsPerSecond int) (model, bool) {
	vhf := medium.VHF(bitsPerSecond)
	vhf.Queue = modemQueue
	byCommand := medium.Config{BitsPerSecond: 15_360, Overhead: 60 * time.Millisecond, Sense: 5 * time.Millisecond, Slot: 20 * time.Millisecond, Persistence: 0.25}
	transparent := medium.Config{BitsPerSecond: 9600, Overhead: 40 * time.Millisecond, Sense: 2 * time.Millisecond, Slot: 20 * time.Millisecond, Persistence: 0.25}
	m, ok := map[string]model{
		KISS: {vhf, "kiss+tcp", fmt.Sprintf("rate=%d&txdelay=%v&slot=%v&tail=0s", vhf.BitsPerSecond, vhf.Overhead, vhf.Slot),
			func() emulator.Device { return &kissemu.TNC{} }},
		RNode:    {loraChannel(), "rnode+tcp", "freq=869.525M&sf=7", func() emulator.Device { return &rnodeemu.RNode{} }},
		MeshCore: {loraChannel(), "kiss+tcp", "modem=meshcore&freq=869.525M&sf=7", func() emulator.Device { return &meshcoreemu.Modem{} }},
		Ebyte: {byCommand, "ebyte+tcp", "model=e22-900&config=software&channel=19&rate=19200&region=none",
			func() emulator.Device { return &ebyteemu.Module{} }},
		Pipe:       {transparent, "pipe+tcp", "rate=9600&packet=240&keyup=40ms", func() emulator.Device { return &pipeemu.Radio{} }},
		RYLR:       {deafChannel(), "at+rylr+tcp", "freq=869.525M&sf=7", func() emulator.Device { return &rylremu.Module{} }},
		RUI3:       {loraChannel(), "at+rui3+tcp", "freq=869.525M&sf=7", func() emulator.Device { return &rui3emu.Module{} }},
		RN2483:     {deafChannel(), "at+rn2483+tcp", "freq=869.525M&sf=7", func() emulator.Device { return &rn2483emu.Module{} }},
		Meshtastic: {meshtasticChannel(), "meshtastic+tcp", "channel=0", meshtasticRadios()},
	}[radio]
	return m, ok
}

// emulate starts radios of a model that hear each other.
func emulate(m model, seed uint64, stations int) (*emulated, error) {
	var devices []emulator.Device
	for range stations {
		devices = append(devices, m.device())
	}
	a, err := emulator.Start(m.channel, seed, devices...)
	if err != nil {
		return nil, err
	}
	return &emulated{Air: a, scheme: m.scheme, query: m.query}, nil
}

// loraChannel is LoRa at SF7 and 125 kHz, with the listening before talking of
// the radios' firmware.
func loraChannel() medium.Config {
	l := airtime.LoRa{Spreading: 7, Bandwidth: 125_000, Coding: 5, Preamble: 24}
	return medium.Config{
		BitsPerSecond: l.BitsPerSecond(),
		OnAir:         l.OnAir,
		Sense:         2 * l.Symbol(),
		Slot:          24 * time.Millisecond,
		Persistence:   0.125,
		Queue:         modemQueue,
	}
}

// deafChannel is LoRa at SF7 and 125 kHz with radios that transmit without
// listening: no carrier lasts long enough to be noticed.
func deafChannel() medium.Config {
	cfg := loraChannel()
	cfg.Sense, cfg.Persistence = time.Hour, 1
	return cfg
}

func (e *emulated) url(station int) string {
	return e.scheme + "://" + e.Address(station) + "?" + e.query
}

func (e *emulated) stats() airStats {
	var s airStats
	e.Do(func(_ clock.Instant, site *emulator.Site) {
		t := site.Medium().Total()
		s = airStats{Frames: t.TxFrames, Bytes: t.TxBytes, AirtimeS: t.Airtime.Seconds(), Collisions: t.Collided}
	})
	return s
}
