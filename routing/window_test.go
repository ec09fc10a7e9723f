package routing

import (
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Two nodes that hold the same of the days around today agree, whatever else
// they hold and however their windows moved before; and nothing is said of other
// days.
func TestWindowHidesOtherDays(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 9))
		draw := func() bundle.ID {
			return bundle.ID{Origin: ident.Number(1 + r.IntN(3)), Day: clock.Day(20000 + r.IntN(60)), Seq: uint16(r.IntN(20))}
		}
		today := clock.Day(20015 + r.IntN(40))
		a, b := NewVectors(), NewVectors()
		var live []*Item
		for range r.IntN(100) {
			id := draw()
			if r.IntN(4) == 0 {
				a.Window(clock.Day(20000+r.IntN(60)), live)
			}
			switch inside := around(today).has(id.Day); r.IntN(3) {
			case 0:
				a.AddHave(id)
				if inside {
					b.AddHave(id)
				}
			case 1:
				a.AddReceipt(id)
				if inside {
					b.AddReceipt(id)
				}
			default:
				it := &Item{ID: id, Hash: [8]byte{byte(len(live))}}
				live = append(live, it)
				a.Hold(it)
				if inside {
					b.Hold(it)
				}
			}
		}
		a.Window(today, live)
		if a.Summary() != b.Summary() {
			t.Fatalf("seed %d: summaries differ", seed)
		}
		for _, segment := range a.Segments(200) {
			s, err := DecodeSegment(segment, today)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			for _, st := range s.Streams {
				if !a.Speaks(st.Day) || a.Get(st) == nil {
					t.Fatalf("seed %d: speaks of day %d on day %d", seed, st.Day, today)
				}
			}
		}
	}
}
