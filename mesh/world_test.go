package mesh

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
	"github.com/blackstart-mesh/blackstart/store/mem"
)

// world is a few nodes on channels without loss, for tests of one behaviour at
// a time. The simulator does the rest.
type world struct {
	t     testing.TB
	now   clock.Instant
	nodes map[ident.Number]*member
	order []ident.Number
	chans []*channel
	bound time.Duration // of the clocks' error, if more than a second
	base  clock.Wall
	office
}

type member struct {
	num    ident.Number
	cfg    Config
	store  *mem.Store
	vault  []byte // nil: never written
	mortal bool   // dies after spare more effects
	spare  int
	node   *Node
	links  map[int]*channel
	deaf   bool
	got    []Message
	seen   []Update
	taken  []Accepted
	denied []Refused
	frames []radio.Frame
}

// channel carries a frame to everybody on it after its airtime.
type channel struct {
	profile radio.Profile
	link    int
	members []ident.Number
	queue   []flight
	lose    func(from, to ident.Number, data []byte) bool
}

type flight struct {
	at   clock.Instant
	from ident.Number
	data []byte
}

var radio1200 = radio.Profile{Name: "radio", MTU: 255, BitsPerSecond: 1200, Overhead: 300 * time.Millisecond}

func newWorld(t testing.TB, count int) *world {
	t.Helper()
	w := &world{t: t, nodes: make(map[ident.Number]*member), base: clock.WallOf(time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC))}
	entropy := rand.NewChaCha8([32]byte{1})
	w.office = newOffice(t, count, entropy)
	var certs []*ident.Certificate
	keys := make(map[ident.Number]*ident.Private)
	for i := 1; i <= count; i++ {
		num := ident.Number(i)
		p, err := ident.NewPrivate(entropy)
		if err != nil {
			t.Fatal(err)
		}
		keys[num] = p
		rights := ident.MayFlash | ident.MaySuspend
		if i == 3 {
			rights = 0
		}
		certs = append(certs, &ident.Certificate{Number: num, Name: fmt.Sprintf("node-%d", i), Rights: rights, Groups: ident.Groups(1), Sign: p.SignKey(), Box: p.BoxKey(), From: 20000, Until: 30000})
		w.order = append(w.order, num)
	}
	roster, err := ident.NewRoster(ident.OperatorID{}, w.root.SignKey(), []ident.Group{{ID: 1, Name: "all"}}, certs)
	if err != nil {
		t.Fatal(err)
	}
	for _, num := range w.order {
		m := &member{num: num, store: mem.New(), links: make(map[int]*channel)}
		m.cfg = Config{Self: num, Private: keys[num], Trust: Trust{Roster: roster}, Ring: w.ring(num), Verifier: ident.Ed25519{}, View: m.store, Jitter: rand.New(rand.NewPCG(uint64(num), 7))}
		w.nodes[num] = m
		w.start(num)
	}
	return w
}

func (w *world) reading() clock.Reading {
	return clock.Reading{Mono: w.now, Wall: w.base.Add(time.Duration(w.now)), Bound: max(w.bound, time.Second)}
}

