package reference

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// MeshCore is the routing of MeshCore's firmware: the first message to somebody is
// flooded, by every repeater once; the answer brings back the way that it took, and
// messages go along that way until nobody answers any more. Broadcasts are flooded and
// never repeated.
type MeshCore struct {
	Repeater func(node int) bool // who passes on what others send; nil: all
	Hops     int                 // how many repeaters a flood may pass

	Tries      int     // transmissions of a direct message; the last is flooded, whatever is known
	FloodSpan  float64 // a flood waits for up to 5 times so many airtimes at a repeater
	DirectSpan float64 // the same for what goes along a way
	ScoreBase  float64 // floods that arrive well are looked at sooner, see MeshCore.listen; 0: all at once

	Signature int // bytes of a writer's name in a broadcast
}

// NewMeshCore returns MeshCore's routing with the values that its repeaters and
// companions have out of the box (1.17.1).
func NewMeshCore() MeshCore {
	return MeshCore{Hops: 64, Tries: 4, FloodSpan: 0.5, DirectSpan: 0.3, Signature: 8}
}

// Of MeshCore's firmware.
const (
	meshcoreText     = 160 // bytes of the longest text
	meshcorePath     = 64  // hops of the longest way
	meshcoreSeen     = 160 // packets that a node remembers
	meshcoreQueue    = 32  // packets that wait at a node
	answerDelay      = 200 * time.Millisecond
	wayBackDelay     = 500 * time.Millisecond
	wayBackLate      = 3 * time.Second // when somebody floods who should know the way
	listenAgain      = 120 * time.Millisecond
	forceAfter       = 4 * time.Second
	leastListen      = 50 * time.Millisecond
	mostListen       = 32 * time.Second
	patienceBase     = 500 * time.Millisecond
	patienceFlood    = 16 // airtimes
	patiencePerHop   = 6  // airtimes
	patienceHopExtra = 250 * time.Millisecond
)

// Name implements Protocol.
func (m MeshCore) Name() string { return "meshcore" }

// Source implements Protocol.
func (m MeshCore) Source() string {
	return "MeshCore's firmware 1.17.1 (meshcore-dev/MeshCore d929643, src/Mesh.cpp, Dispatcher.cpp, helpers/BaseChatMesh.cpp; " +
		"docs/faq.md for the retries of its apps). Left out: adverts, regions, loop detection, room servers, the limit of half of the time on the air."
}

// New implements Protocol. A device has one radio: the first link that does not name
// its neighbours.
func (m MeshCore) New(n Node) Actor {
	a := &meshcore{MeshCore: m, node: n, seen: newMemory[string, struct{}](meshcoreSeen), ways: map[int][]byte{},
		got: newMemory[int, struct{}](rememberedPackets), radio: -1, busy: notBusy}
	a.repeats = m.Repeater == nil || m.Repeater(n.Self)
	for i, l := range n.Links {
		if !l.Contacts {
			a.radio, a.link = i, l
			break
		}
	}
	return a
}

type meshcore struct {
	MeshCore
	node    Node
	link    Link
	radio   int // its number; -1: there is none
	repeats bool

	seen    memory[string, struct{}] // packets, by type and payload
	got     memory[int, struct{}]    // messages that the user was shown
	ways    map[int][]byte           // to whom one wrote or who wrote: hashes of the repeaters in their order
	pending []unanswered
	out     []queuedPacket
	in      []delayedFlood // floods that will be looked at
	sending bool
	nextTry clock.Instant // before then nothing is sent
	busy    clock.Instant // since when the channel was found busy; notBusy
	actions []Action
}

const notBusy = clock.Instant(-1)

// unanswered is a message whose writer waits for the answer.
type unanswered struct {
	message Message
	tries   int
	due     clock.Instant
}

// Step implements Actor.
func (a *meshcore) Step(now clock.Instant, ev Event) []Action {
	a.actions = nil
	if a.radio < 0 {
		if s, ok := ev.(Submit); ok {
			return []Action{Failed{s.Message.N}}
		}
		return nil
	}
	switch ev := ev.(type) {
	case Submit:
		a.submit(now, ev.Message)
	case Heard:
		if p, ok := decodeMeshCore(ev.Data); ok && ev.Link == a.radio {
			a.listen(now, ev, p)
		}
	case Sent:
		if ev.Link == a.radio {
			a.sending = false
		}
	case Wake:
		a.look(now)
		a.tryAgain(now)
	}
	a.send(now)
	return a.actions
}

// Deadline implements Actor.
func (a *meshcore) Deadline() (clock.Instant, bool) {
	at := clock.Never
	if !a.sending {
		for i := range a.out {
			at = min(at, max(a.out[i].due, a.nextTry))
		}
	}
	for i := range a.in {
		at = min(at, a.in[i].due)
	}
	for i := range a.pending {
		at = min(at, a.pending[i].due)
	}
	return at, at != clock.Never
}

func (a *meshcore) submit(now clock.Instant, m Message) {
	if m.To == Everyone {
		if m.Bytes > meshcoreText-a.Signature-2 {
			a.actions = append(a.actions, Failed{m.N})
			return
		}
		p := meshcorePacket{kind: mcGroup, from: a.node.Self, to: Everyone, message: m.N,
			payload: max(3+padded(5+a.Signature+2+m.Bytes), mcLeast)}
		a.flood(now, p, 1, 0)
		return
	}
	if m.Bytes > meshcoreText {
		a.actions = append(a.actions, Failed{m.N})
		return
	}
	a.pending = append(a.pending, a.write(now, unanswered{message: m}))
}

// write sends a direct message, for the first time or again.
func (a *meshcore) write(now clock.Instant, u unanswered) unanswered {
	p := meshcorePacket{kind: mcText, from: a.node.Self, to: u.message.To, message: u.message.N, try: u.tries,
		payload: max(4+padded(5+u.message.Bytes), mcLeast)}
	u.tries++
	if u.tries == a.Tries {
		delete(a.ways, u.message.To) // the way failed, or there is none
	}
	way, known := a.ways[u.message.To]
	if !known {
		a.flood(now, p, 1, 0)
		u.due = now.Add(patienceBase + patienceFlood*a.airtime(p))
		return u
	}
	airtime := a.airtime(p)
	a.along(now, p, way, 0, 0)
	u.due = now.Add(patienceBase + (patiencePerHop*airtime+patienceHopExtra)*time.Duration(len(way)+1))
	return u
}

// tryAgain looks after messages that nobody answered in time.
func (a *meshcore) tryAgain(now clock.Instant) {
	for i := 0; i < len(a.pending); i++ {
		switch u := a.pending[i]; {
		case u.due > now:
		case u.tries < a.Tries:
			a.pending[i] = a.write(now, u)
		default:
			a.pending = append(a.pending[:i], a.pending[i+1:]...)
			a.actions = append(a.actions, Failed{u.message.N})
			i--
		}
	}
}

// answered is told of an answer to a message of this node's; it reports false if that
// waits for none.
func (a *meshcore) answered(n int) (to int, ok bool) {
	for i, u := range a.pending {
		if u.message.N == n {
			a.pending = append(a.pending[:i], a.pending[i+1:]...)
			a.actions = append(a.actions, Acknowledged{n})
			return u.message.To, true
		}
	}
	return 0, false
}
