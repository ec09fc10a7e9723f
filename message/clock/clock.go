// Package clock carries time as data.
//
// Nothing in the pure packages asks what time it is; they are told, by a
// Reading that holds three things which real machines confuse:
//
//   - Mono, monotonic time since the process started, for timers and ages;
//   - Wall, what the wall clock says, for stamps that people read;
//   - Bound, how wrong that wall clock may be. A laptop without NTP or GPS
//     has a bound of years, and such a bound expires nothing.
//
// An Estimator makes readings: it is fed with the machine's two clocks and with
// what sources of time say (Fix), and keeps an estimate of its own. The system's
// clock is never set. A Beacon is what a fixed station says on the air.
package clock

import "time"

// Instant is monotonic time in nanoseconds since an arbitrary start. It never
// goes back within one run and means nothing in another.
type Instant int64

// Never is later than every instant a node can reach.
const Never = Instant(1<<63 - 1)

// Add returns the instant d after i, or Never where that cannot be held.
func (i Instant) Add(d time.Duration) Instant {
	sum := i + Instant(d)
	if d > 0 && sum < i {
		return Never
	}
	return sum
}

// Sub returns the time from j to i.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i - j) }

// Wall is wall-clock time in milliseconds since 1970-01-01 00:00 UTC.
type Wall int64

// WallOf converts a time.Time.
func WallOf(t time.Time) Wall { return Wall(t.UnixMilli()) }

// Time returns w as a time.Time in UTC.
func (w Wall) Time() time.Time { return time.UnixMilli(int64(w)).UTC() }

// Add returns the wall time d after w.
func (w Wall) Add(d time.Duration) Wall { return w + Wall(d/time.Millisecond) }

// Day returns the UTC day of w, clamped to what a Day can hold.
func (w Wall) Day() Day {
	switch d := int64(w) / dayMillis; {
	case w < 0:
		return 0
	case d > maxDay:
		return maxDay
	default:
		return Day(d)
	}
}

// Day counts UTC days since 1970-01-01; 16 bits last until the year 2149.
type Day uint16

const (
	dayMillis = 24 * 60 * 60 * 1000
	maxDay    = 1<<16 - 1
)

// Start returns the first moment of the day.
func (d Day) Start() Wall { return Wall(int64(d) * dayMillis) }

// Nearest expands a day that was sent modulo 32 to the one from 16 before d to 15
// after it. (Ahead is what a sender's fast clock makes, behind is what travels
// long; the odd one goes to the past.) At either end of the calendar, where that
// day does not exist, it is the one 32 days inwards.
func (d Day) Nearest(low byte) Day {
	diff := int(low%32) - int(d%32)
	switch {
	case diff > 15:
		diff -= 32
	case diff < -16:
		diff += 32
	}
	full := int(d) + diff
	switch {
	case full < 0:
		full += 32
	case full > maxDay:
		full -= 32
	}
	return Day(full)
}

// Reading is one look at both clocks. The zero values of Source and Quality say
// that nobody vouches for the wall clock; what that means for expiry stands in
// Bound alone.
type Reading struct {
	Mono     Instant
	Wall     Wall
	Bound    time.Duration // the true time lies within Wall ± Bound; never negative
	Earliest Wall          // the true time is not before; 0: nothing is known. On the authority's word
	Source   Source        // who vouches for Wall
	Quality  Quality       // what it is good for
}

// Surely reports whether the moment w is past beyond doubt: true only if even
// the earliest time that the wall clock's error allows is after w.
func (r Reading) Surely(w Wall) bool { return max(r.Wall.Add(-r.Bound), r.Earliest) > w }
