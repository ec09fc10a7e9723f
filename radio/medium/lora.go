package medium

import (
	"math"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// Of LoRa receivers.
const (
	// Thermal is the noise of 1 Hz at room temperature, in dBm.
	Thermal = -174.0
	// NoiseFigure is that of Semtech's chips, in dB (AN1200.13).
	NoiseFigure = 6.0
	// LoRaCapture is the margin that a frame needs above others of its spreading
	// factor, in dB: LoRaSim (Bor et al. 2016) and Goursaud & Gorce 2015. Croce et
	// al. 2018 measured 1 dB.
	LoRaCapture = 6.0
	// LoRaLead is how many symbols at the end of the preamble a receiver needs to
	// lock on (Bor et al. 2016).
	LoRaLead = 5
	// LoRaDetect is how far below the sensitivity channel activity detection still
	// notices a carrier, in dB (Meshtasticator's presets).
	LoRaDetect = 3.0
)

// senseHalves is how many half symbols channel activity detection, and getting on the
// air after it, take: the 8.5 symbols of Meshtastic's slots. turnaround is what
// those add for the radio and its processor.
const (
	senseHalves = 17
	turnaround  = 7600 * time.Microsecond
)

// LoRaNoise is the noise in dBm of a receiver of some bandwidth in Hz.
func LoRaNoise(bandwidth int64) float64 {
	return decibel(thousandths(Thermal + NoiseFigure + 10*math.Log10(float64(bandwidth))))
}

// LoRaSensitivity is the power in dBm down to which a setting is received: the noise
// and the signal-to-noise ratio that its spreading factor needs. -131.5 dBm at factor
// 11 and 250 kHz.
func LoRaSensitivity(l airtime.LoRa) float64 {
	return decibel(thousandths(LoRaNoise(l.Bandwidth) + float64(l.Floor())/10))
}

// SX1272 is the sensitivity in dBm that the data sheet of Semtech's SX1272 gives
// (revision 3.1, table 10); false for what it does not give. It is within 3 dB of
// LoRaSensitivity.
func SX1272(l airtime.LoRa) (float64, bool) {
	sf := l.Spreading - 7
	if sf < 0 || sf > 5 {
		return 0, false
	}
	switch l.Bandwidth {
	case 125_000:
		return [...]float64{-124, -127, -130, -133, -135, -137}[sf], true
	case 250_000:
		return [...]float64{-122, -125, -128, -130, -132, -135}[sf], true
	case 500_000:
		return [...]float64{-116, -119, -122, -125, -128, -129}[sf], true
	}
	return 0, false
}

// LoRa returns a channel of LoRa modems of a setting. Its modes are that setting, and
// the same with each other factor from 7 to 12, where the setting is of these; they
// reject each other as Goursaud says. Interference counts by its energy, a receiver
// stays with the first frame, frames do not fade (1 to 3 dB are usual), and stations
// look for activity before they transmit, with probability 1/4 in each slot.
func LoRa(l airtime.LoRa) Config {
	c := Config{
		BitsPerSecond: l.BitsPerSecond(),
		Overhead:      l.OnAir(1),
		OnAir:         l.OnAir,
		Sense:         l.Symbol() * senseHalves / 2,
		Slot:          l.Symbol()*senseHalves/2 + turnaround,
		Persistence:   0.25,
		Receiver: &Receiver{
			Noise:     LoRaNoise(l.Bandwidth),
			Modes:     []Mode{loraMode(l)},
			Capture:   LoRaCapture,
			Rejection: Goursaud,
			Locked:    true,
			Detect:    LoRaDetect,
			OwnOnly:   true,
		},
	}
	for sf := 7; sf <= 12 && l.Spreading >= 7; sf++ {
		if sf != l.Spreading {
			other := l
			other.Spreading = sf
			c.Receiver.Modes = append(c.Receiver.Modes, loraMode(other))
		}
	}
	return c
}

func loraMode(l airtime.LoRa) Mode {
	return Mode{
		SF:          l.Spreading,
		Sensitivity: LoRaSensitivity(l),
		Lead:        time.Duration(max(0, l.Preamble-LoRaLead)) * l.Symbol(),
		Sense:       l.Symbol() * senseHalves / 2,
		OnAir:       l.OnAir,
	}
}

// Croce returns how far in dB a frame of one spreading factor, 7 to 12, has to be above
// one of another, as measured by Croce et al. (IEEE Communications Letters 22(4), 2018).
// It may be below by as much where the value is negative.
func Croce(wanted, disturbing int) float64 {
	return [6][6]float64{
		{1, -8, -9, -9, -9, -9},
		{-11, 1, -11, -12, -13, -13},
		{-15, -13, 1, -13, -14, -15},
		{-19, -18, -17, 1, -17, -18},
		{-22, -22, -21, -20, 1, -20},
		{-25, -25, -25, -24, -23, 1},
	}[wanted-7][disturbing-7]
}

// Goursaud is as Croce, by the theory of Goursaud and Gorce (EAI Endorsed Transactions
// on Internet of Things, 2015).
func Goursaud(wanted, disturbing int) float64 {
	return [6][6]float64{
		{6, -16, -18, -19, -19, -20},
		{-24, 6, -20, -22, -22, -22},
		{-27, -27, 6, -23, -25, -25},
		{-30, -30, -30, 6, -26, -28},
		{-33, -33, -33, -33, 6, -29},
		{-36, -36, -36, -36, -36, 6},
	}[wanted-7][disturbing-7]
}
