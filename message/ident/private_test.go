package ident

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// testSeed is a seed that anybody can write down: SeedSize bytes that count up.
func testSeed(first byte) []byte {
	seed := make([]byte, SeedSize)
	for i := range seed {
		seed[i] = first + byte(i)
	}
	return seed
}

func testPrivate(t testing.TB, first byte) *Private {
	t.Helper()
	p, err := ParsePrivate(testSeed(first))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestNewPrivateDrawsItsSeedAndNoMore(t *testing.T) {
	entropy := bytes.NewReader(append(testSeed(3), 1, 2, 3))
	p, err := NewPrivate(entropy)
	if err != nil {
		t.Fatal(err)
	}
	if entropy.Len() != 3 {
		t.Errorf("%d bytes are left, want 3", entropy.Len())
	}
	if !bytes.Equal(p.Seed(), testSeed(3)) {
		t.Errorf("seed %x", p.Seed())
	}
	if q := testPrivate(t, 3); q.SignKey() != p.SignKey() || q.BoxKey() != p.BoxKey() {
		t.Error("the same seed gives other keys")
	}
	if _, err := NewPrivate(bytes.NewReader(testSeed(3)[:63])); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("63 bytes of entropy: %v", err)
	}
}

// The private keys are those of RFC 8032 section 7.1 (test 1) and RFC 7748
// section 6.1 (Alice), the public ones follow from them.
func TestKnownKeys(t *testing.T) {
	seed, err := hex.DecodeString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60" +
		"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePrivate(seed)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", [32]byte(p.SignKey())); got != "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" {
		t.Errorf("sign key %s", got)
	}
	if got := fmt.Sprintf("%x", [32]byte(p.BoxKey())); got != "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a" {
		t.Errorf("box key %s", got)
	}
}

func TestParsePrivateRefusesOtherLengths(t *testing.T) {
	for n, want := range map[int]error{0: ErrTruncated, 63: ErrTruncated, 65: ErrOversized} {
		if _, err := ParsePrivate(make([]byte, n)); !errors.Is(err, want) {
			t.Errorf("%d bytes: %v, want %v", n, err, want)
		}
	}
}

func TestSeedIsACopy(t *testing.T) {
	p := testPrivate(t, 1)
	clear(p.Seed())
	clear(p.Ed25519())
	if !bytes.Equal(p.Seed(), testSeed(1)) || p.SignKey() != testPrivate(t, 1).SignKey() {
		t.Error("a caller can change the key")
	}
	signature := p.Sign([]byte("x"))
	if !(Ed25519{}).Verify(p.SignKey(), []byte("x"), signature[:]) {
		t.Error("a caller can change the signing key")
	}
}

func TestSharedIsTheSameOnBothSides(t *testing.T) {
	a, b, c := testPrivate(t, 1), testPrivate(t, 2), testPrivate(t, 3)
	ab, err := a.Shared(b.BoxKey())
	if err != nil {
		t.Fatal(err)
	}
	ba, err := b.Shared(a.BoxKey())
	if err != nil {
		t.Fatal(err)
	}
	ac, err := a.Shared(c.BoxKey())
	if err != nil {
		t.Fatal(err)
	}
	if ab != ba {
		t.Error("the two sides derive different secrets")
	}
	if ab == ac {
		t.Error("two peers share one secret")
	}
}

func TestSharedRefusesPointsOfSmallOrder(t *testing.T) {
	for _, point := range []BoxKey{{}, {1}} {
		if _, err := testPrivate(t, 1).Shared(point); err == nil {
			t.Errorf("point %x is taken", point[:])
		}
	}
}

// Nothing that fmt can do to a private key, or to a struct that holds one,
// shows a byte of it.
func TestPrivateDoesNotPrint(t *testing.T) {
	p := testPrivate(t, 0xA1)
	holder := struct {
		name    string
		private *Private
	}{"x", p}
	want := "private key of " + p.SignKey().String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		if got := fmt.Sprintf(verb, p); got != want {
			t.Errorf("%s of the pointer: %q", verb, got)
		}
		text := fmt.Sprintf(verb, *p) + fmt.Sprintf(verb, holder) + fmt.Sprintf(verb, []*Private{p})
		for _, leak := range []string{"a1a2a3", "A1A2A3", "161 162 163", "0xa1, 0xa2"} {
			if strings.Contains(text, leak) {
				t.Errorf("%s shows the seed: %s", verb, text)
			}
		}
	}
	if got := (Private{}).String(); got != "no private key" {
		t.Errorf("the zero value shows as %q", got)
	}
	if p.String() != want || p.GoString() != want {
		t.Errorf("%q, %q", p.String(), p.GoString())
	}
}

// FuzzParsePrivate: SeedSize bytes are a key whose seed they are; anything else
// is refused by class.
func FuzzParsePrivate(f *testing.F) {
	f.Add(testSeed(0))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, seed []byte) {
		p, err := ParsePrivate(seed)
		if (err == nil) != (len(seed) == SeedSize) {
			t.Fatalf("%d bytes: %v", len(seed), err)
		}
		if err != nil {
			if !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrOversized) {
				t.Fatalf("%d bytes: %v has no class", len(seed), err)
			}
			return
		}
		if !bytes.Equal(p.Seed(), seed) {
			t.Fatalf("seed %x comes back as %x", seed, p.Seed())
		}
	})
}
