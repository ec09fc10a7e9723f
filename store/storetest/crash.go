package storetest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
)

// Numbered returns batch number n of a history that can be checked: one to
// nine keys that only it writes, and the number itself under a key that all
// batches overwrite.
func Numbered(n uint64) *store.Batch {
	b := &store.Batch{}
	for part := range parts(n) {
		b.Put(fmt.Appendf(nil, "n/%08d/%d", n, part), content(n, part))
	}
	b.Put([]byte("last"), binary.BigEndian.AppendUint64(nil, n))
	if n > 5 {
		b.Delete(fmt.Appendf(nil, "d/%d", n-5)) // of a window of five that moves on
	}
	b.Put(fmt.Appendf(nil, "d/%d", n), nil)
	return b
}

func parts(n uint64) uint64 { return 1 + n*2654435761>>7%9 }

func content(n, part uint64) []byte {
	v := make([]byte, 30+(n*31+part*17)%400)
	for i := range v {
		v[i] = byte(n + part + uint64(i))
	}
	return v
}

// Last returns the number of the newest batch of the history, 0 if none.
func Last(v store.View) uint64 {
	b, ok := v.Get([]byte("last"))
	if !ok || len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

// CheckHistory says what is wrong with a history of which batch acked is the
// newest that was acknowledged: everything up to it is there, what came after
// is there whole and without a gap or not at all.
func CheckHistory(v store.View, acked uint64) error {
	last := Last(v)
	if last < acked {
		return fmt.Errorf("batch %d was acknowledged, the newest is %d", acked, last)
	}
	n, part := uint64(1), uint64(0)
	var bad error
	v.Scan([]byte("n/"), nil, func(k, val []byte) bool {
		want := fmt.Sprintf("n/%08d/%d", n, part)
		if string(k) != want || string(val) != string(content(n, part)) {
			bad = fmt.Errorf("found %q with %d bytes where %q has to be", k, len(val), want)
			return false
		}
		if part++; part == parts(n) {
			n, part = n+1, 0
		}
		return true
	})
	if bad != nil {
		return bad
	}
	if n != last+1 || part != 0 {
		return fmt.Errorf("the newest batch says %d, the records end at part %d of %d", last, part, n)
	}
	if live := len(Dump(v, []byte("d/"), nil)); live != int(min(last, 5)) {
		return fmt.Errorf("%d keys of the moving window after batch %d, want %d", live, last, min(last, 5))
	}
	return nil
}

// WriteHistory goes on with the history of a store until acked returns false.
// It joins one to ten batches to a commit, and then calls acked with the
// number of the newest.
func WriteHistory(s store.Store, rng *rand.Rand, acked func(last uint64) bool) error {
	for n := Last(s); ; {
		batches := make([]*store.Batch, 1+rng.IntN(10))
		for i := range batches {
			n++
			batches[i] = Numbered(n)
		}
		if err := s.Commit(batches...); err != nil {
			return err
		}
		if !acked(n) {
			return nil
		}
	}
}

// crash closes and opens in place of a crash: what a store of its own kind has
// to show beyond that, it shows with WriteHistory and CheckHistory.
func crash(t *testing.T, open func() store.Store) {
	rng := rand.New(rand.NewPCG(7, 7))
	var last uint64
	for range 5 {
		s := open()
		if err := CheckHistory(s, last); err != nil {
			t.Fatal(err)
		}
		commits := rng.IntN(20)
		err := WriteHistory(s, rng, func(n uint64) bool { last, commits = n, commits-1; return commits > 0 })
		if err != nil {
			t.Fatal(err)
		}
		finish(t, s)
	}
	s := open()
	defer finish(t, s)
	if err := CheckHistory(s, last); err != nil {
		t.Fatal(err)
	}
}
