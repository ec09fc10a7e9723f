package mesh

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// Key blocks travel in frames of their own, under the bootstrap key, which every
// node has that was ever enrolled. So a node that slept through ten blocks, or
// whose clock is off by years, still learns that it fell behind, and what from.
//
//	KeyHello  the newest block here, and the day of my frames
//	KeyAsk    these parts of that block, please
//	KeyPart   one of them, for everybody who hears it
//
// They go out by the clock and on account of each other, never because a frame
// did not open: a frame of an outsider's making costs no airtime.
//
// Nothing heard under that key is believed but what the authority signed, for
// revoked nodes have the key. What it can make a node do is bounded: answers by
// an allowance of bytes for each link, signatures by a number for each minute.

const (
	keyHelloFactor   = 2 // key hellos are that much rarer than the rarest beacons
	keyAsksAtOnce    = 4 // serials asked for at a time
	keyPartsQueued   = keyblock.MaxAssembled * frame.MaxKeyParts
	keyVerifies      = 60      // signatures of blocks checked in a minute
	keyAllowance     = 4 << 10 // bytes of parts sent on request at once
	keyAllowanceRate = 10      // and then the tenth part of what the link carries
)

// keyLink is what a node keeps of a link for the sake of keys.
type keyLink struct {
	helloDue  clock.Instant
	helloNext clock.Instant // not before, but for the regular one

	// Frames about keys come first, but not twice in a row where anything else waits:
	// where a link carries one frame in a while, there would be nothing else.
	yields bool

	asks   []frame.KeyAsk
	askDue clock.Instant
	claims []keyClaim // the one whose turn it is in front

	parts   []keyPart // to be sent
	partDue clock.Instant
	paid    clock.Instant // until then the allowance is used up, at the rate it grows
}

// keyPart names a part of a block; answer says that somebody asked for it, who may be
// revoked himself: so what is sent on request takes nothing of the reserve.
type keyPart struct {
	serial uint32
	digest [32]byte
	index  int
	answer bool
	urgent bool // of a block that locks somebody out, handed on once
	piece  int  // the next to be sent, where the part does not fit a frame
}

func (n *Node) newKeyLink(l *link) keyLink {
	return keyLink{
		helloDue: n.now.Mono.Add(l.timing.HelloMin/4 + n.spreadOver(l.timing.HelloMin)),
		askDue:   clock.Never, partDue: clock.Never,
		paid: n.now.Mono.Add(-keyAllowance * l.allowancePrice()),
	}
}

// keyHelloSoon asks for a key hello out of turn, a short while after the last.
func (n *Node) keyHelloSoon(l *link) {
	when := max(n.now.Mono.Add(n.spreadOver(l.timing.HelloMin/2)), l.keys.helloNext)
	l.keys.helloDue = min(l.keys.helloDue, when)
}

func (n *Node) onKeyItem(l *link, from ident.Number, item frame.Item) {
	switch item.Kind {
	case frame.KindKeyHello:
		n.onKeyHello(l, from, item.Body)
	case frame.KindKeyPart:
		n.onKeyPart(l, from, item.Body)
	case frame.KindKeyAsk:
		n.onKeyAsk(l, item.Body)
	}
}

func (n *Node) onKeyHello(l *link, from ident.Number, body []byte) {
	h, err := frame.DecodeKeyHello(body)
	if err != nil {
		n.count(countMalformed)
		return
	}
	n.hint(linkEpoch{h.Serial, h.Day})
	switch newest := n.ring.Newest(); {
	case len(n.lacking(h.Serial)) > 0:
		n.noteClaim(l, keyClaim{serial: h.Serial, from: from})
		l.keys.askDue = min(l.keys.askDue, n.now.Mono.Add(n.spreadOver(2*l.timing.AcceptSlot)))
	case h.Serial < newest:
		n.keyHelloSoon(l)
	}
}

// onKeyAsk queues the parts that a neighbour asks for, as far as the link's
// allowance reaches.
func (n *Node) onKeyAsk(l *link, body []byte) {
	ask, err := frame.DecodeKeyAsk(body)
	if err != nil {
		n.count(countMalformed)
		return
	}
	if ask.To != n.self {
		return
	}
	for _, k := range n.block(ask.Serial) {
		for _, index := range ask.Parts {
			if index < len(k.parts) && n.afford(l, len(k.parts[index].Data)) {
				n.queuePart(l, keyPart{serial: k.Serial, digest: k.digest, index: index, answer: true}, 0)
			}
		}
	}
}

