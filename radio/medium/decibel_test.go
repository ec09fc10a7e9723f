package medium

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// TestFading: the powers at which a frame arrives have the mean and the spread that
// they should, are others at each hearer, and the same in a second run.
func TestFading(t *testing.T) {
	const frames, sigma = 4000, 3.0
	run := func() (at [2][]float64) {
		m := New(sharp(func(r *Receiver) { r.Fading = sigma }))
		for i := range 3 {
			m.Join(rand.New(rand.NewPCG(uint64(i), 5)))
		}
		m.Connect(2, 0, Path{Power: -100})
		m.Connect(2, 1, Path{Power: -100})
		for i := range frames {
			m.Send(clock.Instant(i)*second, 2, frameOf(20, 2))
			for _, e := range m.Advance(clock.Instant(i)*second + second/2) {
				if d, ok := e.(Delivered); ok {
					at[d.Station] = append(at[d.Station], d.Power+100)
				}
			}
		}
		return at
	}
	at := run()
	var mean, square, product float64
	within := 0
	for i, f := range at[0] {
		mean += f / frames
		square += f * f / frames
		product += f * at[1][i] / frames
		if math.Abs(f) < sigma {
			within++
		}
	}
	if math.Abs(mean) > 0.15 || math.Abs(math.Sqrt(square)-sigma) > 0.1 || math.Abs(product) > 0.5 {
		t.Errorf("mean %.3f, deviation %.3f, covariance between hearers %.3f", mean, math.Sqrt(square), product)
	}
	if share := float64(within) / frames; math.Abs(share-0.683) > 0.025 {
		t.Errorf("%.3f within one deviation, want 0.683", share)
	}
	if again := run(); again[0][0] != at[0][0] || again[1][frames-1] != at[1][frames-1] {
		t.Error("two runs differ")
	}
}

// TestFadedFramesAreLost: at 3 dB above the sensitivity and a spread of 3 dB, a sixth is
// too weak.
func TestFadedFramesAreLost(t *testing.T) {
	m := New(sharp(func(r *Receiver) { r.Fading = 3 }))
	for i := range 2 {
		m.Join(rand.New(rand.NewPCG(uint64(i), 5)))
	}
	m.Connect(1, 0, Path{Power: -117, Loss: 0.25})
	const frames = 5000
	for i := range frames {
		m.Send(clock.Instant(i)*second, 1, frameOf(20, 2))
		m.Advance(clock.Instant(i)*second + second/2)
	}
	got := m.Station(0)
	if share := float64(got.Weak) / frames; math.Abs(share-0.159) > 0.02 {
		t.Errorf("%.3f too weak, want 0.159", share)
	}
	if share := float64(got.Lost) / float64(frames-got.Weak); math.Abs(share-0.25) > 0.025 {
		t.Errorf("%.3f of the others lost, want 0.25", share)
	}
}

func TestMilliwatt(t *testing.T) {
	for p := int32(-200_000); p <= 60_000; p += 37 {
		want := math.Pow(10, float64(p)/10_000)
		if got := milliwatt(p); math.Abs(got/want-1) > 1e-13 {
			t.Fatalf("%d: %v, want %v", p, got, want)
		}
	}
	for want, got := range map[float64]float64{1: milliwatt(0), 10: milliwatt(10_000), 0.1: milliwatt(-10_000), 1e6: milliwatt(60_000)} {
		if got != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
