package routing

import (
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// TestALongOriginTravelsInParts cuts one origin whose days are scattered, and
// asks for each bundle which piece speaks of it.
func TestALongOriginTravelsInParts(t *testing.T) {
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 8))
		v := NewVectors()
		v.AddHave(bundle.ID{Origin: 4, Day: today, Seq: 1})
		v.AddHave(bundle.ID{Origin: 6, Day: today, Seq: lastSeq})
		for range 400 {
			id := bundle.ID{Origin: 5, Day: today - clock.Day(rng.IntN(4)), Seq: uint16(rng.IntN(300))}
			if rng.IntN(5) == 0 {
				id.Seq = uint16(lastSeq - rng.IntN(50))
			}
			v.AddHave(id)
			if rng.IntN(2) == 0 {
				v.AddReceipt(id)
			}
		}
		room := MinRoom + int(seed)*4
		var segments []*Segment
		for _, p := range v.Segments(room) {
			s, err := DecodeSegment(p, today)
			if err != nil || len(p) > room {
				t.Fatalf("seed %d: %d bytes, room %d: %v", seed, len(p), room, err)
			}
			segments = append(segments, s)
		}
		for _, origin := range []bundle.ID{{Origin: 1}, {Origin: 4}, {Origin: 5}, {Origin: 6}, {Origin: 9}} {
			for day := today - 6; day <= today+2; day++ {
				for seq := 0; seq <= lastSeq; seq++ {
					if seq == 310 {
						seq = lastSeq - 60
					}
					id := bundle.ID{Origin: origin.Origin, Day: day, Seq: uint16(seq)}
					answers := 0
					for _, s := range segments {
						if have, receipt, known := s.Has(id); known {
							if answers++; have != v.Have(id) || receipt != v.Receipted(id) {
								t.Fatalf("seed %d: %v: have %v, receipt %v", seed, id, have, receipt)
							}
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
