package routing

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSetAgainstMap does random operations on a Set and on a map.
func TestSetAgainstMap(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 2))
		var s Set
		stupid := make(map[uint16]bool)
		span := 1 + rng.IntN(300)
		base := rng.IntN(1<<16 - span)
		for range 600 {
			seq := uint16(base + rng.IntN(span))
			if rng.IntN(3) == 0 {
				if got, want := s.Remove(seq), stupid[seq]; got != want {
					t.Fatalf("seed %d: Remove(%d) = %v, want %v", seed, seq, got, want)
				}
				delete(stupid, seq)
			} else {
				if got, want := s.Add(seq), !stupid[seq]; got != want {
					t.Fatalf("seed %d: Add(%d) = %v, want %v", seed, seq, got, want)
				}
				stupid[seq] = true
			}
			if probe := uint16(base + rng.IntN(span)); s.Has(probe) != stupid[probe] {
				t.Fatalf("seed %d: Has(%d) = %v", seed, probe, s.Has(probe))
			}
		}
		var want []uint16
		for seq := range stupid {
			want = append(want, seq)
		}
		slices.Sort(want)
		var got []uint16
		s.Each(func(seq uint16) { got = append(got, seq) })
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: Each gives %v, want %v", seed, got, want)
		}
		for i := 1; i < len(s.runs); i++ {
			if int(s.runs[i-1].to)+1 >= int(s.runs[i].from) {
				t.Fatalf("seed %d: runs touch: %v", seed, s.runs)
			}
		}
		if top, ok := s.Max(); ok != (len(want) > 0) || (ok && top != want[len(want)-1]) {
			t.Fatalf("seed %d: Max = %d, %v", seed, top, ok)
		}
	}
}

func TestSetAtTheEdges(t *testing.T) {
	var s Set
	for _, seq := range []uint16{65535, 0, 65534, 1} {
		s.Add(seq)
	}
	if !slices.Equal(s.runs, []run{{0, 1}, {65534, 65535}}) {
		t.Errorf("runs %v", s.runs)
	}
	if s.Has(2) || !s.Has(65535) || s.Has(65533) {
		t.Error("edges are wrong")
	}
	var back Set
	if rest, ok := back.cut(s.Append(nil)); !ok || len(rest) > 0 || !slices.Equal(back.runs, s.runs) {
		t.Errorf("round trip gives %v", back.runs)
	}
}

func TestCovers(t *testing.T) {
	set := func(seqs ...uint16) *Set {
		s := new(Set)
		for _, q := range seqs {
			s.Add(q)
		}
		return s
	}
	for _, c := range []struct {
		a, b *Set
		want bool
	}{
		{set(), set(), true},
		{set(1, 2, 3), set(), true},
		{set(), set(1), false},
		{set(1, 2, 3, 7), set(2, 3, 7), true},
		{set(1, 2, 3, 7), set(3, 4), false},
		{set(1, 2, 3, 7), set(8), false},
	} {
		if got := c.a.Covers(c.b); got != c.want {
			t.Errorf("%v covers %v = %v", c.a.runs, c.b.runs, got)
		}
	}
}

func FuzzDecodeSeen(f *testing.F) {
	var s Seen
	s.Have.Add(3)
	s.Have.Add(4)
	s.Receipts.Add(4)
	f.Add(s.Append(nil))
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		seen, ok := DecodeSeen(b)
		if ok && !bytes.Equal(seen.Append(nil), b) {
			t.Errorf("%x decodes and encodes to %x", b, seen.Append(nil))
		}
	})
}

func FuzzDecodeSet(f *testing.F) {
	var s Set
	for _, seq := range []uint16{0, 1, 2, 9, 1<<16 - 1} {
		s.Add(seq)
		f.Add(s.Append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, ok := DecodeSet(b)
		if ok && !bytes.Equal(s.Append(nil), b) {
			t.Fatalf("%x comes back as %x", b, s.Append(nil))
		}
	})
}
