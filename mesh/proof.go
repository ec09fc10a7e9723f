package mesh

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// A frame may be a recording, or a member may have made it under another's
// number. Nothing heard makes a node answer with more than budgetFactor times
// its size until the neighbour has echoed a challenge that this node made since
// the link came up, or accepted a bundle that this node did not have before: the
// rest of the answer waits. What a node sends by itself, or passes on for the
// first time, is no answer and waits for nobody: each bundle is taken once, on
// its origin's account, whoever brings it.
const budgetFactor = 3

// challengeCost is a frame that challenges one neighbour whose answers wait.
// Where a frame leaves anyway, a challenge costs its own bytes at most.
const challengeCost = frame.FirstOverhead + 1 + 4 + 2

// proof is what a neighbour has proven to be there now.
type proof struct {
	proven      bool
	credit      int           // bytes that may still be answered to what was heard
	held        bool          // tasks wait for its proof
	wantsVector bool          // so does an answer to its summary or vector
	challenges  int           // sent since it was first heard
	challengeAt clock.Instant // not before
}

// owedEcho is an answer to a challenge.
type owedEcho struct {
	to    ident.Number
	nonce [4]byte
}

// ownKey derives the key of what only a holder of this node's private key can
// say or check: its nonces, and the proof that another node has the same key.
//
// Safe here: X25519 of a key with its own public half is as hard to compute for
// others as a shared secret is (the square problem is equivalent to that of
// Diffie and Hellman), and HMAC under a label of its own makes a key of it.
func ownKey(p *ident.Private) [32]byte {
	shared, err := p.Shared(p.BoxKey())
	if err != nil {
		panic("internal error: own key: " + err.Error())
	}
	mac := hmac.New(sha256.New, []byte(seal.LabelOwnNumber))
	mac.Write(shared[:])
	return [32]byte(mac.Sum(nil))
}

// freshNonce gives a link a nonce that it has not had before. Who cannot foresee
// it cannot collect echoes of it in advance, hence the key; the counter, which
// is reserved durably, the time and luck keep apart what a restored copy of the
// store would repeat. Four bytes, because each guess is a frame and is of use
// only if an echo of just that nonce was collected before.
func (n *Node) freshNonce(l *link) {
	n.nonces++
	mac := hmac.New(sha256.New, n.own[:])
	mac.Write([]byte(seal.LabelNonce))
	for _, v := range []uint64{uint64(n.start), uint64(n.now.Wall), n.jitter.Uint64(), n.nonces} {
		mac.Write(binary.BigEndian.AppendUint64(nil, v))
	}
	l.nonce = [4]byte(mac.Sum(nil))
}

// echoMAC is the proof of node by to node to that it heard a nonce. The
// direction is part of it, as in acceptMAC.
func (n *Node) echoMAC(by, to ident.Number, nonce [4]byte) ([8]byte, error) {
	who := binary.BigEndian.AppendUint16(nil, uint16(by))
	who = binary.BigEndian.AppendUint16(who, uint16(to))
	if by == to { // both are this number, see clone.go
		mac := hmac.New(sha256.New, n.own[:])
		mac.Write([]byte(seal.LabelChallenge))
		mac.Write(append(who, nonce[:]...))
		return [8]byte(mac.Sum(nil)), nil
	}
	peer := by
	if peer == n.self {
		peer = to
	}
	return n.keys.PairMAC(peer, seal.LabelChallenge, who, nonce[:])
}

// onChallenge takes a challenge or the answer to one.
func (n *Node) onChallenge(l *link, from ident.Number, body []byte) {
	c, e, err := frame.DecodeChallenge(body)
	switch {
	case err != nil:
		n.count(countMalformed)
	case c != nil && (len(c.To) == 0 || slices.Contains(c.To, n.self)):
		l.oweEcho(n, owedEcho{to: from, nonce: c.Nonce})
	case e != nil && e.To == n.self:
		if n.echoed(l, from, e) {
			n.prove(l, from)
		} else {
			n.count(countEchoForged)
		}
	}
}

// echoed reports whether an echo proves itself.
func (n *Node) echoed(l *link, from ident.Number, e *frame.Echo) bool {
	want, err := n.echoMAC(from, n.self, l.nonce)
	return err == nil && hmac.Equal(want[:], e.MAC[:])
}

// oweEcho queues an answer, in the place of an older one to the same node.
func (l *link) oweEcho(n *Node, o owedEcho) {
	l.echoes = slices.DeleteFunc(l.echoes, func(old owedEcho) bool { return old.to == o.to })
	if len(l.echoes) >= MaxNeighbours {
		return
	}
	l.echoes = append(l.echoes, o)
	l.charge(o.to, frame.EchoSize)
	if l.echoDue != clock.Never {
		return
	}
	l.echoDue = n.now.Mono.Add(n.spreadOver(l.timing.AcceptSlot * timeFactor(max(1, len(l.reach)))))
	if l.helloExtra <= n.now.Mono.Add(l.timing.HelloMin/4) {
		l.echoDue = l.helloExtra // who greets a newcomer answers it in the same frame
	}
}

