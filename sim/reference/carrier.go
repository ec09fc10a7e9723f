package reference

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Carry is what all protocols that carry messages from contact to contact have in
// common.
type Carry struct {
	// Buffer is how many bytes of messages a node holds; 0: no limit.
	Buffer int
	// Tick, if above 0, is how often a node looks whether it can begin a transfer: at whole
	// multiples, within the first ten-thousandth after each, in an order that chance
	// decides (the ONE: Scenario.updateInterval, Optimization.randomizeUpdateOrder). With 0
	// it looks at once when something has changed.
	Tick time.Duration
}

// again is after how long a node without ticks tries a neighbour again that was busy.
const again = time.Second

// rules is what sets these protocols apart.
type rules struct {
	copies int                                       // of a new message
	relays func(c *carried) bool                     // may it go to others than its addressee?
	split  func(copies int) (keeps, gives int)       // what becomes of the copies when one is handed over
	stores func(self int, m Message, given int) bool // does who gets it with so many copies carry it on?
}

// carrier is a node of such a protocol. It works on links that name their neighbours, and
// leaves others alone.
//
// A node is in one transfer at a time (the ONE: ActiveRouter.isTransferring). Whether a
// neighbour is busy it learns by trying: the link refuses at once. Neighbours tell each
// other what they have when they meet, and what changes after that, in frames of up to
// Head bytes; the ONE has its nodes look into each other's memory.
type carrier struct {
	node    Node
	carry   Carry
	rules   rules
	buffer  buffer
	links   []*link
	met     []*neighbour // in the order in which they came, whatever the link
	sending *carried     // under way, or refused in a moment
	turn    *turn        // while it is being looked what can be sent
	due     clock.Instant
	waits   bool // for due
	turned  clock.Instant
	out     []Action
}

// link is a link as a carrier has it.
type link struct {
	index int
	about Link
	out   *outgoing     // the outstanding frame
	news  []int         // numbers whose state all neighbours have yet to hear
	rest  clock.Instant // no talk before this: it was refused

	shared bool // a radio channel: one frame for all is always better
}

// outgoing is a frame that a link has not finished.
type outgoing struct {
	at   clock.Instant
	to   *neighbour // nil: all
	data *carried   // nil: talk
	news []int      // what it tells of
}

// neighbour is another node within reach.
type neighbour struct {
	node  int
	link  *link
	has   numbers // what it has, or does not want
	forMe []int   // what it has that is addressed to this node
	owed  []int   // numbers whose state it has yet to hear
	gone  bool
}

func newCarrier(n Node, carry Carry, r rules) *carrier {
	c := &carrier{node: n, carry: carry, rules: r, turned: -1, buffer: buffer{size: carry.Buffer}}
	for i, l := range n.Links {
		c.links = append(c.links, &link{index: i, about: l})
	}
	return c
}

// Step is the actor's.
func (c *carrier) Step(now clock.Instant, ev Event) []Action {
	c.out = nil
	if c.sending == nil {
		c.buffer.dropExpired(now, c.tell)
	}
	switch ev := ev.(type) {
	case Submit:
		c.submit(now, ev.Message)
	case Heard:
		c.heard(now, ev)
	case Sent:
		c.sent(now, c.links[ev.Link], ev.OK)
	case Contact:
		c.contact(now, ev)
	case Wake:
		if c.waits && now >= c.due {
			c.waits = false
			c.look(now)
		}
	}
	c.pump(now)
	return c.out
}

// Deadline is the actor's.
func (c *carrier) Deadline() (at clock.Instant, ok bool) {
	at, ok = c.due, c.waits
	for _, l := range c.links {
		if l.out == nil && l.rest > 0 && (!ok || l.rest < at) {
			at, ok = l.rest, true
		}
	}
	return at, ok
}

// stir has the node look again, since something has changed.
func (c *carrier) stir(now clock.Instant) {
	if c.turn != nil || c.sending != nil || len(c.met) == 0 {
		return
	}
	tick := clock.Instant(c.carry.Tick)
	if tick == 0 {
		c.waits = false
		c.look(now)
		return
	}
	if c.waits {
		return
	}
	c.due = (now - now%tick).Add(c.moment())
	if c.due <= now || c.turned == now-now%tick {
		c.due = (now - now%tick + tick).Add(c.moment())
	}
	c.waits = true
}

