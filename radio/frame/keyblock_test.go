package frame

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

func TestKeyHello(t *testing.T) {
	h := KeyHello{CounterHigh: 0x0102, Serial: 0x03040506, Day: 0x0708, Flags: 9}
	body := h.Append(nil)
	if string(body) != "\x01\x02\x03\x04\x05\x06\x07\x08\x09" {
		t.Fatalf("%x", body)
	}
	if got, err := DecodeKeyHello(body); got != h || err != nil {
		t.Fatalf("%+v, %v", got, err)
	}
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"short":       {body[:8], ErrTruncated},
		"long":        {append(bytes.Clone(body), 0), ErrOversized},
		"serial 0":    {KeyHello{}.Append(nil), ErrMalformed},
		"serial 2^31": {KeyHello{Serial: MaxKeySerial + 1}.Append(nil), ErrMalformed},
	} {
		if _, err := DecodeKeyHello(c.body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeyAsk(t *testing.T) {
	for _, parts := range [][]int{{0}, {7}, {8}, {0, 1, 200}, {255}} {
		a := KeyAsk{To: 9, Serial: 3, Parts: parts}
		body := a.Append(nil)
		if got, err := DecodeKeyAsk(body); !reflect.DeepEqual(got, a) || err != nil {
			t.Errorf("%+v, %v; want %+v", got, err, a)
		}
		if len(body) > radio.MinMTU-FirstOverhead {
			t.Errorf("%d bytes do not fit every link", len(body))
		}
	}
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"no parts":        {KeyAsk{To: 9, Serial: 3}.Append(nil), ErrTruncated},
		"to nobody":       {KeyAsk{Serial: 3, Parts: []int{0}}.Append(nil), ErrMalformed},
		"serial 0":        {KeyAsk{To: 9, Parts: []int{0}}.Append(nil), ErrMalformed},
		"last byte 0":     {append(KeyAsk{To: 9, Serial: 3, Parts: []int{0}}.Append(nil), 0), ErrMalformed},
		"beyond part 255": {append(KeyAsk{To: 9, Serial: 3, Parts: []int{255}}.Append(nil), 1), ErrOversized},
	} {
		if _, err := DecodeKeyAsk(c.body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAWholePartFillsAFrameOf220: the target of the design.
func TestAWholePartFillsAFrameOf220(t *testing.T) {
	parts := SplitKeyPart(MaxKeySerial, 255, make([]byte, MaxKeyPart), 220-FirstOverhead)
	if len(parts) != 1 {
		t.Fatalf("%d pieces", len(parts))
	}
	f := Frame{From: ident.MaxNumber, Items: []Item{{KindKeyPart, parts[0].Append(nil)}}}
	if got := Size(f); got != 220 {
		t.Errorf("%d bytes", got)
	}
}

// TestKeyPartInPieces: every part comes through every room that a link leaves,
// in any order, with repeats.
func TestKeyPartInPieces(t *testing.T) {
	const seed = 5
	rng := rand.New(rand.NewPCG(seed, 0))
	for room := radio.MinMTU - FirstOverhead; room < 230; room++ {
		part := randomBytes(rng, 1+rng.IntN(MaxKeyPart))
		pieces := SplitKeyPart(77, rng.IntN(MaxKeyParts), part, room)
		if len(pieces) == 0 {
			t.Fatalf("room %d: %d bytes are not cut", room, len(part))
		}
		var a KeyPieces
		order := append(rng.Perm(len(pieces)), rng.Perm(len(pieces))...)
		for i, at := range order[:len(pieces)+1] {
			body := pieces[at].Append(nil)
			p, err := DecodeKeyPart(body)
			if err != nil || !reflect.DeepEqual(p, pieces[at]) || len(body) > room {
				t.Fatalf("room %d: %d bytes: %+v, %v", room, len(body), p, err)
			}
			if i == len(pieces) {
				break // one more is the first of another round
			}
			got, done := a.Add(3, p)
			if done != (i == len(pieces)-1) || done && !bytes.Equal(got, part) {
				t.Fatalf("room %d, piece %d of %d: done %v", room, i, len(pieces), done)
			}
		}
		if len(a.open) != 0 {
			t.Fatalf("room %d: %d parts left", room, len(a.open))
		}
	}
	if SplitKeyPart(1, 0, make([]byte, MaxKeyPart+1), 250) != nil || SplitKeyPart(1, 0, nil, 250) != nil || SplitKeyPart(1, 0, make([]byte, 100), 10) != nil {
		t.Error("something was cut that must not be")
	}
}

func TestKeyPartRefused(t *testing.T) {
	piece := KeyPart{Serial: 1, Piece: 0, Pieces: 3, Data: make([]byte, 102)}
	at := func(p KeyPart, i int, v byte) []byte { b := p.Append(nil); b[i] = v; return b }
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"no data":              {[]byte{0, 0, 0, 1, 0}, ErrTruncated},
		"a piece without data": {[]byte{0x80, 0, 0, 1, 0, 0x01}, ErrTruncated},
		"serial 0":             {at(piece, 3, 0), ErrMalformed},
		"one piece of one":     {at(piece, 5, 0x00), ErrMalformed},
		"piece 3 of 3":         {at(piece, 5, 0x32), ErrMalformed},
		"whole, 205 bytes":     {KeyPart{Serial: 1, Pieces: 1, Data: make([]byte, 205)}.Append(nil), ErrOversized},
		"pieces of too much":   {KeyPart{Serial: 1, Pieces: 3, Data: make([]byte, 103)}.Append(nil), ErrOversized},
	} {
		if _, err := DecodeKeyPart(c.body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := DecodeKeyPart(piece.Append(nil)); err != nil {
		t.Error(err)
	}
}

func TestKeyPiecesBounds(t *testing.T) {
	const seed = 6
	rng := rand.New(rand.NewPCG(seed, 0))
	var a KeyPieces
	for range 5000 {
		from := ident.Number(1 + rng.IntN(40))
		for _, p := range SplitKeyPart(1+rng.Uint32N(3), rng.IntN(20), randomBytes(rng, 60+rng.IntN(144)), 39)[:1+rng.IntN(2)] {
			if part, done := a.Add(from, p); done && len(part) > MaxKeyPart {
				t.Fatalf("a part of %d bytes", len(part))
			}
		}
		each := map[ident.Number]int{}
		for _, o := range a.open {
			if each[o.from]++; each[o.from] > MaxKeyPiecesEach {
				t.Fatalf("%d parts of node %d", each[o.from], o.from)
			}
		}
		if len(a.open) > MaxKeyPieces {
			t.Fatalf("%d parts", len(a.open))
		}
	}
	// Pieces that do not fit together.
	for _, lengths := range [][2]int{{10, 20}, {33, 34}} {
		a = KeyPieces{}
		for i, n := range lengths {
			if _, done := a.Add(1, KeyPart{Serial: 1, Piece: i, Pieces: 2, Data: make([]byte, n)}); done || i == 1 && len(a.open) != 0 {
				t.Errorf("pieces of %v: done %v, %d left", lengths, done, len(a.open))
			}
		}
	}
}

// FuzzDecodeKeyItems: what decodes encodes to the same bytes, and a piece never
// makes a part that is too long.
func FuzzDecodeKeyItems(f *testing.F) {
	f.Add(KeyHello{Serial: 1}.Append(nil))
	f.Add(KeyAsk{To: 1, Serial: 1, Parts: []int{0, 9}}.Append(nil))
	f.Add(KeyPart{Serial: 1, Piece: 1, Pieces: 2, Data: []byte("x")}.Append(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		same := func(again []byte) {
			t.Helper()
			if !bytes.Equal(again, body) {
				t.Fatalf("%x encoded again as %x", body, again)
			}
		}
		if h, err := DecodeKeyHello(body); err == nil {
			same(h.Append(nil))
		}
		if a, err := DecodeKeyAsk(body); err == nil {
			same(a.Append(nil))
		}
		if p, err := DecodeKeyPart(body); err == nil {
			same(p.Append(nil))
			var a KeyPieces
			for range 2 * maxKeyPieces {
				if part, done := a.Add(1, p); done && len(part) > MaxKeyPart {
					t.Fatalf("%x makes a part of %d bytes", body, len(part))
				}
				p.Piece = (p.Piece + 1) % p.Pieces
			}
		}
	})
}
