package live

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh"
)

// TestStreamAgainstList checks the stream against the rule said plainly: an
// effect may leave when no commit that is not durable stands before it.
func TestStreamAgainstList(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var s stream
		var all []mesh.Effect // everything pushed
		left, durable, writing, made := 0, 0, 0, 0
		for range 400 {
			switch r.IntN(4) {
			case 0, 1:
				var e mesh.Effect = mesh.Trace{What: fmt.Sprint(made)}
				if r.IntN(3) == 0 {
					e = commit(fmt.Sprint(made))
				}
				made++
				all = append(all, e)
				s.push(entry{effect: e})
			case 2:
				batches := s.join(r.IntN(400)).batches
				if writing > 0 && batches != nil {
					t.Fatalf("seed %d: two writes at a time", seed)
				}
				writing += len(batches)
			case 3:
				for ; writing > 0; writing-- {
					for e, ok := s.pop(); ok; e, ok = s.pop() {
						check(t, seed, all, &left, e.effect, durable)
					}
					s.durable()
					durable++
					left++
				}
			}
			for e, ok := s.pop(); ok; e, ok = s.pop() {
				check(t, seed, all, &left, e.effect, durable)
			}
			if s.len() != len(all)-left {
				t.Fatalf("seed %d: %d wait, want %d", seed, s.len(), len(all)-left)
			}
		}
	}
}

func check(t *testing.T, seed uint64, all []mesh.Effect, left *int, e mesh.Effect, durable int) {
	t.Helper()
	if fmt.Sprint(all[*left]) != fmt.Sprint(e) {
		t.Fatalf("seed %d: %v left, want %v", seed, e, all[*left])
	}
	for _, before := range all[:*left] {
		if _, ok := before.(mesh.Commit); ok {
			durable--
		}
	}
	if durable < 0 {
		t.Fatalf("seed %d: %v left before a commit ahead of it was durable", seed, e)
	}
	*left++
}

func TestJoinKeepsLimit(t *testing.T) {
	var s stream
	for range 5 {
		s.push(entry{effect: commit("12345")})
	}
	limit := 5 * commit("12345").Batch.Cost() / 2
	for _, want := range []int{2, 2, 1, 0} {
		got := s.join(limit).batches
		if len(got) != want {
			t.Fatalf("joined %d batches, want %d", len(got), want)
		}
		for range got {
			s.durable()
		}
	}
	s.push(entry{effect: commit("longer than all that")})
	if got := s.join(1).batches; len(got) != 1 {
		t.Fatal("a batch above the limit is never written")
	}
}
