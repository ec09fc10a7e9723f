package frame

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestReassembleAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	for range 200 {
		r := NewReassembler()
		whole := randomBytes(rng, 1+rng.IntN(3000))
		pieces := Split(whole, 40+rng.IntN(200))
		left := map[int]bool{}
		for i := range pieces {
			left[i] = true
		}
		for len(left) > 0 {
			p := pieces[rng.IntN(len(pieces))] // repeats included
			delete(left, p.Index)
			got, done, err := r.Add(1, 5, p)
			if err != nil || done != (len(left) == 0) || done && !bytes.Equal(got, whole) {
				t.Fatalf("piece %d of %d, %d left: done %v, %v", p.Index, p.Count, len(left), done, err)
			}
			for _, m := range r.Missing(5, p.Transfer) {
				if !left[m] {
					t.Fatalf("%d said to be missing", m)
				}
			}
			if len(left) > 0 && len(r.Missing(5, p.Transfer)) != len(left) {
				t.Fatal("something missing is not said to be")
			}
		}
		if got, done, err := r.Add(2, 5, pieces[0]); !errors.Is(err, ErrFinished) || done || !bytes.Equal(got, whole) {
			t.Fatalf("late piece: done %v, %v", done, err)
		}
		if r.bytes != len(whole) {
			t.Fatalf("%d bytes counted of %d", r.bytes, len(whole))
		}
	}
}

func TestReassembleConflict(t *testing.T) {
	r := NewReassembler()
	pieces := Split([]byte("first bundle, first bundle, first bundle"), 20)
	for i, p := range pieces {
		if i == 1 {
			p.Data = []byte("x")
		}
		_, done, err := r.Add(1, 5, p)
		if last := i == len(pieces)-1; done || last != errors.Is(err, ErrConflict) {
			t.Fatalf("piece %d: done %v, %v", i, done, err)
		}
	}
	if r.bytes != 0 || len(r.open) != 0 {
		t.Fatalf("%d bytes, %d transfers left", r.bytes, len(r.open))
	}
}

func TestReassembleCutAnew(t *testing.T) {
	r := NewReassembler()
	whole := bytes.Repeat([]byte("abcdefg"), 20)
	r.Add(1, 5, Split(whole, 20)[0])
	for _, p := range Split(whole, 50) {
		if got, done, _ := r.Add(1, 5, p); done && bytes.Equal(got, whole) {
			return
		}
	}
	t.Fatal("not complete")
}

func TestReassembleBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	r := NewReassembler()
	if _, _, err := r.Add(1, 5, Fragment{Count: MaxFragments, Data: make([]byte, 200)}); !errors.Is(err, ErrOversized) {
		t.Fatalf("oversized transfer: %v", err)
	}
	for i := range 3000 {
		whole := randomBytes(rng, 1+rng.IntN(20_000))
		pieces := Split(whole, 4000)
		if rng.IntN(2) == 0 {
			pieces = pieces[:1]
		}
		for _, p := range pieces {
			r.Add(clock.Instant(i), ident.Number(1+rng.IntN(40)), p)
		}
		sum, each := 0, map[ident.Number]int{}
		for key, tr := range r.open {
			sum += tr.bytes
			each[key.From]++
			if each[key.From] > MaxTransfersEach {
				t.Fatalf("%d transfers of %d", each[key.From], key.From)
			}
		}
		if sum != r.bytes || sum > MaxTransferBytes || len(r.open) > MaxTransfers {
			t.Fatalf("%d transfers, %d bytes, %d counted", len(r.open), sum, r.bytes)
		}
	}
	r.Drop(clock.Never, 0)
	if r.bytes != 0 || len(r.open) != 0 {
		t.Fatalf("%d transfers, %d bytes after Drop", len(r.open), r.bytes)
	}
}

func TestStaleAndDrop(t *testing.T) {
	const s = clock.Instant(time.Second)
	r := NewReassembler()
	a, b := Split(bytes.Repeat([]byte("a"), 100), 50), Split(bytes.Repeat([]byte("b"), 100), 50)
	r.Add(1*s, 7, a[0])
	r.Add(2*s, 5, b[0])
	if next, ok := r.NextStale(time.Second); !ok || next != 2*s {
		t.Fatalf("next %d, %v", next, ok)
	}
	keyA, keyB := Transfer{7, a[0].Transfer}, Transfer{5, b[0].Transfer}
	if got := r.Stale(2*s, time.Second); !slices.Equal(got, []Transfer{keyA}) {
		t.Fatalf("at 2 s: %v", got)
	}
	if got := r.Stale(3*s, time.Second); !slices.Equal(got, []Transfer{keyB, keyA}) {
		t.Fatalf("at 3 s: %v", got)
	}
	if got := r.Stale(3*s, time.Second); got != nil {
		t.Fatalf("asked twice: %v", got)
	}
	for _, p := range a[1:] {
		r.Add(4*s, 7, p)
	}
	if got := r.Stale(9*s, time.Second); !slices.Equal(got, []Transfer{keyB}) {
		t.Fatalf("a finished one is stale: %v", got)
	}
	if got := r.Drop(9*s, 5*time.Second); !slices.Equal(got, []Transfer{keyB}) || len(r.open) != 0 {
		t.Fatalf("dropped %v, %d left", got, len(r.open))
	}
	if _, ok := r.NextStale(time.Second); ok {
		t.Fatal("something is still to go stale")
	}
}
