package medium

import (
	"math/rand/v2"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// nothing stands where the number of a transmission would.
const nothing int32 = -1

// station is what the channel knows of one. What a frame that arrives looks at comes
// first, and all of it is three lines of a processor's cache.
type station struct {
	incoming []reception
	luck     uint64 // of what it hears, under a Receiver
	sending  int32  // number of a transmission; nothing while not on the air
	locked   int32  // number of the transmission that its receiver stays with
	band     int32
	mode     uint8 // what it transmits and receives
	off      bool

	deferring bool // waits until the channel is clear
	stats     Stats

	heardBy []edge
	queue   [][]byte // the first is on the air or waits for the channel
	rng     *rand.Rand
	attempt uint32 // token of the scheduled attempt
	sent    uint32 // transmissions so far
}

// edge is a path to a hearer.
type edge struct {
	milliwatt float64
	to        int32
	power     int32 // 1/1000 dBm
	loss      float32
}

type transmission struct {
	data    []byte
	ends    clock.Instant // at the transmitter
	since   clock.Instant // at the hearers
	counts  clock.Instant // from when on interference at a hearer does harm
	hearers []int32       // fixed when its front arrives
	luck    uint64
	from    int32
	band    int32
	due     int32 // moments to come that speak of it
	mode    uint8
	jam     bool // nobody can decode it
	broken  bool // the transmitter lost power
	gone    bool // its end has passed the hearers
}

// What a moment is about, in the order in which they go at one instant: a
// transmission may begin where another ends without hurting it.
const (
	leave   uint8 = iota // the end of a transmission passes its hearers
	finish               // a transmitter is done
	arrive               // the front of a transmission reaches its hearers
	attempt              // a station looks whether it may transmit
)

// moment is one thing to come.
type moment struct {
	who   int32  // a transmission, or the station of an attempt
	token uint32 // of an attempt: valid while it is the station's
	what  uint8
}

// later puts a moment of a transmission on the agenda.
func (m *Medium) later(at clock.Instant, what uint8, tx int32) {
	m.txs[tx].due++
	m.line.Put(at, what, moment{who: tx, what: what})
}

// Next returns when something happens next, if anything will.
func (m *Medium) Next() (clock.Instant, bool) {
	if len(m.out) > 0 {
		return 0, true // left by Off: at once
	}
	at, ok := m.line.Next()
	if !ok {
		return 0, false
	}
	return at, true
}

// advance lets everything up to and including now happen.
func (m *Medium) advance(now clock.Instant) {
	for {
		at, ok := m.line.Next()
		if !ok || at > now {
			return
		}
		m.happen()
	}
}

// happen lets the next moment come.
func (m *Medium) happen() {
	at, e := m.line.Take()
	switch e.what {
	case attempt:
		m.try(at, int(e.who), e.token)
		return
	case arrive:
		m.arrive(at, e.who)
	case finish:
		m.finish(at, e.who)
	case leave:
		m.leave(at, e.who)
	}
	tx := &m.txs[e.who]
	if tx.due--; tx.due == 0 {
		tx.data = nil
		m.free = append(m.free, e.who)
	}
}

// contend begins or resumes a station's wait for its turn. The number of slots
// that p-persistence waits is geometric, so it is drawn at once; if a carrier
// appears meanwhile, try defers and draws again, which changes nothing, for
// the geometric distribution has no memory.
func (m *Medium) contend(now clock.Instant, i int) {
	s := &m.stations[i]
	s.attempt++
	at := now
	if m.cfg.Access == Persistent {
		for s.rng.Float64() >= m.cfg.Persistence {
			at = at.Add(m.cfg.Slot)
		}
	}
	m.line.Put(at, attempt, moment{what: attempt, who: int32(i), token: s.attempt})
}

func (m *Medium) try(now clock.Instant, i int, token uint32) {
	s := &m.stations[i]
	if token != s.attempt || s.sending != nothing || len(s.queue) == 0 {
		return
	}
	if m.cfg.Access == Persistent && m.Busy(now, i) {
		s.deferring = true // leave wakes it
		return
	}
	data := s.queue[0]
	airtime := m.Airtime(i, len(data))
	s.stats.TxFrames++
	s.stats.TxBytes += uint64(len(data))
	n := m.begin(now, i, now.Add(airtime)) // may move txs
	m.txs[n].data = data
}

// begin puts a station on the air, and returns the number of its transmission.
func (m *Medium) begin(now clock.Instant, i int, ends clock.Instant) int32 {
	s := &m.stations[i]
	n := int32(len(m.txs))
	if last := len(m.free) - 1; last >= 0 {
		n = m.free[last]
		m.free = m.free[:last]
	} else {
		m.txs = append(m.txs, transmission{})
	}
	m.txs[n] = transmission{from: int32(i), ends: ends, band: s.band, mode: s.mode, luck: luckOf(i, uint64(s.sent)), hearers: m.txs[n].hearers[:0]}
	s.sent++
	s.stats.Airtime += ends.Sub(now)
	s.sending, s.locked = n, nothing
	for k := range s.incoming {
		s.incoming[k].spoil(deaf)
	}
	m.later(now.Add(m.cfg.Delay), arrive, n)
	m.later(ends, finish, n)
	m.later(ends.Add(m.cfg.Delay), leave, n)
	return n
}

func (m *Medium) finish(now clock.Instant, n int32) {
	tx := &m.txs[n]
	s := &m.stations[tx.from]
	if s.sending != n { // broken off
		return
	}
	s.sending = nothing
	if !tx.jam {
		s.queue = slices.Delete(s.queue, 0, 1)
		m.out = append(m.out, Notice{At: now, Station: int(tx.from), From: Nobody, OK: true})
	}
	if len(s.queue) > 0 {
		m.contend(now, int(tx.from))
	}
}
