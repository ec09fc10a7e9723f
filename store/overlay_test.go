package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// stupid is a View that sorts a map anew for each scan, and a store that
// cannot fail.
type stupid map[string]string

func (m stupid) Get(key []byte) ([]byte, bool) {
	v, ok := m[string(key)]
	return []byte(v), ok
}

func (m stupid) Scan(prefix, start []byte, visit func(key, value []byte) bool) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if k >= string(start) && strings.HasPrefix(k, string(prefix)) && !visit([]byte(k), []byte(m[k])) {
			return
		}
	}
}

func (m stupid) apply(b *Batch) {
	for _, op := range b.Ops {
		if op.Delete {
			delete(m, string(op.Key))
		} else {
			m[string(op.Key)] = string(op.Value)
		}
	}
}

// listing reads at most limit entries of a view.
func listing(v View, prefix, start string, limit int) []string {
	var got []string
	var from []byte
	if start != "" {
		from = []byte(start)
	}
	v.Scan([]byte(prefix), from, func(k, val []byte) bool {
		got = append(got, fmt.Sprintf("%q=%q", k, val))
		return len(got) < limit
	})
	return got
}

func randomKey(rng *rand.Rand) []byte {
	k := make([]byte, rng.IntN(4))
	for i := range k {
		k[i] = []byte{0, 1, 'a', 0xff}[rng.IntN(4)]
	}
	return k
}

func randomBatch(rng *rand.Rand) *Batch {
	b := &Batch{}
	for i := range rng.IntN(8) {
		if rng.IntN(3) == 0 {
			b.Delete(randomKey(rng))
		} else {
			b.Put(randomKey(rng), fmt.Append(nil, i, rng.IntN(100)))
		}
	}
	return b
}

// The overlay answers as if all pending batches were committed.
func TestOverlayAgainstMap(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 3))
		base, all := stupid{}, stupid{}
		o := NewOverlay(base)
		var queue []*Batch
		for range 400 {
			switch rng.IntN(4) {
			case 0, 1:
				b := randomBatch(rng)
				o.Push(b)
				all.apply(b)
				queue = append(queue, b)
			case 2:
				for range min(rng.IntN(5), len(queue)) {
					base.apply(queue[0])
					o.Pop()
					queue = queue[1:]
				}
			}
			if o.Pending() != len(queue) {
				t.Fatalf("seed %d: %d pending, want %d", seed, o.Pending(), len(queue))
			}
			k := randomKey(rng)
			got, ok := o.Get(k)
			want, wantOK := all.Get(k)
			if ok != wantOK || string(got) != string(want) {
				t.Fatalf("seed %d: %q is %q %v, want %q %v", seed, k, got, ok, want, wantOK)
			}
			prefix, start, limit := string(randomKey(rng)), string(randomKey(rng)), 1+rng.IntN(50)
			if g, w := listing(o, prefix, start, limit), listing(all, prefix, start, limit); !slices.Equal(g, w) {
				t.Fatalf("seed %d: scan %q from %q: %s, want %s", seed, prefix, start, g, w)
			}
		}
	}
}

func TestOverlayHandsOutCopies(t *testing.T) {
	o := NewOverlay(stupid{})
	b := &Batch{}
	b.Put([]byte("k"), []byte("value"))
	o.Push(b)
	v, _ := o.Get([]byte("k"))
	v[0] = 'X'
	o.Scan(nil, nil, func(_, v []byte) bool { v[0] = 'Y'; return true })
	if v, _ = o.Get([]byte("k")); string(v) != "value" {
		t.Errorf("value is %q after a reader changed its copy", v)
	}
}

func TestOverlayWrittenDuringScan(t *testing.T) {
	o := NewOverlay(stupid{"a": "1", "c": "3"})
	b := &Batch{}
	b.Put([]byte("b"), []byte("2"))
	o.Push(b)
	var got []string
	o.Scan(nil, nil, func(k, _ []byte) bool {
		got = append(got, string(k))
		b := &Batch{}
		b.Delete(slices.Clone(k))
		o.Push(b)
		return true
	})
	if !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("saw %q", got)
	}
	if rest := listing(o, "", "", 9); rest != nil {
		t.Errorf("left over: %q", rest)
	}
}

func TestOverlayPopOfNothing(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("popping what nobody pushed passed in silence")
		}
	}()
	NewOverlay(stupid{}).Pop()
}

func BenchmarkOverlay(b *testing.B) {
	for _, n := range []int{0, 1, 3000} {
		o := NewOverlay(stupid{})
		for i := range n {
			batch := &Batch{}
			batch.Put(fmt.Appendf(nil, "%c/%06d", 'a'+i%10, i), []byte("value"))
			o.Push(batch)
		}
		b.Run(fmt.Sprintf("get/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o.Get([]byte("a/001000"))
			}
		})
		b.Run(fmt.Sprintf("scan300/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o.Scan([]byte("a/"), nil, func(_, _ []byte) bool { return true })
			}
		})
		b.Run(fmt.Sprintf("push+pop/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			batch := &Batch{}
			batch.Put([]byte("a/000500x"), []byte("v"))
			for b.Loop() {
				o.Push(batch)
				o.Pop()
			}
		})
	}
}