// afford takes bytes off a link's allowance for answers. It is kept as a time, so
// that nothing of it is lost to rounding however often it is asked for.
func (n *Node) afford(l *link, size int) bool {
	price := l.allowancePrice()
	paid := max(l.keys.paid, n.now.Mono.Add(-keyAllowance*price)).Add(timeFactor(size) * price)
	if paid > n.now.Mono {
		n.count(countBlockAllowance)
		return false
	}
	l.keys.paid = paid
	return true
}

// allowancePrice is how long the allowance takes to grow by a byte.
func (l *link) allowancePrice() time.Duration {
	return 8 * keyAllowanceRate * time.Second / time.Duration(max(1, l.profile.BitsPerSecond))
}

// passBlock hands a block that is new here to all neighbours, urgently if it locks
// somebody out.
func (n *Node) passBlock(k keptBlock, urgent bool) {
	for _, l := range n.links {
		if l == nil || !l.up {
			continue
		}
		delay := n.spreadOver(l.timing.AcceptSlot * timeFactor(len(l.reach)+1))
		for i := range k.parts {
			n.queuePart(l, keyPart{serial: k.Serial, digest: k.digest, index: i, urgent: urgent}, delay)
		}
		l.keys.helloDue = min(l.keys.helloDue, n.now.Mono.Add(4*l.timing.HelloMin+n.spreadOver(4*l.timing.HelloMin)))
	}
}

func (n *Node) queuePart(l *link, p keyPart, delay time.Duration) {
	k := &l.keys
	if i := slices.IndexFunc(k.parts, func(q keyPart) bool { return q.digest == p.digest && q.index == p.index }); i >= 0 {
		k.parts[i].urgent = k.parts[i].urgent || p.urgent
		return
	}
	if len(k.parts) >= keyPartsQueued {
		return
	}
	k.parts = append(k.parts, p)
	k.partDue = min(k.partDue, n.now.Mono.Add(delay))
}

// onKeyPart takes a part of a block. What another node sends, this one need not.
func (n *Node) onKeyPart(l *link, from ident.Number, body []byte) {
	p, err := frame.DecodeKeyPart(body)
	if err != nil {
		n.count(countMalformed)
		return
	}
	l.keys.parts = slices.DeleteFunc(l.keys.parts, func(q keyPart) bool {
		return p.Pieces == 1 && q.serial == p.Serial && q.index == p.Index && !q.answer
	})
	data, whole := n.pieces.Add(from, p)
	if !whole || !slices.Contains(n.lacking(max(p.Serial, n.ring.Newest())), p.Serial) && !n.conflicting(p.Serial, p.Index, data) {
		return
	}
	part := keyblock.Part{Serial: p.Serial, Index: uint8(p.Index), Data: data}
	if n.assembler.Verifies(part) && !n.mayVerify() {
		n.count(countBlockAllowance)
		return
	}
	b, err := n.assembler.Add(part)
	if err != nil {
		n.count(countBlockBad)
		return
	}
	if b != nil {
		n.takeBlock(b, "node "+from.String())
	}
}

// conflicting reports whether the first part of a block that is here already is
// another than the one that is here: perhaps the authority was copied.
func (n *Node) conflicting(serial uint32, index int, data []byte) bool {
	for _, k := range n.block(serial) {
		if index < len(k.parts) && slices.Equal(k.parts[index].Data, data) {
			return false
		}
	}
	return len(n.block(serial)) == 1
}

// mayVerify counts signatures of blocks, which strangers to the network can ask
// to have checked.
func (n *Node) mayVerify() bool {
	if n.now.Mono.Sub(n.verifiedAt) >= time.Minute {
		n.verified, n.verifiedAt = 0, n.now.Mono
	}
	n.verified++
	return n.verified <= keyVerifies
}

// keyDue returns when a link has a frame about keys to send.
func (n *Node) keyDue(l *link) clock.Instant {
	k := &l.keys
	due := min(k.helloDue, k.askDue)
	if len(k.asks) > 0 {
		due = n.now.Mono
	}
	if len(k.parts) > 0 {
		due = min(due, k.partDue)
	}
	return due
}

