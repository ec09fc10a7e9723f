package clock

import (
	"errors"
	"fmt"
	"time"
)

// Fix is what a source said: the true time lies between From and To, at the
// moment at which an Estimator learns it.
type Fix struct {
	Source   Source
	From, To Wall // To 0: how old the word is cannot be told, so it bounds nothing from above
}

// Errors of Learn. The fix was not taken.
var (
	ErrSource = errors.New("source of time that nobody can vouch for")
	ErrSpan   = errors.New("time that cannot be")
	ErrPast   = errors.New("time before what the authority says is past")
	ErrLeap   = errors.New("time of unknown age, far ahead of what is known")
)

// lastWall is the end of the last day that a Day can hold.
const lastWall = Wall((maxDay+1)*dayMillis - 1)

// Around returns the fix of a source that says w, wrong by no more than within.
func Around(s Source, w Wall, within time.Duration) Fix {
	return Fix{Source: s, From: w - millis(within), To: w + millis(within)}
}

// After returns the fix d later. The driver uses it where a fix waited.
func (f Fix) After(d time.Duration) Fix {
	f.From += Wall(d.Milliseconds())
	if f.To != 0 {
		f.To += millis(d)
	}
	return f
}

func (f Fix) check() error {
	switch {
	case f.Source == None || f.Source == Stated || f.Source >= sources:
		return fmt.Errorf("%w: %v", ErrSource, f.Source)
	case f.From < 0 || f.From > lastWall || f.To < 0 || f.To > lastWall || f.To != 0 && f.To < f.From:
		return fmt.Errorf("%w: %d to %d ms since 1970", ErrSpan, f.From, f.To)
	}
	return nil
}

// Sample is one look at the machine's clocks.
type Sample struct {
	Mono  Instant
	Wall  Wall          // the system's clock, whatever it says
	Slept time.Duration // time asleep since the start, that Mono does not hold
	// SleepCounted says that Slept is known. Where it is not, a machine that
	// slept looks like one whose wall clock was set.
	SleepCounted bool
}

func (s Sample) elapsed() Instant { return s.Mono.Add(s.Slept) }

// Kernel is what the operating system says about its own clock.
type Kernel struct {
	Synchronised bool
	MaxError     time.Duration // of the wall clock, if it is
}
