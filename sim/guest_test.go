package sim

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/sim/reference"
)

// gossip sends each message on twice, a little later, to all, and answers the sender
// of a message to itself in the same way.
type gossip struct{ answers bool }

func (gossip) Name() string   { return "gossip" }
func (gossip) Source() string { return "of this test" }
func (g gossip) New(n reference.Node) reference.Actor {
	return &gossiper{node: n, answers: g.answers, seen: make(map[uint64]bool), busy: make([]bool, len(n.Links))}
}

type gossiper struct {
	node    reference.Node
	answers bool
	seen    map[uint64]bool
	busy    []bool
	queue   []rumour // ascending by due
	guess   bool     // it delivers message 0 when its time comes
}

type rumour struct {
	due  clock.Instant
	link int
	data []byte
}

// rumours: number, from, to, an answer's mark, and filling.
func (g *gossiper) spread(now clock.Instant, n, from, to int, answer bool, size int) {
	mark := uint64(0)
	if answer {
		mark = 1
	}
	data := binary.BigEndian.AppendUint64(nil, uint64(n)<<1|mark)
	data = binary.BigEndian.AppendUint32(data, uint32(from))
	data = binary.BigEndian.AppendUint32(data, uint32(to+1))
	data = append(data, make([]byte, size)...)
	g.seen[uint64(n)<<1|mark] = true
	g.repeat(now, data)
}

func (g *gossiper) repeat(now clock.Instant, data []byte) {
	for range 2 {
		for link := range g.node.Links {
			due := now.Add(time.Duration(1 + g.node.Luck.Int64N(int64(3*time.Second))))
			at := 0
			for at < len(g.queue) && g.queue[at].due <= due {
				at++
			}
			g.queue = append(g.queue[:at], append([]rumour{{due, link, data}}, g.queue[at:]...)...)
		}
	}
}

func (g *gossiper) Step(now clock.Instant, ev reference.Event) (out []reference.Action) {
	switch ev := ev.(type) {
	case reference.Submit:
		m := ev.Message
		g.spread(now, m.N, m.From, m.To, false, m.Bytes)
	case reference.Heard:
		name := binary.BigEndian.Uint64(ev.Data)
		from, to := int(binary.BigEndian.Uint32(ev.Data[8:])), int(binary.BigEndian.Uint32(ev.Data[12:]))-1
		if g.seen[name] {
			break
		}
		g.seen[name] = true
		n := int(name >> 1)
		switch {
		case name&1 == 1 && to == g.node.Self:
			return append(out, reference.Acknowledged{N: n})
		case name&1 == 0 && (to == g.node.Self || to == reference.Everyone && from != g.node.Self):
			out = append(out, reference.Deliver{N: n})
			if g.answers && to == g.node.Self {
				g.spread(now, n, to, from, true, 1)
				return out
			}
		}
		g.repeat(now, ev.Data)
	case reference.Sent:
		g.busy[ev.Link] = false
	case reference.Wake:
		if g.guess {
			g.guess = false
			return append(out, reference.Deliver{})
		}
		var later []rumour
		for _, r := range g.queue {
			if r.due > now || g.busy[r.link] {
				later = append(later, r)
				continue
			}
			g.busy[r.link] = true
			out = append(out, reference.Transmit{Link: r.link, To: reference.Everyone, Data: r.data})
		}
		g.queue = later
	}
	return out
}

func (g *gossiper) Deadline() (clock.Instant, bool) {
	if g.guess {
		return clock.Instant(time.Second), true
	}
	for _, r := range g.queue {
		if !g.busy[r.link] {
			return r.due, true
		}
	}
	return 0, false
}

// guests is a scenario of gossips with all that may go wrong.
func guests(seed uint64, n int) Scenario {
	s := storm(seed, n)
	s.Protocol = gossip{answers: true}
	for i := range s.Traffic {
		s.Traffic[i].Lifetime = time.Hour
	}
	s.Heal = 2 * time.Hour
	return s
}

