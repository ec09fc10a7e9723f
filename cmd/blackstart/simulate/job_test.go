package simulate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/report"
)

// pretend makes jobs that wait for a second for each simulated minute, of an hour each.
func pretend(n int, second func()) []Job {
	jobs := make([]Job, n)
	for i := range jobs {
		protocol := []string{"blackstart", "flood"}[i%2]
		jobs[i] = Job{Name: fmt.Sprintf("town, %s, seed %d", protocol, i), Protocol: protocol, Lasts: time.Hour,
			Run: func(progress func(time.Duration) bool) (report.Run, error) {
				r := report.Run{Seed: uint64(i)}
				for r.Simulated = 0; r.Simulated < time.Hour; r.Simulated += time.Minute {
					if progress(r.Simulated) {
						r.Partial = true
						return r, nil
					}
					second()
				}
				return r, nil
			}}
	}
	return jobs
}

func TestResultsAreInTheOrderOfJobs(t *testing.T) {
	for workers := range 5 {
		jobs := make([]Job, 9)
		var ready sync.WaitGroup // the first job ends last
		ready.Add(min(max(workers, 1), len(jobs)) - 1)
		for i := range jobs {
			jobs[i] = Job{Run: func(func(time.Duration) bool) (report.Run, error) {
				if i == 0 {
					ready.Wait()
				} else if i < workers {
					ready.Done()
				}
				return report.Run{Seed: uint64(i)}, nil
			}}
		}
		runs, err := Do(t.Context(), jobs, workers, nil)
		if err != nil || len(runs) != len(jobs) {
			t.Fatalf("%d workers: %d runs, %v", workers, len(runs), err)
		}
		for i, r := range runs {
			if r.Seed != uint64(i) {
				t.Errorf("%d workers: run %d has seed %d", workers, i, r.Seed)
			}
		}
	}
}

// An interrupt leaves what is whole, what was broken off, and not what had not begun.
func TestInterruptedRunsArePartial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithTimeout(t.Context(), 90*time.Second)
		defer end()
		runs, err := Do(ctx, pretend(7, func() { <-time.After(time.Second) }), 2, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range runs {
			got = append(got, fmt.Sprint(r.Seed, r.Partial))
		}
		if s := strings.Join(got, ", "); s != "0 false, 1 false, 2 true, 3 true" {
			t.Errorf("runs: %s", s)
		}
	})
}

func TestAJobThatFailsEndsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		jobs := pretend(5, func() { <-time.After(time.Second) })
		jobs[1].Run = func(func(time.Duration) bool) (report.Run, error) { return report.Run{}, errors.New("no matrix") }
		began := time.Now()
		_, err := Do(t.Context(), jobs, 2, nil)
		if err == nil || err.Error() != "town, flood, seed 1: no matrix" || time.Since(began) > 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		jobs := pretend(4, func() { <-time.After(time.Second) })
		w := NewWatch(jobs, 2, time.Now)
		if got := w.Says(); got != "  0 %, 0 of 4 runs done" {
			t.Errorf("at first: %q", got)
		}
		var out strings.Builder
		ctx, end := context.WithCancel(t.Context())
		told := make(chan struct{})
		go func() { w.Tell(ctx, &out, 0); close(told) }()
		done := make(chan error, 1)
		go func() { _, err := Do(t.Context(), jobs, 2, w); done <- err }()
		<-time.After(30500 * time.Millisecond)
		if got := w.Says(); got != " 25 %, 0 of 4 runs done; town, blackstart, seed 0 is at 0:30:00 of 1:00:00; about 90 s left" {
			t.Errorf("after 30 s: %q", got)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		end()
		<-told
		if got := w.Says(); got != "100 %, 4 of 4 runs done; about 1 s left" && got != "100 %, 4 of 4 runs done" {
			t.Errorf("in the end: %q", got)
		}
		if n := strings.Count(out.String(), "\n"); n != 11 && n != 12 {
			t.Errorf("%d lines in two minutes:\n%s", n, out.String())
		}
	})
}

func TestSeeds(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"7", "[7]"}, {"1-5", "[1 2 3 4 5]"}, {"1,3, 10-12", "[1 3 10 11 12]"}, {"0", "[0]"}, {"9007199254740992", "[9007199254740992]"},
		{"", `"" is no seed`}, {"1-", `"" is no seed`}, {"x", `"x" is no seed`}, {"-1", `"" is no seed`}, {"5-1", "runs backwards"}, {"1-3,2", "2 stands there twice"},
		{"1-1001", "more than 1000"}, {"0-9007199254740992", "more than 1000"}, {"1-600,700-1200", "more than 1000"}, {"9007199254740993", "no seed"},
	} {
		seeds, err := Seeds(c.text)
		got := fmt.Sprint(seeds)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
	if seeds, err := Seeds("1-1000"); len(seeds) != MaxSeeds || err != nil {
		t.Errorf("%d seeds, %v", len(seeds), err)
	}
}

// On a terminal a line covers the one before, whatever it held, and goes in the end.
func TestProgressOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWatch(pretend(1, func() {}), 1, time.Now)
		var out strings.Builder
		ctx, end := context.WithTimeout(t.Context(), 600*time.Millisecond)
		defer end()
		w.Tell(ctx, &out, 20)
		if want := "\r  0 %              \r"; out.String() != want+want+"\r                   \r" {
			t.Errorf("%q", out.String())
		}
		w.begin(0)
		w.at(0, 20*time.Minute)
		out.Reset()
		over(&out, w.Says(), 20)
		if out.String() != "\r 33 %; town, blacks\r" {
			t.Errorf("%q", out.String())
		}
	})
}
