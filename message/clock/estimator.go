package clock

import "time"

// Bounds of an Estimator.
const (
	// Unsure is the bound of a clock of which nothing is known. It is more than
	// from 1970 to the last Day, in 2149.
	Unsure = 200 * 365 * 24 * time.Hour
	// BelievedWithin is the largest bound of a reading that is not Unknown,
	// unless node.yaml states a larger one.
	BelievedWithin = 24 * time.Hour
	// CertainWithin is the largest bound of a reading that is Certain.
	CertainWithin = time.Hour
	// MaxLeap is how far ahead of what is known to be past a source is believed
	// before others, and a beacon of unknown age moves what is known to be past.
	MaxLeap = 10 * 24 * time.Hour
	// KernelFloor is the least error that the kernel's word is given: it slews
	// the monotonic clock, too, while it corrects the wall clock.
	KernelFloor = time.Second
	// SleepError is how wrong the time that a machine slept may be: some count
	// it in whole seconds, at both ends.
	SleepError = 2 * time.Second
)

// jumpFloor and slewPPM: a wall clock that moved further than this against the
// monotonic one was set, or the machine slept. The kernel slews by 500 ppm.
const (
	jumpFloor = 100 * time.Millisecond
	slewPPM   = 600
)

// Estimator keeps the best estimate of the true time. It is pure: samples and
// fixes go in, readings come out.
//
// What a source said is carried on by the machine's monotonic clock, with a
// bound that grows by DriftPPM; a wall clock that is set thereafter changes
// nothing. Where sources agree the truth lies in what they have in common;
// where they do not, the higher Source is believed (one that is more than
// MaxLeap ahead of what is known, last) and Report names the other. One that
// contradicts itself is not followed for RivalPatience, and never again
// helps to be Certain. A person has the last word, even against the
// authority's.
type Estimator struct {
	stated  time.Duration
	slots   [sources]slot
	floor   Wall // at floorAt; 0: nothing is known
	floorAt Instant

	started     bool
	first, last Sample
	jumps       uint64
	jump        time.Duration
	jumpAt      Instant
}

// NewEstimator returns an estimator. Stated is how wrong the system's clock is at
// most, if the machine's keeper vouches for it; 0 if nobody does. A clock that
// is set while the node runs is believed so much less.
func NewEstimator(stated time.Duration) *Estimator { return &Estimator{stated: max(stated, 0)} }

// NotBefore takes the authority's word that w is past: the first day of a
// certificate or of a key block, or what was erased in the past on such a word.
func (e *Estimator) NotBefore(s Sample, w Wall) {
	e.look(s)
	if w > e.floorNow(s) && w <= lastWall {
		e.floor, e.floorAt = w, s.elapsed()
	}
}

// Kernel takes what the operating system says of its clock. Call it at the start
// and now and again.
func (e *Estimator) Kernel(s Sample, k Kernel) {
	e.look(s)
	if k.Synchronised {
		// What fails is a clock that cannot be, which nobody need be told of.
		_ = e.Learn(s, Around(System, s.Wall, max(k.MaxError, KernelFloor)))
	}
}

// Learn takes a fix. The error says why it was not taken; it is an outcome, to
// be counted.
func (e *Estimator) Learn(s Sample, f Fix) error {
	e.look(s)
	if err := f.check(); err != nil {
		return err
	}
	floor := e.floorNow(s)
	if f.To == 0 {
		if f.Source != Station || floor == 0 || f.From > floor+millis(MaxLeap) {
			return ErrLeap
		}
		e.NotBefore(s, f.From)
		return nil
	}
	switch {
	case f.To >= floor:
	case f.Source == Operator:
		// Somebody looked at another clock: the authority's own was ahead.
		e.floor, e.floorAt = f.From, s.elapsed()
	default:
		return ErrPast
	}
	t := &e.slots[f.Source]
	if f.Source == Operator || f.Source == Neighbours {
		*t = slot{} // the latest word counts
	}
	t.learn(span{f.From, f.To}, s.elapsed())
	return nil
}

// floorNow is the time that is surely past.
func (e *Estimator) floorNow(s Sample) Wall {
	if e.floor == 0 {
		return 0
	}
	return span{e.floor, e.floor}.after(s.elapsed().Sub(e.floorAt)).lo
}

// look notices jumps of the wall clock, and sleep.
func (e *Estimator) look(s Sample) {
	if !e.started {
		e.started, e.first, e.last = true, s, s
		return
	}
	passed := s.elapsed().Sub(e.last.elapsed())
	slept := s.Slept - e.last.Slept
	moved := s.Wall - e.last.Wall - Wall(passed.Milliseconds())
	e.last = s
	if slept > 0 {
		e.widen(millis(SleepError), millis(SleepError))
	}
	limit := millis(jumpFloor + time.Duration(float64(passed)*slewPPM/1e6))
	if slept > 0 {
		limit += millis(SleepError)
	}
	if max(moved, -moved) <= limit {
		return
	}
	e.jumps++
	e.jump, e.jumpAt = signed(moved), s.elapsed()
	switch {
	case s.SleepCounted:
	case moved > 0: // set ahead, or asleep for so long
		e.widen(0, moved+millis(SleepError))
	default: // asleep for any time, and then set back
		for i := range e.slots {
			e.slots[i] = slot{}
		}
	}
}

func signed(w Wall) time.Duration {
	if w < 0 {
		return -duration(-w)
	}
	return duration(w)
}

func (e *Estimator) widen(below, above Wall) {
	for i := range e.slots {
		e.slots[i].widen(below, above)
	}
}
