package clock

import (
	"slices"
	"time"
)

// Report is what an Estimator can tell people.
type Report struct {
	Reading
	Offset   time.Duration // true time less the system's clock, as far as is known
	Seen     time.Duration // since Source last gave the time; 0 where that means nothing
	Conflict Source        // the highest source that is not believed; None if all agree
	Jumps    uint64        // how often the system's clock was set, or the machine slept uncounted
	Jump     time.Duration // the last of them; negative: backwards
	JumpAge  time.Duration // how long ago
}

// Read returns a reading.
func (e *Estimator) Read(s Sample) Reading { return e.Report(s).Reading }

// Report returns a reading and all that is known about it.
func (e *Estimator) Report(s Sample) Report {
	e.look(s)
	at := s.elapsed()
	r := Report{Jumps: e.jumps, Jump: e.jump}
	if e.jumps > 0 {
		r.JumpAge = at.Sub(e.jumpAt)
	}
	floor := e.floorNow(s)
	v := e.vote(s, floor)
	r.Reading = v.reading(s, floor)
	r.Conflict = v.conflict
	if r.Source == None {
		e.guess(&r.Reading, s, floor)
	}
	if t := &e.slots[r.Source]; t.held {
		r.Seen = at.Sub(t.seen)
	}
	r.Offset = signed(r.Wall - s.Wall)
	return r
}

// vote is what the sources say together.
type vote struct {
	span     span
	source   Source // of those that agree, the one that bounds best
	best     Wall   // its radius
	agree    int    // how many of Station, GPS and System do and never contradicted themselves
	station  bool   // Station is among those
	operator bool   // Operator agrees
	conflict Source
	floor    Wall
	wide     Wall // a larger radius is no knowledge
}

// vote asks the sources, the most believed first.
func (e *Estimator) vote(s Sample, floor Wall) vote {
	v := vote{floor: floor, wide: millis(BelievedWithin)}
	order := [...]Source{Operator, Station, GPS, System, Stated}
	var words [sources]span
	for _, src := range order {
		words[src] = e.word(src, s)
	}
	far := func(src Source) int {
		if src != Operator && floor > 0 && words[src].lo > floor+millis(MaxLeap) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(order[:], func(a, b Source) int { return far(a) - far(b) })
	for _, src := range order {
		if src == Stated {
			v.wide = max(v.wide, millis(e.stated))
		}
		if w := words[src]; w != (span{}) {
			v.hear(src, w, e.slots[src].leapt)
		}
	}
	return v
}

// word returns what a source says of this moment; the zero span if it says
// nothing.
func (e *Estimator) word(src Source, s Sample) span {
	if src == Stated {
		if e.stated == 0 {
			return span{}
		}
		moved := s.Wall - e.first.Wall - Wall(s.elapsed().Sub(e.first.elapsed()).Milliseconds())
		within := millis(e.stated) + max(moved, -moved)
		return span{s.Wall - within, s.Wall + within}
	}
	if t := &e.slots[src]; t.held {
		return t.now(s.elapsed())
	}
	return span{}
}

// hear takes one source's word into the vote.
func (v *vote) hear(src Source, w span, leapt bool) {
	if w.hi < v.floor || v.source != None && !v.span.meets(w) {
		v.conflict = max(v.conflict, src)
		return
	}
	if v.source == None {
		v.span = w
	} else {
		v.span = v.span.cut(w)
	}
	if v.source == None || w.radius() < v.best {
		v.source, v.best = src, w.radius()
	}
	switch {
	case src == Operator:
		v.operator = true
	case src > Stated && !leapt:
		v.agree++
		v.station = v.station || src == Station
	}
}

// reading turns the vote into a reading.
func (v *vote) reading(s Sample, floor Wall) Reading {
	r := Reading{Mono: s.Mono, Earliest: max(floor, 0)}
	if v.source == None {
		return r
	}
	r.Source = v.source
	within := v.span.radius()
	r.Wall = v.span.lo + within
	if within > v.wide {
		// The middle of a wide span is no better than any other place in it.
		r.Wall = min(max(s.Wall, v.span.lo), v.span.hi)
		within = max(r.Wall-v.span.lo, v.span.hi-r.Wall)
	} else {
		r.Quality = Believed
	}
	r.Bound = duration(within)
	// Satellites and time servers are nobody's word for keys, however many agree:
	// who is near can forge both. Nor is a station alone, which can be stolen.
	if r.Bound <= CertainWithin && (v.operator || v.station && v.agree >= 2) {
		r.Quality = Certain
	}
	return r
}

// guess fills a reading for which nobody vouches: what other nodes go by, or the
// system's clock, but no time that is surely past.
func (e *Estimator) guess(r *Reading, s Sample, floor Wall) {
	r.Wall, r.Bound = min(max(s.Wall, 0), lastWall), Unsure
	if t := &e.slots[Neighbours]; t.held {
		if w := t.now(s.elapsed()); w.hi >= floor {
			r.Wall, r.Source = min(max(r.Wall, w.lo), w.hi), Neighbours
		}
	}
	r.Wall = max(r.Wall, floor)
}
