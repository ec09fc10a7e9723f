package mesh

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

const (
	flashTurns = 4 // of answers that a FLASH leaves where nobody knows who heard it
	maxRelays  = 4 // that take turns where their signals give the order
	worstSNR   = -20
	bestSNR    = 10 // dB: between these LoRa radios tell well and badly heard apart
)

// spread queues a bundle for every neighbour that is believed to lack it. from
// is who sent it, heard on via; both are empty for a bundle of this node.
//
// A direct bundle whose addressee is a neighbour goes to nobody else. Each
// neighbour is served on the fastest link that reaches it.
func (n *Node) spread(it *routing.Item, from ident.Number, via *link) {
	n.spreadBy(it, from, via, n.lacks)
}

// spreadBy is spread with a say in how a task is queued: lacks or asked.
func (n *Node) spreadBy(it *routing.Item, from ident.Number, via *link, queue func(*link, ident.Number, routing.Key, *routing.Item, time.Duration)) {
	if !n.wanted(it) {
		return
	}
	only := ident.Number(0)
	if it.To.Node != 0 && n.near(it.To.Node) {
		only = it.To.Node
	}
	for _, l := range n.links {
		if l == nil || !l.up {
			continue
		}
		var needs routing.Nodes
		for _, num := range l.reach {
			if num == from || num == it.ID.Origin && !n.live.contested(it.ID) || it.Holders.Has(num) || !n.serves(num, it) || (only != 0 && num != only) || n.best(num) != l {
				continue
			}
			needs.Add(num)
		}
		delay := time.Duration(0)
		if l == via {
			delay = n.relayDelay(l, from, needs, it.ID, it.Precedence, it.Size)
		}
		for _, num := range needs {
			queue(l, num, it.Task(), it, delay)
		}
	}
}

// relayDelay is how long a relay waits on the link on which it heard a bundle. Where
// all whom it would serve are known to hear the sender themselves, that is until the
// sender has had time to repeat it. Else it waits for its turn among the relays, after
// those who say that they heard it too; a FLASH rather goes out once too often than
// late.
func (n *Node) relayDelay(l *link, from ident.Number, needs routing.Nodes, id bundle.ID, p bundle.Precedence, size int) time.Duration {
	heard, wait := l.allHear(from, needs, n.now.Mono), l.answers()
	switch {
	case heard && p != bundle.Flash:
		return 2*n.retry(l) + n.spreadOver(2*n.retry(l))
	case l.profile.Secure && p == bundle.Flash:
		return l.timing.AcceptSlot/2 + n.spreadOver(l.timing.AcceptSlot/2)
	case l.profile.Secure:
		return l.acceptWindow() + n.spreadOver(l.acceptWindow())
	case p != bundle.Flash:
	case slices.ContainsFunc(needs, func(num ident.Number) bool { return l.misses(from, num, n.now.Mono) }):
		wait = l.timing.AnswerSlot
	case !heard:
		wait = min(wait, flashTurns*l.timing.AnswerSlot)
	}
	return wait + n.turnAmong(l, from, id, size)
}

// acceptWindow is over how long acceptances come on a secure link.
func (l *link) acceptWindow() time.Duration {
	return l.timing.AcceptSlot * timeFactor(len(l.reach)+1)
}

// noteHears remembers that a neighbour accepts what another one sends.
func (n *Node) noteHears(l *link, num, sender ident.Number) {
	nb := l.neighbours[num]
	if nb == nil || l.neighbours[sender] == nil {
		return
	}
	if nb.hears == nil {
		nb.hears = make(map[ident.Number]clock.Instant)
	}
	nb.hears[sender] = n.now.Mono
}

// allHear reports whether every one of the nodes is known to hear a sender on this
// link: it was lately heard to accept what he sends, or says so. Relays then need not
// send each bundle once more.
func (l *link) allHear(sender ident.Number, nodes routing.Nodes, now clock.Instant) bool {
	for _, num := range nodes {
		nb := l.neighbours[num]
		if nb == nil {
			return false
		}
		if at, ok := nb.hears[sender]; !ok || now.Sub(at) > l.timing.Lost {
			return false
		}
	}
	return true
}

// lacks queues a task for a neighbour, or adds the neighbour to those for whom
// the task is queued.
func (n *Node) lacks(l *link, num ident.Number, k routing.Key, it *routing.Item, delay time.Duration) {
	t := l.queue.Get(k)
	if t == nil {
		t = &routing.Task{Key: k, Item: it, Class: classOf(k, it)}
		if l.air.rule.Limited() && t.Class <= bundle.Immediate {
			class := t.Class
			if it == nil {
				class = n.precedence(k.ID)
			}
			t.Urgent, t.Flash = class <= bundle.Immediate, class == bundle.Flash
		}
		l.queue.Put(t, n.now.Mono.Add(delay))
	}
	t.Asks = false
	if t.For(num) {
		t.Asked.Remove(num)
	}
	if t.Held {
		t.Held = false
		l.queue.Postpone(t, n.now.Mono.Add(delay))
	}
}

// detour looks for another way for what was queued for a node that is gone:
// direct bundles to it are offered to everybody else. A node that does not
// answer is as good as gone.
func (n *Node) detour(num ident.Number) {
	if n.near(num) {
		return
	}
	for _, it := range n.live.order {
		if it.To.Node == num {
			n.spreadBy(it, 0, nil, n.asked) // not for those who may not be there either
		}
	}
}

// turnAmong is when it is a relay's turn among those who heard the same frame: who
// heard it worst reaches furthest, and goes first, so that the others hear it and need
// not. Turns are as far apart as a frame is long. Where radios do not tell how well
// they heard it, the bundle's id gives the order.
func (n *Node) turnAmong(l *link, from ident.Number, id bundle.ID, size int) time.Duration {
	on := l.profile.Airtime(min(size+frame.FirstOverhead, l.profile.MTU)) + l.timing.Gap
	nb := l.neighbours[from]
	if nb == nil || nb.signal == nil || !(nb.signal.SNR > -maxSignal && nb.signal.SNR < maxSignal) {
		return on*timeFactor(n.place(l, from, id)) + n.spreadOver(on/8)
	}
	window := on * timeFactor(max(1, min(len(l.reach)-1, maxRelays)))
	well := max(0, min(int(nb.signal.SNR)-worstSNR, bestSNR-worstSNR))
	return window*timeFactor(well)*3/timeFactor(4*(bestSNR-worstSNR)) + n.spreadOver(window/4)
}

// misses reports whether a node is known not to hear a sender: its own word names all
// whom it hears, or the sender's does, since most hear each other both ways.
func (l *link) misses(sender, num ident.Number, now clock.Instant) bool {
	s, nb := l.neighbours[sender], l.neighbours[num]
	if s == nil || nb == nil {
		return false
	}
	fresh := func(at clock.Instant) bool { return at > 0 && now.Sub(at) <= l.timing.Lost }
	return fresh(nb.hearsAll) && !fresh(nb.names[sender]) || fresh(s.hearsAll) && !fresh(s.names[num])
}
