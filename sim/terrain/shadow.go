package terrain

import (
	"fmt"
	"math"
)

// Shadow is static shadowing: what hills and houses add to the mean loss of a link, or
// take from it, for good. It is a normal distribution over the links.
//
// It is a function of the two places and the seed, the same in both directions. When
// one end of a link moves d metres, the new shadowing has with the old one the
// correlation exp(-d/Distance) (Gudmundson 1991), but for the part that belongs to
// the end that stays.
type Shadow struct {
	Sigma float64 // dB; 6 to 8 is usual between places of one kind, 0 is none
	// Distance is how far one has to go for the correlation to fall to 1/e, in metres;
	// 0 is DefaultDistance.
	Distance float64
	// Ends is the share of the variance that the places of the two nodes bring to all
	// of their links, half each: behind a house all are weak. Two links that share a
	// node then correlate by half of it. 0 is DefaultEnds; below 0 is none.
	Ends float64
}

// DefaultDistance is what ns-3's LoRaWAN module takes, DefaultEnds a half, so that two
// links from one place correlate by 0.25: the mean of what 3GPP TR 25.996, 5.6 asks
// for two masts that hear one handheld (0.5), and two handhelds at one mast (0).
const (
	DefaultDistance = 110
	DefaultEnds     = 0.5
)

// Furthest is how many sigma a shadowing goes to; a normal distribution is beyond once
// in 16,000. It lets links that cannot be heard be left out unseen.
const Furthest = 4

// waves is how many plane waves a field is made of. With 64 the sum is as good as
// normal; the spectrum is covered evenly (see fill), so that one field keeps to the
// correlation within some 0.02.
const waves = 64

// field is a sum of plane waves in random directions whose lengths have the spectrum
// of the correlation exp(-d/L) in the plane. Phases are kept in turns of 2^64, in
// which they wrap by themselves: they are exact at any distance and on any machine.
type field struct {
	kx, ky [waves]uint64 // turns for each millimetre
	phase  [waves]uint64
}

// fill draws a field. In the plane, exp(-d/L) has the spectrum of a Cauchy
// distribution, of which the share sqrt(1/(1-u)^2-1)/L is radians for each metre. The
// values u and the directions are drawn one from each of as many equal parts.
func (f *field) fill(seed uint64, purpose string, distance float64) {
	luck := source(seed, purpose, 0)
	lengths, directions := luck.Perm(waves), luck.Perm(waves)
	for i := range waves {
		u := min((float64(lengths[i])+luck.Float64())/waves, 1-1e-9)
		radians := math.Sqrt(1/((1-u)*(1-u))-1) / distance
		angle := 2 * math.Pi * (float64(directions[i]) + luck.Float64()) / waves
		perMM := radians / (2 * math.Pi) / 1000
		f.kx[i] = turns(perMM * math.Cos(angle))
		f.ky[i] = turns(perMM * math.Sin(angle))
		f.phase[i] = luck.Uint64()
	}
}

// turns rounds turns for each millimetre to the grid of 2^-40, which is far above the
// last bits of a cosine and far below what a thousand kilometres could show.
func turns(perMM float64) uint64 {
	return uint64(int64(math.Round(math.Mod(perMM, 1)*(1<<40)))) << 24
}

// one is the length of a wave's arrow in the integers that sums are taken of.
const one = 1 << 20

// arrow is a wave at a point, times one.
type arrow struct{ cos, sin int32 }

func (f *field) arrow(i int, p Point) arrow {
	phase := f.kx[i]*uint64(p.X) + f.ky[i]*uint64(p.Y) + f.phase[i]
	sin, cos := math.Sincos(2 * math.Pi * uniform(phase))
	return arrow{int32(math.Round(cos * one)), int32(math.Round(sin * one))}
}

// times returns the cosine of the sum of two angles, times one twice.
func (a arrow) times(b arrow) int64 {
	return int64(a.cos)*int64(b.cos) - int64(a.sin)*int64(b.sin)
}

// shadows are the fields of one world: one that each end of a link stands in, and one
// over both ends together, made of waves in the place of one end times waves in that
// of the other.
type shadows struct {
	Shadow
	end, here, there field
}

func newShadows(seed uint64, s Shadow) (*shadows, error) {
	if s.Distance == 0 {
		s.Distance = DefaultDistance
	}
	if s.Ends == 0 {
		s.Ends = DefaultEnds
	}
	s.Ends = max(0, s.Ends)
	switch {
	case !(s.Sigma >= 0 && s.Sigma <= 30):
		return nil, fmt.Errorf("shadowing of %v dB; it must be 0 to 30", s.Sigma)
	case !(s.Distance >= 1 && s.Distance <= 100_000):
		return nil, fmt.Errorf("shadowing correlated over %v m; it must be 1 to 100000", s.Distance)
	case !(s.Ends <= 1):
		return nil, fmt.Errorf("shadowing of which the ends bring a share of %v; it must be 0 to 1", s.Ends)
	}
	all := &shadows{Shadow: s}
	all.end.fill(seed, "end", s.Distance)
	all.here.fill(seed, "here", s.Distance)
	all.there.fill(seed, "there", s.Distance)
	return all, nil
}

// shade is what a place contributes to the shadowing of its links.
type shade struct {
	end         int64 // sum over the waves of the field of ends, times one
	here, there [waves]arrow
}

func (s *shadows) at(p Point) *shade {
	if s.Sigma == 0 {
		return nil
	}
	a := &shade{}
	for i := range waves {
		a.end += int64(s.end.arrow(i, p).cos)
		a.here[i], a.there[i] = s.here.arrow(i, p), s.there.arrow(i, p)
	}
	return a
}

// between returns the shadowing in dB of a link between two places that are so many
// metres apart. Near each other, both ends stand in the same field, and its variance
// would be up to twice as great: that is taken out. If the shadowing is certain to be
// beyond some dB, any value beyond is returned, which takes a tenth of the time.
func (s *shadows) between(a, b *shade, metres, beyond float64) float64 {
	if s.Sigma == 0 {
		return 0
	}
	near := math.Exp(-metres / s.Distance)
	// A cosine has the variance 1/2; two ends, and two terms of a pair, add up.
	scale := s.Sigma / math.Sqrt(float64(s.Ends*(1+near))+float64((1-s.Ends)*(1+float64(near*near))))
	ends := float64(a.end+b.end) / one / math.Sqrt(waves) * math.Sqrt(s.Ends)
	most := Furthest * math.Sqrt(1-s.Ends)
	if least := scale * (ends - most); least > beyond {
		return least
	}
	var pair int64 // cos(here(a)+there(b)) + cos(here(b)+there(a)), over all waves
	for i := range waves {
		pair += a.here[i].times(b.there[i]) + b.here[i].times(a.there[i])
	}
	pairs := float64(pair) / one / one / math.Sqrt(waves) * math.Sqrt(1-s.Ends)
	x := scale * (ends + max(-most, min(most, pairs)))
	return max(-Furthest*s.Sigma, min(Furthest*s.Sigma, x))
}
