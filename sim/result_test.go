package sim

import (
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim/reference"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// changing is a world in which node 1 hears node 0 from the beginning and node 2 hears
// node 1 between 60 s and 120 s only; nobody hears node 3.
func changing(p reference.Protocol) Options {
	c := vhf(1200, All(0, 4), nil)
	c.Pairs = [][2]int{{0, 1}}
	c.Changes = []Change{
		{At: 2 * time.Minute, Path: Path{From: 1, To: 2}, Gone: true},
		{At: time.Minute, Path: Path{From: 1, To: 2, Path: medium.Path{Loss: 0.1}}},
	}
	return Options{Seed: 4, Nodes: 4, Protocol: p, Channels: []Channel{c}}
}

func TestWhatCouldHaveCome(t *testing.T) {
	for _, p := range []reference.Protocol{gossip{}, nil} {
		w := newWorld(t, changing(p))
		for to := 1; to <= 3; to++ {
			w.Submit(Message{At: time.Second, From: 0, To: node(to), Bytes: 40, Lifetime: time.Hour})
		}
		w.Submit(Message{At: 30 * time.Second, From: 0, To: everyone, Bytes: 20, Lifetime: time.Hour})
		w.Submit(Message{At: 150 * time.Second, From: 0, To: node(2), Bytes: 20, Lifetime: time.Hour})
		w.RunFor(10 * time.Minute)
		r := w.Result()
		if len(r.Violations) > 0 || r.Partial || r.Nodes != 4 || r.Simulated != 10*time.Minute {
			t.Fatalf("%+v", r)
		}
		air := func(n int) time.Duration { return w.opts.Channels[0].Radio.Airtime(n) }
		for i, want := range []time.Duration{time.Second + air(40), time.Minute + air(40), report.Never} {
			if got := r.Messages[i].Copies[0]; got.Possible != want || got.To != i+1 {
				t.Errorf("message %d could be at node %d at %v, want %v", i, got.To, got.Possible, want)
			}
		}
		if c := r.Messages[0].Copies[0]; c.Arrived <= c.Possible {
			t.Errorf("it came at %v, possible was %v", c.Arrived, c.Possible)
		}
		if m := r.Messages[3]; !m.Group || len(m.Copies) != 3 || m.Copies[1].Possible != time.Minute+air(20) || m.Copies[0].Arrived < 0 {
			t.Errorf("the group's: %+v", m)
		}
		if c := r.Messages[4].Copies[0]; c.Possible != report.Never || c.Arrived != report.Never {
			t.Errorf("after the path ended: %+v", c)
		}
		if c := r.Channels[0]; c.Frames == 0 || c.BusiestHour == 0 || c.BusiestHour > c.Airtime {
			t.Errorf("%+v", c)
		}
	}
}

// oracular delivers a message before it can have come.
type oracular struct{ gossip }

func (o oracular) New(n reference.Node) reference.Actor {
	return &gossiper{node: n, seen: make(map[uint64]bool), busy: make([]bool, len(n.Links)), guess: n.Self == 2}
}

func TestTooEarlyIsAViolation(t *testing.T) {
	w := newWorld(t, changing(oracular{}))
	w.Submit(Message{At: 0, From: 0, To: node(2), Bytes: 40, Lifetime: time.Hour})
	w.RunFor(10 * time.Second)
	if v := w.Result().Violations; len(v) != 1 || !strings.Contains(v[0], "nothing could have brought") {
		t.Errorf("%q", v)
	}
}

func TestProgressMayEndARun(t *testing.T) {
	o, told := changing(gossip{}), 0
	o.Progress = func(now time.Duration) bool {
		told++
		return now >= 3*time.Minute
	}
	lines := 0
	o.Story = func(string) { lines++ }
	w := newWorld(t, o)
	w.Submit(Message{At: time.Second, From: 0, To: node(1), Bytes: 40, Precedence: bundle.Flash})
	w.RunFor(time.Hour)
	r := w.Result()
	if !r.Partial || w.Now() < 3*time.Minute || w.Now() > 3*time.Minute+time.Second || told < 3 || told > 5 || uint64(lines) != r.Events {
		t.Errorf("ended at %v, told %d times, %d lines of %d events, partial: %v", w.Now(), told, lines, r.Events, r.Partial)
	}
	if c := r.Messages[0].Copies[0]; c.Arrived < 0 {
		t.Errorf("what came before is not in the result: %+v", c)
	}
}

func TestImpossibleOptions(t *testing.T) {
	for want, spoil := range map[string]func(*Options){
		"node 4 of 4":           func(o *Options) { o.Channels[0].Nodes = []int{4} },
		"node 1 is on it twice": func(o *Options) { o.Channels[0].Nodes = []int{0, 1, 1, 2, 3} },
		"from node 2 to node 2": func(o *Options) { o.Channels[0].Paths = []Path{{From: 2, To: 2}} },
		"a pair from node 0":    func(o *Options) { o.Channels[0].Pairs = [][2]int{{0, 9}} },
		"before the start":      func(o *Options) { o.Channels[0].Changes[0].At = -1 },
		"LAN 1":                 func(o *Options) { o.LANs = []LAN{{Nodes: []int{-1}}} },
	} {
		o := changing(nil)
		spoil(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}
