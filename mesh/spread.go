package mesh

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
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
			delay = l.relayDelay(n, it.Precedence)
			if it.Precedence != bundle.Flash && l.allHear(from, needs, n.now.Mono) {
				delay = l.backupDelay(n)
			}
		}
		for _, num := range needs {
			queue(l, num, it.Task(), it, delay)
		}
	}
}

// relayDelay is how long a relay waits on the link on which it heard a bundle:
// until the others have had time to say that they heard it too. A FLASH rather
// goes out once too often than late.
func (l *link) relayDelay(n *Node, p bundle.Precedence) time.Duration {
	window := l.timing.AcceptSlot * time.Duration(len(l.reach)+1)
	if p == bundle.Flash {
		window = l.timing.AcceptSlot / 2
	}
	return window + n.spreadOver(window)
}

// noteHears remembers that a neighbour accepts what another one sends.
func (n *Node) noteHears(l *link, num, sender ident.Number) {
	nb := l.neighbours[num]
	if !l.profile.Contacts || nb == nil || l.neighbours[sender] == nil {
		return
	}
	if nb.hears == nil {
		nb.hears = make(map[ident.Number]clock.Instant)
	}
	nb.hears[sender] = n.now.Mono
}

// allHear reports whether every one of the nodes was lately heard to accept
// what a sender sends on this link. On a LAN, where all hear all, the relays
// then need not send each bundle once more.
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

// backupDelay is how long a relay waits for the acceptances of those who heard
// the sender themselves: their disks may be slow, and the sender, who is there
// still, repeats it sooner than that.
func (l *link) backupDelay(n *Node) time.Duration {
	return 2*l.timing.Retry + n.spreadOver(2*l.timing.Retry)
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
