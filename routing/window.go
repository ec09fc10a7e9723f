package routing

import "github.com/blackstart-mesh/blackstart/message/clock"

// How many days around its own a node speaks of. Days travel as 5 bits, and are
// expanded to the one nearest to the hearer's, from 16 before to 15 after; the
// day that is left on both sides is for neighbours who are past midnight or
// before it. A bundle lives less than that, so nothing that anybody needs is
// outside; but a node whose clock cannot prove anything dead keeps what it saw
// for longer.
const (
	speakBefore = 15
	speakAfter  = 14
)

// span is the days that a node speaks of, first and last included. The zero
// span has every day in it.
type span struct {
	first, last clock.Day
	set         bool
}

func around(today clock.Day) span {
	s := span{first: today - min(today, speakBefore), last: ^clock.Day(0), set: true}
	if today < s.last-speakAfter {
		s.last = today + speakAfter
	}
	return s
}

func (s span) has(d clock.Day) bool { return !s.set || s.first <= d && d <= s.last }

// Window makes the vectors speak of the days around today and no others: in the
// summary and in segments. What was seen stays known. live is all bundles that
// are held and not released.
func (v *Vectors) Window(today clock.Day, live []*Item) {
	before, after := v.window, around(today)
	if before == after {
		return
	}
	v.window = after
	v.version++
	for st, s := range v.streams { // order: an exclusive or does not depend on it
		if before.has(st.Day) != after.has(st.Day) {
			v.fold(st, s)
		}
	}
	for _, it := range live {
		if before.has(it.ID.Day) != after.has(it.ID.Day) {
			v.summary ^= it.Element()
		}
	}
}

// Speaks reports whether a day is one that others can be told of.
func (v *Vectors) Speaks(d clock.Day) bool { return v.window.has(d) }

// spoken returns the vectors without the streams that are not spoken of, for
// reading.
func (v *Vectors) spoken() *Vectors {
	out := &Vectors{streams: v.streams, order: make([]Stream, 0, len(v.order))}
	for _, st := range v.order {
		if v.window.has(st.Day) {
			out.order = append(out.order, st)
		}
	}
	return out
}
