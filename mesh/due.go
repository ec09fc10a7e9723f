package mesh

import (
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
	"github.com/blackstart-mesh/blackstart/routing"
)

// When a link has something to send: that has to be due, have its turn on the channel,
// and the airtime has to be there.

// free says when frames may leave a link: any, those with nothing but what is under
// way, those with nothing but what is urgent.
type free struct{ fresh, going, urgent clock.Instant }

func (n *Node) freeAt(l *link) free {
	now := n.now.Mono
	switch a := &l.air; {
	case a.refused != nil:
		return free{clock.Never, clock.Never, clock.Never}
	case a.band == nil:
		return free{now, now, now}
	default:
		d := l.profile.Airtime(l.profile.MTU)
		at := func(u ledger.Use) clock.Instant { return a.band.ledger.Free(now, a.rule, d, u) }
		return free{at(ledger.Fresh), at(ledger.Going), at(ledger.Urgent)}
	}
}

// goes reports whether a task goes on with something whose pause comes later: the
// fragments of a message, of which the neighbour forgets those that it has if the
// others do not come; a receipt, which ends what costs more.
func goes(t *routing.Task) bool {
	return t.Parts != nil && t.Parts.Owed() > 0 || t.Kind == routing.SendReceipt
}

// control returns when answers and beacons are due.
func (n *Node) control(l *link) (answers, beacons clock.Instant) {
	now := n.now.Mono
	answers, beacons = l.acceptDue, min(l.echoDue, n.challengeDue(l), l.helloTime(now), l.vectorDue, l.variantDue)
	if len(l.asks) > 0 || l.receipts > 0 {
		answers = now
	}
	if len(l.segments) > 0 {
		beacons = now
	}
	return answers, beacons
}

// sendDue returns when a link has something to send that may be sent. What neighbours
// wait for, beacons included, paces itself, and goes whenever the limit allows, or who
// is silent would be taken for lost.
func (n *Node) sendDue(l *link) clock.Instant {
	now, f := n.now.Mono, n.freeAt(l)
	answers, beacons := n.control(l)
	var turns [bundle.Precedences]clock.Instant
	for p := range turns {
		turns[p] = n.turn(l, bundle.Precedence(p))
	}
	routine := turns[bundle.Routine]
	control := min(max(answers, l.quietUntil), max(beacons, routine))
	due, open := min(control, max(n.keyDue(l), routine)), l.open()
	for p, turn := range turns {
		due = min(due, max(l.queue.Due(bundle.Precedence(p), now, open), turn))
	}
	if f.fresh <= now {
		return due
	}
	due = max(due, f.fresh)
	going := control
	urgent := min(max(l.acceptsDue(bundle.Immediate), l.quietUntil), n.reserveHello(l), max(l.revocationDue(), routine))
	l.queue.Each(func(t *routing.Task, at clock.Instant) {
		at = max(at, turns[t.Class])
		if goes(t) {
			going = min(going, at)
		}
		if t.Urgent && (t.UnderWay() || t.Class < open) {
			urgent = min(urgent, at)
		}
	})
	for _, part := range [...]struct{ due, free clock.Instant }{{going, f.going}, {urgent, f.urgent}} {
		if part.due != clock.Never {
			due = min(due, max(now, part.due, part.free))
		}
	}
	if due > now {
		n.flashes(l, func(at clock.Instant, size int) {
			if at < due {
				due = min(due, max(now, at, l.quietUntil, n.flashFree(l, size)))
			}
		})
	}
	return due
}
