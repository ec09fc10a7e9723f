package mesh

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// room is the longest body of a frame's only item.
func (l *link) room() int { return l.profile.MTU - frame.FirstOverhead }

// packer collects items for one frame.
type packer struct {
	items []frame.Item
	size  int // of the frame, if it has several items
	mtu   int
}

func newPacker(mtu int) *packer { return &packer{size: frame.FirstOverhead, mtu: mtu} }

// left is the longest body that still fits.
func (p *packer) left() int {
	if len(p.items) == 0 {
		return p.mtu - frame.FirstOverhead
	}
	free := p.mtu - p.several()
	return max(0, free-frame.ItemOverhead(free))
}

// several is the size of the frame as it is, once another item follows: a
// first item that is no longer alone needs its length.
func (p *packer) several() int {
	if len(p.items) == 1 {
		return p.size + frame.ItemOverhead(len(p.items[0].Body)) - 1
	}
	return p.size
}

func (p *packer) add(it frame.Item) {
	p.size = p.several()
	p.items = append(p.items, it)
	p.size += len(it.Body)
	if len(p.items) > 1 {
		p.size += frame.ItemOverhead(len(it.Body))
	}
}

// fits reports whether a body of the given size can be added.
func (p *packer) fits(size int) bool {
	if len(p.items) == 0 {
		return size <= p.mtu-frame.FirstOverhead
	}
	return p.several()+frame.ItemOverhead(size)+size <= p.mtu
}

// flush hands the next frame to a link that is free: FLASH first, then what
// others wait for, then the rest by precedence, as much as fits.
func (n *Node) flush(l *link) {
	if !l.up || l.busy || n.silent(l) || n.sendDue(l) > n.now.Mono {
		return
	}
	p, hello := newPacker(l.profile.MTU), -1
	room, before := n.freeAt(l), l.receipts
	if !l.urgent(n.now.Mono) && !l.keys.yields && n.flushKeys(l, room) {
		return
	}
	may := n.takesTurn(l, p)
	switch {
	case room.fresh <= n.now.Mono:
		hello = n.pack(l, p, may)
	case room.going <= n.now.Mono:
		hello = n.pack(l, p, func(t *routing.Task) bool { return (t.Urgent || goes(t)) && may(t) })
	case room.urgent <= n.now.Mono:
		hello = n.packUrgent(l, p, bundle.Immediate)
	default:
		if p.mtu = n.flashRoom(l); p.mtu > 0 {
			hello = n.packUrgent(l, p, bundle.Flash)
		}
	}
	if len(p.items) == 0 {
		n.flushKeys(l, room)
		return
	}
	f := frame.Frame{From: n.self, Counter: n.nextCounter(), Items: p.items}
	if hello >= 0 {
		h := frame.Hello{CounterHigh: uint16(f.Counter >> 16), Summary: n.vectors.Summary(), Flags: n.helloFlags()}
		// In front it opens the frame for those who have not heard this node for
		// long: see frame.Receiver.
		copy(f.Items[1:], f.Items[:hello])
		f.Items[0] = frame.Item{Kind: frame.KindHello, Body: h.Append(nil)}
	}
	l.keys.yields = false
	l.yields = l.timing.Apart > 0 && !slices.ContainsFunc(f.Items, ofTheQueue)
	l.access.answers = answersOnly(f.Items, before-l.receipts)
	n.transmit(l, n.frameKeys().seal, f)
}

func ofTheQueue(i frame.Item) bool {
	return i.Kind == frame.KindBundle || i.Kind == frame.KindFragment || i.Kind == frame.KindReceipt
}

// urgent reports whether a FLASH waits to be sent now.
func (l *link) urgent(now clock.Instant) bool {
	return l.queue.Due(bundle.Flash, now, bundle.Immediate) <= now
}

// pack fills a frame, with those tasks that may be sent, and returns the index of the
// beacon in it, or -1.
func (n *Node) pack(l *link, p *packer, may func(*routing.Task) bool) (hello int) {
	hello = -1
	control := false
	others := func() { // what neighbours wait for, once, before all but FLASH
		if !control {
			control = true
			n.packControl(l, p)
			if n.turn(l, bundle.Routine) <= n.now.Mono {
				hello = n.packBeacon(l, p)
				n.packProof(l, p)
			}
		}
	}
	l.queue.Ready(n.now.Mono, l.open(), func(t *routing.Task) bool {
		if t.Class > bundle.Flash && !l.yields { // a fragment fills a frame: where few go, beacons take them all
			others()
		}
		return !may(t) || n.packTask(l, p, t)
	})
	others()
	if n.turn(l, bundle.Routine) <= n.now.Mono {
		n.packProof(l, p) // goes along with whatever is there
	}
	return hello
}

// packControl adds acceptances and requests for fragments. Acceptances that
// are not due yet go along when a frame leaves anyway.
func (n *Node) packControl(l *link, p *packer) {
	if n.packAsks(l, p); len(l.asks) > 0 {
		return
	}
	if l.acceptDue > n.now.Mono && len(p.items) == 0 {
		if l.queueDue(n.now.Mono) > n.now.Mono {
			return
		}
	}
	for len(l.accepts) > 0 && p.fits(frame.AcceptSize(1)) {
		item, ok := n.takeAccepts(l, p.left())
		if !ok {
			return
		}
		p.add(item)
	}
}

