// Package medium is one shared half-duplex radio channel, as pure events.
//
// Stations hand frames over with Send; Next says when something happens next;
// Advance lets it happen and returns what the stations notice. The package has
// no clock: the simulator drives it from its event heap, the demo's built-in
// modem from a goroutine with a timer, and both get the same channel.
//
//	send -> wait for a clear channel -> key up, transmit -> arrive at hearers
//
// What it models: rate and fixed cost of each transmission (TXDELAY and tail),
// framing bytes, one propagation delay, who hears whom and with what loss,
// half duplex, collisions where transmissions overlap at a receiver, capture
// of the stronger one if wanted, the time that a carrier needs to be noticed,
// and p-persistent carrier sense as in a KISS TNC. What it leaves out: fading
// within a frame, bit errors (a frame arrives whole or not at all, as behind
// an FCS), adjacent channels.
package medium

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Config describes a channel.
type Config struct {
	BitsPerSecond int                       // rate of the payload, above 0
	Overhead      time.Duration             // key-up and tail of each transmission
	Framing       int                       // bytes that the modem adds to each frame (AX.25 header, FCS, flags)
	Delay         time.Duration             // propagation, for all paths
	Sense         time.Duration             // how long a carrier must last before it is noticed; within it, stations collide
	Slot          time.Duration             // slot time of channel access, above 0
	Persistence   float64                   // probability to transmit in a free slot, in (0, 1]; KISS P is 256*p-1
	Queue         int                       // frames that a station holds, the one on the air included; 0 means 1
	OnAir         func(n int) time.Duration // of a frame of n bytes; nil: by the fields above
	Capture       float64                   // dB by which a stronger frame survives a weaker one; 0 turns capture off
}

// VHF returns a channel as a KISS TNC of the given rate makes it with the
// values that TNCs ship with: TXDELAY 300 ms, P 63, slot 100 ms at 1,200 bit/s;
// a tenth of the times at 9,600 and above, where modems key up faster.
func VHF(bitsPerSecond int) Config {
	unit := 100 * time.Millisecond
	if bitsPerSecond >= 9600 {
		unit /= 10
	}
	return Config{
		BitsPerSecond: bitsPerSecond,
		Overhead:      3 * unit,
		Framing:       20,
		Sense:         unit / 5,
		Slot:          unit,
		Persistence:   0.25,
	}
}

// Airtime returns how long the channel is occupied by a frame of n bytes.
func (c Config) Airtime(n int) time.Duration {
	if c.OnAir != nil {
		return c.OnAir(n)
	}
	bits := int64(n+c.Framing) * 8
	return c.Overhead + time.Duration(bits*int64(time.Second)/int64(c.BitsPerSecond))
}

// Path is how one station hears another.
type Path struct {
	Loss     float64 // probability that a frame is lost for no other reason, 0..1
	Strength float64 // dB against the other paths to the same receiver; matters for capture only
}

// Medium is one channel. It belongs to one goroutine.
type Medium struct {
	cfg      Config
	stations []*station
	line     timeline
	out      []Event
}

// New returns a channel without stations.
func New(cfg Config) *Medium {
	if cfg.BitsPerSecond <= 0 || cfg.Slot <= 0 || !(cfg.Persistence > 0 && cfg.Persistence <= 1) {
		panic(fmt.Sprintf("internal error: impossible channel %+v", cfg))
	}
	cfg.Queue = max(cfg.Queue, 1)
	return &Medium{cfg: cfg}
}

// Config returns the channel's description.
func (m *Medium) Config() Config { return m.cfg }

// Join adds a station that hears nobody yet and returns its number, from 0.
// From rng come the station's own waiting times and the losses of what it
// hears, so that a further station disturbs no other's.
func (m *Medium) Join(rng *rand.Rand) int {
	m.stations = append(m.stations, &station{rng: rng})
	return len(m.stations) - 1
}

// Connect lets a station hear another from its next transmission on; it
// replaces the path that was there. For both ways call it twice.
func (m *Medium) Connect(from, to int, p Path) {
	m.Disconnect(from, to)
	m.stations[from].heardBy = append(m.stations[from].heardBy, edge{to: to, path: p})
}

// Disconnect undoes Connect. What is on the air arrives nevertheless.
func (m *Medium) Disconnect(from, to int) {
	edges := m.stations[from].heardBy
	for i, e := range edges {
		if e.to == to {
			m.stations[from].heardBy = append(edges[:i:i], edges[i+1:]...)
			return
		}
	}
}

// Send hands a station a frame. It reports false when the station is off or
// its queue is full; otherwise one Sent event follows. The medium keeps data
// and hands the same bytes to all hearers; nobody may change them.
func (m *Medium) Send(now clock.Instant, station int, data []byte) bool {
	s := m.stations[station]
	if s.off || len(s.queue) >= m.cfg.Queue {
		return false
	}
	s.queue = append(s.queue, data)
	if len(s.queue) == 1 {
		m.contend(now, station)
	}
	return true
}

// Off takes a station's power: what it was sending breaks off, what it had
// queued is gone (Sent with OK false for each), and it hears nothing until On.
func (m *Medium) Off(now clock.Instant, station int) {
	s := m.stations[station]
	if s.off {
		return
	}
	s.off = true
	s.attempt++ // forget a scheduled attempt
	if s.sending != nil {
		s.sending.broken = true
		m.line.push(moment{at: now.Add(m.cfg.Delay), what: leave, station: station, tx: s.sending})
		s.stats.Airtime -= s.sending.ends.Sub(now)
		s.sending = nil
	}
	for i := range s.incoming {
		s.incoming[i].fate = unheard
	}
	for range s.queue {
		m.out = append(m.out, Sent{At: now, Station: station})
	}
	s.queue, s.deferring = nil, false
}

// On gives a station its power back.
func (m *Medium) On(station int) { m.stations[station].off = false }

// Busy reports whether a station notices a carrier, its own included.
func (m *Medium) Busy(now clock.Instant, station int) bool {
	s := m.stations[station]
	if s.sending != nil {
		return true
	}
	for _, in := range s.incoming {
		if now >= in.since.Add(m.cfg.Sense) {
			return true
		}
	}
	return false
}
