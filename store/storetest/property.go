package storetest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
)

// model is the stupid version: a map, sorted anew for each scan.
type model map[string]string

func (m model) Get(key []byte) ([]byte, bool) {
	v, ok := m[string(key)]
	return []byte(v), ok
}

func (m model) Scan(prefix, start []byte, visit func(key, value []byte) bool) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if k >= string(start) && strings.HasPrefix(k, string(prefix)) && !visit([]byte(k), []byte(m[k])) {
			return
		}
	}
}

func (m model) apply(b *store.Batch) {
	for _, op := range b.Ops {
		if op.Delete {
			delete(m, string(op.Key))
		} else {
			m[string(op.Key)] = string(op.Value)
		}
	}
}

func randomKey(rng *rand.Rand) []byte {
	k := make([]byte, rng.IntN(5))
	for i := range k {
		k[i] = []byte{0, 1, 'a', 0xff}[rng.IntN(4)]
	}
	return k
}

func randomBatch(rng *rand.Rand) *store.Batch {
	b := &store.Batch{}
	for i := range rng.IntN(30) {
		if rng.IntN(3) == 0 {
			b.Delete(randomKey(rng))
		} else {
			b.Put(randomKey(rng), fmt.Appendf(nil, "%d/%d/%s", i, rng.IntN(1000), strings.Repeat("x", rng.IntN(300))))
		}
	}
	return b
}

// property: a store answers as the model does, whatever is done to it.
func property(t *testing.T, open func() store.Store) {
	const seed = 20416
	rng := rand.New(rand.NewPCG(seed, 0))
	m, s := model{}, open()
	for step := range 300 {
		batches := make([]*store.Batch, rng.IntN(4))
		for i := range batches {
			batches[i] = randomBatch(rng)
			m.apply(batches[i])
		}
		mustCommit(t, s, batches...)
		if rng.IntN(40) == 0 {
			finish(t, s)
			s = open()
		}
		for range 3 {
			k := randomKey(rng)
			got, ok := s.Get(k)
			want, wantOK := m.Get(k)
			if ok != wantOK || string(got) != string(want) {
				t.Fatalf("seed %d, step %d: %q is %q %v, want %q %v", seed, step, k, got, ok, want, wantOK)
			}
			start := randomKey(rng)
			if got, want := Dump(s, k, start), Dump(m, k, start); !slices.Equal(got, want) {
				t.Fatalf("seed %d, step %d: prefix %q from %q: %s, want %s", seed, step, k, start, got, want)
			}
		}
	}
	finish(t, s)
}
