package medium

import (
	"math/rand/v2"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

type station struct {
	rng     *rand.Rand
	heardBy []edge
	off     bool

	queue     [][]byte      // the first is on the air or waits for the channel
	sending   *transmission // nil while not on the air
	attempt   uint64        // token of the scheduled attempt
	deferring bool          // waits until the channel is clear

	incoming []reception
	stats    Stats
}

type edge struct {
	to   int
	path Path
}

type transmission struct {
	from    int
	data    []byte
	ends    clock.Instant // at the transmitter
	hearers []edge        // fixed when its front arrives
	broken  bool          // the transmitter lost power
	gone    bool          // its end has passed the hearers
}

// reception is a transmission while it arrives at one station.
type reception struct {
	tx    *transmission
	path  Path
	since clock.Instant
	fate  fate
}

// fate of a reception: the first thing that spoils it counts.
type fate uint8

const (
	whole fate = iota
	collided
	deaf
	unheard
)

func (r *reception) spoil(f fate) {
	if r.fate == whole {
		r.fate = f
	}
}

// Next returns when something happens next, if anything will.
func (m *Medium) Next() (clock.Instant, bool) {
	if len(m.out) > 0 {
		return 0, true // left by Off: at once
	}
	if len(m.line.heap) == 0 {
		return 0, false
	}
	return m.line.heap[0].at, true
}

// Advance lets everything up to and including now happen, and returns what the
// stations notice, in order of time. The slice is valid until the next call.
func (m *Medium) Advance(now clock.Instant) []Event {
	for len(m.line.heap) > 0 && m.line.heap[0].at <= now {
		e := m.line.pop()
		switch e.what {
		case attempt:
			m.try(e.at, e.station, e.token)
		case arrive:
			m.arrive(e.at, e.tx)
		case finish:
			m.finish(e.at, e.tx)
		case leave:
			m.leave(e.at, e.tx)
		}
	}
	out := m.out
	m.out = nil
	return out
}

// contend begins or resumes a station's wait for its turn. The number of slots
// that p-persistence waits is geometric, so it is drawn at once; if a carrier
// appears meanwhile, try defers and draws again, which changes nothing, for
// the geometric distribution has no memory.
func (m *Medium) contend(now clock.Instant, i int) {
	s := m.stations[i]
	s.attempt++
	at := now
	for s.rng.Float64() >= m.cfg.Persistence {
		at = at.Add(m.cfg.Slot)
	}
	m.line.push(moment{at: at, what: attempt, station: i, token: s.attempt})
}

func (m *Medium) try(now clock.Instant, i int, token uint64) {
	s := m.stations[i]
	if token != s.attempt || s.sending != nil || len(s.queue) == 0 {
		return
	}
	if m.Busy(now, i) {
		s.deferring = true // leave wakes it
		return
	}
	data := s.queue[0]
	airtime := m.cfg.Airtime(len(data))
	tx := &transmission{from: i, data: data, ends: now.Add(airtime)}
	s.sending = tx
	s.stats.TxFrames++
	s.stats.TxBytes += uint64(len(data))
	s.stats.Airtime += airtime
	for k := range s.incoming {
		s.incoming[k].spoil(deaf)
	}
	m.line.push(moment{at: now.Add(m.cfg.Delay), what: arrive, station: i, tx: tx})
	m.line.push(moment{at: tx.ends, what: finish, station: i, tx: tx})
	m.line.push(moment{at: tx.ends.Add(m.cfg.Delay), what: leave, station: i, tx: tx})
}

func (m *Medium) arrive(now clock.Instant, tx *transmission) {
	if tx.gone { // broken off before it got anywhere
		return
	}
	tx.hearers = slices.Clip(m.stations[tx.from].heardBy)
	for _, e := range tx.hearers {
		s := m.stations[e.to]
		in := reception{tx: tx, path: e.path, since: now}
		switch {
		case s.off:
			in.spoil(unheard)
		case s.sending != nil:
			in.spoil(deaf)
		}
		for k := range s.incoming {
			m.clash(&s.incoming[k], &in)
		}
		s.incoming = append(s.incoming, in)
	}
}

// clash decides between two transmissions that overlap at a receiver.
func (m *Medium) clash(a, b *reception) {
	margin := m.cfg.Capture
	if margin <= 0 || a.path.Strength-b.path.Strength < margin {
		a.spoil(collided)
	}
	if margin <= 0 || b.path.Strength-a.path.Strength < margin {
		b.spoil(collided)
	}
}

func (m *Medium) finish(now clock.Instant, tx *transmission) {
	s := m.stations[tx.from]
	if s.sending != tx { // broken off
		return
	}
	s.sending = nil
	s.queue = s.queue[1:]
	m.out = append(m.out, Sent{At: now, Station: tx.from, OK: true})
	if len(s.queue) > 0 {
		m.contend(now, tx.from)
	}
}

func (m *Medium) leave(now clock.Instant, tx *transmission) {
	if tx.gone {
		return
	}
	tx.gone = true
	for _, e := range tx.hearers {
		s := m.stations[e.to]
		for k := range s.incoming {
			if s.incoming[k].tx != tx {
				continue
			}
			in := s.incoming[k]
			s.incoming = append(s.incoming[:k], s.incoming[k+1:]...)
			m.conclude(now, e.to, in)
			break
		}
		if s.deferring && len(s.incoming) == 0 {
			s.deferring = false
			m.contend(now, e.to)
		}
	}
}

// conclude counts a reception that has ended and delivers it if it is whole.
func (m *Medium) conclude(now clock.Instant, i int, in reception) {
	s := m.stations[i]
	if in.tx.broken {
		in.fate = unheard
	}
	switch in.fate {
	case collided:
		s.stats.Collided++
	case deaf:
		s.stats.Deaf++
	case unheard:
		s.stats.Unheard++
	case whole:
		// A draw for each reception, lossy or not: turning one path's loss on
		// does not shift the station's other draws.
		if s.rng.Float64() < in.path.Loss {
			s.stats.Lost++
			return
		}
		s.stats.RxFrames++
		s.stats.RxBytes += uint64(len(in.tx.data))
		m.out = append(m.out, Delivered{At: now, Station: i, From: in.tx.from, Data: in.tx.data})
	}
}
