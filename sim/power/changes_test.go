package power

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/chance"
	"github.com/blackstart-mesh/blackstart/sim/oracle"
	"github.com/blackstart-mesh/blackstart/sim/people"
)

const h = time.Hour

// luckOf gives random numbers for a seed.
func luckOf(seed uint64) chance.Stream {
	return func(purpose string, node int) *rand.Rand {
		h := fnv.New64a()
		h.Write([]byte(purpose))
		return rand.New(rand.NewPCG(seed, h.Sum64()+uint64(node)))
	}
}

func nodes(from, to int) (out []int) {
	for n := from; n < to; n++ {
		out = append(out, n)
	}
	return out
}

// always is a time that is no matter of luck.
func always(d time.Duration) Span { return Span{d, d} }

// made returns the changes of a plan, which must be in order and turn each node off and
// on in turns.
func made(t *testing.T, seed uint64, p Plan) []Change {
	t.Helper()
	out, err := p.Changes(luckOf(seed))
	if err != nil {
		t.Fatal(err)
	}
	on := slices.Repeat([]bool{true}, p.Nodes)
	for i, c := range out {
		if c.On == on[c.Node] || c.At < 0 || c.At >= p.End || i > 0 && c.At < out[i-1].At {
			t.Fatalf("seed %d: change %d is %+v, behind %+v", seed, i, c, out[:i])
		}
		on[c.Node] = c.On
	}
	return out
}

func TestOneNode(t *testing.T) {
	blackout := func(at, lasts time.Duration) Strike {
		return Strike{Name: fmt.Sprint(at), Nodes: []int{0}, Mains: true, At: at, Lasts: always(lasts)}
	}
	storm := func(at, lasts time.Duration) Strike {
		return Strike{Name: "storm" + fmt.Sprint(at), Nodes: []int{0}, At: at, Lasts: always(lasts)}
	}
	ups := Supply{Name: "ups", Nodes: []int{0}, Battery: always(2 * h), Charge: 4 * h}
	slow := ups
	slow.Boot = h / 2
	for name, c := range map[string]struct {
		plan Plan
		want string // hours at which it goes off and on in turns
	}{
		"nothing happens":       {Plan{}, ""},
		"mains and no battery":  {Plan{Strikes: []Strike{blackout(3*h, h)}}, "3 4"},
		"from the beginning on": {Plan{Strikes: []Strike{blackout(0, h)}}, "0 1"},
		"for good":              {Plan{Strikes: []Strike{blackout(3*h, 0)}}, "3"},
		"battery bridges":       {Plan{Supplies: []Supply{ups}, Strikes: []Strike{blackout(3*h, 2*h)}}, ""},
		"battery does not":      {Plan{Supplies: []Supply{ups}, Strikes: []Strike{blackout(3*h, 5*h)}}, "5 8"},
		"boots":                 {Plan{Supplies: []Supply{slow}, Strikes: []Strike{blackout(3*h, 5*h)}}, "5 8.5"},
		"half charged":          {Plan{Supplies: []Supply{ups}, Strikes: []Strike{blackout(0, 3*h), blackout(5*h, 3*h)}}, "2 3 6 8"},
		"half used, then more":  {Plan{Supplies: []Supply{ups}, Strikes: []Strike{blackout(0, h), blackout(2*h, 4*h)}}, "3.5 6"},
		"full again":            {Plan{Supplies: []Supply{ups}, Strikes: []Strike{blackout(0, 3*h), blackout(10*h, 3*h)}}, "2 3 12 13"},
		"falls while it boots":  {Plan{Supplies: []Supply{slow}, Strikes: []Strike{blackout(0, 3*h), blackout(3*h+h/4, 3*h)}}, "2 6.75"},
		"two at once":           {Plan{Supplies: []Supply{ups}, Strikes: []Strike{blackout(0, 3*h), blackout(2*h, 4*h)}}, "2 6"},
		"a storm":               {Plan{Supplies: []Supply{ups}, Strikes: []Strike{storm(3*h, h)}}, "3 4"},
		"a storm meets another": {Plan{Strikes: []Strike{storm(4*h, h), storm(3*h, h), storm(9*h, h)}}, "3 5 9 10"},
		"mains back, still torn": {Plan{Supplies: []Supply{ups}, Strikes: []Strike{blackout(0, 3*h), storm(2*h+h/2, 3*h)}},
			"2 5.5"},
		"returns": {Plan{Strikes: []Strike{{Name: "x", Nodes: []int{0}, Mains: true, At: h, Returns: []Return{{7 * h, 100}}}}}, "1 7"},
		"portable": {Plan{Supplies: []Supply{{Name: "x", Nodes: []int{0}, Portable: true, Battery: always(4 * h), Swap: always(h), Boot: h / 2}}, Strikes: []Strike{blackout(0, 0)}},
			"4 5.5 9.5 11 15 16.5"},
		"portable, and no other": {Plan{Supplies: []Supply{{Name: "x", Nodes: []int{0}, Portable: true, Battery: always(4 * h)}}}, "4"},
		"restarts":               {Plan{Restarts: []Restart{{Name: "x", Nodes: []int{0}, Up: always(5 * h), Down: always(h)}}}, "5 6 11 12 17 18"},
		"restarts for a while":   {Plan{Restarts: []Restart{{Name: "x", Nodes: []int{0}, Up: always(5 * h), Down: always(2 * h), Begin: 2 * h, End: 9 * h}}}, "7 9"},
	} {
		c.plan.Nodes, c.plan.End = 1, 20*h
		got := ""
		for _, change := range made(t, 1, c.plan) {
			got += fmt.Sprintf("%g ", change.At.Hours())
		}
		if strings.TrimSpace(got) != c.want {
			t.Errorf("%s: off and on at %s, want %s", name, got, c.want)
		}
	}
}

