// Package airtime says how long a transmission occupies a channel: exactly for
// LoRa, whose symbols can be counted, and for modems that send bit by bit (AFSK,
// FSK, GMSK) with their key-up and bit stuffing.
//
// The legal limits of a band are kept by these figures, so they are never less
// than what goes on the air; where a modem has a choice they take the longer one.
package airtime

import (
	"fmt"
	"time"
)

// LoRa is the setting of a LoRa modem.
type LoRa struct {
	Spreading int   // factor, 5..12
	Bandwidth int64 // Hz
	Coding    int   // denominator of the rate 4/x: 5..8
	Preamble  int   // symbols, without the 4.25 that the modem adds (6.25 at factors 5 and 6)
	Implicit  bool  // no header
	NoCRC     bool
}

// Bounds of a LoRa setting: chips of Semtech's SX126x, SX127x and SX128x together.
const (
	MinSpreading = 5
	MaxSpreading = 12
	MinBandwidth = 7_800
	MaxBandwidth = 1_625_000
	MinCoding    = 5
	MaxCoding    = 8
	MinPreamble  = 6
	MaxPreamble  = 65_535
)

// Check names the first field that is out of its range.
func (l LoRa) Check() error {
	for _, f := range []struct {
		name          string
		is, low, high int64
	}{
		{"spreading factor", int64(l.Spreading), MinSpreading, MaxSpreading},
		{"bandwidth in Hz", l.Bandwidth, MinBandwidth, MaxBandwidth},
		{"coding rate 4/x, x", int64(l.Coding), MinCoding, MaxCoding},
		{"preamble in symbols", int64(l.Preamble), MinPreamble, MaxPreamble},
	} {
		if f.is < f.low || f.is > f.high {
			return fmt.Errorf("%s is %d, want %d..%d", f.name, f.is, f.low, f.high)
		}
	}
	return nil
}

// lowRate is the symbol time from which modems spread a symbol over two (low data
// rate optimisation).
const lowRate = 16 * time.Millisecond

// quarters of a symbol, so that all that follows is whole numbers.
const quarter = 4

// Symbol is how long one symbol lasts.
func (l LoRa) Symbol() time.Duration { return l.quarters(quarter) }

// quarters is how long n quarters of a symbol last, rounded up to a nanosecond.
func (l LoRa) quarters(n int64) time.Duration {
	d := quarter * l.Bandwidth
	return time.Duration((n*(int64(time.Second)<<l.Spreading) + d - 1) / d)
}

// OnAir is how long n bytes occupy the channel (Semtech AN1200.13 and the SX1276
// datasheet, section 4.1.1.7; SX1261/2 datasheet, section 6.1.4, for factors 5
// and 6).
func (l LoRa) OnAir(n int) time.Duration {
	sf := int64(l.Spreading)
	bits := 8*int64(n) - 4*sf + 28
	extra := int64(17) // the modem's own 4.25 symbols
	if l.Spreading <= 6 {
		bits -= 8
		extra = 25
	}
	if !l.NoCRC {
		bits += 16
	}
	if l.Implicit {
		bits -= 20
	}
	per := 4 * sf // bits that the symbols of one code word carry
	if l.Symbol() >= lowRate {
		per -= 8
	}
	words := max(0, (bits+per-1)/per)
	symbols := 8 + words*int64(l.Coding)
	return l.quarters(quarter*(int64(l.Preamble)+symbols) + extra)
}

// BitsPerSecond is the rate of long payloads, rounded down.
func (l LoRa) BitsPerSecond() int {
	return int(4 * int64(l.Spreading) * l.Bandwidth / (int64(l.Coding) << l.Spreading))
}
