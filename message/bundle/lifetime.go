package bundle

import (
	"fmt"
	"time"
)

// MaxLifetime is the longest lifetime: 14 days, rounded up to what its byte can
// say. It stays below 16 days, within which a day mod 32 is unambiguous.
const MaxLifetime = 20480 * time.Minute

// fitLifetime returns the shortest lifetime that can be written and is at least
// want: the default, or a value of the byte. 0 asks for the default.
func fitLifetime(p Precedence, want time.Duration) (time.Duration, error) {
	def := DefaultLifetime(p)
	if want == 0 || want == def {
		return def, nil
	}
	if want < 0 || want > MaxLifetime {
		return 0, fmt.Errorf("%w: lifetime %v, at most %v", ErrHeader, want, MaxLifetime)
	}
	minutes := uint32((want + time.Minute - 1) / time.Minute)
	fit := time.Duration(0)
	for e := 0; e < 8 && fit == 0; e++ {
		if units := (minutes + 1<<(2*e) - 1) >> (2 * e); units <= 32 {
			fit = time.Duration(units<<(2*e)) * time.Minute
		}
	}
	if want < def && def < fit {
		return def, nil // shorter than what the byte could say, and it takes no byte
	}
	return fit, nil
}

// appendLifetime writes the byte of a lifetime that fitLifetime returned, or
// nothing for the default.
func appendLifetime(dst []byte, p Precedence, lifetime time.Duration) []byte {
	if lifetime == DefaultLifetime(p) {
		return dst
	}
	minutes := uint32(lifetime / time.Minute)
	for e := 0; ; e++ {
		units := minutes >> (2 * e)
		if units<<(2*e) == minutes && units <= 32 {
			return append(dst, byte(e<<5)|byte(units-1))
		}
	}
}

// decodeLifetime reads the byte and refuses what appendLifetime never writes.
func decodeLifetime(b byte, p Precedence) (time.Duration, error) {
	e, units := int(b>>5), uint32(b&31)+1
	lifetime := time.Duration(units<<(2*e)) * time.Minute
	switch {
	case e > 0 && units<<2 <= 32:
		return 0, fmt.Errorf("%w: lifetime byte %#02x has a smaller exponent", ErrNotCanonical, b)
	case lifetime > MaxLifetime:
		return 0, fmt.Errorf("%w: lifetime %v, at most %v", ErrNotCanonical, lifetime, MaxLifetime)
	case lifetime == DefaultLifetime(p):
		return 0, fmt.Errorf("%w: lifetime %v is the default of %v", ErrNotCanonical, lifetime, p)
	}
	return lifetime, nil
}