// packBeacon adds the beacon and vector segments when they are due, and
// returns the index of the beacon, or -1.
func (n *Node) packBeacon(l *link, p *packer) int {
	hello := -1
	if n.now.Mono >= l.helloTime(n.now.Mono) && p.fits(frame.HelloSize) {
		hello = len(p.items)
		p.add(frame.Item{Kind: frame.KindHello, Body: make([]byte, frame.HelloSize)})
		l.helloSent(n)
		n.packHearing(l, p)
	}
	if n.now.Mono >= l.vectorDue {
		n.cutVector(l)
	}
	for len(l.segments) > 0 && p.fits(len(l.segments[0])) {
		p.add(frame.Item{Kind: frame.KindVector, Body: l.segments[0]})
		l.segments = l.segments[1:]
	}
	n.packVariants(l, p)
	return hello
}

// packTask adds a task's bundle, receipt or next fragment. It returns false
// when the frame is full.
func (n *Node) packTask(l *link, p *packer, t *routing.Task) bool {
	if len(t.Needs) == 0 || t.Attempts >= routing.MaxAttempts || t.Asks && (t.Attempts >= custodyTries || len(t.Item.Holders) > 0) || t.Item != nil && !n.wanted(t.Item) {
		l.drop(t) // done, or at rest until a vector asks for it again
		return true
	}
	if n.tooLate(l, t) {
		l.drop(t)
		return true
	}
	if !t.UnderWay() && t.Class >= l.open() {
		return false // the burst is full with what this frame holds already
	}
	if t.Kind == routing.SendReceipt {
		return n.packReceipt(l, p, t)
	}
	data, ok := n.bytesOf(t.Item)
	if !ok { // the store failed to read it; the driver is about to notice
		n.count(countMissing)
		l.drop(t)
		return true
	}
	if len(data) > l.room() {
		return n.packFragment(l, p, t, data)
	}
	if !p.fits(len(data)) {
		return false
	}
	if !n.pays(l, t, len(data)) {
		return true
	}
	p.add(frame.Item{Kind: frame.KindBundle, Body: data})
	n.transmitted(l, t)
	return true
}

func (n *Node) packReceipt(l *link, p *packer, t *routing.Task) bool {
	proof, ok := n.receiptProof(t.Key)
	if !ok || !n.vectors.Speaks(t.ID.Day) {
		l.drop(t)
		return true
	}
	if !p.fits(frame.ReceiptSize) {
		return false
	}
	if !n.pays(l, t, frame.ReceiptSize) {
		return true
	}
	p.add(frame.Item{Kind: frame.KindReceipt, Body: frame.Receipt{ID: t.ID, T: proof}.Append(nil)})
	l.drop(t) // nobody accepts a receipt; the vectors tell if it was lost
	return true
}

// transmitted notes that a bundle is in the frame being packed. The wait for
// its acceptance begins when the link reports the frame as sent.
func (n *Node) transmitted(l *link, t *routing.Task) {
	if t.Attempts == 0 {
		l.unproven[t.Class]++
	}
	t.Attempts++
	if t.Attempts > 1 {
		n.missed(l, t)
		for _, num := range t.Needs {
			if nb := l.neighbours[num]; nb != nil {
				n.repeated(nb)
			}
		}
	}
	n.handed(l, t)
	if it := t.Item; it.Own && it.Record != 0 && t.Attempts == 1 && !l.profile.Secure {
		n.watchCustody(it, unheldRetries*n.retry(l))
		n.updateRecord(it.Record, func(m *Message) bool {
			if m.State >= OnAir {
				return false
			}
			m.State = OnAir
			return true
		})
	}
}

// handed notes that what is in the frame being packed has to be accepted.
func (n *Node) handed(l *link, t *routing.Task) {
	t.Sent = n.now.Mono
	l.queue.Postpone(t, clock.Never)
	l.inFlight = append(l.inFlight, t)
}

// onSent starts the wait for acceptances.
func (n *Node) onSent(l *link, err error) {
	l.busy = false
	n.endAir(l)
	flying := l.inFlight
	l.inFlight = nil
	for _, t := range flying {
		if l.queue.Get(t.Key) != t {
			continue // accepted already
		}
		wait := routing.Backoff(n.retry(l), t.Attempts)
		if err != nil {
			wait = l.timing.Retry
		}
		if t.Class == bundle.Flash {
			// What was lost in a collision is passed by less in the meantime; and who
			// collides twice should not be passed by a whole queue.
			wait = l.timing.Retry / 2
			if !l.profile.Secure {
				wait += l.answers()
			}
			wait = routing.Backoff(wait, t.Attempts-flashSteady)
		}
		if t.Parts != nil && t.Parts.Owed() > 0 {
			continue // more was asked for meanwhile, and is on its way
		}
		again := n.now.Mono.Add(wait + n.spreadOver(wait/2) + l.partsWait(t))
		if t.Class == bundle.Flash && t.Attempts <= flashSteady && !l.profile.Secure {
			l.access.flash = again
		}
		l.queue.Postpone(t, again)
	}
	if err != nil {
		n.count(countSendLate)
		l.uncountFrame()
	}
	l.quietUntil = max(n.now.Mono.Add(l.timing.Gap+n.spreadOver(l.timing.Gap/2)), n.now.Mono.Add(l.aired(n.now.Mono)))
	n.spoken(l)
}

// timeFactor makes a count a factor of durations.
func timeFactor(n int) time.Duration { return time.Duration(n) }

// classOf is the queue that a task waits in. A receipt is small and frees
// storage and airtime elsewhere: it goes before what is merely IMMEDIATE.
func classOf(k routing.Key, it *routing.Item) bundle.Precedence {
	if k.Kind == routing.SendReceipt {
		return bundle.Immediate
	}
	return it.Precedence
}
