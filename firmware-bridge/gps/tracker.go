package gps

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// FirstYear is the first year whose dates are believed: that of this program.
const FirstYear = 2026

// How a sentence's moment and its arrival are related.
const (
	// Early: a receiver that gives no fractions of a second may round up.
	Early = 100 * time.Millisecond
	// Late: receivers send within the second that follows the moment; a
	// queue of sentences at 4800 bit/s, USB and this machine add to it.
	Late = 1200 * time.Millisecond
	// LeapUnknown is how much more wrong the time may be until LeapKnownAfter:
	// the leap seconds (18 since 2017) come with a page that GPS sends every
	// 12.5 minutes (IS-GPS-200, 20.3.3.5.1.6), and until then a receiver goes
	// by those of its firmware.
	LeapUnknown    = 3 * time.Second
	LeapKnownAfter = 13 * time.Minute
	// Steady is how long a receiver has to keep step with this machine before
	// it is believed, to within Early + Late.
	Steady = 2 * time.Second
	// fixHolds is how long a word about there being a fix holds for ZDA.
	fixHolds = 3 * time.Second
)

// Outcome is what became of a sentence.
type Outcome uint8

// Outcomes of Take.
const (
	NotTime  Outcome = iota // it says nothing about the time
	Repeated                // of a moment that was told already
	NoFix                   // the receiver does not see enough satellites
	BadTime                 // a moment that cannot be
	OldDate                 // before FirstYear: the receiver lost count of its weeks
	Settling                // not yet Steady
	Fixed                   // a time
)

// Arrival is when a sentence began to arrive, by both clocks of the machine. The
// wall clock only shows that the machine slept or was set.
type Arrival struct {
	Mono time.Duration // since any start
	Wall clock.Wall
}

// Tracker makes times of sentences. It is pure; one serves one opening of the
// port. The zero value is ready.
type Tracker struct {
	Satellites int       // used by the receiver, as it last said
	Date       time.Time // the last moment that was refused as OldDate

	fix      bool // the last word of RMC or GGA on there being a fix
	fixAt    time.Duration
	denied   bool // GGA said that there is none
	deniedAt time.Duration
	last     time.Time // moment of the last RMC or ZDA

	based  bool // base is a moment with which the receiver has kept step since
	base   time.Time
	baseAt Arrival
	since  time.Duration // the first Fixed
	fixed  bool
}

// Take takes a sentence. With Fixed it returns where the true time lay when the
// sentence began to arrive.
func (t *Tracker) Take(s Sentence, at Arrival) (clock.Fix, Outcome) {
	if !s.fromSatellites() {
		return clock.Fix{}, NotTime
	}
	var moment time.Time
	switch s.Type {
	case "GGA":
		fix, used := s.gga()
		t.fix, t.fixAt, t.Satellites = fix, at.Mono, used
		t.denied, t.deniedAt = !fix, at.Mono
		return clock.Fix{}, NotTime
	case "RMC":
		var fix bool
		moment, fix = s.rmc()
		// Estimated and simulated positions show in GGA only.
		if !fix || t.denied && at.Mono-t.deniedAt <= fixHolds {
			t.fix, t.based = false, false
			return clock.Fix{}, NoFix
		}
		t.fix, t.fixAt = true, at.Mono
	case "ZDA":
		moment = s.zda()
		if !t.fix || at.Mono-t.fixAt > fixHolds {
			return clock.Fix{}, NoFix
		}
	default:
		return clock.Fix{}, NotTime
	}
	return t.judge(moment, at)
}

func (t *Tracker) judge(moment time.Time, at Arrival) (clock.Fix, Outcome) {
	switch {
	case moment.IsZero():
		return clock.Fix{}, BadTime
	case moment.Year() < FirstYear:
		t.Date, t.based = moment, false
		return clock.Fix{}, OldDate
	case moment.Equal(t.last):
		return clock.Fix{}, Repeated
	}
	t.last = moment
	if !t.keepsStep(moment, at) {
		t.based, t.base, t.baseAt = true, moment, at
		return clock.Fix{}, Settling
	}
	if at.Mono-t.baseAt.Mono < Steady {
		return clock.Fix{}, Settling
	}
	if !t.fixed {
		t.fixed, t.since = true, at.Mono
	}
	more := LeapUnknown
	if at.Mono-t.since >= LeapKnownAfter {
		more = 0
	}
	said := clock.WallOf(moment)
	return clock.Fix{Source: clock.GPS, From: said.Add(-Early - more), To: said.Add(Late + more)}, Fixed
}

// keepsStep reports whether the receiver went on as fast as this machine did
// since base, which neither slept nor was set meanwhile.
func (t *Tracker) keepsStep(moment time.Time, at Arrival) bool {
	if !t.based {
		return false
	}
	passed := at.Mono - t.baseAt.Mono
	ahead := moment.Sub(t.base) - passed
	moved := time.Duration(at.Wall-t.baseAt.Wall)*time.Millisecond - passed
	return within(ahead, Early+Late+passed/1000) && within(moved, time.Second+passed/1000)
}

func within(d, limit time.Duration) bool { return d <= limit && -d <= limit }
