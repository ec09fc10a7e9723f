package people

import (
	"cmp"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/chance"
)

// pace turns the time that a writer feels, at whose end his next message is due, into
// the time of the run: in a surge of 1,000 percent it passes ten times as fast.
type pace []stretch

// stretch is a time of one pace. The last one is where the writer stops.
type stretch struct {
	at      time.Duration // in the run
	felt    time.Duration // by the writer since he began
	percent uint64
}

// pace returns that of one writer of a source; Everyone: of all of a shared one.
func (w *Workload) pace(s *Source, from int) pace {
	end := w.End
	if s.End != 0 {
		end = min(end, s.End)
	}
	if s.Begin >= end {
		return pace{{at: end}}
	}
	var over []Surge
	for _, u := range w.Surges {
		if u.of(s, from) && u.Begin < end && u.End > s.Begin {
			over = append(over, u)
		}
	}
	slices.SortFunc(over, func(a, b Surge) int { return cmp.Compare(a.Begin, b.Begin) })
	p := pace{{at: s.Begin, percent: 100}}
	for _, u := range over {
		p = p.then(max(u.Begin, s.Begin), uint64(u.Percent))
		p = p.then(min(u.End, end), 100)
	}
	return p.then(end, 0)
}

// of reports whether a surge is of a writer of a source.
func (u *Surge) of(s *Source, from int) bool {
	switch {
	case u.Sources != nil && !slices.Contains(u.Sources, s.Name):
		return false
	case u.From == nil:
		return true
	case from == Everyone:
		return !slices.ContainsFunc(s.From, func(n int) bool { return !slices.Contains(u.From, n) })
	}
	return slices.Contains(u.From, from)
}

// then adds a change of pace.
func (p pace) then(at time.Duration, percent uint64) pace {
	last := p[len(p)-1]
	return append(p, stretch{at: at, felt: last.felt + chance.Scale(at-last.at, last.percent, 100), percent: percent})
}

// total returns how long the writer feels that he writes.
func (p pace) total() time.Duration { return p[len(p)-1].felt }

// real returns when in the run a time that the writer feels is; false if that is not
// before he stops.
func (p pace) real(felt time.Duration) (time.Duration, bool) {
	for i := range len(p) - 1 {
		if felt < p[i+1].felt {
			return p[i].at + chance.Scale(felt-p[i].felt, 100, p[i].percent), true
		}
	}
	return 0, false
}
