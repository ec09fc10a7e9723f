package mesh

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// A bundle that no frame holds whole goes in fragments: as many as it takes, then
// as many as those who listen say that they lack, until all have accepted it. Each
// fragment asks for its place in a frame anew: that is where FLASH overtakes.

// pace is how long those who listen on a link wait before they ask for more.
func (l *link) pace() frame.Pace { return l.timing.Pace(len(l.reach)) }

// packFragment adds the next fragment of a bundle.
func (n *Node) packFragment(l *link, p *packer, t *routing.Task, data []byte) bool {
	if len(p.items) > 0 {
		return false // a fragment fills a frame
	}
	if t.Parts == nil || !t.Parts.Fits(len(data), l.room()) {
		if t.Parts = frame.NewSender(data, l.room()); t.Parts == nil {
			l.drop(t) // too long for this link at all
			return true
		}
		if !t.Item.Own || t.Item.Stored {
			t.Parts.Aside(uint64(n.self)) // others have sent some of it, or this node did
		}
		if t.Asks {
			t.Parts.Nudge() // who has it answers to one
		} else {
			t.Parts.Begin()
		}
	} else if t.Parts.Owed() == 0 {
		t.Parts.Nudge()
	}
	if !n.pays(l, t, t.Parts.Size()) {
		return true
	}
	p.add(frame.Item{Kind: frame.KindFragment, Body: t.Parts.Next(data).Append(nil)})
	switch answers := t.Parts.Answers(); {
	case t.Parts.Owed() > 0:
	case answers > 0 && answers <= maxAnswers && t.Parts.Times() <= maxTimes: // no repetition: somebody is there and lacks it
		n.handed(l, t)
	default:
		n.transmitted(l, t)
	}
	return false
}

// partsWait is how long a sender leaves those who lack fragments to ask for them,
// beyond the wait for an acceptance.
func (l *link) partsWait(t *routing.Task) time.Duration {
	if t.Parts == nil {
		return 0
	}
	return l.pace().Listen()
}

// transfer returns the task whose fragments go by a name, or nil.
func (n *Node) transfer(l *link, name uint16) *routing.Task {
	return n.find(l, func(t *routing.Task) bool { return t.Parts != nil && t.Parts.Transfer == name && t.Attempts > 0 })
}

// find returns a task that waits on a link, unless this frame had the node look
// through too much already.
func (n *Node) find(l *link, fits func(*routing.Task) bool) *routing.Task {
	all := 0
	for _, count := range l.queue.Len() {
		all += count
	}
	if !n.mayLook(all) {
		return nil
	}
	return l.queue.Find(fits)
}

// partsUnder returns where fragments are put together. Those under a key that the revoked
// have stay among themselves: they may be wrong, or keep a transfer from being asked for
// as long as they come. Nor are they asked for: who has no other key would not hear it.
func (l *link) partsUnder(n *Node, old bool) *frame.Reassembler {
	if !old {
		return l.parts
	}
	if l.oldParts == nil {
		l.oldParts = frame.NewReassembler(uint64(n.self))
	}
	return l.oldParts
}

// onFragment collects a part of a bundle.
func (n *Node) onFragment(l *link, from ident.Number, body []byte, old bool) {
	f, err := frame.DecodeFragment(body)
	if err != nil {
		n.count(countMalformed)
		return
	}
	parts := l.partsUnder(n, old)
	n.adopt(parts, from, f)
	whole, done, err := parts.Add(n.now.Mono, from, f)
	switch {
	case done, errors.Is(err, frame.ErrFinished):
		// A part of a finished bundle says that its sender waits for an acceptance, or
		// that others lack some: taking the bundle again answers the former.
		if parts.Tell(n.now.Mono, f.TransferKey(), l.timing.Retry) {
			n.onBundle(l, from, whole, old)
		}
		if !old { // who was revoked could keep others waiting with it
			n.giveWay(l, f.Transfer)
		}
	case err != nil:
		n.count(countFragmentBad)
	}
}

// adopt takes the first part of a bundle that this node holds for the whole, so that it
// asks nobody for the rest.
func (n *Node) adopt(parts *frame.Reassembler, from ident.Number, f frame.Fragment) {
	if parts.Begun(f) || !n.mayLook(len(n.live.order)) {
		return
	}
	for _, it := range n.live.order {
		if nameOf(it) != f.Transfer {
			continue
		}
		if data, ok := n.bytesOf(it); ok && parts.Adopt(n.now.Mono, from, f, data) {
			return
		}
	}
}

// nameOf is the name that an item's fragments go by.
func nameOf(it *routing.Item) uint16 { return binary.BigEndian.Uint16(it.Hash[:]) }

// giveWay has a bundle wait that this node has not begun to send, while another sends
// it: who hears that one needs no second, and says so soon. Not for ever, since a
// member can say what he likes; and a FLASH rather goes out once too often than late.
func (n *Node) giveWay(l *link, name uint16) {
	t := n.find(l, func(t *routing.Task) bool {
		return t.Kind == routing.SendBundle && t.Attempts == 0 && t.Parts == nil && t.Class > bundle.Flash && nameOf(t.Item) == name
	})
	if t == nil || t.Held {
		return
	}
	if t.Yielding == 0 {
		t.Yielding = n.now.Mono
	}
	if n.now.Mono.Sub(t.Yielding) < l.pace().Patience() {
		l.queue.Postpone(t, n.now.Mono.Add(l.pace().Listen()+n.spreadOver(l.timing.Retry)))
	}
}

// askForParts has fragments asked for of transfers that have fallen silent, and
// gives up those that stay silent.
func (n *Node) askForParts(l *link) {
	for _, a := range l.parts.Stale(n.now.Mono, l.pace()) {
		if len(l.asks) < frame.MaxTransfers && l.neighbours[a.From] != nil {
			l.asks = append(l.asks, a)
		}
	}
	l.parts.Drop(n.now.Mono, l.pace().Patience())
	if l.oldParts != nil {
		l.oldParts.Drop(n.now.Mono, l.pace().Patience())
	}
}

// packAsks adds the requests that still stand.
func (n *Node) packAsks(l *link, p *packer) {
	for len(l.asks) > 0 {
		if need, ok := l.parts.Need(l.asks[0]); ok {
			body := need.Append(nil)
			if !p.fits(len(body)) {
				return
			}
			if l.spend(need.To, len(body)) {
				p.add(frame.Item{Kind: frame.KindNeed, Body: body})
			}
		}
		l.asks = l.asks[1:]
	}
}

// onNeed arms the fragments that a neighbour lacks.
func (n *Node) onNeed(l *link, from ident.Number, body []byte) {
	need, err := frame.DecodeNeed(body)
	if err != nil {
		n.count(countMalformed)
		return
	}
	if need.To != n.self {
		l.parts.Overhear(n.now.Mono, need)
		n.giveWay(l, need.Transfer)
		return
	}
	t := n.transfer(l, need.Transfer)
	if t == nil {
		return
	}
	if l.answer(from); t.Asks { // who lacks it says so in his vector
		return
	}
	if !l.spend(from, t.Parts.Lacking(need.More)*l.profile.MTU) {
		n.count(countHeld) // it will ask again
		l.hold(from)
		return
	}
	wait := time.Duration(0)
	if len(t.Needs) > 1 { // others may lack some as well
		wait = l.pace().Window
	}
	if t.For(from) {
		t.Asked.Add(from)
	}
	l.queue.Postpone(t, t.Parts.Need(n.now.Mono, need.More, wait))
}
