package simulate

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Watch knows how far the runs are. It may be nil.
type Watch struct {
	Jobs    []Job
	Workers int
	Now     func() time.Time

	mu    sync.Mutex
	tasks []task
}

// task is how far one run is.
type task struct {
	began, ended time.Time
	at           time.Duration
}

// NewWatch returns a watch over jobs that are to be done by so many workers.
func NewWatch(jobs []Job, workers int, now func() time.Time) *Watch {
	return &Watch{Jobs: jobs, Workers: max(1, min(workers, len(jobs))), Now: now, tasks: make([]task, len(jobs))}
}

func (w *Watch) change(n int, how func(*task)) {
	if w != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		how(&w.tasks[n])
	}
}

func (w *Watch) begin(n int)                 { w.change(n, func(t *task) { t.began = w.Now() }) }
func (w *Watch) at(n int, now time.Duration) { w.change(n, func(t *task) { t.at = now }) }
func (w *Watch) end(n int)                   { w.change(n, func(t *task) { t.ended = w.Now() }) }

// Says is how far all is, in one line.
func (w *Watch) Says() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.Now()
	done, running := 0, -1
	var at, lasts time.Duration
	for i := range w.tasks {
		t := &w.tasks[i]
		lasts += w.Jobs[i].Lasts
		switch {
		case !t.ended.IsZero():
			done++
			at += w.Jobs[i].Lasts
		case !t.began.IsZero():
			at += t.at
			if running < 0 {
				running = i
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%3.0f %%", 100*float64(at)/float64(max(lasts, 1)))
	if len(w.Jobs) > 1 {
		fmt.Fprintf(&b, ", %d of %d runs done", done, len(w.Jobs))
	}
	if running >= 0 {
		j := &w.Jobs[running]
		fmt.Fprintf(&b, "; %s is at %s of %s", j.Name, clock(w.tasks[running].at), clock(j.Lasts))
	}
	if left, ok := w.left(now); ok {
		fmt.Fprintf(&b, "; about %s left", roughly(left))
	}
	return b.String()
}

// left guesses how long the rest takes: each run as those of its protocol took so far,
// and where there is none, as all did.
func (w *Watch) left(now time.Time) (time.Duration, bool) {
	type pace struct{ took, simulated time.Duration }
	var all pace
	of := map[string]pace{}
	for i := range w.tasks {
		t, end := &w.tasks[i], now
		if t.began.IsZero() {
			continue
		}
		at := t.at
		if !t.ended.IsZero() {
			end, at = t.ended, w.Jobs[i].Lasts
		}
		p := of[w.Jobs[i].Protocol]
		p.took, p.simulated = p.took+end.Sub(t.began), p.simulated+at
		of[w.Jobs[i].Protocol] = p
		all.took, all.simulated = all.took+end.Sub(t.began), all.simulated+at
	}
	if all.simulated < time.Second || all.took < time.Second {
		return 0, false
	}
	var sum, longest time.Duration
	for i := range w.tasks {
		t := &w.tasks[i]
		if !t.ended.IsZero() {
			continue
		}
		p := of[w.Jobs[i].Protocol]
		if p.simulated < time.Second {
			p = all
		}
		d := time.Duration(float64(p.took) / float64(p.simulated) * float64(w.Jobs[i].Lasts-t.at))
		sum, longest = sum+d, max(longest, d)
	}
	return max(sum/time.Duration(w.Workers), longest), true
}

// clock is a simulated time: 1:02:03.
func clock(d time.Duration) string {
	s := int64(d / time.Second)
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// roughly is a time that is only a guess.
func roughly(d time.Duration) string {
	switch {
	case d < 20*time.Second:
		return fmt.Sprintf("%d s", max(1, d/time.Second))
	case d < 95*time.Second:
		return fmt.Sprintf("%d s", d.Round(10*time.Second)/time.Second)
	case d < 100*time.Minute:
		return fmt.Sprintf("%d min", (d+30*time.Second)/time.Minute)
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

// How often progress is told: on a terminal, and elsewhere.
const (
	liveEvery  = 250 * time.Millisecond
	plainEvery = 10 * time.Second
)

// Tell says on out how far all is until the context ends: on a terminal of so many
// columns in one line that changes, elsewhere (columns 0) in a line each 10 s.
func (w *Watch) Tell(ctx context.Context, out io.Writer, columns int) {
	every := plainEvery
	if columns > 0 {
		every = liveEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			over(out, "", columns)
			return
		case <-tick.C:
			line := w.Says()
			if columns == 0 {
				fmt.Fprintln(out, line)
				continue
			}
			over(out, line, columns)
		}
	}
}

// over writes a line over the one before, by spaces, which every terminal understands.
func over(out io.Writer, line string, columns int) {
	if columns == 0 {
		return
	}
	text := []rune(line + strings.Repeat(" ", columns))[:columns-1]
	io.WriteString(out, "\r"+string(text)+"\r")
}
