package keyring

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

const (
	// KeepDays is how old a day may be and still be needed: a bundle made in its
	// last second and living as long as any, 14 days and five hours, ends on
	// the fifteenth day after it.
	KeepDays = 15

	// Pace is the running time for which at most one day's key and one skipped
	// block are let go while time is not certain. It is less than a day, so that
	// a node catches up on what it missed.
	Pace = 20 * time.Hour

	day = 24 * time.Hour
)

// Ran adds time that the node ran. It counts for erasing once the state is
// durable, and what was erased on its account becomes durable with it.
func (s *State) Ran(d time.Duration) {
	if d > 0 {
		s.Running += d.Truncate(time.Millisecond)
		s.forgetFormer()
	}
}

// reach takes note that the true day is at least d.
func (s *State) reach(d clock.Day) {
	if d > s.TrueDay() {
		s.Reached, s.ReachedAt = d, s.Running
	}
}

// TrueDay is a lower bound of the true day that no clock can move: a node cannot
// have run for longer than there was time.
func (s *State) TrueDay() clock.Day {
	return s.Reached + clock.Day(min((s.Running-s.ReachedAt)/day, time.Duration(^clock.Day(0)-s.Reached)))
}

// Erase forgets what no live bundle can need, as the package comment says, and
// tells whether anything was forgotten. certain says that now is clock.Certain.
func (s *State) Erase(now clock.Reading, certain bool) bool {
	today := now.Wall.Add(-now.Bound).Day()
	if certain {
		s.reach(today)
		erased := s.moveWindow(before(today))
		return s.dropOld(today) || erased
	}
	erased := false
	if before(min(today, s.TrueDay())) > s.Window && s.Running-s.DayErased >= Pace {
		s.DayErased = s.Running
		erased = s.moveWindow(s.Window + 1)
	}
	if i := slices.IndexFunc(s.Skipped, s.outlived); i >= 0 && s.Running-s.StepErased >= Pace {
		s.StepErased = s.Running
		s.dropSkipped(i)
		erased = true
	}
	return erased
}

// before is the first day that may still be needed on a day.
func before(today clock.Day) clock.Day { return today - min(today, KeepDays) }

// moveWindow erases the days before a day.
func (s *State) moveWindow(to clock.Day) (erased bool) {
	if to <= s.Window {
		return false
	}
	for i := range s.Epochs {
		erased = erased || s.Epochs[i].Base < to
		s.Epochs[i].EraseBefore(to)
	}
	s.Window = to
	return erased
}

// outlived tells whether the node ran, since a block was skipped, for longer
// than any bundle lives.
func (s *State) outlived(k Skipped) bool { return s.Running-k.Since >= KeepDays*day }

// dropOld forgets the skipped blocks that are outlived by running time or by
// certain days.
func (s *State) dropOld(today clock.Day) (dropped bool) {
	for i := len(s.Skipped) - 1; i >= 0; i-- {
		k := &s.Skipped[i]
		if k.Day == 0 {
			k.Day = max(today, 1)
		}
		if s.outlived(*k) || int(today)-int(k.Day) > KeepDays {
			s.dropSkipped(i)
			dropped = true
		}
	}
	return dropped
}
