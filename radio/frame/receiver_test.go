package frame

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

func vector(from ident.Number, counter uint32) Frame {
	return Frame{From: from, Counter: counter, Items: []Item{{KindVector, []byte{1}}}}
}

func TestAnyFlippedBitIsRefused(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	k := testKey(1)
	for range 40 {
		f := randomFrame(rng)
		data := Seal(k, f)
		r := NewReceiver()
		for bit := range len(data) * 8 {
			data[bit/8] ^= 1 << (bit % 8)
			if got, err := open(r, k, data); !errors.Is(err, ErrUnauthentic) {
				t.Fatalf("bit %d of %+v: got %+v, %v", bit, f, got, err)
			}
			data[bit/8] ^= 1 << (bit % 8)
		}
		if _, err := open(r, k, data); err != nil {
			t.Fatalf("the refused ones left a trace: %v", err)
		}
	}
}

func TestEveryCutIsRefused(t *testing.T) {
	k := testKey(1)
	data := Seal(k, randomFrame(rand.New(rand.NewPCG(7, 8))))
	r := NewReceiver()
	for n := range len(data) {
		_, err := open(r, k, data[:n])
		if n < MinSize && !errors.Is(err, ErrTruncated) || n >= MinSize && !errors.Is(err, ErrUnauthentic) {
			t.Fatalf("first %d of %d bytes: %v", n, len(data), err)
		}
	}
	if _, err := open(r, k, make([]byte, MaxSize+1)); !errors.Is(err, ErrOversized) {
		t.Fatalf("oversized: %v", err)
	}
	if _, err := open(r, testKey(2), data); !errors.Is(err, ErrUnauthentic) {
		t.Fatalf("other key: %v", err)
	}
}

func TestReplay(t *testing.T) {
	k, r := testKey(1), NewReceiver()
	step := func(f Frame, want error) {
		t.Helper()
		got, err := open(r, k, Seal(k, f))
		if !errors.Is(err, want) || (err == nil && got.Counter != f.Counter) {
			t.Fatalf("counter %d: got %d, %v; want %v", f.Counter, got.Counter, err, want)
		}
	}
	step(vector(1, 100), nil)
	step(vector(1, 100), ErrReplayed)
	step(vector(2, 100), nil) // each transmitter has a window of its own
	step(vector(1, 99+windowSize), nil)
	step(vector(1, 100), ErrReplayed)
	step(vector(1, 101), nil) // late, but within the window
	step(vector(1, 99), ErrUnauthentic)
	step(vector(1, 100+windowSize), nil)
}

func TestHighBits(t *testing.T) {
	k, r := testKey(1), NewReceiver()
	hello := func(counter uint32) []byte {
		return Seal(k, Frame{From: 1, Counter: counter, Items: []Item{{KindHello, helloBody(uint16(counter >> 16))}}})
	}
	step := func(what string, data []byte, want error) {
		t.Helper()
		if _, err := open(r, k, data); !errors.Is(err, want) {
			t.Fatalf("%s: %v, want %v", what, err, want)
		}
	}
	step("unknown transmitter beyond 16 bits", Seal(k, vector(1, 3<<16+5)), ErrUnauthentic)
	step("its hello", hello(3<<16+6), nil)
	step("known now", Seal(k, vector(1, 3<<16+7)), nil)
	step("late one, across the hello", Seal(k, vector(1, 3<<16+5)), nil)
	step("far ahead", Seal(k, vector(1, 3<<16+61000)), nil)
	step("wrap of the low bits", Seal(k, vector(1, 4<<16+3)), nil)
	step("too far ahead to guess", Seal(k, vector(1, 9<<16+3)), ErrUnauthentic)
	step("hello from there", hello(9<<16+4), nil)
	step("old hello", hello(3<<16+6), ErrReplayed)
	step("counter set back", hello(2), ErrReplayed)
	both := Frame{From: 5, Counter: 7 << 16, Items: []Item{{KindHello, helloBody(7)}, {KindVector, nil}}}
	step("hello with company", Seal(k, both), nil)
}

