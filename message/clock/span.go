package clock

import "time"

// DriftPPM is how far the machine's monotonic clock may be from true seconds,
// in millionths: twice what data sheets give for the quartz of a computer (30
// at 25 °C, 20 more over the range of temperatures, 5 for each year of age).
// The kernel counts with 500 (MAXFREQ) and RFC 5905 with 15 (PHI).
const DriftPPM = 100

// span is where the true time lies, both ends included.
type span struct{ lo, hi Wall }

func (s span) meets(t span) bool { return s.lo <= t.hi && t.lo <= s.hi }

func (s span) cut(t span) span { return span{max(s.lo, t.lo), min(s.hi, t.hi)} }

// radius is half the span, rounded up.
func (s span) radius() Wall { return (s.hi - s.lo + 1) / 2 }

// after returns the span d later by the machine's clock.
func (s span) after(d time.Duration) span {
	ms := Wall(d.Milliseconds())
	return span{s.lo + ms - drift(d), s.hi + ms + drift(d)}
}

// drift is how wrong the machine's clock may measure d, in milliseconds; the
// one that is added makes up for what rounding loses.
func drift(d time.Duration) Wall {
	return Wall(d.Milliseconds()*DriftPPM/1_000_000) + 1
}

// millis is d in milliseconds, rounded up.
func millis(d time.Duration) Wall { return Wall((d + time.Millisecond - 1) / time.Millisecond) }

// duration is the inverse of millis, within what a Duration can hold.
func duration(w Wall) time.Duration {
	return time.Duration(min(w, Wall(1<<63-1)/Wall(time.Millisecond))) * time.Millisecond
}

// RivalPatience is how long a source that contradicts what it said before has
// to stay with its new word until that is taken.
const RivalPatience = 10 * time.Minute

// slot is what one source said, carried on by the machine's clock.
type slot struct {
	held  bool
	span  span    // at the instant at
	at    Instant // elapsed time
	seen  Instant // when it last agreed with itself
	leapt bool    // it once contradicted itself and got its way

	rival      span // its new word, if it contradicts the old one
	rivalAt    Instant
	rivalSince Instant
	rivalling  bool
}

func (s *slot) now(at Instant) span { return s.span.after(at.Sub(s.at)) }

// learn takes a new word of the source. Honest words all hold the truth, so
// that it lies where they meet.
func (s *slot) learn(w span, at Instant) {
	switch old := s.now(at); {
	case !s.held:
		*s = slot{held: true, span: w, at: at, seen: at}
		return
	case old.meets(w):
		s.span, s.at, s.seen, s.rivalling = old.cut(w), at, at, false
		return
	}
	if rival := s.rival.after(at.Sub(s.rivalAt)); s.rivalling && rival.meets(w) {
		s.rival, s.rivalAt = rival.cut(w), at
		if at.Sub(s.rivalSince) >= RivalPatience {
			*s = slot{held: true, span: s.rival, at: at, seen: at, leapt: true}
		}
		return
	}
	s.rival, s.rivalAt, s.rivalSince, s.rivalling = w, at, at, true
}

// widen moves the ends apart, and keeps the rival as it is: it is as new as can
// be.
func (s *slot) widen(below, above Wall) {
	s.span.lo -= below
	s.span.hi += above
}
