package bundle

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

const headVectorDir = "testdata/heads"

// randomHead draws a head whose fields are in their ranges.
func randomHead(r *rand.Rand) *Head {
	h := &Head{Back: uint8(r.UintN(32)), Span: 1 + r.IntN(MaxHeadSpan)}
	if r.UintN(2) == 0 {
		h.Span = 1 + r.IntN(20)
	}
	h.First = uint16(r.IntN(1<<16 - h.Span + 1))
	for i := range h.Span {
		if r.UintN(3) == 0 {
			h.Listed = append(h.Listed, h.First+uint16(i))
		}
	}
	if len(h.Listed) > 0 {
		h.Digest = HeadDigest([][32]byte{{byte(r.UintN(256))}})
	}
	return h
}

func TestHeadRoundTrip(t *testing.T) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 500 {
		h := randomHead(r)
		got, err := DecodeHead(h.Append(nil), today)
		if err != nil {
			t.Fatalf("seed %d, %d: %v", seed, i, err)
		}
		if fmt.Sprint(got) != fmt.Sprint(h) {
			t.Fatalf("seed %d, %d: got %v, want %v", seed, i, got, h)
		}
		for range 50 { // against the list itself
			seq := uint16(r.UintN(1 << 16))
			if r.UintN(2) == 0 {
				seq = h.First + uint16(r.IntN(h.Span))
			}
			if h.Lists(seq) != slices.Contains(h.Listed, seq) {
				t.Fatalf("seed %d, %d: number %d: lists %v", seed, i, seq, h.Lists(seq))
			}
		}
	}
}

// TestHeadDigestBindsEach: another bundle, another order, one more or one fewer
// is another digest.
func TestHeadDigestBindsEach(t *testing.T) {
	a, b, c := [32]byte{1}, [32]byte{2}, [32]byte{3}
	seen := map[[32]byte]string{}
	for name, list := range map[string][][32]byte{
		"none": nil, "a": {a}, "b": {b}, "ab": {a, b}, "ba": {b, a}, "abc": {a, b, c}, "aa": {a, a},
	} {
		d := HeadDigest(list)
		if other, found := seen[d]; found {
			t.Errorf("%s and %s have one digest", name, other)
		}
		seen[d] = name
	}
}

func headVectors(*testing.T) []vectors.File {
	two := &Head{First: 8, Span: 3, Listed: []uint16{8, 10}, Digest: HeadDigest([][32]byte{{1}, {2}})}
	wide := &Head{Back: 31, First: 0, Span: MaxHeadSpan, Listed: []uint16{0, MaxHeadSpan - 1}, Digest: HeadDigest([][32]byte{{1}, {2}})}
	denial := &Head{Back: 1, First: 65535, Span: 1}
	body := func(h *Head, change func([]byte) []byte) []byte { return change(h.Append(nil)) }
	same := func(b []byte) []byte { return b }
	var files []vectors.File
	for _, v := range []struct {
		name, expect, comment string
		data                  []byte
	}{
		{"ok-two", "ok", "numbers 8 to 10 of the head's own day, 8 and 10 listed", body(two, same)},
		{"ok-widest", "ok", "2,048 numbers of 31 days before, the first and the last listed", body(wide, same)},
		{"ok-denial", "ok", "number 65,535 of the day before is none of the origin's bundles to the group; no digest", body(denial, same)},
		{"truncated-empty", "truncated", "no bytes", nil},
		{"truncated-range", "truncated", "ends before the length of the range", body(two, func(b []byte) []byte { return b[:3] })},
		{"truncated-length", "truncated", "ends within the length of the range", body(wide, func(b []byte) []byte { return b[:4] })},
		{"truncated-bitmap", "truncated", "ends within the bitmap", body(wide, func(b []byte) []byte { return b[:100] })},
		{"truncated-digest", "truncated", "a digest of 31 bytes", body(two, func(b []byte) []byte { return b[:len(b)-1] })},
		{"no-digest", "truncated", "lists bundles and has no digest", body(two, func(b []byte) []byte { return b[:len(b)-32] })},
		{"oversized-digest", "oversized", "a byte behind the digest", body(two, func(b []byte) []byte { return append(b, 0) })},
		{"digest-of-nothing", "oversized", "a digest though nothing is listed", body(denial, func(b []byte) []byte { return append(b, make([]byte, 32)...) })},
		{"back-32", "not-canonical", "32 days before", body(two, put(0, 32))},
		{"range-long", "not-canonical", "2,049 numbers", body(wide, put(3, 0x80, 0x10))},
		{"range-end", "not-canonical", "behind number 65,535", body(denial, put(3, 1))},
		{"length-not-minimal", "not-canonical", "a length of 2 written with two bytes", body(two, func(b []byte) []byte { return slices.Insert(put(3, 0x82)(b), 4, 0) })},
		{"bitmap-behind", "not-canonical", "lists number 11, which is behind the range", body(two, put(4, 0x0D))},
	} {
		files = append(files, vectors.File{Name: v.name, Data: v.data, Fields: []vectors.Field{
			{Key: "comment", Value: v.comment}, {Key: "expect", Value: v.expect}, {Key: "day", Value: fmt.Sprint(today)},
		}})
	}
	return files
}

// describeHead lists what a head says as the vectors do.
func describeHead(h *Head, own clock.Day) string {
	return fmt.Sprintf("day %d, %d to %d, listed %v, digest %x", h.Day(own), h.First, h.Last(), h.Listed, h.Digest)
}

func TestHeadVectors(t *testing.T) {
	vectors.Set{Dir: headVectorDir, Classes: classes.Only("truncated", "oversized", "not-canonical"), Make: headVectors, Read: readHeadVector}.Hold(t)
}

func readHeadVector(t *testing.T, f vectors.File) ([]vectors.Field, error) {
	t.Helper()
	var own clock.Day
	scan(t, f.Get(t, "day"), "%d", &own)
	h, err := DecodeHead(f.Data, own)
	if err != nil {
		return nil, err
	}
	f.Again(t, h.Append(nil))
	return []vectors.Field{{Key: "head", Value: describeHead(h, own)}}, nil
}

// FuzzDecodeHead: decoding then encoding is the identity.
func FuzzDecodeHead(f *testing.F) {
	for _, v := range vectors.Read(f, headVectorDir) {
		f.Add(v.Data, uint16(today))
	}
	f.Fuzz(func(t *testing.T, body []byte, day uint16) {
		h, err := DecodeHead(body, clock.Day(day))
		if err != nil {
			if classes.Of(err) == "" {
				t.Fatalf("%v has no class", err)
			}
			return
		}
		if back := h.Append(nil); !bytes.Equal(back, body) {
			t.Fatalf("%x comes back as %x", body, back)
		}
	})
}
