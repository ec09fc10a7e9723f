package oracle

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// small is a world of whole numbers that can be tried out by force.
type small struct {
	nodes   int
	edges   []Edge
	outages []Outage
	q       Search
	end     int // no time is later
}

func drawSmall(luck *rand.Rand) small {
	s := small{nodes: 2 + luck.IntN(5), end: 40}
	for range luck.IntN(11) {
		e := Edge{From: luck.IntN(s.nodes), To: luck.IntN(s.nodes), Begin: time.Duration(luck.IntN(12)), Took: time.Duration(luck.IntN(4)), Kind: luck.IntN(3)}
		e.End = e.Begin + time.Duration(luck.IntN(9))
		s.edges = append(s.edges, e)
	}
	for range luck.IntN(5) {
		d := Outage{Node: luck.IntN(s.nodes), Begin: time.Duration(luck.IntN(14))}
		d.End = d.Begin + time.Duration(luck.IntN(6))
		s.outages = append(s.outages, d)
	}
	s.q = Search{From: luck.IntN(s.nodes), At: time.Duration(luck.IntN(10)), Took: []time.Duration{0, time.Duration(luck.IntN(3))}}
	if luck.IntN(3) == 0 {
		s.q.Until = s.q.At + 1 + time.Duration(luck.IntN(12))
	}
	return s
}

// may reports whether a transmission on an edge may begin at a time, and when it ends.
func (s small) may(e Edge, at time.Duration) (time.Duration, bool) {
	end := at + e.Took
	if e.Kind < len(s.q.Took) {
		end += s.q.Took[e.Kind]
	}
	for _, d := range s.outages {
		if (d.Node == e.From || d.Node == e.To) && d.Begin < d.End && at < d.End && d.Begin < end {
			return 0, false
		}
	}
	return end, at >= e.Begin && end <= e.End && (s.q.Until == 0 || end <= s.q.Until)
}

// states walks through all that can be: who has the message at which time.
func (s small) states() []time.Duration {
	has := make([][]bool, s.end+20)
	for t := range has {
		has[t] = make([]bool, s.nodes)
	}
	has[s.q.At][s.q.From] = true
	for t := range s.end {
		for range s.nodes { // transmissions that take no time, one after the other
			for _, e := range s.edges {
				if end, ok := s.may(e, time.Duration(t)); ok && has[t][e.From] {
					has[end][e.To] = true
				}
			}
		}
		for n, is := range has[t] { // and nobody forgets
			has[t+1][n] = has[t+1][n] || is
		}
	}
	out := slices.Repeat([]time.Duration{Never}, s.nodes)
	for n := range out {
		for t := s.end; t >= 0; t-- {
			if has[t][n] {
				out[n] = time.Duration(t)
			}
		}
	}
	return out
}

// paths tries every path that visits no node twice, at every time.
func (s small) paths() []time.Duration {
	out := slices.Repeat([]time.Duration{Never}, s.nodes)
	on := make([]bool, s.nodes)
	var visit func(node int, at time.Duration)
	visit = func(node int, at time.Duration) {
		if out[node] == Never || at < out[node] {
			out[node] = at
		}
		on[node] = true
		for _, e := range s.edges {
			for t := at; e.From == node && !on[e.To] && t <= e.End; t++ {
				if end, ok := s.may(e, t); ok {
					visit(e.To, end)
				}
			}
		}
		on[node] = false
	}
	visit(s.q.From, s.q.At)
	return out
}

func TestSmallWorlds(t *testing.T) {
	worlds := 20_000
	if testing.Short() {
		worlds = 4_000
	}
	came, never := 0, 0
	for seed := range uint64(worlds) {
		s := drawSmall(rand.New(rand.NewPCG(seed, 7)))
		o, err := New(s.nodes, s.edges, s.outages)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		got := o.All(s.q)
		if want := s.states(); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %+v:\ngot  %d\nwant %d", seed, s, got, want)
		}
		if want := s.paths(); seed%8 == 0 && !slices.Equal(got, want) {
			t.Fatalf("seed %d: %+v:\ngot       %d\nby paths %d", seed, s, got, want)
		}
		for n := range s.nodes {
			if one := o.One(s.q, n); one != got[n] {
				t.Fatalf("seed %d: node %d at %d, alone at %d", seed, n, got[n], one)
			}
			if err := s.walk(o.Way(s.q, n), n, got[n]); err != nil {
				t.Fatalf("seed %d: %+v: %v", seed, s, err)
			}
			if came++; got[n] == Never {
				never++
			}
		}
	}
	if never < came/10 || never > came*9/10 {
		t.Errorf("%d of %d arrivals never come: the worlds show little", never, came)
	}
}

