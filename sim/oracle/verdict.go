package oracle

import (
	"fmt"
	"time"
)

// Fate is what became of a message at one of those it was for.
type Fate uint8

// The fates. Early is none of a message: it shows a mistake in the world, which let
// through what it must not, or in the edges that the oracle was given.
const (
	Impossible Fate = iota // it did not come, and nothing could have brought it
	Arrived                // it came
	Lost                   // it could have come, and did not
	Overdue                // it came when its lifetime was over
	Early                  // it came before anything could have brought it
)

func (f Fate) String() string {
	return [...]string{"impossible", "arrived", "lost", "overdue", "early"}[f]
}

// Verdict is the fate of a message at one addressee.
type Verdict struct {
	Fate Fate
	Late time.Duration // after the earliest possible time, if it Arrived
}

// Judge names the fate of a message that could have come at one time and came at
// another, either of which may be Never, and that lived until a third (0: forever). What
// it says of the possible time was searched for with the same Until.
func Judge(possible, arrived, until time.Duration) Verdict {
	switch {
	case arrived < 0 && possible < 0:
		return Verdict{Fate: Impossible}
	case arrived < 0:
		return Verdict{Fate: Lost}
	case until > 0 && arrived > until:
		return Verdict{Fate: Overdue}
	case possible < 0 || arrived < possible:
		return Verdict{Fate: Early}
	}
	return Verdict{Fate: Arrived, Late: arrived - possible}
}

// Violation says what a checker reports of a message that came Early, and "" of others.
func (v Verdict) Violation(message, to int, possible, arrived time.Duration) string {
	switch {
	case v.Fate != Early:
		return ""
	case possible < 0:
		return fmt.Sprintf("message %d is at node %d at %v, which nothing could have brought there", message, to, arrived)
	}
	return fmt.Sprintf("message %d is at node %d at %v, which nothing could have brought there before %v", message, to, arrived, possible)
}
