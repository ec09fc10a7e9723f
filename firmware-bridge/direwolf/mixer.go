package direwolf

import (
	"math/rand/v2"
	"time"
)

const (
	sampleRate  = 44100 // per second
	blockLength = 10 * time.Millisecond
	blockSize   = sampleRate / 100 // samples in a block
	maxSample   = 32767
)

// mixer reckons what each station hears. It has neither clock nor device.
type mixer struct {
	gain  [][]float64 // from, to
	noise []float64   // at each receiver
	rng   *rand.Rand
	sum   [blockSize]float64
}

func newMixer(stations int, gain, noise float64, seed uint64) *mixer {
	m := &mixer{rng: rand.New(rand.NewPCG(seed, 0))}
	for i := range stations {
		row := make([]float64, stations)
		for j := range row {
			if i != j {
				row[j] = gain
			}
		}
		m.gain = append(m.gain, row)
		m.noise = append(m.noise, noise)
	}
	return m
}

// hear writes to out, little-endian, what one station hears of a block, and
// returns how many others it hears. sent holds each station's samples, none if
// it does not transmit; a shorter block than blockSize ends a transmission.
func (m *mixer) hear(station int, sent [][]int16, out *[2 * blockSize]byte) (signals int) {
	clear(m.sum[:])
	if len(sent[station]) == 0 { // half duplex: who transmits hears nothing
		for from, samples := range sent {
			g := m.gain[from][station]
			if from == station || g == 0 || len(samples) == 0 {
				continue
			}
			signals++
			for k, v := range samples {
				m.sum[k] += g * float64(v)
			}
		}
		if sigma := m.noise[station]; sigma > 0 {
			for k := range m.sum {
				m.sum[k] += sigma * m.rng.NormFloat64()
			}
		}
	}
	for k, v := range m.sum {
		s := uint16(int16(max(-maxSample, min(maxSample, v))))
		out[2*k], out[2*k+1] = byte(s), byte(s>>8)
	}
	return signals
}
