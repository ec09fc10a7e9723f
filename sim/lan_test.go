package sim

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/contact"
)

// walkers meet by a schedule: 0 and 1 in the second minute, 1 and 2 in the fourth, and
// talk at 1,000 bytes a second.
func walkers() Options {
	change := func(at time.Duration, a, b int, up bool) contact.Change {
		return contact.Change{At: at, A: a, B: b, Up: up}
	}
	return Options{Seed: 9, Nodes: 3, LANs: []LAN{{
		Nodes: All(0, 3), BitsPerSecond: 8000, HalfDuplex: true, Traced: true,
		Contacts: []contact.Change{
			change(3*time.Minute, 1, 2, true), change(4*time.Minute, 2, 1, false),
			change(time.Minute, 0, 1, true), change(2*time.Minute, 0, 1, false),
		},
	}}}
}

func TestNodesThatMeet(t *testing.T) {
	w := newWorld(t, walkers())
	there := w.Submit(Message{At: time.Second, From: 0, To: node(2), Bytes: 400})
	back := w.Submit(Message{At: time.Second, From: 2, To: node(0), Bytes: 400})
	w.RunFor(10 * time.Minute)
	r := w.Result()
	want(t, w, len(r.Violations) == 0, "nothing is wrong")
	if took, ok := w.Arrived(there, 2); !ok || took < 3*time.Minute-time.Second || took > 4*time.Minute {
		t.Errorf("it came after %v, %v", took, ok)
	}
	if c := r.Messages[there].Copies[0]; c.Possible != 3*time.Minute+400*time.Millisecond || c.Arrived < c.Possible {
		t.Errorf("%+v", c)
	}
	if c := r.Messages[back].Copies[0]; c.Possible != -1 || c.Arrived != -1 {
		t.Errorf("backwards: %+v", c)
	}
	if ch := r.Channels[0]; ch.Frames == 0 || ch.Heard == 0 || ch.Airtime == 0 || ch.Name != "LAN 1" {
		t.Errorf("%+v", ch)
	}
}

// TestEverybodyGetsATurn: on a network where a node is in one transfer at a time, all
// come to their turn in the end.
func TestEverybodyGetsATurn(t *testing.T) {
	w := newWorld(t, Options{Seed: 9, Nodes: 5, LANs: []LAN{{Nodes: All(0, 5), BitsPerSecond: 80_000, HalfDuplex: true}}})
	w.RunFor(10 * time.Second)
	for i := 1; i < 5; i++ {
		for range 5 {
			w.Submit(Message{From: i, To: node(0), Bytes: 4000})
		}
	}
	want(t, w, w.RunUntil(10*time.Minute, func() bool { return w.Complete(true) }), "all arrive")
	if s := w.lans[0].segment.Total(); s.Refused == 0 {
		t.Errorf("nobody had to wait: %+v", s)
	}
}

func TestContactsOfGuests(t *testing.T) {
	o := walkers()
	o.Protocol = gossip{}
	w := newWorld(t, o)
	n := w.Submit(Message{At: 61 * time.Second, From: 0, To: node(1), Bytes: 400})
	w.RunFor(10 * time.Minute)
	if took, ok := w.Arrived(n, 1); !ok || took > 5*time.Second {
		t.Errorf("it came after %v, %v", took, ok)
	}
	if v := w.Result().Violations; len(v) > 0 {
		t.Errorf("%q", v)
	}
}
