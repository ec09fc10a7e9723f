package routing

import (
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

func TestBoundedDecoding(t *testing.T) {
	id := bundle.ID{Origin: 3, Day: today, Seq: 5}
	var set Set
	for _, seq := range []uint16{0, 1, 2, 9, 1<<16 - 1} {
		set.Add(seq)
	}
	sound := [][]byte{
		set.Append(nil), append(set.Append(nil), set.Append(nil)...),
		(&Variants{Type: VariantSums, Sums: []RangeSum{{Range{id, id}, 7}}}).Append(nil),
		(&Variants{Type: VariantHashes, Range: Range{id, id}}).Append(nil),
		(&Variants{Type: VariantAnswer, Range: Range{id, id}, Names: []Name{{ID: id}}}).Append(nil),
		(&Variants{Type: VariantWishes, Names: []Name{{ID: id}}}).Append(nil),
	}
	rng := rand.New(rand.NewPCG(5, 5))
	for _, room := range []int{MinRoom, 200} {
		sound = append(sound, randomVectors(rng, 5, 60).Segments(room)[0])
	}
	for name, decode := range map[string]func([]byte){
		"DecodeSet":      func(b []byte) { _, _ = DecodeSet(b) },
		"DecodeSeen":     func(b []byte) { _, _ = DecodeSeen(b) },
		"DecodeVariants": func(b []byte) { _, _ = DecodeVariants(b, today) },
		"DecodeSegment":  func(b []byte) { _, _ = DecodeSegment(b, today) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 64, Plus: 2048}.Decoding(t, decode, sound...) })
	}
}