// moment is where in a tick the node is looked at.
func (c *carrier) moment() time.Duration {
	return time.Duration(c.node.Luck.Int64N(int64(c.carry.Tick)/10_000 + 1))
}

func (c *carrier) submit(now clock.Instant, m Message) {
	if m.N < 0 || m.N >= numbersMost || m.To == c.node.Self || c.buffer.known(m.N) {
		return
	}
	// One that finds no room is kept all the same (ActiveRouter.makeRoomForNewMessage).
	c.buffer.makeRoom(m.Bytes, c.sending, c.tell)
	kept := &carried{Message: m, copies: c.rules.copies}
	if m.To == Everyone {
		c.buffer.done.put(m.N, true) // it shall not come back to who wrote it
	}
	c.buffer.put(kept)
	c.tell(kept)
	c.stir(now)
}

// contact notes who came or went.
func (c *carrier) contact(now clock.Instant, ev Contact) {
	l := c.links[ev.Link]
	at := slices.IndexFunc(c.met, func(n *neighbour) bool { return n.link == l && n.node == ev.Node })
	if at >= 0 {
		c.met[at].gone = true
		c.met = slices.Delete(c.met, at, at+1)
	}
	if !ev.Up {
		return
	}
	n := &neighbour{node: ev.Node, link: l}
	for _, m := range c.buffer.messages {
		n.owed = append(n.owed, m.N)
	}
	for word, bits := range c.buffer.done {
		for i := range 64 {
			if bits>>i&1 == 1 && !c.buffer.held.has(word<<6|i) {
				n.owed = append(n.owed, word<<6|i)
			}
		}
	}
	c.met = append(c.met, n)
	c.stir(now)
}

func (c *carrier) neighbour(link, node int) *neighbour {
	for _, n := range c.met {
		if n.link.index == link && n.node == node {
			return n
		}
	}
	return nil
}

// heard takes a frame from a neighbour; one that has not been announced yet is
// nobody's.
func (c *carrier) heard(now clock.Instant, ev Heard) {
	n := c.neighbour(ev.Link, ev.From)
	t, ok := decodeTalk(ev.Data)
	if n == nil || !ok {
		return
	}
	switch t.kind {
	case kindNews:
		for _, i := range t.items {
			n.has.put(i.n, !i.gone)
			n.forMe = slices.DeleteFunc(n.forMe, func(m int) bool { return m == i.n })
			if !i.gone && (i.to == c.node.Self || i.to == Everyone) && !c.buffer.known(i.n) {
				n.forMe = append(n.forMe, i.n)
			}
		}
	case kindAsk:
		c.answer(now, n)
	case kindData:
		c.take(now, n, t.parcel)
	}
	c.stir(now)
}

// take receives a message (ActiveRouter.checkReceiving, MessageRouter.messageTransferred).
func (c *carrier) take(now clock.Instant, from *neighbour, p parcel) {
	m := &carried{Message: p.message, copies: p.copies}
	from.has.put(m.N, true)
	mine := m.To == c.node.Self || m.To == Everyone && m.From != c.node.Self // who lost his memory may hear his own
	switch {
	case c.buffer.known(m.N):
		c.tell(m) // so that it is not sent again
		return
	case m.expired(now) && !mine:
		return
	case !c.buffer.fits(m.Bytes):
		c.buffer.done.put(m.N, true)
		c.tell(m)
		return
	}
	// The addressee makes room as well, though it keeps nothing.
	if !c.buffer.makeRoom(m.Bytes, c.sending, c.tell) {
		return
	}
	if mine {
		c.buffer.done.put(m.N, true)
		c.out = append(c.out, Deliver{N: m.N})
	}
	if c.rules.stores(c.node.Self, m.Message, p.copies) {
		c.buffer.put(m)
	}
	c.tell(m)
}
