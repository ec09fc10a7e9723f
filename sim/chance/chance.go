// Package chance draws random times and choices that are the same on every machine.
//
// What math/rand/v2 draws from the exponential distribution goes through logarithms and
// fused products in rare cases, which are not the same to the last bit on all
// processors; here everything is made of whole numbers. Uniform whole numbers of
// math/rand/v2 are the same everywhere.
package chance

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"
	"time"
)

// Stream returns the random numbers of one purpose of one node, or of another thing with
// a number. Which others are asked for makes no difference to them.
type Stream func(purpose string, number int) *rand.Rand

// maxWhole bounds an interval, in means. One of 10^43 is longer.
const maxWhole = 100

// Exponential draws from the exponential distribution of a mean, which is at most some
// 2.9 years, by von Neumann's method (1951), which only compares: a descending run of
// uniform numbers has an odd length with the probability e^-x if the first one is x. If
// it is even, the whole part grows by 1.
func Exponential(luck *rand.Rand, mean time.Duration) time.Duration {
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

// Between draws a time from least to most, both included.
func Between(luck *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(luck.Int64N(int64(most-least)+1))
}

// Pick chooses one of some nodes by a random number, but not a given one; -1 if there is
// no other. Each node draws by itself and the highest wins, so that another one to
// choose from takes only what it wins.
func Pick(draw uint64, nodes []int, but int) int {
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

// Sample chooses a percentage of some nodes, rounded to whole ones. Each draws from its
// own stream and the lowest are taken; they come in the order in which they drew, so
// that a smaller percentage takes the first of them.
func Sample(stream Stream, purpose string, nodes []int, percent int) []int {
	type ticket struct {
		node int
		draw uint64
	}
	tickets := make([]ticket, len(nodes))
	for i, n := range nodes {
		tickets[i] = ticket{n, stream(purpose, n).Uint64()}
	}
	slices.SortFunc(tickets, func(a, b ticket) int { return cmp.Or(cmp.Compare(a.draw, b.draw), cmp.Compare(a.node, b.node)) })
	out := make([]int, (len(nodes)*percent+50)/100)
	for i := range out {
		out[i] = tickets[i].node
	}
	return out
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Scale returns d*by/of, rounded down, exactly. The product may be longer than a time
// can be, the answer must not.
func Scale(d time.Duration, by, of uint64) time.Duration {
	hi, lo := bits.Mul64(uint64(d), by)
	q, _ := bits.Div64(hi, lo, of)
	return time.Duration(q)
}
