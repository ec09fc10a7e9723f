package medium

import "time"

// VHF returns a channel as a KISS TNC of the given rate makes it with the
// values that TNCs ship with: TXDELAY 300 ms, P 63, slot 100 ms at 1,200 bit/s;
// a tenth of the times at 9,600 and above, where modems key up faster.
func VHF(bitsPerSecond int) Config {
	unit := 100 * time.Millisecond
	if bitsPerSecond >= 9600 {
		unit /= 10
	}
	return Config{
		BitsPerSecond: bitsPerSecond,
		Overhead:      3 * unit,
		Framing:       20,
		Sense:         unit / 5,
		Slot:          unit,
		Persistence:   0.25,
	}
}

// Of narrow-band FM radios with packet modems. A channel of 25 kHz is some 15 kHz
// wide behind its filter, a noise figure of 6 dB is that of a good receiver, and a
// discriminator has its threshold at a carrier 10 dB above the noise; 9,600 bit/s,
// whose bits are no longer than the filter rings, need some 4 dB more. A receiver
// is captured by a carrier that is 6 to 10 dB stronger. Rounded from textbooks;
// not measured.
const (
	FMNoise       = -126.0 // dBm: -174 + 10 log10(15,000) + 6, rounded
	FMSensitivity = FMNoise + 10
	FMCapture     = 8.0 // dB
	fastLoss      = 4.0 // dB
)

// AFSK returns the channel of VHF(1200) with physics: 1,200 bit/s by tones over FM
// (Bell 202), without error correction, so that a short overlap is as bad as a
// long one. The time of TXDELAY carries no data.
func AFSK() Config { return fm(VHF(1200), FMSensitivity) }

// FSK returns the channel of VHF(9600) with physics: 9,600 bit/s by frequency
// shift (G3RUH).
func FSK() Config { return fm(VHF(9600), FMSensitivity+fastLoss) }

// keyUp is how much of TXDELAY a modem can do without: the rest lets its clock
// settle.
const keyUp = 4.0 / 5

func fm(c Config, sensitivity float64) Config {
	lead := time.Duration(float64(c.Overhead) * keyUp)
	c.Receiver = &Receiver{
		Noise:   FMNoise,
		Modes:   []Mode{{Sensitivity: sensitivity, Lead: lead}},
		Capture: FMCapture,
		Summing: Peak,
		Detect:  3, // a squelch opens before data can be read
	}
	return c
}
