package reference

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// turn is a node's search for a transfer that it can begin. The order is that of the
// ONE (ActiveRouter.exchangeDeliverableMessages, tryAllMessagesToAllConnections):
//
//  1. messages whose addressee is in reach, in random order;
//  2. neighbours are asked for what they have for this node, which they begin to send
//     at once if neither is in a transfer;
//  3. neighbours in the order in which they came, and for each a message, chosen at random,
//     that may be relayed and that it lacks.
//
// The first transfer that begins ends it. A neighbour that is busy is passed over.
type turn struct {
	direct []pair
	ask    []*neighbour
	met    []*neighbour
	busy   []*neighbour
}

// pair is a message and who might get it.
type pair struct {
	m  *carried
	to *neighbour
}

// look begins a turn. A node that carries nothing does not even ask (the ONE:
// ActiveRouter.canStartTransfer).
func (c *carrier) look(now clock.Instant) {
	if tick := clock.Instant(c.carry.Tick); tick > 0 {
		c.turned = now - now%tick
	}
	if c.turn != nil || c.sending != nil || len(c.met) == 0 || len(c.buffer.messages) == 0 {
		return
	}
	t := &turn{met: slices.Clone(c.met)}
	for _, m := range c.buffer.messages {
		for _, n := range c.met {
			if (m.To == n.node || m.To == Everyone) && c.lacks(n, m) {
				t.direct = append(t.direct, pair{m, n})
			}
		}
	}
	c.node.Luck.Shuffle(len(t.direct), func(i, j int) { t.direct[i], t.direct[j] = t.direct[j], t.direct[i] })
	for _, n := range c.met {
		n.forMe = slices.DeleteFunc(n.forMe, c.buffer.known)
		if len(n.forMe) > 0 {
			t.ask = append(t.ask, n)
		}
	}
	c.turn = t
}

// lacks reports whether a neighbour may be sent a message.
func (c *carrier) lacks(n *neighbour, m *carried) bool {
	return !n.has.has(m.N) && (n.link.about.MTU == 0 || Head+m.Bytes <= n.link.about.MTU)
}

// pick chooses what to give a neighbour that is not its addressee, or nil.
func (c *carrier) pick(now clock.Instant, n *neighbour) *carried {
	fit := func(m *carried) bool { return c.lacks(n, m) && c.rules.relays(m) && !m.expired(now) }
	count := 0
	for _, m := range c.buffer.messages {
		if fit(m) {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	skip := c.node.Luck.IntN(count)
	for _, m := range c.buffer.messages {
		if fit(m) {
			if skip == 0 {
				return m
			}
			skip--
		}
	}
	return nil
}

// pump hands the links what waits: talk first, then the next try of the turn.
func (c *carrier) pump(now clock.Instant) {
	for _, l := range c.links {
		if l.out == nil {
			c.talk(now, l)
		}
	}
	for c.turn != nil && c.sending == nil {
		t := c.turn
		switch {
		case len(t.direct) > 0:
			p := t.direct[0]
			if p.to.link.out != nil {
				return // its Sent comes
			}
			t.direct = t.direct[1:]
			if c.try(t, p.to) && c.lacks(p.to, p.m) && c.buffer.held.has(p.m.N) {
				c.send(now, p.to, p.m)
			}
		case len(t.ask) > 0:
			n := t.ask[0]
			if n.link.out != nil {
				return
			}
			t.ask = t.ask[1:]
			if c.try(t, n) {
				c.transmit(now, n.link, &outgoing{to: n}, encodeAsk())
			}
		case len(t.met) > 0:
			n := t.met[0]
			if n.link.out != nil {
				return
			}
			t.met = t.met[1:]
			if c.try(t, n) {
				if m := c.pick(now, n); m != nil {
					c.send(now, n, m)
				}
			}
		default:
			c.turn = nil
			if len(t.busy) > 0 {
				c.retry(now)
			}
		}
	}
}

// try reports whether a neighbour is worth a try in this turn.
func (c *carrier) try(t *turn, n *neighbour) bool { return !n.gone && !slices.Contains(t.busy, n) }

// retry has the node look again in a while, though nothing may have changed.
func (c *carrier) retry(now clock.Instant) {
	if c.carry.Tick > 0 {
		c.stir(now)
		return
	}
	c.due = now.Add(again/2 + time.Duration(c.node.Luck.Int64N(int64(again))))
	c.waits = true
}

func (c *carrier) send(now clock.Instant, to *neighbour, m *carried) {
	_, gives := c.rules.split(m.copies)
	c.sending = m
	c.transmit(now, to.link, &outgoing{to: to, data: m}, encodeData(parcel{message: m.Message, copies: gives}))
}

func (c *carrier) transmit(now clock.Instant, l *link, o *outgoing, frame []byte) {
	o.at = now
	l.out = o
	to := Everyone
	if o.to != nil {
		to = o.to.node
	}
	c.out = append(c.out, Transmit{Link: l.index, To: to, Data: frame})
}

// answer begins to send a neighbour what is for it, since it asked.
func (c *carrier) answer(now clock.Instant, n *neighbour) {
	if c.sending != nil || c.turn != nil || n.link.out != nil {
		return
	}
	for _, m := range c.buffer.messages {
		if (m.To == n.node || m.To == Everyone) && c.lacks(n, m) {
			c.send(now, n, m)
			return
		}
	}
}

// sent is the end of a link's outstanding frame. One that is refused at once met a node
// that is busy.
func (c *carrier) sent(now clock.Instant, l *link, ok bool) {
	o := l.out
	l.out = nil
	if o == nil {
		return
	}
	if o.data == nil {
		if !ok && len(o.news) > 0 {
			c.untold(now, l, o)
		}
		return
	}
	c.sending = nil
	if now > o.at {
		c.buffer.makeRoom(0, nil, c.tell) // of which it may have kept some (ActiveRouter.update)
	}
	switch {
	case ok:
		o.to.has.put(o.data.N, true)
		o.data.copies, _ = c.rules.split(o.data.copies)
		c.turn = nil
	case now == o.at && c.turn != nil:
		c.turn.busy = append(c.turn.busy, o.to)
		return
	case l.shared && now > o.at:
		// On the air the other may have it, though its answers did not come: better a copy
		// lost than one too many.
		o.data.copies, _ = c.rules.split(o.data.copies)
		c.turn = nil
	default:
		c.turn = nil
	}
	// A node whose transfer has ended goes on in the same moment.
	tick := clock.Instant(c.carry.Tick)
	if tick > 0 && now%tick <= tick/10_000 && c.turned < now-now%tick {
		c.waits = false
		c.look(now)
		return
	}
	c.stir(now)
}
