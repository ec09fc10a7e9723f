package demo

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/kissemu"
	"github.com/blackstart-mesh/blackstart/message/clock"
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

// newModems starts KISS modems that hear each other.
func newModems(stations, bitsPerSecond int, seed uint64) (*emulated, error) {
	cfg := medium.VHF(bitsPerSecond)
	cfg.Queue = modemQueue
	var devices []emulator.Device
	for range stations {
		devices = append(devices, &kissemu.TNC{})
	}
	a, err := emulator.Start(cfg, seed, devices...)
	if err != nil {
		return nil, err
	}
	query := fmt.Sprintf("rate=%d&txdelay=%v&slot=%v&tail=0s", cfg.BitsPerSecond, cfg.Overhead, cfg.Slot)
	return &emulated{Air: a, scheme: "kiss+tcp", query: query}, nil
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
