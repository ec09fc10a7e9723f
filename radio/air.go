package radio

import (
	"time"

	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// Air says what a device makes of a frame on the air. It is a plain value, so that
// profiles can be compared. The zero value means: as the profile's rate and
// overhead say, which then must not be less than the truth.
type Air struct {
	LoRa    airtime.LoRa // Spreading 0: it is no LoRa modem
	HDLC    airtime.HDLC // BitsPerSecond 0: it is no modem that sends bit by bit
	Each    int          // bytes of a frame that go as Become, in a device that takes text only; 0: they go as they are
	Become  int
	Added   int // bytes that the device adds to each transmission
	Most    int // bytes of a transmission at most, where what is added gives way to a long frame; 0: it does not
	Longest int // bytes of a frame in one transmission, the rest goes in further ones; 0: no frame is cut
}

// Band is where a link transmits, and by which rule. What is not known is 0.
type Band struct {
	Centre    int64  // Hz
	Bandwidth int64  // Hz
	Power     int    // dBm, as the modem is told
	Region    string // whose law counts, see radio/ledger; "": the frequency tells
	Amateur   string // what the operator declares about amateur bands, see radio/ledger; "": nothing
	Duty      int    // the operator's own limit in thousandths of a percent; 0: that of the law
}

// Airtime is how long n bytes occupy the medium: exactly for LoRa, and never less
// than the truth for others. Bit stuffing is taken at its worst.
func (p Profile) Airtime(n int) time.Duration {
	part := p.part(n)
	if part == 0 {
		return p.transmission(n)
	}
	whole, rest := n/part, n%part
	d := time.Duration(whole) * p.transmission(part)
	if rest > 0 {
		d += p.transmission(rest)
	}
	return d
}

// LongestTransmission is how long the device is on the air at a stretch for a
// frame of n bytes.
func (p Profile) LongestTransmission(n int) time.Duration {
	if part := p.part(n); part > 0 {
		n = part
	}
	return p.transmission(n)
}

// part is how much of a frame goes in one transmission, 0 if all of it does.
func (p Profile) part(n int) int {
	if p.Air.Longest > 0 && n > p.Air.Longest {
		return p.Air.Longest
	}
	return 0
}

func (p Profile) transmission(n int) time.Duration {
	if p.Air.Each > 0 {
		n = (n*p.Air.Become + p.Air.Each - 1) / p.Air.Each
	}
	n += p.Air.Added
	if p.Air.Most > 0 {
		n = min(n, p.Air.Most)
	}
	switch {
	case p.Air.LoRa.Spreading > 0:
		return p.Air.LoRa.OnAir(n)
	case p.Air.HDLC.BitsPerSecond > 0:
		return p.Air.HDLC.OnAirWorst(n)
	case p.BitsPerSecond <= 0:
		return p.Overhead
	}
	rate := int64(p.BitsPerSecond)
	return p.Overhead + time.Duration((int64(n)*8*int64(time.Second)+rate-1)/rate)
}
