package mesh

import (
	"crypto/hmac"
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// Two machines with one identity, from a copied disk or a backup that was
// restored while the original lives on, give the same numbers to different
// bundles, and of each two one is lost. So a node that finds out sends nothing
// new any more.
//
// A frame under its own number that it never sent is not enough for that: every
// member can make one, and could silence whom he likes. It raises an alarm, and
// the node challenges its own number. Only who holds its private key can echo
// that, or sign a bundle in its name.

// Alarm is something that needs a person.
type Alarm struct {
	What   string // one of the Alarm values
	Node   ident.Number
	Since  clock.Wall // by this node's clock
	Detail string
}

// What alarms are about.
const (
	AlarmNumber    = "a frame under this node's number was heard that it never sent"
	AlarmAuthority = "two key blocks have one serial: the authority was copied or set back"
	AlarmFiles     = "two network files have one serial: the authority was copied or set back"
	AlarmRevoked   = "the authority revoked this node"
	AlarmTree      = "the network has a new key tree; join with the new network file"
	AlarmPackage   = "the keys in the network file contradict those held; ask whoever keeps the authority"
	AlarmClone     = "another machine has this node's number and key; this one sends nothing new"
)

const (
	ownFrames   = 1024 // of the node's own frames, those that it knows again
	selfAskWait = time.Minute
)

// sentFrames remembers the node's latest frames by counter.
type sentFrames [ownFrames][frame.TagSize]byte

// sent notes a sealed frame of this node.
func (n *Node) sent(counter uint32, data []byte) {
	n.tags[counter%ownFrames] = [frame.TagSize]byte(data)
}

// knows reports whether a frame under this node's number is one that it sent,
// and strange that it surely is not. It is neither if the frame is too old to
// tell: of an earlier life, which a recorder may have kept, or older than what
// is remembered.
func (n *Node) knows(counter uint32, data []byte) (own, strange bool) {
	oldest := n.start + 1
	if n.counter > ownFrames {
		oldest = max(oldest, n.counter-ownFrames+1)
	}
	switch {
	case counter < oldest:
		return false, false
	case counter > n.counter:
		return false, true
	}
	own = hmac.Equal(n.tags[counter%ownFrames][:], data[:frame.TagSize])
	return own, !own
}

// onOwnNumber takes an authentic frame that names this node as its transmitter:
// most often an echo, through another radio or a repeater.
func (n *Node) onOwnNumber(l *link, f frame.Frame, data []byte) {
	own, strange := n.knows(f.Counter, data)
	if own {
		n.count(countEcho)
		return
	}
	if strange {
		n.raise(AlarmNumber, fmt.Sprintf("frame %d on link %s; this node's last is %d", f.Counter, l.profile.Name, n.counter))
	}
	n.count(countOwnNumber)
	asked := false
	for _, item := range f.Items {
		if item.Kind != frame.KindChallenge {
			continue
		}
		c, e, err := frame.DecodeChallenge(item.Body)
		switch {
		case err != nil:
		case c != nil && !n.challenged(c.Nonce):
			// Never the own nonces: who sent them back would be handed the proof.
			asked = true
			l.oweEcho(n, owedEcho{to: n.self, nonce: c.Nonce})
		case e != nil && e.To == n.self && n.echoed(l, n.self, e):
			n.raise(AlarmClone, fmt.Sprintf("it answered this node's challenge on link %s", l.profile.Name))
		}
	}
	if (strange || asked) && n.now.Mono >= n.selfAsk {
		n.selfAsk = n.now.Mono.Add(selfAskWait)
		l.askSelf = n.now.Mono
	}
}

// challenged reports whether a nonce is one of this node's own.
func (n *Node) challenged(nonce [4]byte) bool {
	return slices.ContainsFunc(n.links[:], func(l *link) bool { return l != nil && l.nonce == nonce })
}

// suspectBundle looks at a bundle that this node's key signed and that it does
// not know. It may be of its own past, if its store is an old copy; but what was
// signed after this life began, it would know.
func (n *Node) suspectBundle(b *bundle.Bundle) {
	if b.Created > n.began {
		n.raise(AlarmClone, fmt.Sprintf("it signed bundle %v", b.ID))
	}
}

// raise raises an alarm, once in this node's life.
func (n *Node) raise(what, detail string) {
	if slices.ContainsFunc(n.alarms, func(a Alarm) bool { return a.What == what }) {
		return
	}
	n.alarms = append(n.alarms, Alarm{What: what, Node: n.self, Since: n.now.Wall, Detail: detail})
	n.audit(AuditEvent{Action: ActionAlarm, Detail: what + ": " + detail})
	n.after(Trace{What: "alarm", Args: []any{"what", what, "node", n.self, "detail", detail}})
}

// lower takes an alarm back whose cause is gone.
func (n *Node) lower(what string) {
	n.alarms = slices.DeleteFunc(n.alarms, func(a Alarm) bool { return a.What == what })
}

// cloned reports whether another machine was proven to have this node's key.
func (n *Node) cloned() bool {
	return slices.ContainsFunc(n.alarms, func(a Alarm) bool { return a.What == AlarmClone })
}
