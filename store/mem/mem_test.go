package mem

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(testing.TB) func() store.Store {
		s := New()
		return func() store.Store { s = s.Clone(); return s }
	})
}

// A crash between any two commits finds exactly what was committed by then.
func TestCrashBetweenAnyTwoCommits(t *testing.T) {
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 0))
		s := New()
		type crash struct {
			s     *Store
			acked uint64
		}
		crashes := []crash{{s.Clone(), 0}}
		err := storetest.WriteHistory(s, rng, func(last uint64) bool {
			crashes = append(crashes, crash{s.Clone(), last})
			return last < 100
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range crashes {
			if last := storetest.Last(c.s); last != c.acked {
				t.Fatalf("seed %d: crash after batch %d finds %d", seed, c.acked, last)
			}
			// Life goes on in each of the worlds without touching another.
			err := storetest.WriteHistory(c.s, rng, func(last uint64) bool { return last < c.acked+30 })
			if err != nil {
				t.Fatal(err)
			}
			if err := storetest.CheckHistory(c.s, c.acked+30); err != nil {
				t.Fatalf("seed %d: crash after batch %d: %v", seed, c.acked, err)
			}
		}
	}
}

func batch(pairs ...string) *store.Batch {
	b := &store.Batch{}
	for i := 0; i < len(pairs); i += 2 {
		b.Put([]byte(pairs[i]), []byte(pairs[i+1]))
	}
	return b
}

func TestFailNextCommit(t *testing.T) {
	s, broken := New(), errors.New("broken")
	s.FailNextCommit(broken)
	if err := s.Commit(batch("a", "1")); err != broken {
		t.Errorf("got %v, want the error that was injected", err)
	}
	if s.Len() != 0 {
		t.Error("a failed commit wrote something")
	}
	if err := s.Commit(batch("a", "1")); err != nil {
		t.Errorf("the commit after: %v", err)
	}
}

func TestLimit(t *testing.T) {
	s := New()
	s.Limit(10)
	if err := s.Commit(batch("a", "12345")); err != nil || s.Size() != 6 {
		t.Fatalf("size %d, %v", s.Size(), err)
	}
	if err := s.Commit(batch("b", "1"), batch("c", "1234")); !errors.Is(err, store.ErrFull) {
		t.Errorf("above the limit: %v", err)
	}
	if all := storetest.Dump(s, nil, nil); len(all) != 1 || s.Size() != 6 {
		t.Errorf("after a refused commit: %s, size %d", all, s.Size())
	}
	if err := s.Commit(batch("a", "123456789")); err != nil || s.Size() != 10 {
		t.Errorf("up to the limit: size %d, %v", s.Size(), err)
	}
	s.Limit(5)
	less := &store.Batch{}
	less.Delete([]byte("a"))
	if err := s.Commit(batch("a", "1234567")); err != nil {
		t.Errorf("making room above the limit: %v", err)
	}
	if err := s.Commit(less); err != nil || s.Size() != 0 {
		t.Errorf("deleting: size %d, %v", s.Size(), err)
	}
}

func BenchmarkCommit(b *testing.B) {
	s := New()
	for i := 0; b.Loop(); i++ {
		if err := s.Commit(batch(fmt.Sprintf("m/%010d", i%5000), "value", fmt.Sprintf("l/%010d", i*7919%5000), "x")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClone5000(b *testing.B) {
	s := New()
	for i := range 5000 {
		if err := s.Commit(batch(fmt.Sprintf("m/%010d", i), "value")); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		s.Clone()
	}
}
