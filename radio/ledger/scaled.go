package ledger

import (
	"math"
	"math/bits"
	"time"
)

// scaled is d * by / of, rounded up, in whole numbers: the core must come to the same
// result on every machine. What is below 0 counts as 0, and what is too long for a
// Duration as the longest there is.
func scaled(d, by, of time.Duration) time.Duration {
	const longest = time.Duration(math.MaxInt64)
	switch {
	case d <= 0 || by <= 0:
		return 0
	case of <= 0:
		return longest
	}
	high, low := bits.Mul64(uint64(d), uint64(by))
	low, carry := bits.Add64(low, uint64(of)-1, 0)
	high += carry
	if high >= uint64(of) {
		return longest
	}
	quotient, _ := bits.Div64(high, low, uint64(of))
	return time.Duration(min(quotient, math.MaxInt64))
}
