package bundle

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestEncodeThenDecode(t *testing.T) {
	const seed = 6
	r := rand.New(rand.NewPCG(seed, 0))
	w := newWorld(t)
	for i := range 300 {
		body := make([]byte, r.IntN(100))
		want := w.compose(randomHeader(r), Content{Type: ContentType(r.UintN(3)), Body: body})
		b := want.Encode()
		if len(b) != want.Size() || len(b) < MinSize || len(b) > MaxSize {
			t.Fatalf("seed %d, %d: %d bytes, Size says %d", seed, i, len(b), want.Size())
		}
		got, err := Decode(b, today)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, %d: got %+v, %v, want %+v", seed, i, got, err, want)
		}
		if got.Hash() != want.Hash() {
			t.Fatalf("seed %d, %d: hash", seed, i)
		}
		clear(b)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, %d: the bundle refers to what it was decoded from", seed, i)
		}
	}
}

// The ledger of docs/spec/bundle.md.
func TestSizes(t *testing.T) {
	w := newWorld(t)
	signed := groupHeader()
	signed.Signed = true
	longer := groupHeader()
	longer.Lifetime = MaxLifetime
	for name, c := range map[string]struct {
		h    Header
		want int
	}{"group": {groupHeader(), 78}, "group signed": {signed, 142}, "direct": {directHeader(), 80}, "group with lifetime": {longer, 79}} {
		if got := len(w.compose(c.h, textContent(text)).Encode()); got != c.want {
			t.Errorf("%s: %d bytes for %d characters, want %d", name, got, len(text), c.want)
		}
	}
	if got := w.compose(groupHeader(), textContent("")).Size(); got != MinSize {
		t.Errorf("the shortest bundle has %d bytes, MinSize is %d", got, MinSize)
	}
	longest := directHeader()
	longest.Signed, longest.Lifetime = true, MaxLifetime
	if got := w.compose(longest, Content{Body: make([]byte, MaxBody)}).Size(); got != MaxSize {
		t.Errorf("the longest bundle has %d bytes, MaxSize is %d", got, MaxSize)
	}
}

func TestDecodeLengths(t *testing.T) {
	w := newWorld(t)
	h := directHeader()
	h.Signed = true
	b := w.compose(h, textContent("")).Encode()
	for n := range b {
		if _, err := Decode(b[:n], today); !errors.Is(err, ErrTruncated) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := Decode(append(b, make([]byte, MaxSize)...), today); !errors.Is(err, ErrOversized) {
		t.Errorf("too long: %v", err)
	}
}

// Whatever bit is flipped in a signed bundle, either it does not decode, or it
// neither verifies nor (unless the bit is in the signature) opens.
func TestEveryBitCounts(t *testing.T) {
	w := newWorld(t)
	for _, h := range []Header{groupHeader(), directHeader()} {
		h.Signed = true
		good := w.compose(h, textContent("x")).Encode()
		for bit := range len(good) * 8 {
			b := bytes.Clone(good)
			b[bit/8] ^= 1 << (bit % 8)
			got, err := Decode(b, today)
			if err != nil {
				continue
			}
			if got.Verify(ident.Ed25519{}, w.certificate(1)) {
				t.Errorf("%v: verifies with bit %d flipped", h.To, bit)
			}
			_, err = got.Open(w.keys[2])
			if inSignature := bit/8 >= len(good)-signatureSize; (err == nil) != inSignature {
				t.Errorf("%v: with bit %d flipped: %v", h.To, bit, err)
			}
		}
	}
}

func TestVerify(t *testing.T) {
	w := newWorld(t)
	h := groupHeader()
	h.Signed = true
	b := w.compose(h, textContent(text))
	if !b.Verify(ident.Ed25519{}, w.certificate(1)) {
		t.Error("a good signature is refused")
	}
	if b.Verify(ident.Ed25519{}, w.certificate(2)) || b.Verify(ident.Ed25519{}, nil) {
		t.Error("another certificate verifies")
	}
	forged := *w.certificate(2)
	forged.Number = 1
	if b.Verify(ident.Ed25519{}, &forged) {
		t.Error("another key verifies")
	}
	renamed := *w.certificate(1)
	renamed.Number = 2
	if b.Verify(ident.Ed25519{}, &renamed) {
		t.Error("another node's certificate with the same key verifies")
	}
	later, err := Decode(b.Encode(), today+32)
	if err != nil {
		t.Fatal(err)
	}
	if later.Verify(ident.Ed25519{}, w.certificate(1)) {
		t.Error("the signature is good again after 32 days")
	}
	if _, err := later.Open(w.keys[2]); !errors.Is(err, ErrUnauthentic) {
		t.Errorf("opens again after 32 days: %v", err)
	}
	unsigned := w.compose(groupHeader(), textContent(text))
	unsigned.Signature = w.private[1].Sign(unsigned.SignedBytes()) // which does not travel
	if unsigned.Verify(ident.Ed25519{}, w.certificate(1)) {
		t.Error("an unsigned bundle verifies")
	}
}

// FuzzDecode: decoding then encoding is the identity, every refusal has a
// class, and what is kept is no longer than what was given.
func FuzzDecode(f *testing.F) {
	w := newWorld(f)
	for _, h := range []Header{groupHeader(), directHeader()} {
		f.Add(w.compose(h, textContent("x")).Encode(), uint16(today))
		h.Signed, h.Lifetime, h.Precedence = true, MaxLifetime, Flash
		f.Add(w.compose(h, textContent("")).Encode(), uint16(today))
	}
	f.Add([]byte{0x40}, uint16(0))
	f.Fuzz(func(t *testing.T, data []byte, day uint16) {
		b, err := Decode(data, clock.Day(day))
		if err != nil {
			if classes.Of(err) == "" {
				t.Fatalf("%v has no class", err)
			}
			return
		}
		if !bytes.Equal(b.Encode(), data) {
			t.Fatalf("%x comes back as %x", data, b.Encode())
		}
		if cap(b.Sealed) > len(data) {
			t.Fatalf("%d bytes kept of %d", cap(b.Sealed), len(data))
		}
		if h, err := b.Header.fit(); err != nil || h != b.Header {
			t.Fatalf("%x decodes to %+v, which Compose would not write: %v", data, b.Header, err)
		}
		if _, err := b.Open(w.keys[2]); err != nil && classes.Of(err) == "" {
			t.Fatalf("%v has no class", err)
		}
	})
}
