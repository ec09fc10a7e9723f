package reference

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/segment"
)

const second = clock.Instant(time.Second)

// field runs actors on one segment, without anything else of the simulator.
type field struct {
	t       *testing.T
	now     clock.Instant
	s       *segment.Segment
	actors  []Actor
	busy    []bool
	arrived map[[2]int]clock.Instant // message and node
	data    int                      // frames with a message that came through
	watch   func(from, to int, frame []byte)
	gets    func(node, n int)
	written int // messages so far
	changed int // contacts
}

// theONE is the network of scenario B: 1,000 bytes a second, looked at once a second.
func theONE() segment.Config {
	return segment.Config{BitsPerSecond: 8000, HalfDuplex: true, Broadcast: true, Uncharged: Head, Step: time.Second}
}

func newField(t *testing.T, cfg segment.Config, p Protocol, nodes int, seed uint64) *field {
	f := &field{t: t, s: segment.New(cfg), arrived: map[[2]int]clock.Instant{}, busy: make([]bool, nodes)}
	for i := range nodes {
		f.s.Join(rand.New(rand.NewPCG(seed, uint64(2*i))))
		f.actors = append(f.actors, p.New(Node{Self: i, Nodes: nodes, Luck: rand.New(rand.NewPCG(seed, uint64(2*i+1))),
			Links: []Link{{Contacts: true, MTU: cfg.MTU, Airtime: cfg.Took}}}))
	}
	return f
}

func (f *field) step(node int, ev Event) {
	for _, a := range f.actors[node].Step(f.now, ev) {
		switch a := a.(type) {
		case Transmit:
			if f.busy[node] {
				f.t.Fatalf("node %d has two frames outstanding", node)
			}
			f.busy[node] = true
			if !f.s.Send(f.now, node, a.To, a.Data) {
				f.t.Fatalf("the segment does not take a frame of %d bytes from %d to %d", len(a.Data), node, a.To)
			}
		case Deliver:
			if _, twice := f.arrived[[2]int{a.N, node}]; twice {
				f.t.Fatalf("message %d is delivered twice at node %d", a.N, node)
			}
			f.arrived[[2]int{a.N, node}] = f.now
			if f.gets != nil {
				f.gets(node, a.N)
			}
		}
	}
}

// until lets everything before an instant happen.
func (f *field) until(end clock.Instant) {
	for {
		at, what := end, -2
		if next, ok := f.s.Next(); ok && next < at {
			at, what = next, -1
		}
		for i, a := range f.actors {
			if due, ok := a.Deadline(); ok && due < at {
				at, what = due, i
			}
		}
		f.now = max(f.now, at)
		switch what {
		case -2:
			return
		case -1:
			for _, e := range f.s.Advance(f.now) {
				f.notice(e)
			}
		default:
			f.step(what, Wake{})
		}
	}
}

func (f *field) notice(e segment.Event) {
	switch e := e.(type) {
	case segment.Delivered:
		if len(e.Data) > Head {
			f.data++
		}
		if f.watch != nil {
			f.watch(e.From, e.Station, e.Data)
		}
		f.step(e.Station, Heard{From: e.From, Data: e.Data})
	case segment.Sent:
		f.busy[e.Station] = false
		f.step(e.Station, Sent{OK: e.OK})
	case segment.Contact:
		f.step(e.Station, Contact{Node: e.Other, Up: e.Up})
	}
}

// replay runs changes and messages, both in order of time, up to an end. It may be
// called again with the same lists and a later end.
func (f *field) replay(changes []contact.Change, messages []contact.Message, end time.Duration) {
	for {
		at := clock.Instant(end)
		if f.changed < len(changes) {
			at = min(at, clock.Instant(changes[f.changed].At))
		}
		if f.written < len(messages) {
			at = min(at, clock.Instant(messages[f.written].At))
		}
		f.until(at)
		if at == clock.Instant(end) {
			return
		}
		for f.changed < len(changes) && clock.Instant(changes[f.changed].At) == at {
			c := changes[f.changed]
			if f.changed++; c.Up {
				f.s.Connect(at, c.A, c.B)
			} else {
				f.s.Disconnect(at, c.A, c.B)
			}
		}
		for f.written < len(messages) && clock.Instant(messages[f.written].At) == at {
			m := messages[f.written]
			f.step(m.From, Submit{Message: Message{N: f.written, From: m.From, To: m.To, Bytes: m.Bytes, Expires: at.Add(m.Lifetime)}})
			f.written++
		}
	}
}

// figures are the three that are published.
func (f *field) figures(messages []contact.Message) (delivered int, median time.Duration, overhead float64) {
	var late []time.Duration
	for n, m := range messages {
		if at, ok := f.arrived[[2]int{n, m.To}]; ok {
			late = append(late, time.Duration(at)-m.At)
		}
	}
	if len(late) == 0 {
		return 0, 0, 0
	}
	slices.Sort(late)
	return len(late), late[len(late)/2], float64(f.data-len(late)) / float64(len(late))
}
