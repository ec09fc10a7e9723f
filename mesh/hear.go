package mesh

import (
	"errors"

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
	switch item.Kind { // what changes its sender's vectors
	case frame.KindBundle, frame.KindFragment, frame.KindAccept, frame.KindReceipt:
		if nb := l.neighbours[from]; nb != nil && !old {
			nb.moved = true
		}
	}
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
