package sim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// hit is a world of six nodes: four in a line by radio, and three on a LAN, one of them
// both.
func hit(in ...Incident) Options {
	return Options{
		Seed: 11, Nodes: 6, Incidents: in, Bound: time.Second,
		Channels: []Channel{vhf(9600, All(0, 4), Line(0, 4))},
		LANs:     []LAN{{Nodes: []int{3, 4, 5}, Delay: [2]time.Duration{time.Millisecond, 2 * time.Millisecond}}},
	}
}

// oneOfEach is an incident of every kind, which lasts for two minutes.
func oneOfEach() (list []Incident) {
	for i, harm := range Harms() {
		in := Incident{
			What: harm, At: 20 * time.Second, For: 2 * time.Minute, Nodes: []int{1 + i%2}, With: []int{3},
			Channels: []int{0}, LANs: []int{0}, Share: 0.2, By: time.Hour, PPM: 200, Every: 2 * time.Second,
		}
		if harm == LockOut { // one on whom no other hangs
			in.Nodes = []int{5}
		}
		list = append(list, in)
	}
	return list
}

// TestEachHarm: under each kind of incident, and under all of them at once, nothing is
// lost or told wrongly; when it is over, all that was accepted arrives.
func TestEachHarm(t *testing.T) {
	each := oneOfEach()
	lists := [][]Incident{slices.DeleteFunc(oneOfEach(), func(in Incident) bool { return in.What == Twin })}
	for _, in := range each {
		lists = append(lists, []Incident{in})
	}
	for _, list := range lists {
		name := "all at once"
		if len(list) == 1 {
			name = string(list[0].What)
		}
		t.Run(name, func(t *testing.T) {
			o := hit(list...)
			var hash [2]string
			for turn := range hash {
				if turn == 1 && len(list) == 1 {
					hash[1] = hash[0]
					break
				}
				s := Scenario{Options: o, Heal: time.Hour, Plague: Plague{For: 3 * time.Minute}}
				for i := range 12 {
					m := Message{At: time.Duration(5+10*i) * time.Second, From: i % 6, To: node((i + 3) % 6), Precedence: bundle.Priority, Bytes: 60}
					if i%4 == 3 {
						m.To = everyone
					}
					s.Traffic = append(s.Traffic, m)
				}
				r, err := Run(s)
				if list[len(list)-1].What == Twin && r != nil {
					r.Missing = nil // what the twin takes for itself does not come to the other
				}
				if err != nil || !r.OK() {
					t.Fatalf("%v\n%s\n%s", err, r, strings.Join(r.Trace, "\n"))
				}
				hash[turn] = fmt.Sprintf("%x", r.Hash)
			}
			if hash[0] != hash[1] {
				t.Errorf("two runs, two hashes")
			}
		})
	}
}

// TestCarrierEndsWithItsJammer: one who is there for a second does not jam for an hour.
func TestCarrierEndsWithItsJammer(t *testing.T) {
	o := hit(Incident{What: Jam, At: 0, For: time.Second, Nodes: []int{1}, Channels: []int{0}, Share: 1, Every: time.Hour})
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	w.RunFor(10 * time.Second)
	if w.channels[0].medium.Busy(w.now, w.channels[0].station(1)) {
		t.Error("the channel is busy 9 s after the jammer left")
	}
}

// TestJammersAirtimeIsNotTheNodes: what a protocol costs is not what an attacker sends.
func TestJammersAirtimeIsNotTheNodes(t *testing.T) {
	w, err := New(hit(Incident{What: Jam, At: 0, Nodes: []int{1}, Channels: []int{0}, Share: 1}))
	if err != nil {
		t.Fatal(err)
	}
	w.RunFor(time.Minute)
	if a := w.Result().Channels[0].Airtime; a > 30*time.Second {
		t.Errorf("%v on the air in a minute of a carrier", a)
	}
}

