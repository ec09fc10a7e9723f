package reference

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// airborne brings protocols that carry messages from contact to contact to radio
// channels, of which their rules say nothing: links that name no neighbours, on which
// nobody knows who got a frame.
//
// A node says hello when it has been silent for a while. Who is heard is a neighbour
// until it has been silent for three times as long, or answers no more. A frame for one neighbour is
// acknowledged by a short frame, and goes up to three times without that. Frames are
// packed: 9 bytes of addresses, and 13 before the message itself. What others overhear
// tells them who is there, and no more. These are our additions; they are as plain as can
// be, so that what they cost is clear.
type airborne struct {
	node   Node
	inner  Actor
	radios []*airRadio // by link; nil for one that names its neighbours
	out    []Action
}

// Values of an airborne node.
const (
	helloEvery = 10 * time.Minute // at most so long silent, less up to a quarter
	silences   = 3                // so many of them, and a neighbour is gone
	airTries   = 3
	turnaround = time.Second // for a modem to wait for the channel and to answer
)

// airRadio is a radio link of an airborne node.
type airRadio struct {
	index   int
	about   Link
	hears   []*airNeighbour // in the order in which they were heard first
	answers [][]byte        // acknowledgements to send
	pending *airFrame       // what the protocol has handed over
	busy    bool            // a frame is outstanding
	carries bool            // and it is the pending one
	hello   clock.Instant
	seq     byte
}

// airNeighbour is somebody who was heard.
type airNeighbour struct {
	node int
	last clock.Instant
	seq  int // of the frame that came last; -1: none
}

// airFrame is a frame on its way to a neighbour, or to all.
type airFrame struct {
	to    int
	seq   byte
	frame []byte
	tries int
	next  clock.Instant // when it goes, again
	waits bool          // it has left and waits for an answer until next
}

// newAirborne makes the actor of a protocol: as it is where all links name their
// neighbours, otherwise an airborne one.
func newAirborne(n Node, makes func(Node) *carrier) Actor {
	a := &airborne{node: n, radios: make([]*airRadio, len(n.Links))}
	links := slices.Clone(n.Links)
	any := false
	for i, l := range n.Links {
		if l.Contacts || l.MTU > 0 && l.MTU < airLeast {
			continue
		}
		any = true
		a.radios[i] = &airRadio{index: i, about: l, hello: clock.Instant(n.Luck.Int64N(int64(helloEvery / 4))),
			seq: byte(n.Luck.IntN(256))} // a node that was restarted is not taken for its own echo
		links[i].Contacts = true
		if l.MTU > 0 {
			links[i].MTU = l.MTU - airOverhead + Head
		}
	}
	n.Links = links
	inner := makes(n)
	if !any {
		return inner
	}
	for i, r := range a.radios {
		inner.links[i].shared = r != nil
	}
	a.inner = inner
	return a
}

// Step is the actor's.
func (a *airborne) Step(now clock.Instant, ev Event) []Action {
	a.out = nil
	switch ev := ev.(type) {
	case Heard:
		if r := a.radios[ev.Link]; r != nil {
			a.hear(now, r, ev.Data)
		} else {
			a.feed(now, ev)
		}
	case Sent:
		if r := a.radios[ev.Link]; r != nil {
			a.sent(now, r)
		} else {
			a.feed(now, ev)
		}
	case Wake:
		if due, ok := a.inner.Deadline(); ok && due <= now {
			a.feed(now, ev)
		}
	default:
		a.feed(now, ev)
	}
	for _, r := range a.radios {
		if r != nil {
			a.late(now, r)
			a.pump(now, r)
		}
	}
	return a.out
}

// Deadline is the actor's.
func (a *airborne) Deadline() (clock.Instant, bool) {
	at, ok := a.inner.Deadline()
	if !ok {
		at = clock.Never
	}
	for _, r := range a.radios {
		if r == nil {
			continue
		}
		for _, n := range r.hears {
			at = min(at, n.last.Add(silences*helloEvery))
		}
		if p := r.pending; p != nil && (p.waits || !r.busy) {
			at = min(at, p.next)
		}
		if !r.busy {
			at = min(at, r.hello)
		}
	}
	return at, at < clock.Never
}

