package segment

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// transfer is a frame from Send until its sender is done with it.
type transfer struct {
	from, to int // to may be Everyone
	data     []byte
	began    clock.Instant
	last     clock.Instant // when its last bit is through
	line     *line         // of a frame to one station; nil if there never was one
	hearers  []hearer      // who may get it, fixed when it began
	ended    bool
	orphan   bool // its sender lost power
}

// hearer is who may get a frame, and in which period of the connection.
type hearer struct {
	at     int
	line   *line
	period uint32
	deaf   bool
}

// rank orders things of one instant and names them: a frame is heard before its sender
// knows that it is out, and connections are told of last.
type rank = uint8

const (
	rankThrough rank = iota
	rankArrive
	rankFree
	rankNotice
)

// moment is an entry of the agenda.
type moment struct {
	what rank
	t    *transfer     // through, arrive, free
	to   hearer        // arrive
	last clock.Instant // arrive: until when the connection had to last
	ok   bool          // free
	line *line         // notice
}

// Send hands a station a frame for one other station, or for Everyone. It reports false
// when the station is off or has a frame outstanding, when the frame is longer than the
// MTU, and for Everyone on a segment without Broadcast; otherwise one Sent follows,
// unless the station goes off.
//
// A frame to a station without a connection is sent all the same and is lost, for the
// sender may not have noticed yet; its Sent is not OK. With HalfDuplex that Sent comes at
// once, and also when the frame has more than Uncharged bytes and either end is in a
// transfer. The segment keeps data and hands the same bytes to all hearers; nobody may
// change them.
func (s *Segment) Send(now clock.Instant, station, to int, data []byte) bool {
	st := s.stations[station]
	if st.off || st.sending != nil || s.cfg.MTU > 0 && len(data) > s.cfg.MTU || to == Everyone && !s.cfg.Broadcast {
		return false
	}
	t := &transfer{from: station, to: to, data: data, began: now, last: now}
	st.sending = t
	s.address(t)
	if s.cfg.HalfDuplex && s.occupied(t) {
		st.stats.Refused++
		t.ended = true
		s.agenda.Put(now, rankFree, moment{what: rankFree, t: t})
		return true
	}
	s.begin(now, t)
	return true
}

// charged reports whether a frame occupies the ends of its connection.
func (s *Segment) charged(t *transfer) bool { return len(t.data) > s.cfg.Uncharged }

// address notes who may get a frame.
func (s *Segment) address(t *transfer) {
	if t.to != Everyone {
		if t.line = s.line(t.from, t.to); t.line != nil && t.line.up() {
			t.hearers = append(t.hearers, hearer{at: t.to, line: t.line, period: t.line.period})
		}
		return
	}
	for _, p := range s.stations[t.from].peers {
		if p.line.up() {
			deaf := s.cfg.HalfDuplex && s.charged(t) && s.busy(p.to)
			t.hearers = append(t.hearers, hearer{at: p.to, line: p.line, period: p.line.period, deaf: deaf})
		}
	}
}

// busy reports whether a station is in a charged transfer.
func (s *Segment) busy(station int) bool {
	st := s.stations[station]
	return st.getting != nil || st.sending != nil && s.charged(st.sending)
}

// occupied reports whether a half-duplex transfer cannot begin now.
func (s *Segment) occupied(t *transfer) bool {
	switch {
	case t.to != Everyone && len(t.hearers) == 0:
		return true // no connection
	case !s.charged(t):
		return false
	}
	return s.stations[t.from].getting != nil || t.to != Everyone && s.busy(t.to)
}

func (s *Segment) begin(now clock.Instant, t *transfer) {
	st := s.stations[t.from]
	took := s.cfg.Took(len(t.data))
	t.last = now.Add(took)
	ends := t.last
	if step := clock.Instant(s.cfg.Step); step > 0 && s.charged(t) {
		start := now - now%step
		t.last = max(start.Add(took), now)
		ends = start + (clock.Instant(max(took, 1))+step-1)/step*step
		ends = max(ends.Add(time.Duration(st.rng.Int64N(int64(s.cfg.Moment())+1))), now.Add(took))
	}
	st.stats.TxFrames++
	st.stats.TxBytes += uint64(len(t.data))
	st.stats.Airtime += t.last.Sub(now)
	if s.cfg.HalfDuplex && s.charged(t) {
		for _, h := range t.hearers {
			if !h.deaf {
				s.stations[h.at].getting = t
			}
		}
	}
	s.agenda.Put(ends, rankThrough, moment{what: rankThrough, t: t})
}

// end concludes a transfer: whole, it is on its way to those who may get it; broken, it
// is lost. Its sender is told.
func (s *Segment) end(now clock.Instant, t *transfer, whole bool) {
	if t.ended {
		return
	}
	t.ended = true
	if !whole {
		s.stations[t.from].stats.Airtime -= t.last.Sub(now)
	}
	for _, h := range t.hearers {
		o := s.stations[h.at]
		if o.getting == t {
			o.getting = nil
		}
		switch {
		case h.deaf:
			o.stats.Deaf++
		case !whole:
			o.stats.Broken++
		default:
			// Two draws for each arrival, whatever they decide: a segment's loss does not
			// shift its delays.
			delay := s.cfg.Delay[0] + time.Duration(o.rng.Int64N(int64(s.cfg.Delay[1]-s.cfg.Delay[0])+1))
			if o.rng.Float64() < s.cfg.Loss {
				o.stats.Lost++
				continue
			}
			last := t.last
			if delay > 0 {
				last = now.Add(delay)
			}
			s.agenda.Put(now.Add(delay), rankArrive, moment{what: rankArrive, t: t, to: h, last: last})
		}
	}
	s.agenda.Put(now, rankFree, moment{what: rankFree, t: t, ok: whole && (t.to == Everyone || s.held(t))})
}

// held reports whether the connection of a frame to one station lasted.
func (s *Segment) held(t *transfer) bool {
	return len(t.hearers) == 1 && t.line.held(t.hearers[0].period, t.last)
}

// Next returns when something happens next, if anything will.
func (s *Segment) Next() (clock.Instant, bool) { return s.agenda.Next() }

// Advance lets everything up to and including now happen, and returns what the stations
// notice, in order.
func (s *Segment) Advance(now clock.Instant) []Event {
	var out []Event
	for {
		at, ok := s.agenda.Next()
		if !ok || at > now {
			return out
		}
		_, m := s.agenda.Take()
		switch m.what {
		case rankThrough:
			s.end(at, m.t, true)
		case rankArrive:
			out = s.arrive(at, m, out)
		case rankFree:
			if !m.t.orphan {
				s.stations[m.t.from].sending = nil
				out = append(out, Sent{At: at, Station: m.t.from, OK: m.ok})
			}
		case rankNotice:
			out = append(out, s.notice(at, m.line)...)
		}
	}
}

func (s *Segment) arrive(at clock.Instant, m moment, out []Event) []Event {
	o := s.stations[m.to.at]
	if o.off || !m.to.line.held(m.to.period, m.last) {
		o.stats.Broken++
		return out
	}
	o.stats.RxFrames++
	o.stats.RxBytes += uint64(len(m.t.data))
	return append(out, Delivered{At: at, Station: m.to.at, From: m.t.from, Data: m.t.data})
}
