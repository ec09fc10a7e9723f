package segment

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// peer is a connection as one of its ends has it.
type peer struct {
	to   int
	line *line
}

// line is a connection; both ends share it. It is up while it is wanted and both ends
// have power.
type line struct {
	ends    [2]int
	wanted  bool
	period  uint32 // one more whenever it goes up or down: odd while up
	changed clock.Instant
	told    [2]uint32 // the period of which each end was told last
}

func (l *line) up() bool { return l.period%2 == 1 }

// held reports whether a line that was up in a period stayed so until an instant.
func (l *line) held(period uint32, until clock.Instant) bool {
	return period%2 == 1 && (l.period == period || l.period == period+1 && l.changed >= until)
}

func (s *Segment) line(a, b int) *line {
	if a == b {
		panic(fmt.Sprintf("internal error: connection of station %d with itself", a))
	}
	for _, p := range s.stations[a].peers {
		if p.to == b {
			return p.line
		}
	}
	return nil
}

// settle takes a connection up or down after what it hangs on has changed.
func (s *Segment) settle(now clock.Instant, l *line) {
	up := l.wanted && !s.stations[l.ends[0]].off && !s.stations[l.ends[1]].off
	if up == l.up() {
		return
	}
	l.period++
	l.changed = now
	if !up {
		for _, from := range l.ends {
			if t := s.stations[from].sending; t != nil && t.line == l && now < t.last {
				s.end(now, t, false)
			}
		}
	}
	s.agenda.Put(now.Add(s.cfg.Notice), rankNotice, moment{what: rankNotice, line: l})
}

// notice tells both ends what became of their connection. One that went and came since
// they were told is told as gone and come, since what was under way on it is lost.
func (s *Segment) notice(now clock.Instant, l *line) (out []Event) {
	for side, at := range l.ends {
		had := l.told[side]
		if had == l.period {
			continue
		}
		l.told[side] = l.period
		if s.stations[at].off {
			continue
		}
		other := l.ends[1-side]
		if had%2 == 1 {
			out = append(out, Contact{At: now, Station: at, Other: other})
		}
		if l.up() {
			out = append(out, Contact{At: now, Station: at, Other: other, Up: true})
		}
	}
	return out
}