// feed tells the protocol of something, and takes what it wants.
func (a *airborne) feed(now clock.Instant, ev Event) {
	for _, act := range a.inner.Step(now, ev) {
		t, ok := act.(Transmit)
		if !ok || a.radios[t.Link] == nil {
			a.out = append(a.out, act)
			continue
		}
		r := a.radios[t.Link]
		r.seq++
		kind := airTalk
		if t.To != Everyone {
			kind = airFor
		}
		r.pending = &airFrame{to: t.To, seq: r.seq, next: now, frame: encodeAir(airHead{kind: kind, from: a.node.Self, to: t.To, seq: r.seq}, t.Data)}
	}
}

// done ends what is pending, and tells the protocol.
func (a *airborne) done(now clock.Instant, r *airRadio, ok bool) {
	r.pending = nil
	a.feed(now, Sent{Link: r.index, OK: ok})
}

func (a *airborne) hear(now clock.Instant, r *airRadio, data []byte) {
	h, body, ok := decodeAir(data)
	if !ok || h.from == a.node.Self || h.from >= a.node.Nodes {
		return
	}
	n := a.meet(now, r, h.from)
	switch {
	case h.kind == airTalk:
		a.feed(now, Heard{Link: r.index, From: h.from, Data: body})
	case h.to != a.node.Self:
	case h.kind == airAnswer:
		if p := r.pending; p != nil && p.to == h.from && p.seq == h.seq && p.tries > 0 {
			a.done(now, r, true)
		}
	case h.kind == airFor:
		r.answers = append(r.answers, encodeAir(airHead{kind: airAnswer, from: a.node.Self, to: h.from, seq: h.seq}, nil))
		if n.seq != int(h.seq) { // its answer was lost, and it sent it again
			n.seq = int(h.seq)
			a.feed(now, Heard{Link: r.index, From: h.from, Data: body})
		}
	}
}

// meet notes that somebody was heard. Who is new is told of this node soon.
func (a *airborne) meet(now clock.Instant, r *airRadio, node int) *airNeighbour {
	for _, n := range r.hears {
		if n.node == node {
			n.last = now
			return n
		}
	}
	n := &airNeighbour{node: node, last: now, seq: -1}
	r.hears = append(r.hears, n)
	r.hello = min(r.hello, now.Add(turnaround+time.Duration(a.node.Luck.Int64N(int64(10*turnaround)))))
	a.feed(now, Contact{Link: r.index, Node: node, Up: true})
	return n
}

// part forgets a neighbour.
func (a *airborne) part(now clock.Instant, r *airRadio, node int) {
	r.hears = slices.DeleteFunc(r.hears, func(n *airNeighbour) bool { return n.node == node })
	a.feed(now, Contact{Link: r.index, Node: node})
}

// sent is the end of the outstanding frame of a radio, whether it left or not.
func (a *airborne) sent(now clock.Instant, r *airRadio) {
	r.busy = false
	p := r.pending
	if !r.carries || p == nil {
		return
	}
	if p.to == Everyone {
		a.done(now, r, true)
		return
	}
	// Twice as long with each try: who does not answer is on the air, or hears others.
	wait := 2*r.about.Airtime(airHeadBytes) + turnaround<<p.tries
	p.next, p.waits = now.Add(wait+time.Duration(a.node.Luck.Int64N(int64(wait)))), true
}

// late does what is due: neighbours that are silent for too long, and a frame that
// nobody has answered.
func (a *airborne) late(now clock.Instant, r *airRadio) {
	for i := 0; i < len(r.hears); {
		if n := r.hears[i]; now >= n.last.Add(silences*helloEvery) {
			a.part(now, r, n.node)
		} else {
			i++
		}
	}
	p := r.pending
	if p == nil || !p.waits || now < p.next {
		return
	}
	if p.waits = false; p.tries >= airTries {
		a.done(now, r, false)
		a.part(now, r, p.to)
	}
}

// pump hands a radio its next frame.
func (a *airborne) pump(now clock.Instant, r *airRadio) {
	if r.busy {
		return
	}
	var frame []byte
	p := r.pending
	r.carries = false
	switch {
	case len(r.answers) > 0:
		frame, r.answers = r.answers[0], r.answers[1:]
	case p != nil && !p.waits && now >= p.next:
		frame, r.carries = p.frame, true
		p.tries++
	case now >= r.hello:
		frame = encodeAir(airHead{kind: airHello, from: a.node.Self, to: Everyone}, nil)
	default:
		return
	}
	r.busy = true
	r.hello = now.Add(helloEvery - time.Duration(a.node.Luck.Int64N(int64(helloEvery/4))))
	a.out = append(a.out, Transmit{Link: r.index, To: Everyone, Data: frame})
}
