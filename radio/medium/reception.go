package medium

import "github.com/blackstart-mesh/blackstart/message/clock"

// reception is a transmission while it arrives at one station. Two are a line of a
// processor's cache.
type reception struct {
	milliwatt float64
	harm      float64 // of its interferers so far, see overlap
	tx        int32
	power     int32 // 1/1000 dBm
	loss      float32
	fate      fate
}

// usual is how many receptions a station has room for from the beginning.
const usual = 2

// fate of a reception: the first thing that spoils it counts.
type fate uint8

const (
	whole fate = iota
	collided
	deaf
	unheard
	weak
	foreign // nothing that this station could ever decode: disturbs others, and is not counted
)

func (r *reception) spoil(f fate) {
	if r.fate == whole {
		r.fate = f
	}
}

// miss is for a hearer without power: whatever else befell the frame, it was not heard.
func (r *reception) miss() {
	if r.fate != foreign {
		r.fate = unheard
	}
}

func (m *Medium) arrive(now clock.Instant, n int32) {
	tx := &m.txs[n]
	if tx.gone { // broken off before it got anywhere
		return
	}
	tx.since, tx.counts = now, now
	if m.air != nil {
		tx.counts = now.Add(m.air.modes[tx.mode].lead)
	}
	edges := m.stations[tx.from].heardBy
	for k := range edges {
		e := &edges[k]
		s := &m.stations[e.to]
		if s.band != tx.band {
			continue
		}
		tx.hearers = append(tx.hearers, e.to)
		in := s.room()
		in.milliwatt, in.harm, in.tx, in.power, in.loss, in.fate = e.milliwatt, 0, n, e.power, e.loss, whole
		if m.air == nil {
			m.meet(s, tx, in)
			continue
		}
		m.air.meet(s, tx, in)
		if m.air.summing == Onset {
			m.onset(s, in)
		}
	}
}

// room makes room for a reception, and returns it as the last one left it.
func (s *station) room() *reception {
	last := len(s.incoming)
	if last == cap(s.incoming) {
		s.incoming = append(s.incoming, reception{})
	} else {
		s.incoming = s.incoming[:last+1]
	}
	return &s.incoming[last]
}

// meet lets a frame arrive at a station where powers do not count.
func (m *Medium) meet(s *station, tx *transmission, in *reception) {
	switch {
	case tx.jam:
		in.fate = foreign
	case s.off:
		in.fate = unheard
	case s.sending != nothing:
		in.fate = deaf
	}
	for k := range len(s.incoming) - 1 {
		m.clash(&s.incoming[k], in)
	}
}

// clash decides between two transmissions that overlap at a receiver where
// powers do not count.
func (m *Medium) clash(a, b *reception) {
	if margin := thousandths(m.cfg.Capture); margin > 0 {
		if a.power-b.power >= margin {
			b.spoil(collided)
			return
		}
		if b.power-a.power >= margin {
			a.spoil(collided)
			return
		}
	}
	a.spoil(collided)
	b.spoil(collided)
}

func (m *Medium) leave(now clock.Instant, n int32) {
	tx := &m.txs[n]
	if tx.gone {
		return
	}
	tx.gone = true
	for _, to := range tx.hearers {
		s := &m.stations[to]
		if k := s.index(n); k >= 0 {
			if m.air != nil && len(s.incoming) > 1 {
				m.overlap(now, s, k)
			}
			m.conclude(now, int(to), s, tx, &s.incoming[k])
			last := len(s.incoming) - 1
			if k < last {
				s.incoming[k] = s.incoming[last]
			}
			s.incoming = s.incoming[:last]
			if s.locked == n {
				s.locked = nothing
			}
		}
		if s.deferring {
			m.wake(now, int(to))
		}
	}
}

// index finds a transmission among those that arrive at a station; -1 if it is not there.
func (s *station) index(tx int32) int {
	for k := range s.incoming {
		if s.incoming[k].tx == tx {
			return k
		}
	}
	return -1
}

// wake lets a station that waits for the channel contend, once no carrier is left
// that it notices, or will.
func (m *Medium) wake(now clock.Instant, i int) {
	s := &m.stations[i]
	for k := range s.incoming {
		if m.detects(s, &s.incoming[k]) {
			return
		}
	}
	s.deferring = false
	m.contend(now, i)
}

// conclude counts a reception that has ended and delivers it if it is whole.
func (m *Medium) conclude(now clock.Instant, i int, s *station, tx *transmission, in *reception) {
	if tx.broken {
		in.miss()
	}
	if m.air != nil && in.fate == whole && m.air.drowned(now, tx, in) {
		in.fate = collided
	}
	if in.fate != whole {
		s.count(in.fate)
		return
	}
	if m.lost(s, tx, in) {
		s.stats.Lost++
		return
	}
	s.stats.RxFrames++
	s.stats.RxBytes += uint64(len(tx.data))
	note := Notice{At: now, Station: i, From: int(tx.from), Data: tx.data, Power: decibel(in.power)}
	if m.air != nil {
		note.SNR = decibel(in.power - m.air.noise)
	}
	m.out = append(m.out, note)
}

// count counts a reception that came to nothing.
func (s *station) count(f fate) {
	switch f {
	case collided:
		s.stats.Collided++
	case deaf:
		s.stats.Deaf++
	case unheard:
		s.stats.Unheard++
	case weak:
		s.stats.Weak++
	}
}

// lost decides by the path's loss. Without a Receiver there is a draw for each
// reception, lossy or not: turning one path's loss on does not shift the station's
// other draws.
func (m *Medium) lost(s *station, tx *transmission, in *reception) bool {
	if m.air == nil {
		return s.rng.Float64() < float64(in.loss)
	}
	return in.loss > 0 && chance(mix(s.luck^tx.luck)) < float64(in.loss)
}