func TestGuestsHearEachOther(t *testing.T) {
	w := newWorld(t, Options{Seed: 1, Nodes: 5, Protocol: gossip{answers: true},
		Channels: []Channel{vhf(1200, All(0, 4), Line(0, 4))},
		LANs:     []LAN{{Nodes: []int{3, 4}, Delay: [2]time.Duration{time.Millisecond, 5 * time.Millisecond}}}})
	direct := w.Submit(Message{At: time.Second, From: 0, To: node(4), Bytes: 40})
	group := w.Submit(Message{At: 20 * time.Second, From: 4, To: everyone, Bytes: 10})
	want(t, w, w.RunUntil(10*time.Minute, func() bool { return w.Complete(true) }), "both arrive")
	if took, ok := w.Arrived(direct, 4); !ok || took < time.Second || took > time.Minute {
		t.Errorf("the first took %v, %v", took, ok)
	}
	if _, ok := w.Arrived(direct, 3); ok {
		t.Error("it arrived at one for whom it is not")
	}
	w.RunFor(time.Minute)
	if s := w.traffic[direct]; s.knows == notYet || s.failed {
		t.Errorf("its sender does not know: %+v", s.arrival)
	}
	for i := range 4 {
		if _, ok := w.Arrived(group, i); !ok {
			t.Errorf("the group's is not at node %d", i+1)
		}
	}
}

// TestGuestsUnderFaults: crashes, cuts, losses and full queues do to a guest what they
// do to a node, and the same seed does the same.
func TestGuestsUnderFaults(t *testing.T) {
	first, err := Run(guests(5, 20))
	if err != nil || len(first.Violations) > 0 {
		t.Fatal(err, first)
	}
	if first.Crashed < 10 || first.Took != first.Healed+2*time.Minute {
		t.Errorf("%d of 20 crashed, %v of %v", first.Crashed, first.Healed, first.Took)
	}
	again, err := Run(guests(5, 20))
	if err != nil || again.Hash != first.Hash || again.Events != first.Events {
		t.Errorf("%v: %v, at first %v", err, again, first)
	}
	if other, err := Run(guests(6, 20)); err != nil || other.Hash == first.Hash {
		t.Errorf("another seed does the same: %v", err)
	}
}

// liar speaks of messages that nobody wrote.
type liar struct{ gossip }

func (liar) New(reference.Node) reference.Actor { return &lie{} }

type lie struct{ told bool }

func (l *lie) Step(clock.Instant, reference.Event) []reference.Action {
	l.told = true
	return []reference.Action{reference.Deliver{N: 3}}
}

func (l *lie) Deadline() (clock.Instant, bool) { return 0, !l.told }

func TestGuestsAreWatched(t *testing.T) {
	w := newWorld(t, Options{Seed: 1, Nodes: 2, Protocol: liar{}})
	w.Submit(Message{From: 0, To: bundle.Destination{Node: 2}})
	w.RunFor(time.Minute)
	if len(w.Violations()) == 0 {
		t.Error("an actor delivers what was not written")
	}
}

func TestArrivalsOfRealNodes(t *testing.T) {
	w := newWorld(t, demo(2, 1200))
	n := w.Submit(Message{At: time.Second, From: 0, To: node(3), Precedence: bundle.Routine, Text: "crew 1 to control"})
	want(t, w, w.RunUntil(10*time.Minute, func() bool { return w.Complete(true) }), "it arrives")
	took, ok := w.Arrived(n, 3)
	if s := w.traffic[n]; !ok || took <= 0 || s.knows == notYet || s.knows.Sub(s.came[0]) <= 0 || s.left != 0 || s.failed {
		t.Errorf("after %v, %v: %+v", took, ok, s.arrival)
	}
}

// TestGuestsDoNotDisturbEachOther: what an actor draws in its first life is the same with
// more of them around.
func TestGuestsDoNotDisturbEachOther(t *testing.T) {
	var draws [2]uint64
	for i, nodes := range []int{3, 9} {
		w := newWorld(t, Options{Seed: 4, Nodes: nodes, Protocol: gossip{}})
		draws[i] = w.hosts[2].guest.(*gossiper).node.Luck.Uint64()
		w.Crash(0)
		w.Start(0)
		if again := w.hosts[0].guest.(*gossiper).node.Luck.Uint64(); again == draws[i] {
			t.Error("two actors draw the same")
		}
	}
	if draws[0] != draws[1] {
		t.Errorf("among 3 it draws %d, among 9 %d", draws[0], draws[1])
	}
}
