package bundle

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestCompare(t *testing.T) {
	ordered := []ID{{1, 5, 9}, {2, 4, 9}, {2, 5, 1}, {2, 5, 2}, {2, 6, 0}, {300, 0, 0}}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := a.Compare(b); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%v compared to %v: %d", a, b, got)
			}
		}
	}
}

func TestIDBytes(t *testing.T) {
	id := ID{Origin: 0x0102, Day: 20416 + 7, Seq: 0x0304} // 20416 is 638*32
	b := id.Append([]byte{0xFF}, 5)
	if want := []byte{0xFF, 1, 2, 7<<3 | 5, 3, 4}; !bytes.Equal(b, want) {
		t.Fatalf("%x, want %x", b, want)
	}
	got, epoch, err := DecodeID(b[1:], 20416)
	if err != nil || got != id || epoch != 5 {
		t.Errorf("%v, epoch %d, %v", got, epoch, err)
	}
}

func TestDecodeIDRefuses(t *testing.T) {
	for _, c := range []struct {
		b    []byte
		want error
	}{
		{nil, ErrTruncated}, {make([]byte, 4), ErrTruncated}, {make([]byte, 6), ErrOversized},
		{[]byte{0, 0, 1, 0, 1}, ErrNotCanonical}, {[]byte{255, 255, 1, 0, 1}, ErrNotCanonical},
	} {
		if _, _, err := DecodeID(c.b, today); !errors.Is(err, c.want) {
			t.Errorf("%x: %v, want %v", c.b, err, c.want)
		}
	}
}

func TestParseID(t *testing.T) {
	const seed = 4
	r := rand.New(rand.NewPCG(seed, 0))
	for range 1000 {
		id := ID{Origin: ident.Number(1 + r.UintN(uint(ident.MaxNumber))), Day: clock.Day(r.Uint32()), Seq: uint16(r.Uint32())}
		if got, err := ParseID(id.String()); err != nil || got != id {
			t.Fatalf("seed %d: %v comes back as %v, %v", seed, id, got, err)
		}
	}
	for _, s := range []string{"", "1", "1/2", "1/2/3/4", "0/1/2", "65535/1/2", "65536/1/2", "01/1/2", "+1/1/2", "1/ 1/2", "1/1/", "1/-1/2", "1/70000/2"} {
		if id, err := ParseID(s); !errors.Is(err, ErrNotCanonical) {
			t.Errorf("%q is %v, %v", s, id, err)
		}
	}
}

// FuzzDecodeID: decoding then encoding is the identity.
func FuzzDecodeID(f *testing.F) {
	f.Add([]byte{0, 17, 7 << 3, 0, 3}, uint16(20416))
	f.Fuzz(func(t *testing.T, b []byte, day uint16) {
		id, epoch, err := DecodeID(b, clock.Day(day))
		if err != nil {
			if classes.Of(err) == "" {
				t.Fatalf("%v has no class", err)
			}
			return
		}
		if back := id.Append(nil, epoch); !bytes.Equal(back, b) {
			t.Fatalf("%x comes back as %x", b, back)
		}
	})
}

// FuzzParseID: what parses is written the same way.
func FuzzParseID(f *testing.F) {
	f.Add("17/20416/3")
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := ParseID(s); err == nil && id.String() != s {
			t.Fatalf("%q comes back as %q", s, id)
		}
	})
}