// TestClocksFarAhead: what a node seals by the keys of another day is no frame that
// nobody can open; and its twin is no node more.
func TestClocksFarAhead(t *testing.T) {
	o := hit(Incident{What: ClockJump, At: time.Second, Nodes: []int{1}, By: 90 * 24 * time.Hour},
		Incident{What: Twin, At: time.Minute, Nodes: []int{2}})
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	w.Submit(Message{At: 5 * time.Second, From: 1, To: everyone, Bytes: 60, Precedence: bundle.Priority})
	w.RunFor(3 * time.Minute)
	r := w.Result()
	if len(r.Violations) > 0 || r.Nodes != o.Nodes {
		t.Errorf("%d nodes, %q", r.Nodes, r.Violations)
	}
}

// TestEachHarmToGuests: actors live through the same.
func TestEachHarmToGuests(t *testing.T) {
	for _, in := range oneOfEach() {
		o := hit(in)
		o.Protocol = gossip{answers: true}
		w := newWorld(t, o)
		w.RunFor(4 * time.Minute)
		n := w.Submit(Message{From: 0, To: node(4), Bytes: 20, Lifetime: time.Hour})
		w.RunFor(time.Minute)
		if _, ok := w.Arrived(n, 4); !ok || len(w.Violations()) > 0 {
			t.Errorf("after %s: arrived %v, %q", in.What, ok, w.Violations())
		}
	}
}

// during has node 0 write to node 3, and node 5 to node 4, 30 seconds into an incident that begins
// at 20 s, and says where they are a minute later, and five minutes after it ended.
func during(t *testing.T, in Incident) (w *World, then, later [2]bool) {
	in.At, in.For = 20*time.Second, 3*time.Minute
	w = newWorld(t, hit(in))
	w.RunFor(50 * time.Second)
	a := w.Submit(Message{From: 0, To: node(3), Bytes: 40, Precedence: bundle.Flash})
	b := w.Submit(Message{From: 5, To: node(4), Bytes: 40, Precedence: bundle.Flash})
	arrived := func() (out [2]bool) {
		_, out[0] = w.Arrived(a, 3)
		_, out[1] = w.Arrived(b, 4)
		return out
	}
	w.RunFor(time.Minute)
	then = arrived()
	w.RunFor(2*time.Minute + 5*time.Minute)
	want(t, w, true, string(in.What))
	return w, then, arrived()
}

func TestHarmsDoHarm(t *testing.T) {
	for _, c := range []struct {
		in   Incident
		then [2]bool
	}{
		{Incident{What: LoseFrames, Share: 0}, [2]bool{true, true}},
		{Incident{What: LoseFrames, Share: 1}, [2]bool{}},
		{Incident{What: FlipBits, Share: 1}, [2]bool{false, true}},
		{Incident{What: PowerCut, Nodes: []int{1}}, [2]bool{false, true}},
		{Incident{What: PowerCut, Nodes: []int{4, 5}}, [2]bool{true, false}},
		{Incident{What: Unplug, Nodes: []int{2, 5}}, [2]bool{}},
		{Incident{What: CutOff, Nodes: []int{0, 1}}, [2]bool{false, true}},
		{Incident{What: CutOff, Nodes: []int{5}, With: []int{4}}, [2]bool{true, true}}, // over node 3
		{Incident{What: CutOff, Nodes: []int{5}, With: []int{3, 4}}, [2]bool{true, false}},
		{Incident{What: Outage, Channels: []int{0}}, [2]bool{false, true}},
		{Incident{What: Outage, LANs: []int{0}}, [2]bool{true, false}},
		{Incident{What: Outage, LANs: []int{0}, Nodes: []int{4}}, [2]bool{true, false}},
		{Incident{What: Jam, Nodes: []int{1}, Channels: []int{0}, Share: 1}, [2]bool{false, true}},
		{Incident{What: DiskFull, Nodes: []int{2}}, [2]bool{false, true}},
	} {
		w, then, later := during(t, c.in)
		if then != c.then {
			t.Errorf("%+v: arrived %v, want %v", c.in, then, c.then)
		}
		if later != [2]bool{true, true} {
			t.Errorf("%+v: afterwards %v of the two have arrived", c.in, later)
		}
		if v := w.Result().Violations; len(v) > 0 {
			t.Errorf("%+v: %q", c.in, v)
		}
	}
}

