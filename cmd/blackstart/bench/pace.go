package bench

import (
	"slices"
	"time"
)

// PaceOptions says for how long something small is repeated. The zero value is
// not usable.
type PaceOptions struct {
	Rounds int           // of which the median is taken
	Round  time.Duration // of processor time, at least
}

// pace is what one repetition takes, in seconds.
type pace struct{ cpu, wall float64 }

// measurePace repeats do, which makes one repetition with each call, and returns
// the median of the rounds. Processor time counts all that the process does
// meanwhile, collecting garbage too, and nothing that others do to the machine;
// where it is short of processors, wall time counts those others as well.
func measurePace(o PaceOptions, do func() error) (pace, error) {
	n, one, err := calibrate(o.Round, do)
	if err != nil {
		return pace{}, err
	}
	cpus, walls := []float64{one.cpu}, []float64{one.wall}
	for len(cpus) < o.Rounds {
		if one, err = round(n, do); err != nil {
			return pace{}, err
		}
		cpus, walls = append(cpus, one.cpu), append(walls, one.wall)
	}
	slices.Sort(cpus)
	slices.Sort(walls)
	return pace{cpus[len(cpus)/2], walls[len(walls)/2]}, nil
}

// calibrate finds how many repetitions take the processor time of a round. It
// returns the round with so many, too.
func calibrate(least time.Duration, do func() error) (n int, one pace, err error) {
	for n = 1; ; n *= 2 {
		if one, err = round(n, do); err != nil || one.cpu*float64(n) >= least.Seconds() {
			return n, one, err
		}
	}
}

func round(n int, do func() error) (pace, error) {
	begun := time.Now()
	before, err := computed()
	if err != nil {
		return pace{}, err
	}
	for range n {
		if err := do(); err != nil {
			return pace{}, err
		}
	}
	after, err := computed()
	if err != nil {
		return pace{}, err
	}
	return pace{cpu: (after - before).Seconds() / float64(n), wall: time.Since(begun).Seconds() / float64(n)}, nil
}

// addRate adds how often something is done in a second of processor time, and
// in a second.
func (r *Report) addRate(name string, p pace) {
	r.add(name, 1/p.cpu, "1/s")
	r.add(name+"-wall", 1/p.wall, "1/s")
}

// addMicroseconds adds what something takes of processor time, and by the clock.
func (r *Report) addMicroseconds(name string, p pace) {
	r.add(name, p.cpu*1e6, "us")
	r.add(name+"-wall", p.wall*1e6, "us")
}
