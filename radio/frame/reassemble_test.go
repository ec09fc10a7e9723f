package frame

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// lacking returns how many shards of a transfer are wanted.
func (r *Reassembler) lacking(key Transfer) (n int) {
	if t := r.open[key]; t != nil && t.whole == nil {
		for _, m := range t.more() {
			n += m
		}
	}
	return n
}

// simple is a Reassembler of one transfer as a child would write it: it remembers
// which shards it has, and has the bundle when each block has enough.
type simple struct {
	layout
	have map[int]bool
}

func (s *simple) add(index int) (lacking int) {
	s.have[index] = true
	for block := range s.blocks() {
		n := s.data(block)
		for index := range s.have { // order: a sum
			if b, _, _ := s.place(index); b == block {
				n--
			}
		}
		lacking += max(0, n)
	}
	return lacking
}

func TestReassembleAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	for seed := range 150 {
		r := NewReassembler(1)
		whole := randomBytes(rng, 1+rng.IntN(3000))
		if seed%10 == 0 {
			whole = randomBytes(rng, bundle.MaxSize-rng.IntN(100))
		}
		whole[len(whole)-1] = byte(rng.IntN(2)) * endMark // what looks like the end is none
		s := NewSender(whole, 39+rng.IntN(200))
		var pieces []Fragment
		for range 2 { // as many repair shards as pieces
			for s.Begin(); s.Owed() > 0; {
				pieces = append(pieces, s.Next(whole))
			}
		}
		model, left := simple{s.layout, map[int]bool{}}, 1
		for left > 0 {
			p := pieces[rng.IntN(len(pieces))] // repeats included
			left = model.add(p.Index)
			got, done, err := r.Add(1, 5, p)
			if err != nil || done != (left == 0) || done && !bytes.Equal(got, whole) || r.lacking(p.TransferKey()) != left {
				t.Fatalf("piece %d of %d: done %v, %v, %d lacking, not %d", p.Index, p.Count, done, err, r.lacking(p.TransferKey()), left)
			}
		}
		for range 5 {
			if got, done, err := r.Add(2, 5, pieces[rng.IntN(len(pieces))]); !errors.Is(err, ErrFinished) || done || !bytes.Equal(got, whole) {
				t.Fatalf("late piece: done %v, %v", done, err)
			}
		}
		if r.bytes != len(whole) {
			t.Fatalf("%d bytes counted of %d", r.bytes, len(whole))
		}
	}
}

func TestReassembleCutAnew(t *testing.T) {
	r := NewReassembler(1)
	whole := bytes.Repeat([]byte("abcdefg"), 20)
	r.Add(1, 5, split(whole, 20)[0])
	for _, p := range split(whole, 50) {
		if got, done, _ := r.Add(1, 5, p); done && bytes.Equal(got, whole) {
			return
		}
	}
	t.Fatal("not complete")
}

func TestReassembleBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	r := NewReassembler(1)
	for _, f := range []Fragment{{Count: MaxFragments, Data: make([]byte, 200)}, {Count: 3, Index: 255, Data: []byte("x")}, {Count: 3, Index: -1, Data: []byte("x")}} {
		if _, _, err := r.Add(1, 5, f); !errors.Is(err, ErrOversized) {
			t.Fatalf("%d pieces, index %d: %v", f.Count, f.Index, err)
		}
	}
	for i := range 3000 {
		whole := randomBytes(rng, 1+rng.IntN(bundle.MaxSize))
		pieces := split(whole, 4000)
		if rng.IntN(2) == 0 {
			pieces = pieces[:1]
		}
		for _, p := range pieces {
			if rng.IntN(20) == 0 {
				p.Data = randomBytes(rng, len(p.Data))
			}
			r.Add(clock.Instant(i), ident.Number(1+rng.IntN(40)), p)
		}
		sum, each := 0, map[ident.Number]int{}
		for _, tr := range r.open {
			sum += len(tr.whole)
			for block, held := range tr.held {
				if len(held) > tr.data(block)+maxExtra {
					t.Fatalf("%d shards held of a block that takes %d", len(held), tr.data(block))
				}
				for _, s := range held {
					sum += len(s.data) + shardCost
				}
			}
			each[tr.by]++
			if each[tr.by] > MaxTransfersEach {
				t.Fatalf("%d transfers of %d", each[tr.by], tr.by)
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

// TestShardsOfSeveralMakeOne: a relay sends others than the origin did, and who has
// the bundle asks nobody for it.
func TestShardsOfSeveralMakeOne(t *testing.T) {
	whole := bytes.Repeat([]byte("abcdefg"), 20)
	r, pieces := NewReassembler(1), split(whole, 40)
	s := NewSender(whole, 40)
	s.Aside(7)
	s.Begin()
	first := s.Next(whole)
	if first.Index < len(pieces) {
		t.Fatalf("a relay begins with piece %d", first.Index)
	}
	r.Add(1, 6, first)
	r.Add(2, 5, pieces[3])
	if a := r.Stale(100*second, noWindow); len(a) != 1 || a[0].From != 5 {
		t.Fatalf("asks %v", a)
	}
	for i := range pieces[2:] {
		if got, done, _ := r.Add(3, 6, s.Next(whole)); done != (i == len(pieces)-3) || done && !bytes.Equal(got, whole) {
			t.Fatalf("shard %d: done %v", i, done)
		}
	}
	adopter := NewReassembler(1)
	for name, c := range map[string]struct {
		f     Fragment
		whole []byte
		want  bool
	}{
		"of the bundle": {pieces[2], whole, true}, "repair": {first, whole, true}, "of another": {wrong(pieces[2]), whole, false},
		"shorter": {pieces[2], whole[1:], false}, "longer": {pieces[2], append(bytes.Clone(whole), 1), false}, "much longer": {pieces[2], append(bytes.Clone(whole), whole...), false},
	} {
		if got := adopter.Adopt(1, 5, c.f, c.whole); got != c.want {
			t.Errorf("%s: adopted %v", name, got)
		}
	}
	if _, _, err := adopter.Add(1, 6, pieces[1]); !errors.Is(err, ErrFinished) || adopter.bytes != len(whole) || !adopter.Begun(pieces[0]) {
		t.Errorf("after adopting: %v", err)
	}
}

// wrong returns a shard with other data.
func wrong(f Fragment) Fragment {
	f.Data = slices.Clone(f.Data)
	f.Data[0] ^= 1
	return f
}

// TestAWrongShardCostsOneMore, and two of them two more or the transfer's beginning,
// wherever they stand.
func TestAWrongShardCostsOneMore(t *testing.T) {
	rng := rand.New(rand.NewPCG(25, 26))
	for range 200 {
		k, bad := 2+rng.IntN(16), 1+rng.IntN(2)
		whole := randomBytes(rng, k*20-1)
		s := NewSender(whole, 24)
		r := NewReassembler(1)
		spoiled := rng.Perm(k)[:bad]
		sent, refused := 0, 0
		for done := false; !done; sent++ {
			if s.Owed() == 0 {
				s.Need(1, []int{1}, 0)
			}
			f := s.Next(whole)
			if f.Count != k {
				t.Fatalf("%d pieces, want %d", f.Count, k)
			}
			if sent < k && slices.Contains(spoiled, sent) {
				f = wrong(f)
			}
			var got []byte
			var err error
			if got, done, err = r.Add(1, 5, f); err != nil {
				refused++
			}
			if done && !bytes.Equal(got, whole) {
				t.Fatal("another bundle came out")
			}
			if sent > k+bad {
				t.Fatalf("%d wrong of %d: not complete after %d shards", bad, k, sent)
			}
		}
		if sent != k+bad || refused != bad {
			t.Fatalf("%d wrong of %d: complete after %d shards, %d times in conflict", bad, k, sent, refused)
		}
	}
}

// TestTwoWrongOfARelayCostTwoMore: also where there are nothing but repair shards, which
// take the most work to leave out.
func TestTwoWrongOfARelayCostTwoMore(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	for _, k := range []int{2, 9, 24} {
		whole := randomBytes(rng, k*200-1)
		s, r := NewSender(whole, fragmentHeader(maxBlockRows)+200), NewReassembler(1)
		s.Aside(uint64(k))
		spoiled, sent := []int{k - 2, k - 1}, 0 // the last to be left out
		for done := false; !done; sent++ {
			if s.Owed() == 0 {
				s.Need(1, []int{1}, 0)
			}
			f := s.Next(whole)
			if f.Index < k || f.Count != k {
				t.Fatalf("%d pieces, want %d; index %d", f.Count, k, f.Index)
			}
			if slices.Contains(spoiled, sent) {
				f = wrong(f)
			}
			if _, done, _ = r.Add(1, 5, f); sent > k+1 {
				t.Fatalf("%d pieces: not complete after %d shards", k, sent+1)
			}
		}
	}
}

// TestNobodyAsksForMoreThanIsRead: one of the shards was wrong, and for each of those
// that came somebody sent another of its number.
func TestNobodyAsksForMoreThanIsRead(t *testing.T) {
	whole := bytes.Repeat([]byte("abcd"), maxBlockData*5)[:maxBlockData*20-1]
	r, pieces := NewReassembler(1), split(whole, fragmentHeader(maxBlockData)+20)
	for i, f := range pieces {
		if i == 3 {
			f = wrong(f)
		}
		r.Add(1, 5, f)
	}
	for _, f := range pieces {
		f.Data = bytes.Repeat([]byte("x"), len(f.Data))
		r.Add(1, 5, f)
	}
	asks := r.Stale(100*second, noWindow)
	if len(pieces) != maxBlockData || len(asks) != 1 {
		t.Fatalf("%d pieces, %d asks", len(pieces), len(asks))
	}
	need, ok := r.Need(asks[0])
	if got, err := DecodeNeed(need.Append(nil)); !ok || err != nil || !slices.Equal(got.More, []int{maxBlockData}) {
		t.Errorf("%v: %v", need, err)
	}
}

// TestTinyShardsFillTheRoom: a shard takes more than its data.
func TestTinyShardsFillTheRoom(t *testing.T) {
	r := NewReassembler(1)
	for name := range MaxTransfers {
		for i := range MaxFragments - 1 {
			r.Add(1, ident.Number(1+name/MaxTransfersEach), Fragment{Transfer: uint16(name), Index: i, Count: MaxFragments, Data: []byte("x")})
		}
	}
	shards := 0
	for _, tr := range r.open {
		for _, held := range tr.held {
			shards += len(held)
		}
	}
	if most := MaxTransferBytes / shardCost; shards > most || shards < most/2 {
		t.Errorf("%d shards are held", shards)
	}
}

// TestManyWrongShardsCostTime: when nothing helps, the transfer begins anew, with a
// bounded number of trials; and what comes then does.
func TestManyWrongShardsCostTime(t *testing.T) {
	rng := rand.New(rand.NewPCG(27, 28))
	for _, k := range []int{3, 16, 40, 64, 127, 300} {
		whole := randomBytes(rng, k*20-1)
		s, r := NewSender(whole, fragmentHeader(k)+20), NewReassembler(1)
		sent := 0
		for done := false; !done; sent++ {
			if s.Owed() == 0 {
				more := make([]int, s.blocks())
				for i := range more {
					more[i] = 1
				}
				s.Need(1, more, 0)
			}
			f := s.Next(whole)
			if sent < 5*s.blocks() {
				f = wrong(f)
			}
			_, done, _ = r.Add(1, 5, f)
			if tr := r.open[f.TransferKey()]; tr.work > maxWork+maxWork/8 {
				t.Fatalf("%d multiplications", tr.work)
			}
			if sent > 2*k+4*maxExtra*s.blocks() {
				t.Fatalf("%d pieces: not complete after %d shards", k, sent)
			}
		}
		t.Logf("%d pieces, %d wrong: %d shards", k, 5*s.blocks(), sent)
	}
}

// TestAFinishedTransferIsNotForGood: somebody made a bundle of the same name out of
// wrong shards. What its sender goes on to send opens it anew.
func TestAFinishedTransferIsNotForGood(t *testing.T) {
	rng := rand.New(rand.NewPCG(29, 30))
	whole := randomBytes(rng, 99)
	s, r := NewSender(whole, 24), NewReassembler(1)
	forged := bytes.Clone(whole)
	for TransferOf(forged[:99]) != s.Transfer || bytes.Equal(forged, whole) {
		copy(forged, randomBytes(rng, 20))
	}
	for _, f := range split(forged, 24) {
		r.Add(1, 5, f)
	}
	s.Begin()
	got, done, err := r.Add(1, 5, s.Next(whole))
	if !errors.Is(err, ErrConflict) || done || got != nil || r.lacking(split(whole, 24)[0].TransferKey()) != 4 {
		t.Fatalf("done %v, %v: the forged one stays", done, err)
	}
	for !done {
		got, done, _ = r.Add(1, 5, s.Next(whole))
	}
	if !bytes.Equal(got, whole) {
		t.Error("another bundle came out")
	}
}

// TestTwoShardsOfOneNumber: neither is kept.
func TestTwoShardsOfOneNumber(t *testing.T) {
	whole := bytes.Repeat([]byte("abcdefg"), 20)
	r, pieces := NewReassembler(1), split(whole, 40)
	r.Add(1, 5, wrong(pieces[0]))
	if _, _, err := r.Add(1, 5, pieces[0]); !errors.Is(err, ErrConflict) || r.lacking(pieces[0].TransferKey()) != len(pieces) || r.bytes != 0 {
		t.Fatalf("%v, %d lacking", err, r.lacking(pieces[0].TransferKey()))
	}
	for i, p := range pieces {
		if got, done, _ := r.Add(1, 5, p); done != (i == len(pieces)-1) || done && !bytes.Equal(got, whole) {
			t.Fatalf("piece %d: done %v", i, done)
		}
	}
}

// FuzzReassembler gives one what members may send: true shards and others, to one
// name. It keeps its bounds, and nothing comes out that is not named so.
func FuzzReassembler(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	f.Add([]byte{220, 0, 220, 1, 2, 3, 4, 5, 6, 7, 8})
	f.Fuzz(func(t *testing.T, script []byte) {
		whole := randomBytes(rand.New(rand.NewPCG(1, 1)), 160)
		s, r := NewSender(whole, 30), NewReassembler(1)
		for i, b := range script {
			s.next[0], s.owed[0] = int(b)%200, 1
			p := s.Next(whole)
			if b >= 200 {
				p.Data = bytes.Repeat([]byte{b}, len(p.Data))
			}
			got, _, err := r.Add(clock.Instant(i), 5, p)
			if got != nil && TransferOf(got) != s.Transfer || err != nil && !errors.Is(err, ErrConflict) && !errors.Is(err, ErrFinished) {
				t.Fatalf("%x, %v", got, err)
			}
			if r.bytes > 2*len(whole)+(s.count+maxExtra)*shardCost || len(r.open) > 1 {
				t.Fatalf("%d bytes, %d transfers", r.bytes, len(r.open))
			}
		}
	})
}
