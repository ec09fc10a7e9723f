package bound

import (
	"encoding/binary"
	"testing"
)

// recorder notes failures instead of failing.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Helper()               {}

// trusting makes room for as many numbers as are claimed, as no decoder should.
func trusting(b []byte) (numbers []uint16) {
	if len(b) < 3 || b[0] != 7 {
		return nil
	}
	numbers = make([]uint16, 0, binary.BigEndian.Uint16(b[1:]))
	for b = b[3:]; len(b) >= 2; b = b[2:] {
		numbers = append(numbers, binary.BigEndian.Uint16(b))
	}
	return numbers
}

// careful makes room for what is there.
func careful(b []byte) (numbers []uint16) {
	if len(b) < 3 || b[0] != 7 || int(binary.BigEndian.Uint16(b[1:])) != (len(b)-3)/2 {
		return nil
	}
	return trusting(b)
}

// TestATrustingDecoderIsFound is the control: a decoder that believes a count is
// found, and one that holds it against what there is passes.
func TestATrustingDecoderIsFound(t *testing.T) {
	sound := []byte{7, 0, 2, 1, 2, 3, 4}
	for name, c := range map[string]struct {
		decode func([]byte) []uint16
		fails  bool
	}{"trusting": {trusting, true}, "careful": {careful, false}} {
		var kept []uint16
		r := &recorder{TB: t}
		Bound{Times: 8, Plus: 256}.Decoding(r, func(b []byte) { kept = c.decode(b) }, sound)
		if r.failed != c.fails {
			t.Errorf("%s: failed %v, with %d numbers at last", name, r.failed, len(kept))
		}
	}
}
