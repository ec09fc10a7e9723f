package mesh

import (
	"errors"
	"maps"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// onFrame takes a frame from the air. Whatever is wrong with it is counted.
func (n *Node) onFrame(l *link, h radio.Heard) {
	if !l.up {
		return
	}
	n.looked = 0
	air := n.frameKeys()
	f, key, err := n.receiver.Open(air.set, h.Data)
	if f.From == n.self && err == nil {
		if key.Bootstrap() || air.of[key].serial < n.barrier {
			n.count(countEcho) // who was revoked knows the key, and raises no alarm with it
			return
		}
		n.onOwnNumber(l, f, h.Data)
		n.commit()
		return
	}
	if err != nil {
		n.count(frameOutcome(err))
		return
	}
	if key.Bootstrap() {
		for _, item := range f.Items {
			n.onKeyItem(l, f.From, item)
			n.commit()
		}
		return
	}
	epoch := air.of[key]
	n.confirm(epoch)
	if _, ok := n.certificate(f.From); !ok {
		n.count(countStranger)
		return
	}
	if n.excluded(f.From) {
		n.count(countFrameOut)
		return
	}
	if epoch.serial < n.barrier {
		// Who was revoked since then knows this key, and may say that he is anybody.
		n.keyHelloSoon(l)
		n.onItems(l, f, true)
		return
	}
	nb := n.hear(l, f.From, h.Signal)
	nb.day = epoch.day
	nb.quality.take(f.Counter, h.Signal)
	if !nb.proven {
		nb.credit += budgetFactor * len(h.Data)
	}
	n.onItems(l, f, false)
}

// onItems takes the items of a frame. old says that it came under a key that the
// revoked have: then nothing hangs on who says that he transmitted it.
func (n *Node) onItems(l *link, f frame.Frame, old bool) {
	for _, item := range f.Items {
		if old && !provesItself(item.Kind) {
			n.count(countOldKey)
			continue
		}
		n.onItem(l, f.From, item, old)
		n.commit()
	}
}

// provesItself reports whether items of a kind can carry their own proof, so that
// it does not matter who transmitted them. What else they say, such as that their
// transmitter has a bundle, whoever takes them leaves out under an old key.
func provesItself(k frame.Kind) bool {
	return k == frame.KindBundle || k == frame.KindFragment || k == frame.KindAccept || k == frame.KindReceipt
}

func (n *Node) onItem(l *link, from ident.Number, item frame.Item, old bool) {
	switch item.Kind {
	case frame.KindHello:
		n.onHello(l, from, item.Body)
	case frame.KindVector:
		n.onVector(l, from, item.Body)
	case frame.KindBundle:
		n.onBundle(l, from, item.Body, old)
	case frame.KindFragment:
		n.onFragment(l, from, item.Body, old)
	case frame.KindNeed:
		n.onNeed(l, from, item.Body)
	case frame.KindAccept:
		n.onAccept(l, from, item.Body, old)
	case frame.KindChallenge:
		n.onChallenge(l, from, item.Body)
	case frame.KindReceipt:
		n.onReceipt(l, from, item.Body, old)
	case frame.KindVariants:
		n.onVariants(l, from, item.Body)
	case frame.KindHearing:
		n.onHearing(l, from, item.Body)
	default:
		n.count(countMalformed)
	}
}

// frameOutcome names the class of a refused frame.
func frameOutcome(err error) string {
	switch {
	case errors.Is(err, frame.ErrTruncated), errors.Is(err, frame.ErrOversized):
		return countTruncated
	case errors.Is(err, frame.ErrUnauthentic):
		return countUnauthentic
	case errors.Is(err, frame.ErrReplayed):
		return countReplayed
	case errors.Is(err, frame.ErrMisplaced):
		return countMisplaced
	case errors.Is(err, frame.ErrVersion):
		return countFrameVersion
	default:
		return countMalformed
	}
}

// onFragment collects a part of a bundle.
func (n *Node) onFragment(l *link, from ident.Number, body []byte, old bool) {
	f, err := frame.DecodeFragment(body)
	if err != nil {
		n.count(countMalformed)
		return
	}
	whole, done, err := l.parts.Add(n.now.Mono, from, f)
	switch {
	case done, errors.Is(err, frame.ErrFinished):
		// A part of a finished bundle says that its sender waits for an
		// acceptance: taking the bundle again gives it one.
		delete(l.asks, frame.Transfer{From: from, Name: f.Transfer})
		n.onBundle(l, from, whole, old)
	case err != nil:
		n.count(countFragmentBad)
	}
}

// askForParts asks for the fragments of transfers that have fallen silent,
// and gives up those that stay silent.
func (n *Node) askForParts(l *link) {
	for _, t := range l.parts.Stale(n.now.Mono, l.timing.Retry) {
		if l.asks[t]++; l.asks[t] > maxFragmentAsks || l.neighbours[t.From] == nil {
			continue
		}
		need := frame.Need{To: t.From, Transfer: t.Name, Missing: l.parts.Missing(t.From, t.Name)}
		if need = need.Fit(l.room()); len(need.Missing) > 0 && l.spend(t.From, len(need.Append(nil))) {
			l.needs = append(l.needs, need)
		}
	}
	l.parts.Drop(n.now.Mono, (2+maxFragmentAsks)*l.timing.Retry)
	maps.DeleteFunc(l.asks, func(t frame.Transfer, _ int) bool { return l.parts.Missing(t.From, t.Name) == nil })
}

// onNeed arms the fragments that a neighbour is missing.
func (n *Node) onNeed(l *link, from ident.Number, body []byte) {
	need, err := frame.DecodeNeed(body)
	if err != nil {
		n.count(countMalformed)
		return
	}
	if need.To != n.self {
		return
	}
	if t := l.transfer(need.Transfer); t != nil {
		l.answer(from)
		if !l.spend(from, len(need.Missing)*l.profile.MTU) {
			n.count(countHeld) // it will ask again
			l.hold(from)
			return
		}
		t.Parts = need.Missing
		if t.For(from) {
			t.Asked.Add(from)
		}
		l.queue.Postpone(t, n.now.Mono)
	}
}