// walk follows a way: each of its hops has to be allowed, and to begin where the
// message is.
func (s small) walk(hops []Hop, to int, arrives time.Duration) error {
	node, at := s.q.From, s.q.At
	if len(hops) == 0 {
		if node != to && arrives != Never {
			return fmt.Errorf("no way to node %d", to)
		}
		return nil
	}
	for _, h := range hops {
		allowed := slices.ContainsFunc(s.edges, func(e Edge) bool {
			end, ok := s.may(e, h.Begin)
			return ok && end == h.End && e.From == h.From && e.To == h.To
		})
		if h.From != node || h.Begin < at || !allowed {
			return fmt.Errorf("hop %+v of %+v is none", h, hops)
		}
		node, at = h.To, h.End
	}
	if node != to || at != arrives {
		return fmt.Errorf("%+v leads to node %d at %d", hops, node, at)
	}
	return nil
}

// TestMore checks what must hold between two searches: a later start never arrives
// earlier, and another edge makes nothing later.
func TestMore(t *testing.T) {
	for seed := range uint64(2_000) {
		luck := rand.New(rand.NewPCG(seed, 8))
		s := drawSmall(luck)
		o, _ := New(s.nodes, s.edges, s.outages)
		before := o.All(s.q)
		later := s.q
		later.At++
		more := drawSmall(luck)
		for i := range more.edges {
			more.edges[i].From, more.edges[i].To = more.edges[i].From%s.nodes, more.edges[i].To%s.nodes
		}
		wider, _ := New(s.nodes, append(slices.Clone(s.edges), more.edges...), s.outages)
		for n, at := range wider.All(s.q) {
			if before[n] != Never && (at == Never || at > before[n]) {
				t.Fatalf("seed %d: with more edges node %d has it at %d, without at %d", seed, n, at, before[n])
			}
			if at := o.All(later)[n]; at != Never && (before[n] == Never || at < before[n]) {
				t.Fatalf("seed %d: written at %d node %d has it at %d, a second earlier at %d", seed, later.At, n, at, before[n])
			}
		}
	}
}

