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
	Access        Access                    // how a station gets the channel
	Slot          time.Duration             // slot time of persistent access, above 0
	Persistence   float64                   // probability to transmit in a free slot, in (0, 1]; KISS P is 256*p-1
	Queue         int                       // frames that a station holds, the one on the air included; 0 means 1
	OnAir         func(n int) time.Duration // of a frame of n bytes; nil: by the fields above
	Capture       float64                   // dB by which a stronger frame survives a weaker one; 0 turns capture off; for channels without Receiver
	Receiver      *Receiver                 // how powers decide; nil: only who hears whom matters
}

// Access is how a station gets the channel.
type Access uint8

// Ways of access.
const (
	// Persistent waits for a clear channel, then transmits in each slot with
	// the probability Persistence.
	Persistent Access = iota
	// Immediate transmits at once, or right after the frame before, whatever
	// is on the air. A protocol that listens first asks Busy.
	Immediate
)

// Airtime returns how long the channel is occupied by a frame of n bytes, of a
// station that nobody tuned.
func (c Config) Airtime(n int) time.Duration {
	if c.OnAir != nil {
		return c.OnAir(n)
	}
	bits := int64(n+c.Framing) * 8
	return c.Overhead + time.Duration(bits*int64(time.Second)/int64(c.BitsPerSecond))
}

// Path is how one station hears another.
type Path struct {
	Loss  float64 // probability that a frame is lost for no other reason, 0..1
	Power float64 // dBm at the receiver, rounded to 1/1000; without a Receiver only differences matter, and only for capture
}

// Medium is one channel. It belongs to one goroutine.
type Medium struct {
	cfg      Config
	air      *air // nil without a Receiver
	stations []station
	txs      []transmission // by number; those that are not on the air are used again
	free     []int32        // numbers of such
	line     clock.Agenda[moment]
	out      []Notice
	spare    []Notice // what Notices returned last
}

// New returns a channel without stations. It panics if the configuration is
// impossible, which Config.Check tells beforehand.
func New(cfg Config) *Medium {
	if err := cfg.Check(); err != nil {
		panic(fmt.Sprintf("internal error: impossible channel: %v", err))
	}
	cfg.Queue = max(cfg.Queue, 1)
	m := &Medium{cfg: cfg}
	if cfg.Receiver != nil {
		m.air = newAir(cfg)
	}
	return m
}

// Check names the first field that is impossible.
func (c Config) Check() error {
	switch {
	case c.BitsPerSecond <= 0:
		return fmt.Errorf("rate is %d bit/s, want more than 0", c.BitsPerSecond)
	case c.Access == Persistent && c.Slot <= 0:
		return fmt.Errorf("slot is %v, want more than 0", c.Slot)
	case c.Access == Persistent && !(c.Persistence > 0 && c.Persistence <= 1):
		return fmt.Errorf("persistence is %v, want more than 0 and at most 1", c.Persistence)
	case c.Access > Immediate:
		return fmt.Errorf("access is %d, want 0 or 1", c.Access)
	case c.Receiver != nil:
		return c.Receiver.check()
	}
	return nil
}

// Config returns the channel's description.
func (m *Medium) Config() Config { return m.cfg }

// Join adds a station that hears nobody yet and returns its number, from 0.
// From rng come the station's own waiting times and the fading and losses of
// what it hears, so that a further station disturbs no other's.
func (m *Medium) Join(rng *rand.Rand) int {
	s := station{rng: rng, sending: nothing, locked: nothing, incoming: make([]reception, 0, usual)}
	if m.air != nil {
		s.luck = rng.Uint64()
	}
	m.stations = append(m.stations, s)
	return len(m.stations) - 1
}

// Connect lets a station hear another from its next transmission on; it
// replaces the path that was there. For both ways call it twice.
func (m *Medium) Connect(from, to int, p Path) {
	m.Disconnect(from, to)
	s := &m.stations[from]
	power := thousandths(p.Power)
	s.heardBy = append(s.heardBy, edge{milliwatt: milliwatt(power), loss: float32(p.Loss), to: int32(to), power: power})
}

// Disconnect undoes Connect. What is on the air arrives nevertheless.
func (m *Medium) Disconnect(from, to int) {
	s := &m.stations[from]
	for i := range s.heardBy {
		if s.heardBy[i].to == int32(to) {
			s.heardBy = append(s.heardBy[:i], s.heardBy[i+1:]...)
			return
		}
	}
}

// Send hands a station a frame. It reports false when the station is off or
// its queue is full; otherwise one Sent event follows. The medium keeps data
// and hands the same bytes to all hearers; nobody may change them.
func (m *Medium) Send(now clock.Instant, station int, data []byte) bool {
	s := &m.stations[station]
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
	s := &m.stations[station]
	if s.off {
		return
	}
	s.off = true
	s.attempt++ // forget a scheduled attempt
	if s.sending != nothing {
		tx := &m.txs[s.sending]
		tx.broken = true
		m.later(now.Add(m.cfg.Delay), leave, s.sending)
		s.stats.Airtime -= tx.ends.Sub(now)
		s.sending = nothing
	}
	for i := range s.incoming {
		s.incoming[i].miss()
	}
	for range s.queue {
		m.out = append(m.out, Notice{At: now, Station: station, From: Nobody})
	}
	s.queue, s.deferring, s.locked = nil, false, nothing
}

// On gives a station its power back.
func (m *Medium) On(station int) { m.stations[station].off = false }

// Busy reports whether a station notices a carrier, its own included.
func (m *Medium) Busy(now clock.Instant, station int) bool {
	s := &m.stations[station]
	if s.sending != nothing {
		return true
	}
	for i := range s.incoming {
		if now >= m.txs[s.incoming[i].tx].since.Add(m.sense(s)) && m.detects(s, &s.incoming[i]) {
			return true
		}
	}
	return false
}
