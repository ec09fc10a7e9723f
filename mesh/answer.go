package mesh

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

// Many hear a bundle and answer it. They do so in turns, in an order that the bundle's
// id gives: those who know of the same neighbours find the same order, and nobody meets
// another; and it is another order each time, so that two who hear different neighbours
// do not meet for ever.

// answers is how long it takes until all who heard a frame had their turn.
func (l *link) answers() time.Duration {
	return l.timing.Answers(len(l.reach))
}

// retry is how long this node waits for an answer before it repeats something: until all
// had their turn, and the longer, the more of the time others fill.
func (n *Node) retry(l *link) time.Duration {
	if l.profile.Secure {
		return l.timing.Retry
	}
	return (l.timing.Retry + l.answers()) * 1000 / time.Duration(1000-min(n.share(l), maxShare))
}

// answerDelay is when it is this node's turn to answer a bundle of a neighbour.
func (n *Node) answerDelay(l *link, to ident.Number, id bundle.ID) time.Duration {
	if l.profile.Secure {
		return n.spreadOver(l.timing.AcceptSlot * timeFactor(max(1, len(l.reach))))
	}
	place := n.place(l, to, id)
	if it := n.live.get(id); it != nil && it.To.Node != 0 && l.reach.Has(it.To.Node) {
		place += receiptSlots // its receipt says it all
	}
	return l.timing.AnswerSlot*timeFactor(place) + n.spreadOver(l.timing.AnswerSlot/8)
}

// answersItself reports whether the addressee of a bundle, a neighbour that hears its
// sender, answers it: if its receipt does not come, the sender repeats it, and then
// this node says that it has it, too.
func (n *Node) answersItself(l *link, from ident.Number, it *routing.Item) bool {
	return !l.profile.Secure && it.To.Node != 0 && l.reach.Has(it.To.Node) && l.allHear(from, routing.Nodes{it.To.Node}, n.now.Mono)
}

// leaveToAnswers leaves the channel to those who answer a bundle: to its addressee, if he
// is a neighbour, else to all. What others say of a direct one may have to wait for its
// turn: most of the time nobody has to say anything.
func (n *Node) leaveToAnswers(l *link, to bundle.Destination) {
	if to.Node != 0 && (to.Node == n.self || l.reach.Has(to.Node)) {
		n.leave(l, receiptSlots)
		return
	}
	n.leave(l, l.crowd())
}

// place is this node's place in the order of those who may have heard a neighbour.
func (n *Node) place(l *link, from ident.Number, id bundle.ID) (place int) {
	mine := lotOf(n.self, id)
	for _, num := range l.reach {
		if num != from && lotOf(num, id) < mine && !l.misses(from, num, n.now.Mono) {
			place++
		}
	}
	return min(place, routing.MaxTurns)
}

// lotOf is a number's lot for a bundle: a step of splitmix64 (Steele, Lea and Flood,
// 2014). All that matters is that it differs from bundle to bundle.
func lotOf(num ident.Number, id bundle.ID) uint64 {
	x := uint64(num)<<48 | uint64(id.Origin)<<32 | uint64(id.Day)<<16 | uint64(id.Seq)
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// spareAccept takes back the acceptance of a bundle whose receipt was heard.
func (l *link) spareAccept(id bundle.ID, hash [32]byte) {
	l.accepts = slices.DeleteFunc(l.accepts, func(a owedAccept) bool { return a.id == id && a.hash == hash })
	if len(l.accepts) == 0 {
		l.acceptDue = clock.Never
	}
}