// TestBridge compares with a battery that is watched from second to second, in units of
// which one second on mains gives some and one without takes some.
func TestBridge(t *testing.T) {
	for seed := range uint64(500) {
		luck := rand.New(rand.NewPCG(seed, 6))
		battery, charge, boot := 1+luck.IntN(60), 1+luck.IntN(200), luck.IntN(5)
		s := Supply{Charge: time.Duration(charge) * time.Second, Boot: time.Duration(boot) * time.Second}
		var dark []Span
		isDark := make([]bool, 600)
		for at := luck.IntN(60); at < 500; at += 1 + luck.IntN(80) {
			d := Span{Least: time.Duration(at) * time.Second}
			for range 1 + luck.IntN(80) {
				isDark[at] = true
				at++
			}
			d.Most = time.Duration(at) * time.Second
			dark = append(dark, d)
		}
		got := join(s.bridge(time.Duration(battery)*time.Second, dark, time.Hour))
		left, wait := battery*charge, 0
		for at, is := range isDark {
			off := false
			switch {
			case is && left < charge: // less than a second's worth: it goes off within this second
				left, off, wait = 0, left == 0, boot
			case is:
				left -= charge
				off = wait > 0
				wait = max(0, wait-1)
			default:
				left = min(left+battery, battery*charge)
				off = wait > 0
				wait = max(0, wait-1)
			}
			middle := time.Duration(at)*time.Second + time.Second/2
			isOff := slices.ContainsFunc(got, func(o Span) bool { return o.Least < middle && middle < o.Most })
			if partial := is && left == 0 && !off; isOff != off && !partial {
				t.Fatalf("seed %d: battery %d s, charge %d s, boot %d s, dark %v: at %d off is %v, want %v (%v)", seed, battery, charge, boot, dark, at, isOff, off, got)
			}
		}
	}
}

