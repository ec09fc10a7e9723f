package motion

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// movers is one of each kind.
func movers() []Mover {
	area := Square(20_000, 15_000)
	return []Mover{
		Stand{terrain.Metres(5, 7)},
		Walk{Area: area, Speed: Speeds{0.5, 1.5}, Pause: Times{0, 2 * time.Minute}, Warmup: 1000 * time.Second},
		Crew(terrain.Metres(1000, 2000), area),
		Shift{Depot: terrain.Metres(1, 2), Area: area, Jobs: [2]int{2, 2}, Speed: Speeds{10, 10}, Length: time.Minute},
		Round{Places: []terrain.Point{{}, terrain.Metres(12_000, 0), terrain.Metres(0, 9000)}, Stop: Times{time.Minute, time.Minute}, Speed: Speeds{14, 14}, Begin: Times{0, time.Hour}},
	}
}

// TestTracksAreContinuous: no gap in time, no leap in place, no speed that was not
// asked for, and the same place from At as from the legs.
func TestTracksAreContinuous(t *testing.T) {
	const until = 30 * time.Hour
	for seed := range uint64(20) {
		tracks, err := Tracks(seed, movers(), until)
		if err != nil {
			t.Fatal(err)
		}
		for n, track := range tracks {
			if track[0].Begin > 0 || track[len(track)-1].End < until {
				t.Fatalf("seed %d, node %d: from %v to %v", seed, n, track[0].Begin, track[len(track)-1].End)
			}
			for i, l := range track {
				if i > 0 && (l.Begin != track[i-1].End || l.From != track[i-1].To) || l.End <= l.Begin {
					t.Fatalf("seed %d, node %d: leg %d, %v, comes after %v", seed, n, i, l, track[max(0, i-1)])
				}
			}
			if v := track.fastest(); v > 60_000/3.6+1 {
				t.Errorf("seed %d, node %d: %v mm/s", seed, n, v)
			}
			luck := rand.New(rand.NewPCG(seed, 5))
			for range 200 {
				at := time.Duration(luck.Int64N(int64(until)))
				p := track.At(at)
				x, y, _, _ := track[track.leg(at)].moved(at)
				if math.Abs(x-float64(p.X)) > 1.01 || math.Abs(y-float64(p.Y)) > 1.01 {
					t.Fatalf("seed %d, node %d at %v: %v, and %v, %v", seed, n, at, p, x, y)
				}
			}
		}
	}
}

// TestTracksArePure: a longer run and further nodes change nothing.
func TestTracksArePure(t *testing.T) {
	short, err := Tracks(7, movers(), 4*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	long, err := Tracks(7, append(movers(), movers()...), 40*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for n := range short {
		for at := time.Duration(0); at <= 4*time.Hour; at += 97 * time.Second {
			if a, b := short[n].At(at), long[n].At(at); a != b {
				t.Fatalf("node %d at %v: %v, and %v", n, at, a, b)
			}
		}
	}
	other, _ := Tracks(8, movers(), 4*time.Hour)
	if slices.Equal(short[1], other[1]) || slices.Equal(long[1], long[6]) {
		t.Error("another seed, or another node, walks the same way")
	}
}

// TestWalkFromAPlace: where it starts makes no difference to where it goes then.
func TestWalkFromAPlace(t *testing.T) {
	start := terrain.Metres(-70, 70)
	w := Walk{Area: Square(1000, 1000), Speed: Speeds{1, 1}}
	there := w
	there.Start = &start
	tracks, err := Tracks(1, []Mover{there}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	others, err := Tracks(1, []Mover{w, Stand{}}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if tracks[0].At(0) != start || tracks[0][0].To != others[0][0].To {
		t.Errorf("from %v to %v; want from %v to %v", tracks[0].At(0), tracks[0][0].To, start, others[0][0].To)
	}
	if !tracks[0].Moves() || others[1].Moves() {
		t.Error("who walks stands, or who stands walks")
	}
}

// TestCrew: so many jobs, each of its time, and home before the shift ends.
func TestCrew(t *testing.T) {
	depot := terrain.Metres(25_000, 20_000)
	crews := make([]Mover, 100)
	for i := range crews {
		crews[i] = Crew(depot, Square(50_000, 40_000))
	}
	tracks, err := Tracks(3, crews, 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	most := 0
	for n, track := range tracks {
		jobs := 0
		for _, l := range track {
			took := l.End - l.Begin
			if l.Begin >= 24*time.Hour {
				break // the next day's
			}
			switch {
			case !l.stands():
				if v := l.From.Distance(l.To) / took.Seconds() * 3.6; v < 29.9 || v > 60.1 {
					t.Errorf("node %d drives %.1f km/h", n, v)
				}
			case l.From != depot:
				jobs++
				if took < 20*time.Minute || took > time.Hour {
					t.Errorf("node %d stops for %v", n, took)
				}
			case l.Begin > 0 && l.Begin > 12*time.Hour+30*time.Minute:
				t.Errorf("node %d is home at %v", n, l.Begin)
			}
		}
		if jobs < 3 || jobs > 8 {
			t.Errorf("node %d has %d jobs", n, jobs)
		}
		most = max(most, jobs)
	}
	if most < 6 {
		t.Errorf("no crew has more than %d jobs", most)
	}
}

func TestMoversRefuse(t *testing.T) {
	area := Square(100, 100)
	cases := []struct {
		mover Mover
		want  string
	}{
		{Stand{terrain.Point{X: terrain.MaxCoordinate + 1}}, "farther than 1000000 m"},
		{Walk{Area: Area{Min: area.Max}, Speed: Speeds{1, 1}}, "north-east"},
		{Walk{Area: area, Speed: Speeds{0, 1}}, "speeds of 0 to 1 m/s; they must be 0.01 to 100"},
		{Walk{Area: area, Speed: Speeds{2, 1}}, "speeds of 2 to 1 m/s"},
		{Walk{Area: area, Speed: Speeds{1, 1000}}, "speeds of 1 to 1000 m/s"},
		{Walk{Area: area, Speed: Speeds{1, 1}, Pause: Times{2, 1}}, "pauses of 2ns to 1ns"},
		{Walk{Area: area, Speed: Speeds{1, 1}, Warmup: -1}, "a warm-up of 0s to -1ns"},
		{Shift{Area: area, Speed: Speeds{1, 1}}, "0 to 0 jobs"},
		{Shift{Area: area, Speed: Speeds{1, 1}, Jobs: [2]int{1, 1001}}, "1 to 1001 jobs"},
		{Round{Places: []terrain.Point{{}}, Speed: Speeds{1, 1}}, "a round of 1 places"},
		{Round{Places: []terrain.Point{{}, {}}, Speed: Speeds{1, 1}}, "that are one"},
		{Walk{Area: Square(0.001, 0), Speed: Speeds{1, 1}}, "more than 2000000 legs up to node 1 of 2; make the run shorter"},
	}
	for _, c := range cases {
		_, err := Tracks(1, []Mover{Stand{}, c.mover}[:], time.Hour)
		if err == nil || !strings.HasPrefix(err.Error(), "node 1: ") && !strings.Contains(err.Error(), "up to node 1") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.mover, err, c.want)
		}
	}
	if _, err := Tracks(1, make([]Mover, MaxNodes+1), time.Hour); err == nil || !strings.Contains(err.Error(), "10001 nodes") {
		t.Errorf("too many nodes: %v", err)
	}
	if _, err := Tracks(1, nil, -1); err == nil || !strings.Contains(err.Error(), "a run of -1ns") {
		t.Errorf("a run backwards: %v", err)
	}
}