func (w *world) start(num ident.Number) {
	w.t.Helper()
	m := w.nodes[num]
	m.unlock(w.t)
	n, err := New(w.reading(), m.cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	m.node = n
	for _, c := range w.chans {
		if m.links[c.link] == c {
			w.step(m, LinkEvent{Link: c.link, Event: radio.Up{Profile: c.profile}})
		}
	}
}

func (w *world) channel(p radio.Profile, link int, members ...ident.Number) *channel {
	c := &channel{profile: p, link: link, members: members}
	w.chans = append(w.chans, c)
	for _, num := range members {
		w.nodes[num].links[link] = c
		w.step(w.nodes[num], LinkEvent{Link: link, Event: radio.Up{Profile: p}})
	}
	return c
}

// step gives a node one event and carries out its effects at once.
func (w *world) step(m *member, ev Event) {
	for _, e := range m.node.Step(w.reading(), ev) {
		if m.mortal && m.spare <= 0 {
			return
		}
		m.spare--
		switch e := e.(type) {
		case Commit:
			if e.Keys != nil {
				m.vault = e.Keys
				if m.spare--; m.mortal && m.spare < 0 {
					return
				}
			}
			if err := m.store.Commit(e.Batch); err != nil {
				w.t.Fatal(err)
			}
			w.step(m, Committed{})
		case Transmit:
			w.vouched(m, e.Frame.Data)
			c := m.links[e.Link]
			m.frames = append(m.frames, e.Frame)
			c.queue = append(c.queue, flight{at: w.now.Add(c.profile.Airtime(len(e.Frame.Data))), from: m.num, data: bytes.Clone(e.Frame.Data)})
		case Deliver:
			w.recorded(m, e.Message.ID)
			m.got = append(m.got, e.Message)
		case Update:
			m.seen = append(m.seen, e)
		case Accepted:
			w.recorded(m, e.Message.ID)
			m.taken = append(m.taken, e)
		case Refused:
			m.denied = append(m.denied, e)
		}
	}
}

// run lets d pass.
func (w *world) run(d time.Duration) {
	w.t.Helper()
	end := w.now.Add(d)
	for turns := 0; ; turns++ {
		if turns > 1_000_000 {
			w.t.Fatalf("no rest by %v", w.now)
		}
		next, kind, who := end.Add(1), 0, 0
		for i, num := range w.order {
			if t, ok := w.nodes[num].node.Deadline(); ok && t < next {
				next, kind, who = t, 1, i
			}
		}
		for i, c := range w.chans {
			for _, f := range c.queue {
				if f.at < next {
					next, kind, who = f.at, 2, i
				}
			}
		}
		if next > end {
			w.now = end
			return
		}
		w.now = max(w.now, next)
		if kind == 1 {
			w.step(w.nodes[w.order[who]], Wake{})
		} else {
			w.land(w.chans[who])
		}
	}
}

func (w *world) land(c *channel) {
	for i, f := range c.queue {
		if f.at > w.now {
			continue
		}
		c.queue = append(c.queue[:i], c.queue[i+1:]...)
		w.step(w.nodes[f.from], LinkEvent{Link: c.link, Event: radio.Sent{}})
		for _, num := range c.members {
			if num != f.from && !w.nodes[num].deaf && (c.lose == nil || !c.lose(f.from, num, f.data)) {
				w.step(w.nodes[num], LinkEvent{Link: c.link, Event: radio.Heard{Data: f.data}})
			}
		}
		return
	}
}

// recorded: what a user is told of is durable.
func (w *world) recorded(m *member, id bundle.ID) {
	w.t.Helper()
	if _, ok := Find(m.store, id); !ok {
		w.t.Errorf("node %d told its user of %v before it was durable", m.num, id)
	}
}

// vouched: what a frame accepts, carries or proves is durable at its sender.
func (w *world) vouched(m *member, data []byte) {
	w.t.Helper()
	f, err := openSent(m.node, data)
	if err != nil {
		return // a counter beyond the first 65,536, which a new receiver cannot know
	}
	for _, item := range f.Items {
		switch item.Kind {
		case frame.KindAccept:
			a, _ := frame.DecodeAccept(item.Body, w.base.Day())
			for _, id := range a.IDs {
				if seen, ok := m.store.Get(streamKey(routing.Stream{Origin: id.Origin, Day: id.Day})); !ok || !hasSeen(seen, id) {
					w.t.Errorf("node %d accepted %v before it was durable", m.num, id)
				}
			}
		case frame.KindReceipt:
			if r, _ := frame.DecodeReceipt(item.Body, w.base.Day()); !Holds(m.store, r.ID) {
				w.t.Errorf("node %d proved %v before it was durable", m.num, r.ID)
			}
		case frame.KindBundle:
			if b, err := bundle.Decode(item.Body, w.base.Day()); err == nil && !Holds(m.store, b.ID) {
				w.t.Errorf("node %d sent %v before it was durable", m.num, b.ID)
			}
		}
	}
}

// openSent opens what a node sent, without regard to replays.
func openSent(n *Node, data []byte) (frame.Frame, error) {
	f, _, err := frame.NewReceiver().Open(n.frameKeys().set, data)
	return f, err
}

func hasSeen(value []byte, id bundle.ID) bool {
	seen, ok := routing.DecodeSeen(value)
	return ok && seen.Have.Has(id.Seq)
}

func (w *world) submit(from ident.Number, to bundle.Destination, p bundle.Precedence, text string) {
	w.step(w.nodes[from], Submit{Ref: 1, To: to, Precedence: p, Text: text, By: "test"})
}

func (w *world) counter(num ident.Number, name string) uint64 {
	for _, c := range w.nodes[num].node.Status().Counters {
		if c.Name == name {
			return c.Count
		}
	}
	return 0
}

func toNode(n ident.Number) bundle.Destination { return bundle.Destination{Node: n} }

var toAll = bundle.Destination{Group: 1}

func texts(list []Message) (out []string) {
	for _, m := range list {
		out = append(out, m.Text)
	}
	return out
}

// sound checks every store.
func (w *world) sound() {
	w.t.Helper()
	for _, num := range w.order {
		if f := Check(w.nodes[num].store, num); len(f.Problems) > 0 {
			w.t.Errorf("store of node %d: %q", num, f.Problems)
		}
		if missing := w.counter(num, countMissing); missing != 0 {
			w.t.Errorf("node %d did not find %d bundles in its store", num, missing)
		}
	}
}
