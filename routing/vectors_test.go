package routing

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

const today = clock.Day(20600)

func randomVectors(rng *rand.Rand, origins, bundles int) *Vectors {
	v := NewVectors()
	for range bundles {
		id := bundle.ID{Origin: ident.Number(1 + rng.IntN(origins)), Day: today - clock.Day(rng.IntN(14)), Seq: uint16(rng.IntN(40))}
		v.AddHave(id)
		if rng.IntN(3) == 0 {
			v.AddReceipt(id)
		}
	}
	return v
}

// TestSegmentsSayEverything cuts vectors into pieces of all sizes, and asks
// the pieces about every bundle that could be in them.
func TestSegmentsSayEverything(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 3))
		v := randomVectors(rng, 1+rng.IntN(30), rng.IntN(400))
		room := MinRoom + rng.IntN(60+int(seed)*20)
		pieces := v.Segments(room)
		var segments []*Segment
		for _, p := range pieces {
			s, err := DecodeSegment(p, today)
			if err != nil || len(p) > room {
				t.Fatalf("seed %d: piece of %d bytes (room %d): %v", seed, len(p), room, err)
			}
			segments = append(segments, s)
		}
		for origin := ident.Number(1); origin < 35; origin++ {
			for day := today - 15; day <= today+1; day++ {
				for seq := range uint16(42) {
					id := bundle.ID{Origin: origin, Day: day, Seq: seq}
					answers := 0
					for _, s := range segments {
						have, receipt, known := s.Has(id)
						if !known {
							continue
						}
						answers++
						if have != v.Have(id) || receipt != v.Receipted(id) {
							t.Fatalf("seed %d: %v: have %v receipt %v", seed, id, have, receipt)
						}
					}
					if answers != 1 {
						t.Fatalf("seed %d: %d pieces speak of %v", seed, answers, id)
					}
				}
			}
		}
	}
}

// TestSummaryFollowsContent reaches the same content in different ways.
func TestSummaryFollowsContent(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	a := randomVectors(rng, 10, 300)
	b := NewVectors()
	for _, st := range slices.Backward(a.Streams()) {
		s := *a.Get(st)
		b.Put(st, &s)
	}
	if a.Summary() != b.Summary() {
		t.Error("same content, different summaries")
	}
	id := bundle.ID{Origin: 77, Day: today, Seq: 1}
	before := a.Summary()
	a.AddReceipt(id)
	viaReceipt := a.Summary()
	a.AddHave(id)
	if a.Summary() != viaReceipt {
		t.Error("a bundle behind its receipt changes the summary")
	}
	alive := &Item{ID: id, Hash: Prefix{9}}
	a.Hold(alive)
	if a.Summary() == viaReceipt {
		t.Error("a bundle that lives does not change the summary")
	}
	a.Release(alive)
	a.RemoveReceipt(id)
	if a.Summary() != before {
		t.Error("a receipt taken back and a bundle that ended leave a trace")
	}
	a.Drop(Stream{77, today})
	if a.Summary() != before {
		t.Error("dropping a stream does not restore the summary")
	}
	for _, st := range slices.Clone(b.Streams()) {
		b.Drop(st)
	}
	if b.Summary() != 0 || len(b.Streams()) != 0 {
		t.Error("an empty vector has a summary")
	}
}

func FuzzDecodeSegment(f *testing.F) {
	rng := rand.New(rand.NewPCG(5, 5))
	for _, room := range []int{MinRoom, 200} {
		for _, p := range randomVectors(rng, 5, 60).Segments(room) {
			f.Add(p)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeSegment(b, today)
		if err != nil {
			return
		}
		for i := 1; i < len(s.Streams); i++ {
			if s.Streams[i-1].Compare(s.Streams[i]) >= 0 {
				t.Fatal("streams out of order")
			}
		}
		for i, st := range s.Streams {
			if s.Find(st) != s.Seen[i] {
				t.Fatal("a stream cannot be found")
			}
		}
	})
}

// TestVersionAndBetween: the version is another one whenever what is said is, and
// Between is what a walk through all streams finds.
func TestVersionAndBetween(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 5))
		v := randomVectors(rng, 12, 200)
		said, version := v.Segments(200), v.Version()
		for step := range 300 {
			id := bundle.ID{Origin: ident.Number(1 + rng.IntN(12)), Day: today - clock.Day(rng.IntN(14)), Seq: uint16(rng.IntN(40))}
			switch rng.IntN(6) {
			case 0:
				v.AddReceipt(id)
			case 1:
				v.RemoveReceipt(id)
			case 2:
				v.Drop(Stream{id.Origin, id.Day})
			case 3:
				v.Put(Stream{id.Origin, id.Day}, &Seen{Have: setOf(id.Seq)})
			case 4:
				v.Window(today-clock.Day(rng.IntN(12)), nil)
			default:
				v.AddHave(id)
			}
			if now := v.Segments(200); !reflect.DeepEqual(now, said) {
				if v.Version() == version {
					t.Fatalf("seed %d, step %d: another vector of one version", seed, step)
				}
				said, version = now, v.Version()
			}
			first := ident.Number(rng.IntN(14))
			last := first + ident.Number(rng.IntN(6))
			var want []Stream
			for _, st := range v.Streams() {
				if first <= st.Origin && st.Origin <= last {
					want = append(want, st)
				}
			}
			if got := v.Between(first, last); !slices.Equal(got, want) {
				t.Fatalf("seed %d, step %d: between %d and %d: %v, want %v", seed, step, first, last, got, want)
			}
		}
	}
}

func setOf(seqs ...uint16) (s Set) {
	for _, seq := range seqs {
		s.Add(seq)
	}
	return s
}

// TestReceiptsAreCounted holds the number of receipts against counting them, whatever
// comes and goes.
func TestReceiptsAreCounted(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	v := randomVectors(rng, 5, 300)
	for range 2000 {
		id := bundle.ID{Origin: ident.Number(1 + rng.IntN(5)), Day: today - clock.Day(rng.IntN(4)), Seq: uint16(rng.IntN(40))}
		st := Stream{id.Origin, id.Day}
		switch rng.IntN(10) {
		case 0:
			v.Drop(st)
		case 1:
			seen := new(Seen)
			seen.Receipts.Add(id.Seq)
			seen.Receipts.Add(id.Seq + 2)
			v.Put(st, seen)
		case 2, 3, 4:
			v.RemoveReceipt(id)
		default:
			v.AddReceipt(id)
		}
		count := 0
		for _, st := range v.Streams() {
			v.Get(st).Receipts.Each(func(uint16) { count++ })
		}
		if v.Receipts() != count {
			t.Fatalf("%d receipts, counted as %d", count, v.Receipts())
		}
	}
}
