package terrain

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// world is far wider than shadows are long, so that links are apart.
const world = 60_000_000

func anyPoint(luck *rand.Rand) Point {
	return Point{luck.Int64N(world) - world/2, luck.Int64N(world) - world/2}
}

// off returns a point so many metres away in some direction.
func off(luck *rand.Rand, p Point, metres float64) Point {
	angle := 2 * math.Pi * luck.Float64()
	q := Metres(metres*math.Cos(angle), metres*math.Sin(angle))
	return Point{p.X + q.X, p.Y + q.Y}
}

func (s *shadows) link(a, b Point) float64 {
	return s.between(s.at(a), s.at(b), a.Distance(b), math.Inf(1))
}

// TestShadowIsNormal: so many links have the mean 0, the sigma that was asked for, and
// the shares of a normal distribution beyond one and two sigma, in each of some seeds.
func TestShadowIsNormal(t *testing.T) {
	const n, sigma = 3000, 8.0
	for seed := range uint64(4) {
		s, err := newShadows(seed, Shadow{Sigma: sigma})
		if err != nil {
			t.Fatal(err)
		}
		luck := rand.New(rand.NewPCG(seed, 3))
		var sum, squares, one, two float64
		for range n {
			x := s.link(anyPoint(luck), anyPoint(luck)) / sigma
			sum += x
			squares += x * x
			if math.Abs(x) > 1 {
				one++
			}
			if math.Abs(x) > 2 {
				two++
			}
		}
		mean, deviation := sum/n, math.Sqrt(squares/n)
		if math.Abs(mean) > 0.06 || math.Abs(deviation-1) > 0.05 || math.Abs(one/n-0.317) > 0.035 || math.Abs(two/n-0.0455) > 0.015 {
			t.Errorf("seed %d: mean %.3f, sigma %.3f, %.3f beyond one sigma, %.4f beyond two", seed, mean, deviation, one/n, two/n)
		}
	}
}

// TestShadowCorrelation: when one end of a link moves, its part fades as exp(-d/L); when
// both do, the part of the pair fades by both.
func TestShadowCorrelation(t *testing.T) {
	const n, sigma = 1200, 6.0
	inf := math.Inf(1)
	for _, ends := range []float64{-1, DefaultEnds, 1} {
		s, err := newShadows(11, Shadow{Sigma: sigma, Ends: ends})
		if err != nil {
			t.Fatal(err)
		}
		luck := rand.New(rand.NewPCG(4, 4))
		share := max(0, ends)
		for _, metres := range []float64{0, 40, 150, 2000} {
			var one, both float64
			for range n {
				a, b := anyPoint(luck), anyPoint(luck)
				a2, b2 := off(luck, a, metres), off(luck, b, metres)
				atA, atA2, atB := s.at(a), s.at(a2), s.at(b)
				x := s.between(atA, atB, a.Distance(b), inf) / sigma
				one += x * s.between(atA2, atB, a2.Distance(b), inf) / sigma
				both += x * s.between(atA2, s.at(b2), a2.Distance(b2), inf) / sigma
			}
			one, both = one/n, both/n
			fades := math.Exp(-metres / DefaultDistance)
			if want := share*(1+fades)/2 + (1-share)*fades; math.Abs(one-want) > 0.08 {
				t.Errorf("ends %v: one end moves %v m: correlation %.3f, want %.3f", share, metres, one, want)
			}
			if want := share*fades + (1-share)*fades*fades; math.Abs(both-want) > 0.08 {
				t.Errorf("ends %v: both move %v m: correlation %.3f, want %.3f", share, metres, both, want)
			}
		}
	}
}

// TestShadowBetweenNeighbours: the variance is the same for two that stand in one field.
func TestShadowBetweenNeighbours(t *testing.T) {
	const n, sigma = 2000, 6.0
	s, err := newShadows(5, Shadow{Sigma: sigma})
	if err != nil {
		t.Fatal(err)
	}
	luck := rand.New(rand.NewPCG(6, 6))
	for _, metres := range []float64{1, 60, 150} {
		squares := 0.0
		for range n {
			a := anyPoint(luck)
			x := s.link(a, off(luck, a, metres)) / sigma
			squares += x * x
		}
		if deviation := math.Sqrt(squares / n); math.Abs(deviation-1) > 0.07 {
			t.Errorf("%v m apart: sigma is %.3f of what was asked for", metres, deviation)
		}
	}
}

// TestShadowIsReciprocal: exactly, and other seeds have other shadows.
func TestShadowIsReciprocal(t *testing.T) {
	luck := rand.New(rand.NewPCG(7, 7))
	s, _ := newShadows(1, Shadow{Sigma: 8})
	other, _ := newShadows(2, Shadow{Sigma: 8})
	same := 0
	for range 200 {
		a, b := anyPoint(luck), anyPoint(luck)
		if s.link(a, b) != s.link(b, a) {
			t.Fatalf("from %v to %v %v dB, back %v dB", a, b, s.link(a, b), s.link(b, a))
		}
		if math.Abs(s.link(a, b)-other.link(a, b)) < 0.1 {
			same++
		}
	}
	if same > 10 {
		t.Errorf("%d of 200 links have the same shadowing in another seed", same)
	}
}

// TestShadowBeyond: a shortcut is taken only where the whole way leads beyond as well.
func TestShadowBeyond(t *testing.T) {
	luck := rand.New(rand.NewPCG(8, 8))
	s, _ := newShadows(3, Shadow{Sigma: 8})
	short := 0
	for range 5000 {
		a, b := anyPoint(luck), anyPoint(luck)
		beyond := float64(luck.IntN(60)) - 40
		whole := s.link(a, b)
		got := s.between(s.at(a), s.at(b), a.Distance(b), beyond)
		if got != whole {
			short++
			if whole <= beyond || got <= beyond {
				t.Fatalf("%v dB in short and %v dB in whole, beyond %v dB", got, whole, beyond)
			}
		}
	}
	if short == 0 {
		t.Error("no shortcut was taken")
	}
}

func TestShadowRefused(t *testing.T) {
	for _, c := range []struct {
		shadow Shadow
		want   string
	}{
		{Shadow{Sigma: -1}, "shadowing of -1 dB"},
		{Shadow{Sigma: 31}, "shadowing of 31 dB"},
		{Shadow{Sigma: math.NaN()}, "shadowing of NaN dB"},
		{Shadow{Sigma: 8, Distance: -5}, "correlated over -5 m"},
		{Shadow{Sigma: 8, Ends: 1.5}, "a share of 1.5"},
	} {
		if _, err := newShadows(1, c.shadow); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.shadow, err, c.want)
		}
	}
}
