package bundle

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/internal/vectors"
)

// TestBoundedDecoding: no bundle and no content makes a node allocate more than a
// few times its length.
func TestBoundedDecoding(t *testing.T) {
	var sound [][]byte
	for _, dir := range []string{"testdata/vectors", "testdata/heads", "testdata/acts"} {
		for _, f := range vectors.Read(t, dir) {
			sound = append(sound, f.Data)
		}
	}
	sound = append(sound, AppendReceipts(nil, []Receipt{{ID: ID{1, today, 1}}, {ID: ID{1, today, 2}}}), Suspension{Node: 7, Reason: "stolen"}.Append(nil), ID{1, today, 1}.Append(nil, 1))
	for name, decode := range map[string]func([]byte){
		"Decode":             func(b []byte) { _, _ = Decode(b, today) },
		"DecodeID":           func(b []byte) { _, _, _ = DecodeID(b, today) },
		"DecodeReceipts":     func(b []byte) { _, _ = DecodeReceipts(b, today) },
		"DecodeHead":         func(b []byte) { _, _ = DecodeHead(b, today) },
		"DecodeSuspension":   func(b []byte) { _, _ = DecodeSuspension(b) },
		"DecodeShift":        func(b []byte) { _, _ = DecodeShift(b) },
		"DecodeOrder":        func(b []byte) { _, _ = DecodeOrder(b) },
		"DecodeReadback":     func(b []byte) { _, _ = DecodeReadback(b) },
		"DecodeCancellation": func(b []byte) { _, _ = DecodeCancellation(b) },
		"DecodeGroupSecret":  func(b []byte) { _, _ = DecodeGroupSecret(b) },
		"DecodeSentOn":       func(b []byte) { _, _ = DecodeSentOn(b) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 16, Plus: 2048}.Decoding(t, decode, sound...) })
	}
}
