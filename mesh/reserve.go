package mesh

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
	"github.com/blackstart-mesh/blackstart/routing"
)

// What all but the urgent leave of the airtime is for FLASH and IMMEDIATE, and the last
// of it for FLASH alone, or whoever writes IMMEDIATE all day would have a FLASH wait for
// most of an hour. A FLASH does not wait until there is room for the longest frame
// either, but for as much as its own takes: where the law counts windows of seconds,
// any frame that was sent before takes that room for a whole window.

// acceptsDue returns when acceptances of what is as urgent as p, or more, are due.
func (l *link) acceptsDue(p bundle.Precedence) clock.Instant {
	if slices.ContainsFunc(l.accepts, func(a owedAccept) bool { return a.urgent && a.class <= p }) {
		return l.acceptDue
	}
	return clock.Never
}

// reserveHello returns when a beacon may leave the reserve, where there is one.
func (n *Node) reserveHello(l *link) clock.Instant {
	if l.air.rule.Routine() == l.air.rule.Limit {
		return clock.Never
	}
	return max(l.helloTime(n.now.Mono), l.air.hello, n.turn(l, bundle.Routine))
}

// flashFree returns when a frame of a size may leave with a FLASH.
func (n *Node) flashFree(l *link, size int) clock.Instant {
	switch {
	case l.air.refused != nil:
		return clock.Never
	case l.air.band == nil:
		return n.now.Mono
	}
	return l.air.band.ledger.Free(n.now.Mono, l.air.rule, l.profile.Airtime(size), ledger.Flash)
}

// flashes calls visit for all that may use the airtime for FLASH alone, in no order,
// with when it is due and the longest frame that it takes.
func (n *Node) flashes(l *link, visit func(due clock.Instant, size int)) {
	if !l.air.rule.Limited() {
		return
	}
	l.queue.Each(func(t *routing.Task, due clock.Instant) {
		if t.Flash {
			visit(max(due, n.turn(l, t.Class)), l.frameOf(t))
		}
	})
	if due := l.acceptsDue(bundle.Flash); due != clock.Never {
		visit(due, frame.FirstOverhead+frame.AcceptSize(1))
	}
	if due := n.reserveHello(l); due != clock.Never { // no FLASH comes to a node that is taken for lost
		visit(due, frame.FirstOverhead+frame.HelloSize)
	}
}

// frameOf is the longest frame that a task takes.
func (l *link) frameOf(t *routing.Task) int {
	size := frame.ReceiptSize
	if t.Kind == routing.SendBundle {
		size = t.Item.Size
	}
	return frame.FirstOverhead + min(size, l.room())
}

// flashRoom is the longest frame that may leave now with what is due of FLASH, or 0.
func (n *Node) flashRoom(l *link) (most int) {
	n.flashes(l, func(due clock.Instant, size int) {
		if due <= n.now.Mono && size > most && n.flashFree(l, size) <= n.now.Mono {
			most = size
		}
	})
	return most
}

// packUrgent fills a frame from the reserve: with what is as urgent as p, FLASH or
// IMMEDIATE, and the acceptances and receipts of these. Nothing else goes along,
// however small, but now and then a beacon, whose index it returns: no FLASH comes to a
// node that is taken for lost. Beacons are so rare here that they take a sixth of the
// reserve.
func (n *Node) packUrgent(l *link, p *packer, most bundle.Precedence) (hello int) {
	hello = -1
	beacon := func() { // before all but FLASH
		if n.reserveHello(l) <= n.now.Mono && p.fits(frame.HelloSize) {
			hello = len(p.items)
			p.add(frame.Item{Kind: frame.KindHello, Body: make([]byte, frame.HelloSize)})
			l.helloSent(n)
			l.air.hello = n.now.Mono.Add(reserveHellos * l.timing.HelloMax)
		}
	}
	l.queue.Ready(n.now.Mono, l.open(), func(t *routing.Task) bool {
		if t.Class > bundle.Flash {
			beacon()
		}
		if t.Class > bundle.Immediate {
			return false
		}
		if !t.Flash && (!t.Urgent || most == bundle.Flash) || l.frameOf(t) > p.mtu || n.turn(l, t.Class) > n.now.Mono {
			return true
		}
		return n.packTask(l, p, t)
	})
	beacon()
	n.packUrgentAccepts(l, p, most)
	return hello
}

func (n *Node) packUrgentAccepts(l *link, p *packer, most bundle.Precedence) {
	if l.acceptDue > n.now.Mono && len(p.items) == 0 {
		return
	}
	var others []owedAccept
	due := l.acceptDue
	l.accepts = slices.DeleteFunc(l.accepts, func(a owedAccept) bool {
		waits := !a.urgent || a.class > most
		if waits {
			others = append(others, a)
		}
		return waits
	})
	for p.fits(frame.AcceptSize(1)) {
		item, ok := n.takeAccepts(l, p.left())
		if !ok {
			break
		}
		p.add(item)
	}
	l.accepts = append(others, l.accepts...)
	if len(l.accepts) > 0 {
		l.acceptDue = due
	}
}

// precedence is that of a bundle, as far as this node knows; else that of what is not
// urgent.
func (n *Node) precedence(id bundle.ID) bundle.Precedence {
	if it := n.live.get(id); it != nil {
		return it.Precedence
	}
	for _, number := range n.recordNumbers(id) {
		if m, ok := n.message(number); ok {
			return m.Precedence
		}
	}
	return bundle.Routine
}

// tooLate reports whether a bundle that is to go in fragments will be over for sure
// before the limit lets all of them leave here, and once more where it has farther to
// go. Where there is more to say than may be said, those that waited longest would be
// begun one after the other, and none of them finished.
func (n *Node) tooLate(l *link, t *routing.Task) bool {
	if !l.air.rule.Limited() || t.Kind != routing.SendBundle || t.Class <= bundle.Immediate || t.Parts != nil || t.Item.Size <= l.room() {
		return false
	}
	pieces := (t.Item.Size + l.room() - 1) / l.room()
	whole := l.air.band.ledger.Free(n.now.Mono, l.air.rule, timeFactor(pieces)*l.profile.Airtime(l.profile.MTU), ledger.Fresh)
	if whole == clock.Never { // more than the limit allows at all
		return false
	}
	takes := whole.Sub(n.now.Mono)
	if !n.near(t.Item.To.Node) {
		takes *= 2
	}
	return n.now.Surely(t.Item.Expires.Add(-takes))
}
