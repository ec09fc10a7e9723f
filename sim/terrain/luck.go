package terrain

import (
	"math"
	"math/rand/v2"
)

// source returns the random numbers of one purpose of one thing. Which others exist
// makes no difference.
func source(seed uint64, purpose string, number int) *rand.Rand {
	h := mix(seed)
	for _, c := range []byte(purpose) {
		h = mix(h ^ uint64(c))
	}
	return rand.New(rand.NewPCG(h, mix(h^uint64(number))))
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014): each bit of the input
// turns half of those of the output.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// uniform makes a number from 0 until before 1 of random bits.
func uniform(bits uint64) float64 { return float64(bits>>11) / (1 << 53) }

// normal makes a number of the normal distribution of random bits (Box and Muller).
func normal(bits uint64) float64 {
	radius := math.Sqrt(-2 * math.Log(1-uniform(bits)))
	return radius * math.Cos(2*math.Pi*uniform(mix(bits)))
}