// sealPlain seals any plaintext, as a member with a fault could.
func sealPlain(k *Key, high uint16, plain []byte) []byte {
	tag := k.tag(high, plain)
	out := append(slices.Clone(tag), plain...)
	k.crypt(tag, 0, out[TagSize:], out[TagSize:])
	return out
}

func TestAuthenticNonsense(t *testing.T) {
	k := testKey(1)
	for name, c := range map[string]struct {
		plain []byte
		want  error
	}{
		"version 1":                {[]byte{0x50 | 1, 0, 0, 0, 1}, ErrVersion},
		"node 0":                   {[]byte{0x11, 0, 0, 0, 0}, ErrMalformed},
		"node 65535":               {[]byte{0x11, 0, 0, 0xff, 0xff}, ErrMalformed},
		"transmitter not left out": {[]byte{0x12, 0, 0, 0, 7, 0, 0, 7}, ErrMalformed},
		"one item with a length":   {[]byte{0x31, 0, 0, 0, 7, 1, 9}, ErrMalformed},
		"no items":                 {[]byte{0x31, 0, 0, 0, 7}, ErrMalformed},
		"length beyond the end":    {[]byte{0x31, 0, 0, 0, 7, 4, 9, 1, 1, 9}, ErrMalformed},
		"length in long form":      {[]byte{0x31, 0, 0, 0, 7, 0x81, 0, 9, 1, 1, 9}, ErrMalformed},
		"kind above 15":            {[]byte{0x31, 0, 0, 0, 7, 1, 9, 16, 1, 9}, ErrMalformed},
		"key hello":                {[]byte{0x17, 0, 0, 0, 7, 0, 0, 0, 0, 0, 1, 0, 9, 0}, ErrMisplaced},
		"key part behind a vector": {[]byte{0x31, 0, 0, 0, 7, 1, 9, 8, 6, 0, 0, 0, 1, 0, 9}, ErrMisplaced},
		"kind without length":      {[]byte{0x31, 0, 0, 0, 7, 1, 9, 1}, ErrMalformed},
		"no transmitter":           {[]byte{0x01, 0, 0, 9}, ErrUnauthentic},
		"half a transmitter":       {[]byte{0x11, 0, 0, 9}, ErrUnauthentic},
		"bundle without origin":    {[]byte{0x02, 0, 0, 9, 9}, ErrUnauthentic},
		"hello without high bits":  {[]byte{0x10, 0, 0, 0, 7, 0}, ErrUnauthentic},
	} {
		if got, err := open(NewReceiver(), k, sealPlain(k, 0, c.plain)); !errors.Is(err, c.want) || got.Items != nil {
			t.Errorf("%s: %+v, %v; want %v", name, got, err, c.want)
		}
	}
}

// FuzzOpen: whatever opens has exactly the bytes that it was opened from. The
// input is taken as plaintext and sealed, so that the parser behind the tag is
// reached.
func FuzzOpen(f *testing.F) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 10 {
		f.Add(uint16(0), appendPlain(nil, randomFrame(rng)))
	}
	keys := []*Key{testKey(1), testKey(2), NewBootstrapKey(linkKey(3))}
	f.Fuzz(func(t *testing.T, high uint16, plain []byte) {
		set := NewKeySet(keys...)
		NewReceiver().Open(set, plain) // as it is: from outside
		if len(plain) == 0 {
			return
		}
		k := keys[int(high)%len(keys)]
		data := sealPlain(k, high, plain)
		got, under, err := NewReceiver().Open(set, data)
		if err != nil {
			return
		}
		if under != k {
			t.Fatalf("%x opened under another key", data)
		}
		if again := Seal(k, got); string(again) != string(data) {
			t.Fatalf("%x opened as %+v and sealed as %x", data, got, again)
		}
	})
}

func BenchmarkSealOpen32k(b *testing.B) {
	k := testKey(1)
	f := Frame{From: 1, Items: []Item{{KindVector, make([]byte, MaxSize-FirstOverhead)}}}
	r, set := NewReceiver(), NewKeySet(k)
	b.SetBytes(MaxSize)
	for i := range b.N {
		f.Counter = uint32(i)
		if _, _, err := r.Open(set, Seal(k, f)); err != nil {
			b.Fatal(err)
		}
	}
}