// TestWithoutPowerNothingCanCome: the oracle knows when nodes are off.
func TestWithoutPowerNothingCanCome(t *testing.T) {
	w, _, _ := during(t, Incident{What: PowerCut, Nodes: []int{1}})
	if c := w.Result().Messages[0].Copies[0]; c.Possible < 200*time.Second || c.Arrived < c.Possible {
		t.Errorf("%+v", c)
	}
}

// TestWormholeCarries: two halves that do not hear each other, and an attacker who is in
// both.
func TestWormholeCarries(t *testing.T) {
	for _, worm := range []bool{false, true} {
		o := Options{Seed: 2, Nodes: 4, Channels: []Channel{vhf(9600, All(0, 4), [][2]int{{0, 1}, {2, 3}})}}
		if worm {
			o.Incidents = []Incident{{What: Wormhole, At: time.Second, Nodes: []int{1}, With: []int{2}, Channels: []int{0}}}
		}
		w := newWorld(t, o)
		n := w.Submit(Message{At: time.Minute, From: 0, To: node(3), Bytes: 40})
		w.RunFor(20 * time.Minute)
		if _, ok := w.Arrived(n, 3); ok != worm {
			t.Errorf("with a wormhole %v: arrived %v", worm, ok)
		}
		if v := w.Result().Violations; len(v) > 0 {
			t.Errorf("%q", v)
		}
	}
}

func TestTwinsAndLockedOut(t *testing.T) {
	w := newWorld(t, hit(
		Incident{What: Twin, At: 30 * time.Second, For: 10 * time.Minute, Nodes: []int{1}},
		Incident{What: LockOut, At: 20 * time.Minute, Nodes: []int{2}},
	))
	w.RunFor(5 * time.Minute)
	if len(w.hosts) != 7 || !w.Up(6) || w.hosts[6].number != 2 {
		t.Fatalf("%d machines", len(w.hosts))
	}
	w.RunFor(20 * time.Minute)
	if w.Up(6) {
		t.Error("the twin lives on")
	}
	n := w.Submit(Message{From: 5, To: everyone, Bytes: 40})
	w.RunFor(10 * time.Minute)
	for _, i := range []int{3, 4} {
		if _, ok := w.Arrived(n, i); !ok {
			t.Errorf("it is not at node %d", i+1)
		}
	}
	if len(w.Inbox(2)) > 0 {
		t.Errorf("node 3 is locked out and has %v", w.Inbox(2))
	}
	want(t, w, true, "nothing is wrong")
}

func TestImpossibleIncidents(t *testing.T) {
	for want, in := range map[string]Incident{
		"power-cut of node 6 of 6": {What: PowerCut, Nodes: []int{6}},
		"cut of node -1":           {What: CutOff, Nodes: []int{1}, With: []int{-1}},
		"on channel 1 of 1":        {What: Outage, Channels: []int{1}},
		"of LAN 3 of 1":            {What: Outage, LANs: []int{3}},
		"no harm \"meteor\"":       {What: "meteor"},
		"without nodes":            {What: Wormhole, Nodes: []int{0}, Channels: []int{0}},
		"on no channel":            {What: Jam, Nodes: []int{0}},
		"share of 2":               {What: LoseFrames, Share: 2},
		"want no time below 0":     {What: LoseFrames, At: -1},
	} {
		if _, err := New(hit(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

// TestQuartz: what an oscillator says follows its rate, and its inverse is the first
// instant at which it says so.
func TestQuartz(t *testing.T) {
	luck := source(1, "quartz", 0)
	for range 2000 {
		q := quartz{ppm: luck.IntN(200_001) - 100_000, since: clock.Instant(luck.Int64N(1e15)), then: clock.Instant(luck.Int64N(1e15))}
		at := q.since + clock.Instant(luck.Int64N(1e16))
		l := q.local(at)
		if exact := float64(at-q.since) * (1 + float64(q.ppm)/1e6); float64(l-q.then)-exact > 10 || exact-float64(l-q.then) > 10 {
			t.Fatalf("%+v says %d at %d", q, l, at)
		}
		if w := q.world(l); q.local(w) < l || w > q.since && q.local(w-1) >= l {
			t.Fatalf("%+v says %d at %d, and %d before, want %d first", q, q.local(w), w, q.local(w-1), l)
		}
	}
}