// revocationDue returns when a link has parts to send that may use the reserve.
func (l *link) revocationDue() clock.Instant {
	if slices.ContainsFunc(l.keys.parts, func(p keyPart) bool { return p.urgent }) {
		return l.keys.partDue
	}
	return clock.Never
}

// flushKeys sends a frame under the bootstrap key if one is due and may be sent: who is
// locked out must not go on for as long as ROUTINE waits, but all else waits with it.
func (n *Node) flushKeys(l *link, f free) bool {
	if n.turn(l, bundle.Routine) > n.now.Mono {
		return false
	}
	p := newPacker(l.profile.MTU)
	switch {
	case f.fresh <= n.now.Mono && n.keyDue(l) <= n.now.Mono:
		return n.flushAllKeys(l, p)
	case min(f.going, f.urgent) <= n.now.Mono && l.revocationDue() <= n.now.Mono:
		if n.packParts(l, p, true); len(p.items) > 0 {
			n.transmitKeys(l, frame.Frame{From: n.self, Counter: n.nextCounter(), Items: p.items})
			return true
		}
	}
	return false
}

func (n *Node) flushAllKeys(l *link, p *packer) bool {
	k := &l.keys
	if k.askDue <= n.now.Mono {
		n.askKeys(l)
	}
	hello := k.helloDue <= n.now.Mono && p.fits(frame.KeyHelloSize)
	if hello {
		p.add(frame.Item{Kind: frame.KindKeyHello, Body: make([]byte, frame.KeyHelloSize)})
		every := keyHelloFactor * l.timing.HelloMax
		k.helloNext = n.now.Mono.Add(2 * l.timing.HelloMin)
		k.helloDue = n.now.Mono.Add(every*3/4 + n.spreadOver(every/2))
	}
	for len(k.asks) > 0 && p.fits(len(k.asks[0].Append(nil))) {
		p.add(frame.Item{Kind: frame.KindKeyAsk, Body: k.asks[0].Append(nil)})
		k.asks = k.asks[1:]
	}
	n.packParts(l, p, false)
	if len(p.items) == 0 {
		return false
	}
	f := frame.Frame{From: n.self, Counter: n.nextCounter(), Items: p.items}
	if hello {
		h := frame.KeyHello{CounterHigh: uint16(f.Counter >> 16), Serial: n.ring.Newest(), Day: n.frameKeys().now.day}
		f.Items[0].Body = h.Append(nil)
	}
	n.transmitKeys(l, f)
	return true
}

func (n *Node) transmitKeys(l *link, f frame.Frame) {
	l.keys.yields, l.access.answers = true, false
	n.transmit(l, n.frameKeys().boot, f)
}

// packParts adds parts of blocks, urgent ones alone or all, or a piece of one where no
// whole one fits.
func (n *Node) packParts(l *link, p *packer, urgent bool) {
	k := &l.keys
	for k.partDue <= n.now.Mono {
		i := slices.IndexFunc(k.parts, func(q keyPart) bool { return q.urgent || !urgent })
		if i < 0 {
			break
		}
		next := &k.parts[i]
		at := slices.IndexFunc(n.blocks, func(b keptBlock) bool { return b.digest == next.digest })
		if at < 0 {
			k.parts = slices.Delete(k.parts, i, i+1)
			continue
		}
		pieces := frame.SplitKeyPart(next.serial, next.index, n.blocks[at].parts[next.index].Data, l.room())
		if next.piece >= len(pieces) {
			k.parts = slices.Delete(k.parts, i, i+1)
			continue
		}
		body := pieces[next.piece].Append(nil)
		if !p.fits(len(body)) {
			return
		}
		p.add(frame.Item{Kind: frame.KindKeyPart, Body: body})
		next.piece++
	}
	if len(k.parts) == 0 {
		k.partDue = clock.Never
	}
}

// transmit seals a frame and hands it to a link.
func (n *Node) transmit(l *link, key *frame.Key, f frame.Frame) {
	data := frame.Seal(key, f)
	n.sent(f.Counter, data)
	l.busy = true
	l.countFrame(key)
	l.burst.size = len(data)
	l.txFrames++
	l.txBytes += uint64(len(data))
	n.beginAir(l, len(data))
	n.commit() // what the frame speaks of is durable before the frame leaves
	n.effects = append(n.effects, Transmit{Link: l.index, Frame: radio.Frame{Data: data}})
}
