package retune

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

const (
	tick    = 15 * time.Second
	meeting = 45 * time.Second // two on one channel for so long hear each other, and hand over a plan
	moment  = clock.Wall(1_780_000_000_000)
)

// node is one of a world, in which all is known.
type node struct {
	offset time.Duration // its wall clock less the true time
	bound  time.Duration // what it knows of it
	wakes  time.Duration // after the moment; before it is off since an hour before
	m      *Machine      // nil: it has no plan
	on     Channel
	since  clock.Instant
	heard  map[int]clock.Instant
}

type world struct {
	t     *testing.T
	terms Terms
	now   clock.Instant
	start clock.Wall
	nodes []*node
	reach [][]bool
	moves int
}

func (w *world) true() clock.Wall { return w.start.Add(time.Duration(w.now)) }

func (w *world) reading(n *node) clock.Reading {
	return clock.Reading{Mono: w.now, Wall: max(0, w.true().Add(n.offset)), Bound: n.bound}
}

func (w *world) awake(n *node) bool {
	return w.true() < moment.Add(-time.Hour) || w.true() >= moment.Add(n.wakes)
}

// give hands a node the plan.
func (w *world) give(i int, lead time.Duration) {
	var known []ident.Number
	for j := range w.nodes {
		if w.reach[i][j] {
			known = append(known, ident.Number(j+1))
		}
	}
	w.nodes[i].m = Start(w.terms, w.reading(w.nodes[i]), known, lead)
}

func (w *world) step() {
	w.now = w.now.Add(tick)
	for i, n := range w.nodes {
		if !w.awake(n) {
			n.since = w.now
			continue
		}
		var heard []ident.Number
		for j, o := range w.nodes {
			if w.reach[i][j] && w.awake(o) && o.on == n.on && w.now.Sub(max(n.since, o.since)) >= meeting {
				heard = append(heard, ident.Number(j+1))
				n.heard[j] = w.now
				if o.m != nil && n.m == nil {
					w.give(i, w.terms.Slot())
				}
			}
		}
		if n.m == nil {
			continue
		}
		if on := n.m.Step(w.reading(n), heard); on != n.on {
			n.on, n.since = on, w.now
			w.moves++
		}
	}
}

// newWorld draws nodes with clocks of all kinds, in a graph that hangs together.
func newWorld(t *testing.T, seed uint64, atOnce bool) *world {
	r := rand.New(rand.NewPCG(seed, 1))
	w := &world{t: t, terms: Terms{From: moment, Patience: time.Duration(10+r.IntN(20)) * time.Minute}, start: moment.Add(-3 * time.Hour)}
	if atOnce {
		w.terms.From, w.start = 0, moment.Add(-30*time.Minute)
	}
	count := 2 + r.IntN(6)
	for i := range count {
		n := &node{bound: time.Second, heard: map[int]clock.Instant{}}
		switch kind := r.IntN(4); {
		case i == 0: // one knows the time
		case kind == 0:
			n.offset = time.Duration(r.Int64N(int64(20*time.Minute))) - 10*time.Minute
		case kind == 1:
			n.offset, n.bound = -time.Duration(r.Int64N(int64(50*365*24*time.Hour))), 200*365*24*time.Hour
		case kind == 2:
			n.offset, n.bound = time.Duration(r.Int64N(int64(5*365*24*time.Hour))), 200*365*24*time.Hour
		}
		n.wakes = -time.Hour
		if i > 0 && r.IntN(3) == 0 {
			n.wakes = time.Duration(r.Int64N(int64(6 * time.Hour)))
		}
		w.nodes = append(w.nodes, n)
		w.reach = append(w.reach, make([]bool, count))
		for j := range i {
			if j == r.IntN(i) || r.IntN(2) == 0 || j == i-1 {
				w.reach[i][j], w.reach[j][i] = true, true
			}
		}
	}
	w.give(0, w.terms.Slot())
	return w
}

// However the clocks are, and whoever was off when the moment came: a day later all are
// on the new channel and hear their neighbours there.
func TestAllEndOnTheNewChannel(t *testing.T) {
	seeds := uint64(400)
	if testing.Short() {
		seeds = 60
	}
	for seed := range seeds {
		w := newWorld(t, seed, seed%3 == 0)
		for w.true() < moment.Add(26*time.Hour) {
			w.step()
		}
		for i, n := range w.nodes {
			if n.m == nil || !n.m.due {
				t.Fatalf("seed %d: node %d is left behind (plan %v), of %d; offset %v, bound %v, wakes %v", seed, i, n.m != nil, len(w.nodes), n.offset, n.bound, n.wakes)
			}
			for j := range w.nodes {
				if w.reach[i][j] && w.now.Sub(n.heard[j]) > time.Hour {
					t.Fatalf("seed %d: node %d has not heard node %d for %v", seed, i, j, w.now.Sub(n.heard[j]))
				}
			}
		}
	}
}

