package medium

import "math"

// limit of all values in dB and dBm, either way.
const limit = 1000

// thousandths rounds dB to whole thousandths. What came out of a logarithm may
// differ in its last bits between machines; this does not.
func thousandths(db float64) int32 {
	return int32(math.Round(1000 * max(-limit, min(limit, db))))
}

func decibel(thousandths int32) float64 { return float64(thousandths) / 1000 }

// perThousandth is the natural logarithm of a thousandth of a dB.
const perThousandth = math.Ln10 / 10_000

// milliwatt is 10^(dBm/10). The mathematics of the standard library is assembly on
// some machines and not on others; this gives the same bits on all: no product is
// added in the expression that makes it, so none is fused.
func milliwatt(thousandths int32) float64 {
	decade := math.Floor(float64(thousandths) / 10_000)
	rest := thousandths - 10_000*int32(decade)
	const halvings = 4
	x := float64(rest) * perThousandth / (1 << halvings) // below 0.15
	sum, term := 1.0, 1.0
	for k := 1.0; k <= 12; k++ {
		term = float64(term*x) / k
		sum += term
	}
	for range halvings {
		sum *= sum
	}
	for ; decade > 0; decade-- {
		sum *= 10
	}
	for ; decade < 0; decade++ {
		sum /= 10
	}
	return sum
}

// fade is a gain, or a loss, of one frame at one hearer.
type fade struct {
	factor float64
	power  int32 // 1/1000 dB
}

// fadeBits of luck choose a fade.
const fadeBits = 10

// fadesOf returns the middles of equally probable parts of a normal distribution.
func fadesOf(sigma float64) []fade {
	fades := make([]fade, 1<<fadeBits)
	for i := range fades {
		p := (float64(i) + 0.5) / float64(len(fades))
		power := thousandths(sigma * math.Sqrt2 * math.Erfinv(2*p-1))
		fades[i] = fade{factor: milliwatt(power), power: power}
	}
	return fades
}

// mix spreads what is in the bits of x over all of them (the last step of
// Vigna's splitmix64, which is in the public domain).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// luckOf is what the n-th transmission of a station brings to the luck of its
// hearers.
func luckOf(from int, n uint64) uint64 { return mix(mix(uint64(from)+1) + n) }

// chance is a number in [0, 1) from those bits of luck that choose no fade.
func chance(luck uint64) float64 { return float64(uint32(luck)) / (1 << 32) }
