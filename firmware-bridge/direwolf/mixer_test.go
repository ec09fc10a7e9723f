package direwolf

import (
	"math"
	"testing"
)

func block(samples ...int16) []int16 { return samples }

func sample(out *[2 * blockSize]byte, k int) int16 {
	return int16(uint16(out[2*k]) | uint16(out[2*k+1])<<8)
}

func TestMixer(t *testing.T) {
	for _, c := range []struct {
		name    string
		sent    [][]int16
		station int
		signals int
		want    [2]int16
	}{
		{"silence", [][]int16{nil, nil, nil}, 0, 0, [2]int16{0, 0}},
		{"one is heard", [][]int16{nil, block(1000, -2000), nil}, 0, 1, [2]int16{500, -1000}},
		{"two add up", [][]int16{nil, block(1000, -2000), block(4000)}, 0, 2, [2]int16{2500, -1000}},
		{"half duplex", [][]int16{block(1), block(1000, -2000), nil}, 0, 0, [2]int16{0, 0}},
		{"a cut way", [][]int16{nil, nil, block(8000, 8000)}, 1, 0, [2]int16{0, 0}},
		{"the other way is not cut", [][]int16{nil, block(8000, 8000), nil}, 2, 1, [2]int16{4000, 4000}},
		{"too loud", [][]int16{nil, block(32767, -32768), block(32767, -32768)}, 0, 2, [2]int16{32767, -32767}},
	} {
		m := newMixer(3, 0.5, 0, 1)
		m.gain[2][1] = 0
		if c.name == "too loud" {
			m.gain[1][0], m.gain[2][0] = 1, 1
		}
		var out [2 * blockSize]byte
		if got := m.hear(c.station, c.sent, &out); got != c.signals {
			t.Errorf("%s: %d signals, want %d", c.name, got, c.signals)
		}
		if got := [2]int16{sample(&out, 0), sample(&out, 1)}; got != c.want || sample(&out, 2) != 0 {
			t.Errorf("%s: hears %v, want %v", c.name, got, c.want)
		}
	}
}

func TestNoise(t *testing.T) {
	const seed, sigma, blocks = 5, 1000, 100
	m, same := newMixer(1, 0, sigma, seed), newMixer(1, 0, sigma, seed)
	var squares float64
	for range blocks {
		var a, b [2 * blockSize]byte
		m.hear(0, [][]int16{nil}, &a)
		same.hear(0, [][]int16{nil}, &b)
		if a != b {
			t.Fatalf("seed %d gave two different noises", seed)
		}
		for k := range blockSize {
			squares += math.Pow(float64(sample(&a, k)), 2)
		}
	}
	if rms := math.Sqrt(squares / (blocks * blockSize)); rms < 0.97*sigma || rms > 1.03*sigma {
		t.Errorf("seed %d: noise of %.0f, want %d", seed, rms, sigma)
	}
}