func TestShares(t *testing.T) {
	p := Plan{Nodes: 200, End: 12 * h, Strikes: []Strike{
		{Name: "storm", Nodes: nodes(0, 60), Percent: 15, At: 4 * h, Spread: h / 2, Lasts: Span{h, 2 * h}},
		{Name: "cells", Nodes: nodes(100, 200), Returns: []Return{{6 * h, 30}, {8 * h, 20}}},
	}}
	list := made(t, 1, p)
	hit, back, away := map[time.Duration]int{}, map[time.Duration]int{}, 0
	for _, c := range list {
		switch {
		case c.Node < 60 && !c.On:
			hit[c.At]++
			if c.At < 4*h || c.At > 4*h+h/2 {
				t.Errorf("%+v", c)
			}
		case c.Node < 60:
			if c.At < 5*h || c.At > 6*h+h/2 {
				t.Errorf("%+v", c)
			}
		case c.On:
			back[c.At]++
		default:
			away++
		}
	}
	if len(hit) != 9 || away != 100 || back[6*h] != 30 || back[8*h] != 20 || len(back) != 2 {
		t.Errorf("hit at %v; %d away, back at %v", hit, away, back)
	}
	// Another node shifts nobody else's luck, but that one of those hit may be another.
	p.Strikes[0].Nodes = append(nodes(0, 60), 60)
	more := made(t, 1, p)
	differ := 0
	for _, c := range more {
		if c.Node < 60 && !slices.Contains(list, c) {
			differ++
		}
	}
	if differ > 2 {
		t.Errorf("another node changes %d of %d times", differ, len(more))
	}
}

func TestRestarts(t *testing.T) {
	// Five percent of 400 nodes restart in an hour.
	p := Plan{Nodes: 400, End: 100 * h, Restarts: []Restart{{Name: "x", Nodes: nodes(0, 400), Every: 20 * h, Down: Span{time.Minute, 3 * time.Minute}}}}
	n := 0
	for _, c := range made(t, 1, p) {
		if !c.On {
			n++
		}
	}
	if n < 1775 || n > 2225 { // five standard deviations
		t.Errorf("%d restarts, want 2000", n)
	}
}

func TestOutages(t *testing.T) {
	list := []Change{{1, 0, false}, {2, 3, false}, {4, 0, true}, {4, 3, true}, {5, 0, false}}
	want := []oracle.Outage{{Node: 0, Begin: 1, End: 4}, {Node: 3, Begin: 2, End: 4}, {Node: 0, Begin: 5, End: oracle.Forever}}
	if got := Outages(list); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// county is a blackout of an electric utility's county: substations with a supply of 8 h,
// sites of a cellular network of which half are off at once and the others after 2 to 8 h,
// with mains for 30 % after 6 h, and a storm front that takes 15 % of the masts.
func county(r people.Roles, cells []int) ([]Supply, []Strike) {
	return []Supply{
			{Name: "substations", Nodes: r.Substations, Battery: always(8 * h), Charge: 8 * h, Boot: time.Minute},
			{Name: "cells", Nodes: cells, Battery: Span{2 * h, 8 * h}, Without: 50, Charge: 8 * h, Boot: 5 * time.Minute},
		}, []Strike{
			{Name: "blackout", Nodes: r.Substations, Mains: true},
			{Name: "blackout of cells", Nodes: cells, Mains: true, Returns: []Return{{At: 6 * h, Percent: 30}}},
			{Name: "storm", Nodes: r.Relays, Percent: 15, At: 4 * h, Spread: h / 2, Lasts: always(2 * h)},
		}
}

func TestCounty(t *testing.T) {
	p := Plan{Nodes: 1040, End: 12 * h}
	p.Supplies, p.Strikes = county(people.CountyRoles(), nodes(1000, 1040))
	off := func(from, to int, at time.Duration) (n int) {
		for _, o := range Outages(made(t, 1, p)) {
			if o.Node >= from && o.Node < to && o.Begin <= at && at < o.End {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		what         string
		from, to     int
		at           time.Duration
		fewest, most int
	}{
		{"substations before 8 h", 3, 43, 8*h - 1, 0, 0},
		{"substations after 8 h", 3, 43, 8 * h, 40, 40},
		{"masts before the storm", 43, 103, 4*h - 1, 0, 0},
		{"masts in the storm", 43, 103, 5 * h, 9, 9},
		{"masts after the storm", 43, 103, 7 * h, 0, 0},
		{"cells at once", 1000, 1040, 0, 20, 20},
		{"cells after 5 h", 1000, 1040, 5 * h, 22, 38},
		{"cells at the end", 1000, 1040, 11 * h, 28, 28},
		{"centres, crews, handhelds", 103, 1000, 11 * h, 0, 0},
	} {
		if n := off(c.from, c.to, c.at); n < c.fewest || n > c.most {
			t.Errorf("%s: %d are off, want %d to %d", c.what, n, c.fewest, c.most)
		}
	}
}