// prove notes that a neighbour echoed, and lets go what waited for that.
func (n *Node) prove(l *link, num ident.Number) {
	nb := l.neighbours[num]
	if nb == nil || nb.proven {
		return
	}
	nb.answered()
	waited, vector := nb.held, nb.wantsVector
	nb.proof = proof{proven: true}
	if vector {
		n.wantVector(l, num)
	}
	if !waited {
		return
	}
	for _, t := range l.neededBy(num) {
		if t.Held {
			t.Held = false
			l.queue.Postpone(t, n.now.Mono)
		}
	}
}

// asked queues a task because a neighbour's vector lacks it.
func (n *Node) asked(l *link, num ident.Number, k routing.Key, it *routing.Item, delay time.Duration) {
	t := l.queue.Get(k)
	answer := t == nil || !t.Needs.Has(num) || t.Asked.Has(num)
	n.lacks(l, num, k, it, delay)
	if answer {
		l.queue.Get(k).Asked.Add(num)
	}
}

// proven reports whether a neighbour needs no further proof.
func (l *link) proven(num ident.Number) bool {
	nb := l.neighbours[num]
	return l.profile.Secure || nb != nil && nb.proven
}

// spend takes bytes of answer from what was heard of a neighbour, or reports
// that they are not covered.
func (l *link) spend(num ident.Number, size int) bool {
	if l.proven(num) {
		return true
	}
	nb := l.neighbours[num]
	if size += frame.FirstOverhead; nb == nil || nb.credit < size {
		return false
	}
	nb.credit -= size
	return true
}

// charge takes bytes of an answer that is small and never waits: an acceptance,
// an echo, the greeting of a newcomer. What it leaves is for the rest.
func (l *link) charge(num ident.Number, size int) {
	if nb := l.neighbours[num]; nb != nil && !nb.proven {
		nb.credit -= size + frame.FirstOverhead
	}
}

// pays reports whether a task may be sent: somebody needs it who has proven
// himself, or for whom it was not queued in answer to anything, or who has said
// enough to pay for it. Else it is held.
func (n *Node) pays(l *link, t *routing.Task, size int) bool {
	if len(t.Asked) == 0 {
		return true
	}
	for _, num := range t.Needs {
		if l.proven(num) || !t.Asked.Has(num) {
			return true
		}
	}
	for _, num := range t.Needs {
		if l.spend(num, size) {
			return true
		}
	}
	n.count(countHeld)
	l.noAnswer(t)
	t.Held = true
	l.queue.Postpone(t, clock.Never)
	for _, num := range t.Needs {
		l.hold(num)
	}
	return false
}

// hold notes that something waits for a neighbour's proof.
func (l *link) hold(num ident.Number) {
	if nb := l.neighbours[num]; nb != nil {
		nb.held = true
	}
}

// challengeDue returns when a challenge is worth a frame of its own.
func (n *Node) challengeDue(l *link) clock.Instant {
	when := l.askSelf
	for _, nb := range l.near {
		if !nb.proven && (nb.held || nb.wantsVector) && nb.credit >= challengeCost {
			when = min(when, nb.challengeAt)
		}
	}
	return when
}

// packProof adds echoes and a challenge, if they are due or the frame leaves
// anyway.
func (n *Node) packProof(l *link, p *packer) {
	if len(p.items) > 0 || l.echoDue <= n.now.Mono {
		for len(l.echoes) > 0 && p.fits(frame.EchoSize) {
			o := l.echoes[0]
			l.echoes = l.echoes[1:]
			if mac, err := n.echoMAC(n.self, o.to, o.nonce); err == nil {
				p.add(frame.Item{Kind: frame.KindChallenge, Body: frame.Echo{To: o.to, MAC: mac}.Append(nil)})
			}
		}
		if len(l.echoes) == 0 {
			l.echoDue = clock.Never
		}
	}
	if len(p.items) == 0 && n.challengeDue(l) > n.now.Mono {
		return
	}
	n.packChallenge(l, p)
}

// packChallenge challenges those who have not proven themselves, if it is their
// time; and once after a link came up everybody, which costs the fewest bytes.
func (n *Node) packChallenge(l *link, p *packer) {
	c := frame.Challenge{Nonce: l.nonce}
	for _, num := range l.reach {
		if nb := l.neighbours[num]; !nb.proven && nb.challengeAt <= n.now.Mono && len(c.To) < frame.MaxChallenged-1 {
			c.To = append(c.To, num)
		}
	}
	asked := c.To
	if l.askSelf <= n.now.Mono {
		at, _ := slices.BinarySearch(c.To, n.self)
		c.To = slices.Insert(slices.Clone(c.To), at, n.self)
	}
	if !l.greeted {
		c.To = nil
	} else if len(c.To) == 0 {
		return
	}
	if !p.fits(frame.ChallengeSize(len(c.To))) {
		return
	}
	p.add(frame.Item{Kind: frame.KindChallenge, Body: c.Append(nil)})
	l.greeted, l.askSelf = true, clock.Never
	for _, num := range asked {
		nb := l.neighbours[num]
		nb.credit -= challengeCost
		nb.challenges++
		nb.challengeAt = n.now.Mono.Add(routing.Backoff(n.retry(l), nb.challenges))
	}
}
