package bundle

import (
	"errors"
	"testing"
	"time"
)

// naive lists the lifetime of each byte that is valid, by trying all: the
// smallest exponent that gives a value wins.
func naive() map[time.Duration]byte {
	valid := map[time.Duration]byte{}
	for b := 255; b >= 0; b-- {
		minutes := b&31 + 1
		for range b >> 5 {
			minutes *= 4
		}
		if d := time.Duration(minutes) * time.Minute; d <= MaxLifetime {
			valid[d] = byte(b)
		}
	}
	return valid
}

func TestLifetimeBytes(t *testing.T) {
	valid := naive()
	if valid[MaxLifetime] == 0 {
		t.Errorf("the longest lifetime %v cannot be written", MaxLifetime)
	}
	for b := range 256 {
		got, err := decodeLifetime(byte(b), Routine)
		want, ok := time.Duration(0), false
		for d, v := range valid {
			if v == byte(b) {
				want, ok = d, true
			}
		}
		if ok != (err == nil) || ok && got != want {
			t.Errorf("byte %#02x is %v, %v; want %v", b, got, err, want)
		}
		if err != nil {
			if !errors.Is(err, ErrNotCanonical) {
				t.Errorf("byte %#02x: %v", b, err)
			}
			continue
		}
		if back := appendLifetime(nil, Routine, got); len(back) != 1 || back[0] != byte(b) {
			t.Errorf("byte %#02x comes back as %x", b, back)
		}
	}
}

// The defaults of this version happen to be no value of the byte, so no vector
// can hold one; should one become a value, its byte must be refused.
func TestDefaultsTakeNoByte(t *testing.T) {
	for p := range Precedence(Precedences) {
		if b := appendLifetime(nil, p, DefaultLifetime(p)); len(b) != 0 {
			t.Errorf("%v: default written as %x", p, b)
		}
		if b, ok := naive()[DefaultLifetime(p)]; ok {
			t.Errorf("%v: the default is byte %#02x: add a vector", p, b)
		}
	}
}

// fitLifetime against a search over everything that can be written.
func TestFitLifetime(t *testing.T) {
	valid := naive()
	for p := range Precedence(Precedences) {
		for want := time.Minute / 2; want <= MaxLifetime; want += 7*time.Minute + time.Second {
			best := DefaultLifetime(p)
			for d := range valid {
				if d >= want && (best < want || d < best) {
					best = d
				}
			}
			if got, err := fitLifetime(p, want); err != nil || got != best {
				t.Fatalf("%v, %v: %v, %v; want %v", p, want, got, err, best)
			}
		}
		if got, err := fitLifetime(p, 0); err != nil || got != DefaultLifetime(p) {
			t.Errorf("%v: default is %v, %v", p, got, err)
		}
		for _, wrong := range []time.Duration{-1, MaxLifetime + 1} {
			if _, err := fitLifetime(p, wrong); !errors.Is(err, ErrHeader) {
				t.Errorf("%v: %v", wrong, err)
			}
		}
	}
}
