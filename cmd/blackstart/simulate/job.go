package simulate

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/report"
)

// Job is one run to do.
type Job struct {
	Name     string        // for people
	Protocol string        // those of one protocol are thought to take as long
	Lasts    time.Duration // simulated

	// Run does it. Progress is to be called now and then with the simulated time, and
	// says whether to break off.
	Run func(progress func(now time.Duration) (stop bool)) (report.Run, error)
}

// Do does jobs, at most workers side by side, and returns what came of them in the order
// of the jobs. When the context ends, runs break off, which makes them partial, and
// those that had not begun are left out; that is no error. The first job that fails
// ends all.
func Do(ctx context.Context, jobs []Job, workers int, w *Watch) ([]report.Run, error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	type result struct {
		run  report.Run
		err  error
		done bool
	}
	results := make([]result, len(jobs))
	var next int
	var mu sync.Mutex
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		if next == len(jobs) || ctx.Err() != nil {
			return -1
		}
		next++
		return next - 1
	}
	var all sync.WaitGroup
	for range max(1, min(workers, len(jobs))) {
		all.Go(func() {
			for i := take(); i >= 0; i = take() {
				r := &results[i]
				r.run, r.err = one(ctx, &jobs[i], i, w)
				if r.done = true; r.err != nil {
					end()
				}
			}
		})
	}
	all.Wait()
	runs := make([]report.Run, 0, len(jobs))
	for i := range results {
		switch r := &results[i]; {
		case r.err != nil:
			return nil, fmt.Errorf("%s: %w", jobs[i].Name, r.err)
		case r.done:
			runs = append(runs, r.run)
		}
	}
	return runs, nil
}

// one does a job on a thread of its own, whose processor time is that of the run.
func one(ctx context.Context, j *Job, n int, w *Watch) (report.Run, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := computed()
	w.begin(n)
	defer w.end(n)
	run, err := j.Run(func(now time.Duration) bool {
		w.at(n, now)
		return ctx.Err() != nil
	})
	run.CPU = computed() - before
	return run, err
}
