package people

import (
	"math/bits"
	"math/rand/v2"
	"time"
)

// exponential draws from the exponential distribution by von Neumann's method (1951),
// which only compares: a descending run of uniform numbers has an odd length with
// the probability e^-x if the first one is x. If it is even, the whole part grows by 1.
func exponential(luck *rand.Rand, mean time.Duration) time.Duration {
	for whole := time.Duration(0); ; whole++ {
		first := luck.Uint64()
		last, odd := first, true
		for next := luck.Uint64(); next <= last; next = luck.Uint64() {
			last, odd = next, !odd
		}
		if odd || whole == maxWhole {
			part, _ := bits.Mul64(first, uint64(mean))
			return whole*mean + time.Duration(part)
		}
	}
}

// maxWhole bounds an interval, in means. One of 10^43 is longer.
const maxWhole = 100

// pick chooses one of some nodes by a random number, but not a given one; -1 if there is
// no other. Each node draws by itself and the highest wins, so that another one to
// choose from takes only what it wins.
func pick(draw uint64, nodes []int, but int) int {
	best, most := -1, uint64(0)
	for _, n := range nodes {
		if n == but {
			continue
		}
		if v := mix(draw ^ mix(uint64(n)+1)); best < 0 || v > most {
			best, most = n, v
		}
	}
	return best
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// among returns the index of a share, each as likely as its part of all.
func among(luck *rand.Rand, shares []int) int {
	sum := 0
	for _, of := range shares {
		sum += of
	}
	at := luck.IntN(sum)
	for i, of := range shares {
		if at -= of; at < 0 {
			return i
		}
	}
	panic("people: shares that do not add up")
}
