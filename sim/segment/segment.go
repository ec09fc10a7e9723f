// Package segment is a network of fast links, as pure events: a LAN, cellular data,
// the Bluetooth of people who walk past each other.
//
// Stations hand frames over with Send; Next says when something happens next; Advance
// lets it happen and returns what the stations notice. Which stations have a connection
// is told with Connect and Disconnect, and both ends of it are told in turn: such links
// name their neighbours.
//
// What it models: rate, a delay of its own for each hearer, loss, the largest frame,
// connections that come and go and what is under way on them, stations without power,
// how long it takes to notice that a connection came or went, nodes that are in one
// transfer at a time, and time that passes in steps as in the simulator ONE. What it
// leaves out: stations that share the rate (each sends at the whole of it, as behind a
// switch), queues (a station has one frame outstanding), retransmissions below the frame,
// order among frames whose delays differ.
package segment

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Everyone is the addressee of a frame for all stations that have a connection with the
// sender. Stations are counted from 0.
const Everyone = -1

// Config describes a segment.
type Config struct {
	BitsPerSecond int              // rate at which each station sends, above 0
	Delay         [2]time.Duration // of each frame to each hearer: least, and most (drawn evenly between the two)
	Loss          float64          // probability that a hearer does not get a frame, 0..1
	MTU           int              // Send takes nothing longer; 0: no limit
	Uncharged     int              // so many bytes at the front of each frame take no time to send
	Notice        time.Duration    // from a change of a connection until both ends are told

	// HalfDuplex: a station is in one transfer at a time, sending or receiving. A frame of
	// more than Uncharged bytes that finds either end in a transfer is refused at once, and
	// so is one to a station without a connection; see Send.
	HalfDuplex bool

	// Broadcast: one frame reaches everyone, as on a LAN. Without it Send takes no frame to
	// Everyone.
	Broadcast bool

	// Step, if above 0, makes charged frames begin and end as in a simulator that looks at
	// its world only once in a Step (the ONE, core/World and Connection: a transfer is
	// finished when its sender is next looked at, and senders are looked at in a random
	// order). A frame counts from the last whole multiple of Step, and it is through, for
	// both ends, within the first Moment of the multiple that follows its last bit.
	// Connections should change at whole multiples, as in the ONE.
	Step time.Duration
}

// Moment is the part of a Step in which everybody is looked at, one after the other, in
// random order. It must be small against the Step and large against a nanosecond.
func (c Config) Moment() time.Duration { return c.Step / 10_000 }

// Took returns for how long a frame of n bytes is being sent.
func (c Config) Took(n int) time.Duration {
	bits := int64(max(n-c.Uncharged, 0)) * 8
	return time.Duration(bits * int64(time.Second) / int64(c.BitsPerSecond))
}

// Segment is one network. It belongs to one goroutine.
type Segment struct {
	cfg      Config
	stations []*station
	agenda   clock.Agenda[moment]
}

// station is one end of the segment's connections.
type station struct {
	rng     *rand.Rand
	off     bool
	peers   []peer // in order of connection
	sending *transfer
	getting *transfer // half duplex only: the charged frame that is arriving
	stats   Stats
}

// New returns a segment without stations.
func New(cfg Config) *Segment {
	if cfg.BitsPerSecond <= 0 || cfg.Delay[0] < 0 || cfg.Delay[1] < cfg.Delay[0] || !(cfg.Loss >= 0 && cfg.Loss <= 1) ||
		cfg.MTU < 0 || cfg.Uncharged < 0 || cfg.Notice < 0 || cfg.Step < 0 {
		panic(fmt.Sprintf("internal error: impossible segment %+v", cfg))
	}
	return &Segment{cfg: cfg}
}

// Config returns the segment's description.
func (s *Segment) Config() Config { return s.cfg }

// Join adds a station that has no connection yet and returns its number, from 0. From rng
// come the losses and delays of what it hears and the order in which it is looked at, so
// that a further station disturbs no other's luck.
func (s *Segment) Join(rng *rand.Rand) int {
	s.stations = append(s.stations, &station{rng: rng})
	return len(s.stations) - 1
}

// Connect joins two stations; a second time it does nothing.
func (s *Segment) Connect(now clock.Instant, a, b int) {
	l := s.line(a, b)
	if l == nil {
		l = &line{ends: [2]int{a, b}}
		s.stations[a].peers = append(s.stations[a].peers, peer{to: b, line: l})
		s.stations[b].peers = append(s.stations[b].peers, peer{to: a, line: l})
	}
	l.wanted = true
	s.settle(now, l)
}

// Disconnect undoes Connect. What is under way between the two is lost, unless its last
// bit has arrived.
func (s *Segment) Disconnect(now clock.Instant, a, b int) {
	if l := s.line(a, b); l != nil && l.wanted {
		l.wanted = false
		s.settle(now, l)
	}
}

// Off takes a station's power: its connections go down, and it notices nothing until On.
// The frame that it was sending is lost, unless its last bit has left, and no Sent follows.
func (s *Segment) Off(now clock.Instant, station int) {
	st := s.stations[station]
	if st.off {
		return
	}
	st.off = true
	if t := st.sending; t != nil {
		st.sending, t.orphan = nil, true
		if now < t.last {
			s.end(now, t, false)
		}
	}
	for _, p := range st.peers {
		s.settle(now, p.line)
	}
}

// On gives a station its power back: its connections come up again, and it is told of
// each of them anew.
func (s *Segment) On(now clock.Instant, station int) {
	st := s.stations[station]
	if !st.off {
		return
	}
	st.off = false
	for _, p := range st.peers {
		s.settle(now, p.line)
	}
}

// Connected reports whether two stations have a connection that is up.
func (s *Segment) Connected(a, b int) bool {
	l := s.line(a, b)
	return l != nil && l.up()
}