// TestWindows has cases in which the order of the edges of a pair, their lengths and
// outages matter.
func TestWindows(t *testing.T) {
	const s = time.Second
	forever := Edge{From: 0, To: 1, End: Forever, Took: 2 * s}
	for name, c := range map[string]struct {
		edges   []Edge
		outages []Outage
		at      time.Duration
		want    time.Duration
	}{
		"always":                      {edges: []Edge{forever}, at: 5 * s, want: 7 * s},
		"not in the other direction":  {edges: []Edge{{From: 1, To: 0, End: Forever}}, want: Never},
		"just long enough":            {edges: []Edge{{From: 0, To: 1, Begin: 3 * s, End: 5 * s, Took: 2 * s}}, want: 5 * s},
		"too short":                   {edges: []Edge{{From: 0, To: 1, Begin: 3 * s, End: 5*s - 1, Took: 2 * s}}, want: Never},
		"too short, then long enough": {edges: []Edge{{From: 0, To: 1, Begin: 3 * s, End: 4 * s, Took: 2 * s}, {From: 0, To: 1, Begin: 6 * s, End: 9 * s, Took: 2 * s}}, want: 8 * s},
		"two windows that meet are two": {edges: []Edge{{From: 0, To: 1, End: 1 * s, Took: 2 * s}, {From: 0, To: 1, Begin: 1 * s, End: 2 * s, Took: 2 * s}},
			want: Never},
		"over":                       {edges: []Edge{{From: 0, To: 1, End: 5 * s, Took: 2 * s}}, at: 4 * s, want: Never},
		"slow and now, fast in time": {edges: []Edge{{From: 0, To: 1, End: Forever, Took: 9 * s}, {From: 0, To: 1, Begin: 5 * s, End: 6 * s, Took: 1 * s}}, want: 6 * s},
		"the receiver is off":        {edges: []Edge{forever}, outages: []Outage{{1, 1 * s, 4 * s}}, want: 6 * s},
		"it falls off in the middle": {edges: []Edge{forever}, outages: []Outage{{0, 2*s - 1, 3 * s}, {1, 4 * s, 6 * s}}, want: 8 * s},
		"on for just long enough":    {edges: []Edge{forever}, outages: []Outage{{0, 0, 1 * s}, {1, 3 * s, Forever}}, want: 3 * s},
		"outages that meet are one":  {edges: []Edge{forever}, outages: []Outage{{0, 4 * s, 5 * s}, {0, 0, 4 * s}, {0, 1 * s, 2 * s}}, want: 7 * s},
		"off for good":               {edges: []Edge{forever}, outages: []Outage{{1, 0, Forever}}, want: Never},
		"off and on between its ends": {edges: []Edge{{From: 0, To: 2, End: 2 * s, Took: 1 * s}, {From: 2, To: 1, Begin: 8 * s, End: 9 * s}},
			outages: []Outage{{2, 2 * s, 7 * s}}, want: 8 * s},
	} {
		o, err := New(3, c.edges, c.outages)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := o.Earliest(0, c.at)[1]; got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestUntil(t *testing.T) {
	const s = time.Second
	o, _ := New(2, []Edge{{To: 1, End: Forever, Took: s, Kind: 1}}, nil)
	for _, c := range []struct{ until, want time.Duration }{{0, 4 * s}, {4 * s, 4 * s}, {4*s - 1, Never}, {9 * s, 4 * s}} {
		if got := o.One(Search{Until: c.until, Took: []time.Duration{time.Hour, 3 * s}}, 1); got != c.want {
			t.Errorf("until %v: %v, want %v", c.until, got, c.want)
		}
	}
}

// large is a county: nodes in a plane, each with edges to ten others for the whole
// run, and contacts that come and go.
func large(nodes, degree, contacts int) []Edge {
	luck := rand.New(rand.NewPCG(3, 4))
	var edges []Edge
	for from := range nodes {
		for range degree {
			to := (from + 1 + luck.IntN(3*degree)) % nodes
			edges = append(edges, Edge{From: from, To: to, End: Forever, Took: time.Duration(300+luck.IntN(200)) * time.Millisecond})
		}
	}
	for range contacts {
		begin := time.Duration(luck.IntN(12*3600)) * time.Second
		edges = append(edges, Edge{From: luck.IntN(nodes), To: luck.IntN(nodes), Begin: begin, End: begin + time.Minute, Took: time.Second})
	}
	return edges
}

// TestLarge compares with a search that goes over all edges until nothing changes.
func TestLarge(t *testing.T) {
	const nodes = 200
	edges := large(nodes, 3, 5_000)
	o, err := New(nodes, edges, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []Search{{From: 0}, {From: 17, At: 5 * time.Hour}, {From: 199, At: 11 * time.Hour, Until: 11*time.Hour + 5*time.Second}} {
		want := slices.Repeat([]time.Duration{Never}, nodes)
		want[q.From] = q.At
		for changed := true; changed; {
			changed = false
			for _, e := range edges {
				if want[e.From] == Never {
					continue
				}
				end := max(want[e.From], e.Begin) + e.Took
				if end > e.End || q.Until > 0 && end > q.Until || want[e.To] != Never && want[e.To] <= end {
					continue
				}
				want[e.To], changed = end, true
			}
		}
		if got := o.All(q); !slices.Equal(got, want) {
			t.Errorf("%+v: got %v, want %v", q, got, want)
		}
	}
}

// BenchmarkCounty is what the bound of one message to everyone costs among 1,000 nodes
// with 10,000 edges.
func BenchmarkCounty(b *testing.B) {
	for name, contacts := range map[string]int{"static": 0, "contacts": 20_000} {
		b.Run(name, func(b *testing.B) {
			o, err := New(1_000, large(1_000, 10, contacts), nil)
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for b.Loop() {
				o.Earliest(n%1_000, time.Duration(n)*time.Second)
				n++
			}
		})
	}
}
