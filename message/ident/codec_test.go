package ident

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// randomCertificate draws one that Check accepts; its signature is noise.
func randomCertificate(r *rand.Rand) *Certificate {
	from := clock.Day(r.UintN(1 << 16))
	var groups GroupSet
	for range r.IntN(5) {
		groups = groups.With(GroupID(1 + r.UintN(126)))
	}
	c := &Certificate{
		Number: Number(1 + r.UintN(uint(MaxNumber))),
		Name:   strings.Repeat("ä", r.IntN(16)) + "x",
		Role:   strings.Repeat("r", r.IntN(MaxRole+1)),
		Rights: Rights(r.UintN(16)),
		Groups: groups,
		From:   from,
		Until:  from + clock.Day(r.UintN(1<<16-uint(from))),
	}
	switch r.IntN(3) {
	case 0:
		c.Kind, c.Rights, c.Until = Guest, c.Rights&MayFlash, min(c.Until, c.From+clock.Day(min(int(r.UintN(3)), 65535-int(c.From))))
	case 1:
		c.Kind = FixedStation
	}
	for _, field := range [][]byte{c.Operator[:], c.Sign[:], c.Box[:], c.Signature[:]} {
		for i := range field {
			field[i] = byte(r.Uint32())
		}
	}
	return c
}

func TestEncodeThenDecode(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 2000 {
		want := randomCertificate(r)
		b := want.Encode()
		if len(b) < MinCertificate || len(b) > MaxCertificate {
			t.Fatalf("seed %d, %d: %d bytes", seed, i, len(b))
		}
		got, err := DecodeCertificate(b)
		if err != nil {
			t.Fatalf("seed %d, %d: %v", seed, i, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, %d: got %+v, want %+v", seed, i, got, want)
		}
	}
}

// A certificate cut short anywhere is truncated, one with a byte more oversized.
func TestDecodeCertificateLengths(t *testing.T) {
	b := testCertificate(t).Encode()
	for n := range b {
		if _, err := DecodeCertificate(b[:n]); !errors.Is(err, ErrTruncated) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := DecodeCertificate(append(b, 0)); !errors.Is(err, ErrOversized) {
		t.Errorf("a byte too many: %v", err)
	}
}

// Whatever bit is flipped, the certificate does not decode or does not verify.
func TestEveryBitCounts(t *testing.T) {
	root := testPrivate(t, 200).SignKey()
	good := testCertificate(t).Encode()
	for bit := range len(good) * 8 {
		b := bytes.Clone(good)
		b[bit/8] ^= 1 << (bit % 8)
		c, err := DecodeCertificate(b)
		if err == nil {
			err = c.Verify(Ed25519{}, root)
		}
		if err == nil {
			t.Errorf("bit %d may be flipped", bit)
		}
	}
}

// FuzzDecodeCertificate: decoding then encoding is the identity, and every
// refusal has a class.
func FuzzDecodeCertificate(f *testing.F) {
	f.Add(testCertificate(f).Encode())
	f.Add(make([]byte, MinCertificate))
	f.Add([]byte{certificateVersion})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := DecodeCertificate(b)
		if err != nil {
			if classes.Of(err) == "" {
				t.Fatalf("%v has no class", err)
			}
			return
		}
		if !bytes.Equal(c.Encode(), b) {
			t.Fatalf("%x comes back as %x", b, c.Encode())
		}
	})
}
