package motion

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

func crewsAndMasts(t *testing.T, seed uint64, until time.Duration) Roam {
	area := Square(12_000, 10_000)
	var all []Mover
	var sites []terrain.Site
	luck := source(seed, "test", 0)
	for i := range 14 {
		site := terrain.Site{Height: 1.5}
		switch {
		case i%3 == 0:
			all = append(all, Crew(area.any(luck), area))
			site.Height = 3
		case i == 1:
			all = append(all, Walk{Area: area, Speed: Speeds{1, 20}, Pause: Times{0, time.Minute}})
		default:
			all = append(all, Stand{area.any(luck)})
			site.Height = 15
		}
		sites = append(sites, site)
	}
	tracks, err := Tracks(seed, all, until)
	if err != nil {
		t.Fatal(err)
	}
	return Roam{Sites: sites, Tracks: tracks, Until: until,
		Land: terrain.Options{Seed: seed, Model: terrain.Town(), MHz: 868, Shadow: terrain.Shadow{Sigma: 8}, Asymmetry: 2, MaxLoss: 150}}
}

// TestRoamingTellsTheTruth holds what was told, look by look, against the land itself.
func TestRoamingTellsTheTruth(t *testing.T) {
	for seed := range uint64(4) {
		roam := crewsAndMasts(t, seed, 3*time.Hour)
		x, err := NewRoaming(roam)
		if err != nil {
			t.Fatal(err)
		}
		n := len(roam.Tracks)
		told := make([][]float64, n)
		for i := range told {
			told[i] = make([]float64, n)
			for j := range told[i] {
				told[i][j] = x.Start().Loss(i, j)
			}
		}
		land, err := terrain.NewLand(roam.Land)
		if err != nil {
			t.Fatal(err)
		}
		looks, changes, gone, back := 0, 0, 0, 0
		for at, ok := x.Next(); ok; at, ok = x.Next() {
			looks++
			for _, c := range x.Take() {
				changes++
				switch {
				case c.At != at || c.Loss == told[c.From][c.To]:
					t.Fatalf("seed %d at %v: %+v, and %v dB before", seed, at, c, told[c.From][c.To])
				case math.IsInf(c.Loss, 1):
					gone++
				case math.IsInf(told[c.From][c.To], 1):
					back++
				}
				told[c.From][c.To] = c.Loss
			}
			spots := make([]*terrain.Spot, n)
			for i := range n {
				s := roam.Sites[i]
				s.Point = roam.Tracks[i].At(at)
				spots[i] = land.Spot(i, s)
				for j := range i {
					link := land.Link(spots[i], spots[j])
					fits(t, told[i][j], link.There)
					fits(t, told[j][i], link.Back)
				}
			}
		}
		if looks != 360 || changes == 0 || gone == 0 || back == 0 || changes > looks*n*n/4 {
			t.Errorf("seed %d: %d looks, %d changes, %d links gone and %d back", seed, looks, changes, gone, back)
		}
	}
}

// fits holds a loss that was told to the one that is: within the hysteresis, or beyond
// the greatest loss.
func fits(t *testing.T, told float64, is int32) {
	t.Helper()
	switch {
	case math.IsInf(told, 1) && is != terrain.Unheard:
		t.Errorf("no link was told, and it loses %v dB", decibel(is))
	case told > 150+DefaultHysteresis && !math.IsInf(told, 1):
		t.Errorf("%v dB were told, more than lasts", told)
	case !math.IsInf(told, 1) && is != terrain.Unheard && math.Abs(told-decibel(is)) >= DefaultHysteresis:
		t.Errorf("%v dB were told, and it loses %v dB", told, decibel(is))
	case told < 150-DefaultHysteresis && is == terrain.Unheard:
		t.Errorf("%v dB were told, and there is no link", told)
	}
}

// TestRoamingIsNotEndless: with more hysteresis less is told, and where nobody moves,
// nothing.
func TestRoamingIsNotEndless(t *testing.T) {
	roam := crewsAndMasts(t, 9, 2*time.Hour)
	last := math.MaxInt
	for _, roam.Hysteresis = range []float64{0.1, 1, 3, 6} {
		x, err := NewRoaming(roam)
		if err != nil {
			t.Fatal(err)
		}
		all, err := x.All()
		if err != nil || len(all) >= last || len(all) == 0 {
			t.Errorf("%v dB: %d changes, %v, and %d with less", roam.Hysteresis, len(all), err, last)
		}
		last = len(all)
	}
	for i := range roam.Tracks {
		p := roam.Tracks[i].At(0)
		roam.Tracks[i] = Track{{0, roam.Until, p, p}}
	}
	x, err := NewRoaming(roam)
	if err != nil {
		t.Fatal(err)
	}
	if at, ok := x.Next(); ok {
		t.Errorf("nobody moves, and paths are looked at at %v", at)
	}
}

func TestRoamingRefuses(t *testing.T) {
	for _, c := range []struct {
		with func(*Roam)
		want string
	}{
		{func(r *Roam) { r.Sites = r.Sites[1:] }, "13 sites for 14 tracks"},
		{func(r *Roam) { r.Every = 1 }, "a look at the paths each 1ns"},
		{func(r *Roam) { r.Hysteresis = 0.01 }, "a hysteresis of 0.01 dB"},
		{func(r *Roam) { r.Until = -1 }, "a run of -1ns"},
		{func(r *Roam) { r.Land.MHz = 0 }, "not at 0 MHz"},
		{func(r *Roam) { r.Land.MaxLoss = 1000 }, "a greatest loss of 1000 dB"},
	} {
		roam := crewsAndMasts(t, 1, time.Hour)
		c.with(&roam)
		if _, err := NewRoaming(roam); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
