package medium

import (
	"cmp"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// story is all that happened on a channel, for judges who were not there: every
// transmission and every change, in order. From it the reference decides each
// reception by looking at all others, again and again.
type story struct {
	cfg     Config
	luck    []uint64 // of each station
	aired   []aired
	changes []change
	fades   []fade
	lists   [][]arrival // by hearer, once all is over
}

// aired is a transmission.
type aired struct {
	from        int
	begin, end  clock.Instant // end is early if it was broken off
	count       uint64        // transmissions of the station before
	mode        uint8
	band        int32
	jam, broken bool
	data        []byte
	paths       []heardPath // at the moment when it arrived
}

// heardPath is a hearer with how it was then.
type heardPath struct {
	to       int
	path     Path
	off      bool
	mode     uint8
	sameBand bool
}

// change is something that was done to a station between two moments.
type change struct {
	at            clock.Instant
	station       int
	off           bool // else tuned
	bandsDiffer   bool
	modesOrBandDo bool
}

// arrival is a transmission at a hearer.
type arrival struct {
	tx         int
	begin, end clock.Instant // end is early if the hearer went to another band
	left       bool          // it did
	power      int32
	mw         float64
	hearer     heardPath
	fate       fate
	lock       bool // the receiver stayed with it
	lost       bool
}

// judge returns what every station ought to have counted, and heard.
func (s *story) judge() ([]Stats, [][]Notice) {
	stats, heard := make([]Stats, len(s.luck)), make([][]Notice, len(s.luck))
	s.fades = fadesOf(s.cfg.Receiver.Fading)
	for i := range stats {
		list := s.arrivals(i)
		s.lists = append(s.lists, list)
		for k := range list {
			s.decide(i, list, k)
		}
		for k := range list {
			a := &list[k]
			st, tx := &stats[i], &s.aired[a.tx]
			switch {
			case a.fate == collided:
				st.Collided++
			case a.fate == deaf:
				st.Deaf++
			case a.fate == unheard:
				st.Unheard++
			case a.fate == weak:
				st.Weak++
			case a.fate == whole && a.lost:
				st.Lost++
			case a.fate == whole:
				st.RxFrames++
				st.RxBytes += uint64(len(tx.data))
				heard[i] = append(heard[i], Notice{At: a.end, Station: i, From: tx.from, Data: tx.data, Power: decibel(a.power)})
			}
		}
		slices.SortStableFunc(heard[i], func(a, b Notice) int { return cmp.Compare(a.At, b.At) })
	}
	return stats, heard
}

// arrivals lists what reaches a station, in the order in which it does.
func (s *story) arrivals(station int) (list []arrival) {
	for n, tx := range s.aired {
		for _, h := range tx.paths {
			if h.to != station || !h.sameBand || tx.end == tx.begin {
				continue
			}
			a := arrival{tx: n, begin: tx.begin.Add(s.cfg.Delay), end: tx.end.Add(s.cfg.Delay), hearer: h, power: thousandths(h.path.Power)}
			a.mw = milliwatt(a.power)
			luck := mix(s.luck[station] ^ luckOf(tx.from, tx.count))
			f := s.fades[luck>>(64-fadeBits)]
			a.power += f.power
			a.mw *= f.factor
			a.lost = chance(luck) < float64(float32(h.path.Loss))
			for _, c := range s.changes {
				if c.station == station && c.bandsDiffer && c.at >= a.begin && c.at < a.end {
					a.end, a.left = c.at, true
				}
			}
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b arrival) int { return cmp.Compare(a.begin, b.begin) })
	return list
}

// decide says what became of the k-th arrival; those before it are decided.
func (s *story) decide(station int, list []arrival, k int) {
	r, a := s.cfg.Receiver, &list[k]
	tx := s.aired[a.tx]
	sensitivity := thousandths(r.Modes[a.hearer.mode].Sensitivity)
	switch {
	case tx.jam || tx.mode != a.hearer.mode:
		a.fate = foreign
		return
	case a.hearer.off:
		a.fate = unheard
	case a.power < sensitivity:
		a.fate = weak
	case s.transmits(station, a):
		a.fate = deaf
	case r.Locked && s.holds(station, list[:k], a):
		a.fate = collided
	default:
		a.lock = true
		a.fate = s.meanwhile(station, list, k)
	}
	for _, c := range s.changes {
		if c.station == station && c.off && c.at >= a.begin && c.at < a.end {
			a.fate = unheard
		}
	}
	if tx.broken && !a.left {
		a.fate = unheard
	}
}

// beganBefore reports whether a transmission of the station itself began before a frame
// arrived, in the order in which things happen at one instant.
func (s *story) beganBefore(own int, a *arrival) bool {
	o := s.aired[own]
	return o.begin < a.begin || o.begin == a.begin && s.cfg.Delay == 0 && own < a.tx
}

func (s *story) transmits(station int, a *arrival) bool {
	for n, o := range s.aired {
		if o.from == station && s.beganBefore(n, a) && o.end > a.begin {
			return true
		}
	}
	return false
}

// holds reports whether the receiver is with an earlier frame when another arrives.
func (s *story) holds(station int, earlier []arrival, a *arrival) bool {
	for i := range earlier {
		e := &earlier[i]
		if !e.lock || e.end <= a.begin {
			continue
		}
		freed := false
		for _, c := range s.changes {
			freed = freed || c.station == station && (c.off || c.modesOrBandDo) && c.at >= e.begin && c.at < a.begin
		}
		for n, o := range s.aired {
			freed = freed || o.from == station && !s.beganBefore(n, e) && s.beganBefore(n, a)
		}
		if !freed {
			return true
		}
	}
	return false
}

// meanwhile says what befell a frame that began to be received.
func (s *story) meanwhile(station int, list []arrival, k int) fate {
	a := &list[k]
	first, f := a.end, whole
	for _, c := range s.changes {
		if c.station == station && c.modesOrBandDo && c.at >= a.begin && (c.at < first || a.left && c.at == a.end && f == whole) {
			first, f = c.at, unheard
		}
	}
	for _, o := range s.aired {
		if o.from == station && o.begin >= a.begin && o.begin < first {
			first, f = o.begin, deaf
		}
	}
	if f == whole && s.drowns(list, k) {
		return collided
	}
	return f
}

// drowns reports whether interference destroys a frame.
func (s *story) drowns(list []arrival, k int) bool {
	r, a := s.cfg.Receiver, &list[k]
	mode := r.Modes[s.aired[a.tx].mode]
	from := a.begin.Add(mode.Lead)
	needs := func(q *arrival) float64 { // power that the frame needs above this interferer
		other := r.Modes[s.aired[q.tx].mode]
		switch {
		case other.SF == mode.SF:
			return q.mw * milliwatt(thousandths(r.Capture))
		case r.Rejection == nil:
			return 0
		}
		return q.mw * milliwatt(thousandths(r.Rejection(mode.SF, other.SF)))
	}
	energy, most := 0.0, 0.0
	for i := range list {
		q := &list[i]
		begin, end := max(from, q.begin), min(a.end, q.end)
		if i == k || end <= begin {
			continue
		}
		energy += needs(q) * float64(end.Sub(begin))
		sum := 0.0 // at the instant at which this one begins to count
		for j := range list {
			if o := &list[j]; j != k && o.begin <= begin && o.end > begin {
				sum += needs(o)
			}
		}
		if r.Summing == Single {
			sum = needs(q)
		}
		most = max(most, sum)
	}
	if r.Summing == Energy {
		return energy > a.mw*(1+1e-9)*float64(max(0, a.end.Sub(from)))
	}
	return most > a.mw*(1+1e-9)
}

// noticeable reports whether a station must notice a carrier at some instant.
func (s *story) noticeable(station int, now clock.Instant, mode uint8) bool {
	r := s.cfg.Receiver
	own := r.Modes[mode]
	for _, a := range s.lists[station] {
		if a.power >= thousandths(own.Sensitivity)-thousandths(r.Detect) && (!r.OwnOnly || s.aired[a.tx].mode == mode) &&
			a.begin.Add(own.Sense) <= now && a.end > now && own.Sense > time.Duration(0) {
			return true
		}
	}
	return false
}
