package scenario

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/contact"
)

const km = Length(1_000_000)

func planned(t *testing.T, text string, seed uint64, read Read) *plan {
	t.Helper()
	s, err := Parse("s.yaml", []byte("name: s\nstory: x\nlasts: 4 h\narea: 10 km x 4 km\n"+text), read)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.plan(How{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		text string
		want []Point
	}{
		{"place: middle", []Point{{5 * km, 2 * km}}},
		{"count: 3, place: line, from: 0 x 0, to: 10 km x 4 km", []Point{{0, 0}, {5 * km, 2 * km}, {10 * km, 4 * km}}},
		{"place: line, from: 1 km x 0, to: 10 km x 4 km", []Point{{km, 0}}},
		{"count: 2, place: given, at: [1 km x 2 km, 3 km x 4 km]", []Point{{km, 2 * km}, {3 * km, 4 * km}}},
		{"count: 10, place: grid", []Point{{km, km}, {3 * km, km}, {5 * km, km}, {7 * km, km}, {9 * km, km}, {km, 3 * km}, {3 * km, 3 * km}, {5 * km, 3 * km}, {7 * km, 3 * km}, {9 * km, 3 * km}}},
	} {
		p := planned(t, "nodes: [{name: a, "+c.text+"}]\n", 1, nothing)
		got := p.Scenario.places(1)
		for i, want := range c.want {
			if len(got) != len(c.want) || got[i] != want {
				t.Errorf("%s: %v, want %v", c.text, got, c.want)
				break
			}
		}
	}
}

// TestDrawnPlaces: nodes keep to the area and to their circle, those of one place stand
// together, and a further group moves nobody else.
func TestDrawnPlaces(t *testing.T) {
	const group = "nodes: [{name: a, count: 200, at: 9 km x 1 km, radius: 2 km}, {name: b, count: 40, together: 10, spread: 30 m}]\n"
	for seed := range uint64(5) {
		p := planned(t, group, seed, nothing)
		at := p.places(seed)
		far := func(a, b Point) float64 { return a.point().Distance(b.point()) }
		for i, place := range at {
			if place[0] < 0 || place[1] < 0 || place[0] > 10*km || place[1] > 4*km {
				t.Fatalf("seed %d: node %d is at %v", seed, i, place)
			}
			if i < 200 && far(place, Point{9 * km, km}) > 2000 {
				t.Errorf("seed %d: node %d is at %v", seed, i, place)
			}
			if i >= 200 && far(place, at[200+(i-200)/10*10]) > 60 {
				t.Errorf("seed %d: node %d is at %v, its first neighbour at %v", seed, i, place, at[200+(i-200)/10*10])
			}
		}
		more := planned(t, group[:len(group)-2]+", {name: c, count: 5}]\n", seed, nothing)
		for i, place := range more.places(seed)[:240] {
			if place != at[i] {
				t.Fatalf("seed %d: another group moves node %d", seed, i)
			}
		}
	}
}

// TestWaysOfMoving: who walks keeps to his square, couriers begin at their stops in
// turn, and crews come home.
func TestWaysOfMoving(t *testing.T) {
	p := planned(t, `nodes:
  - {name: walkers, count: 5, moves: walk, at: 2 km x 2 km, radius: 1 km}
  - {name: couriers, count: 3, moves: route, stops: [1 km x 1 km, 9 km x 1 km], pause: 10 min}
  - {name: crews, count: 2, place: middle, moves: shift}
  - {name: masts, place: middle}
`, 3, nothing)
	moved := make([]bool, p.Count())
	for at := time.Duration(0); at < p.lasts; at += time.Minute {
		for n, track := range p.tracks {
			here := track.At(at)
			moved[n] = moved[n] || here != track.At(0)
			if n < 5 && (here.X < 1_000_000 || here.X > 3_000_000 || here.Y < 1_000_000 || here.Y > 3_000_000) {
				t.Fatalf("walker %d is at %v after %v", n, here, at)
			}
		}
	}
	for n, is := range moved {
		if is != (n < 10) {
			t.Errorf("node %d moves: %v", n, is)
		}
	}
	for i, want := range []int64{1, 9, 1} {
		if got := p.tracks[5+i].At(0); got.X != want*1_000_000 {
			t.Errorf("courier %d begins at %v", i, got)
		}
	}
	if p.fastest[0] != 1.5 || p.fastest[10] != 0 {
		t.Errorf("fastest: %v", p.fastest)
	}
}

// TestWhoHearsWhom: a reach ends where it says, and a matrix counts as it stands there.
func TestWhoHearsWhom(t *testing.T) {
	p := planned(t, `nodes: [{name: a, count: 4, place: line, from: 0 x 0, to: 3 km x 0, radios: r}]
radios: [{name: r, kind: afsk, reach: 1 km, loss: 5 %}]
`, 1, nothing)
	want := map[[2]int]bool{{0, 1}: true, {1, 0}: true, {1, 2}: true, {2, 1}: true, {2, 3}: true, {3, 2}: true}
	paths := p.options.Channels[0].Paths
	for _, path := range paths {
		if !want[[2]int{path.From, path.To}] || path.Loss != 0.05 || path.Power < medium.FMSensitivity+inReach {
			t.Errorf("%+v", path)
		}
	}
	if len(paths) != len(want) {
		t.Errorf("%d paths", len(paths))
	}
	p = planned(t, "nodes: [{name: a, count: 3, radios: r}]\nradios: [{name: r, kind: lora, matrix: matrix.json, power: 2 dBm, antenna: 1 dB}]\n", 1, beside)
	got := map[[2]int]float64{}
	for _, path := range p.options.Channels[0].Paths {
		got[[2]int{path.From, path.To}] = path.Power
	}
	if len(got) != 6 || got[[2]int{0, 2}] != -116 || got[[2]int{2, 0}] != -117 {
		t.Errorf("%v", got)
	}
}

// TestNetworks: networks of so many nodes each, that fail by themselves and by events.
func TestNetworks(t *testing.T) {
	p := planned(t, `nodes: [{name: a, count: 6}]
links:
  - {name: lan, nodes: a, each: 3, works: 10 min..40 min, fails: 10 min..40 min}
  - {name: cells, kind: cellular, nodes: a, until: t+2h}
events: [{at: t+1h, what: outage, who: cells, for: 30 min}]
`, 1, nothing)
	var names []string
	for _, l := range p.options.LANs {
		names = append(names, l.Name)
		if err := contact.Check(l.Contacts, 6); err != nil {
			t.Errorf("%s: %v", l.Name, err)
		}
	}
	if len(names) != 3 || names[0] != "lan 1" || names[1] != "lan 2" || names[2] != "cells" {
		t.Fatalf("%v", names)
	}
	first, second := p.options.LANs[0], p.options.LANs[1]
	if len(first.Contacts) < 12 || first.Contacts[3].At == second.Contacts[3].At {
		t.Errorf("they fail together, or not at all: %v %v", first.Contacts, second.Contacts)
	}
	var ends []time.Duration
	for _, c := range p.options.LANs[2].Contacts {
		if c.A == 0 && c.B == 1 {
			ends = append(ends, c.At)
		}
	}
	if want := []time.Duration{0, time.Hour, 90 * time.Minute, 2 * time.Hour}; len(ends) != 4 || ends[1] != want[1] || ends[2] != want[2] || ends[3] != want[3] {
		t.Errorf("cells: %v, want %v", ends, want)
	}
	if _, err := sim.New(p.options); err != nil {
		t.Error(err)
	}
}

// TestMeetings: those named meet, under their own numbers.
func TestMeetings(t *testing.T) {
	p := planned(t, `nodes: [{name: others, count: 3}, {name: walkers, count: 12, moves: walk}]
contacts: {range: 500 m, nodes: walkers, rate: 1 kB/s}
`, 1, nothing)
	l := p.options.LANs[0]
	if l.BitsPerSecond != 8000 || len(l.Contacts) == 0 {
		t.Errorf("%+v", l)
	}
	for _, c := range l.Contacts {
		if c.A < 3 || c.A >= c.B || c.B > 14 {
			t.Fatalf("%+v", c)
		}
	}
}
