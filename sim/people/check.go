package people

import (
	"fmt"
	"slices"
	"time"
)

// Bounds of a workload.
const (
	longest     = 365 * 24 * time.Hour // of a run
	shortest    = time.Millisecond     // between two messages of a writer
	maxPercent  = 10_000
	maxBytes    = 1 << 20 // of one message; Blackstart takes less
	maxShares   = 1 << 20
	maxBurst    = 1_000
	maxWritings = 1 << 20
)

// check says what is wrong with a workload.
func (w *Workload) check() error {
	if w.End <= 0 || w.End > longest {
		return fmt.Errorf("people: a run of %v: want more than 0 and no more than %v", w.End, longest)
	}
	names := make(map[string]bool)
	for i := range w.Sources {
		s := &w.Sources[i]
		if s.Name == "" || names[s.Name] {
			return fmt.Errorf("people: source %d is called %q: want a name that no other source has", i, s.Name)
		}
		names[s.Name] = true
		for _, check := range []func(*Workload) error{s.checkTimes, s.checkWords, s.checkPlaces} {
			if err := check(w); err != nil {
				return fmt.Errorf("people: source %q: %w", s.Name, err)
			}
		}
	}
	for i := range w.Surges {
		if err := w.checkSurge(i, names); err != nil {
			return fmt.Errorf("people: surge %d: %w", i, err)
		}
	}
	return w.checkSum()
}

func (w *Workload) checkSurge(i int, names map[string]bool) error {
	s := w.Surges[i]
	if s.Begin < 0 || s.End <= s.Begin || s.Percent < 0 || s.Percent > maxPercent {
		return fmt.Errorf("%d %% from %v to %v: want times in order and 0 to %d %%", s.Percent, s.Begin, s.End, maxPercent)
	}
	for _, name := range s.Sources {
		if !names[name] {
			return fmt.Errorf("is of source %q, which there is not", name)
		}
	}
	if err := w.checkNodes(s.From); err != nil {
		return err
	}
	for j, other := range w.Surges[:i] {
		if s.Begin < other.End && other.Begin < s.End && meet(s.Sources, other.Sources) && meet(s.From, other.From) {
			return fmt.Errorf("overlaps with surge %d from %v to %v for the same people; part them", j, max(s.Begin, other.Begin), min(s.End, other.End))
		}
	}
	return nil
}

// meet reports whether two lists have something in common. The nil list holds all.
func meet[T comparable](a, b []T) bool {
	return a == nil || b == nil || slices.ContainsFunc(a, func(x T) bool { return slices.Contains(b, x) })
}

func (s *Source) checkTimes(w *Workload) error {
	switch {
	case (s.Every != 0) == (s.At != nil):
		return fmt.Errorf("every %v and at %d given times: want one of both", s.Every, len(s.At))
	case s.At == nil && (s.Every < shortest || s.Every > longest):
		return fmt.Errorf("every %v: want %v to %v", s.Every, shortest, longest)
	case s.At != nil && (s.Poisson || s.Jitter != 0 || s.InStep || s.Begin != 0 || s.End != 0):
		return fmt.Errorf("given times together with a rhythm or with a beginning and end: want none of these")
	case s.Jitter < 0 || s.At == nil && s.Jitter >= s.Every:
		return fmt.Errorf("every %v ± %v: want less than the interval", s.Every, s.Jitter)
	case s.Poisson && (s.Jitter != 0 || s.InStep):
		return fmt.Errorf("exponential intervals together with jitter or in step: want one of these")
	case s.Begin < 0 || s.End < 0 || s.End != 0 && s.End <= s.Begin:
		return fmt.Errorf("from %v to %v: want times in order", s.Begin, s.End)
	case s.Burst < 0 || s.Burst > maxBurst || s.Gap < 0 || s.Gap > w.End:
		return fmt.Errorf("bursts of %d, %v apart: want up to %d, and no longer than the run", s.Burst, s.Gap, maxBurst)
	}
	for _, at := range s.At {
		if at < 0 || at > w.End {
			return fmt.Errorf("at %v: want 0 to %v", at, w.End)
		}
	}
	return nil
}

func (s *Source) checkWords(*Workload) error {
	sum := 0
	for p, of := range s.Precedence {
		if of < 0 || of > maxShares {
			return fmt.Errorf("%d shares of precedence %d: want 0 to %d", of, p, maxShares)
		}
		sum += of
	}
	for p, life := range s.Lifetime {
		if life < 0 || life > longest {
			return fmt.Errorf("a lifetime of %v for precedence %d: want 0 to %v", life, p, longest)
		}
	}
	switch {
	case sum == 0:
		return fmt.Errorf("no share of any precedence")
	case s.Bytes.Least < 1 || s.Bytes.Most < s.Bytes.Least || s.Bytes.Most > maxBytes:
		return fmt.Errorf("%d to %d bytes: want them in order, from 1 to %d", s.Bytes.Least, s.Bytes.Most, maxBytes)
	}
	return nil
}

func (s *Source) checkPlaces(w *Workload) error {
	if len(s.From) == 0 || len(s.To) == 0 {
		return fmt.Errorf("%d writers and %d shares of addressees: want one or more of each", len(s.From), len(s.To))
	}
	if err := w.checkNodes(s.From); err != nil {
		return err
	}
	for i, to := range s.To {
		if to.Of < 1 || to.Of > maxShares {
			return fmt.Errorf("%d shares of addressees %d: want 1 to %d", to.Of, i, maxShares)
		}
		if err := w.checkNodes(to.To); err != nil {
			return err
		}
		if to.To != nil && (len(to.To) == 0 || len(to.To) == 1 && slices.Contains(s.From, to.To[0])) {
			return fmt.Errorf("addressees %d are %v: want another than the writer", i, to.To)
		}
		if to.To == nil && to.Same {
			return fmt.Errorf("addressees %d are everyone and the same each time: want one of both", i)
		}
	}
	return nil
}

// checkNodes refuses nodes that there are not, and those that are listed twice.
func (w *Workload) checkNodes(nodes []int) error {
	seen := make(map[int]bool, len(nodes))
	for _, n := range nodes {
		if n < 0 || n >= w.Nodes {
			return fmt.Errorf("node %d: want 0 to %d", n, w.Nodes-1)
		}
		if seen[n] {
			return fmt.Errorf("node %d is listed twice", n)
		}
		seen[n] = true
	}
	return nil
}

// checkSum refuses what would not fit into memory.
func (w *Workload) checkSum() error {
	sum := 0.0
	for i := range w.Sources {
		s := &w.Sources[i]
		times := 0.0
		for _, from := range s.writers() {
			if times += float64(len(s.At)); s.At == nil {
				times += 1 + float64(w.pace(s, from).total())/float64(s.Every)
			}
		}
		if sum += times * float64(max(s.Burst, 1)); sum > maxWritings {
			return fmt.Errorf("people: more than %d messages by source %q: want fewer writers, longer intervals or a shorter run", maxWritings, s.Name)
		}
	}
	return nil
}