func reading(mono time.Duration, wall clock.Wall, bound time.Duration) clock.Reading {
	return clock.Reading{Mono: clock.Instant(mono), Wall: wall, Bound: bound}
}

// Before its moment the plan moves nobody who knows the time, however alone.
func TestNobodyGoesEarly(t *testing.T) {
	terms := Terms{From: moment, Patience: 10 * time.Minute}
	at := func(d time.Duration) clock.Reading { return reading(d, moment.Add(d-10*time.Hour), time.Minute) }
	m := Start(terms, at(0), []ident.Number{2}, 0)
	for d := time.Duration(0); d < 10*time.Hour-time.Minute; d += tick {
		if m.Step(at(d), nil) != Former {
			t.Fatalf("%v before", 10*time.Hour-d)
		}
	}
	if m.Step(at(10*time.Hour+61*time.Second), nil) != New {
		t.Error("it does not go when the moment is past for sure")
	}
}

// After its end nobody transmits on the former channel, however alone.
func TestTheFormerChannelEnds(t *testing.T) {
	terms := Terms{From: moment, Until: moment.Add(24 * time.Hour), Patience: 10 * time.Minute}
	at := func(d time.Duration) clock.Reading { return reading(d, moment.Add(d), time.Second) }
	m := Start(terms, at(0), []ident.Number{2}, 0)
	looked := 0
	for d := time.Duration(0); d < 100*time.Hour; d += tick {
		if m.Step(at(d), nil) == Former {
			if looked++; d > 24*time.Hour+time.Minute {
				t.Fatalf("on the former channel after %v", d)
			}
		}
	}
	if share := float64(looked) / (24 * time.Hour / tick).Seconds() * 1e-9; looked == 0 || share > 0.3 {
		t.Errorf("looked %d times, share %v", looked, share)
	}
}

// A clock that was ahead and is set right takes a node back at once, also where it has
// heard others on the new channel.
func TestAClockSetRightTakesItBack(t *testing.T) {
	terms := Terms{From: moment, Patience: 10 * time.Minute}
	for _, heard := range [][]ident.Number{nil, {2}} {
		m := Start(terms, reading(0, moment.Add(-time.Hour), time.Minute), []ident.Number{2}, 0)
		if m.Step(reading(time.Second, moment.Add(time.Hour), time.Minute), nil) != New {
			t.Fatal("it does not go")
		}
		m.Step(reading(2*time.Second, moment.Add(time.Hour), time.Minute), heard)
		at := func(d time.Duration) clock.Reading { return reading(d, moment.Add(d-time.Hour), time.Minute) }
		for d := 3 * time.Second; d < time.Hour-time.Minute; d += tick {
			if m.Step(at(d), nil) != Former {
				t.Fatalf("%v before, it is on the new channel; it had heard %v", time.Hour-d, heard)
			}
		}
		if m.Step(at(time.Hour+2*time.Minute), nil) != New {
			t.Error("it does not go when the moment is past for sure")
		}
	}
}

// A member that stays on the former channel, under number after number or always the
// same, costs those who come to look for it ever less.
func TestWhoStaysBehindCostsLittle(t *testing.T) {
	terms := Terms{Patience: 20 * time.Minute}
	at := func(d time.Duration) clock.Reading { return reading(d, moment.Add(d), time.Second) }
	m := Start(terms, at(0), []ident.Number{2, 3}, 0)
	away := 0
	const days = 20
	for d := time.Duration(0); d < days*24*time.Hour; d += tick {
		heard := []ident.Number{2}
		if m.On() == Former {
			heard = []ident.Number{3 + ident.Number(d/time.Hour%4)}
		}
		if m.Step(at(d), heard) == Former {
			away++
		}
	}
	if percent := 100 * float64(away) * tick.Hours() / (days * 24); percent == 0 || percent > 3 {
		t.Errorf("%.2f %% of the time away", percent)
	}
}

// A neighbour that is dead costs ever less.
func TestADeadNeighbourCostsLittle(t *testing.T) {
	terms := Terms{Patience: 20 * time.Minute}
	at := func(d time.Duration) clock.Reading { return reading(d, moment.Add(d), time.Second) }
	m := Start(terms, at(0), []ident.Number{2, 3}, 0)
	away := 0
	const days = 20
	for d := time.Duration(0); d < days*24*time.Hour; d += tick {
		var heard []ident.Number
		if m.On() == New {
			heard = []ident.Number{2}
		}
		if m.Step(at(d), heard) == Former {
			away++
		}
	}
	if percent := 100 * float64(away) * tick.Hours() / (days * 24); percent == 0 || percent > 1 {
		t.Errorf("%.2f %% of the time away", percent)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := Start(Terms{Patience: time.Hour}, reading(0, moment, time.Second), nil, 0)
	for i := range 3 * maxMet {
		m.Step(reading(time.Duration(i)*time.Second, moment, time.Second), []ident.Number{ident.Number(i + 1)})
	}
	if len(m.met) != maxMet {
		t.Errorf("%d are remembered", len(m.met))
	}
}
