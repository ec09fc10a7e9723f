package mesh

import (
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// link is what a node keeps of one link.
type link struct {
	index   int
	profile radio.Profile
	timing  routing.Timing
	up      bool
	busy    bool // a frame is outstanding
	down    string

	parts      *frame.Reassembler
	oldParts   *frame.Reassembler // of frames under keys that the revoked have; nil: there were none
	neighbours map[ident.Number]*neighbour
	reach      routing.Nodes // the keys of neighbours
	near       []*neighbour  // the same, side by side in that order, since each step looks at all of them

	queue    *routing.Queue
	unproven [bundle.Precedences]int // tasks transmitted and not accepted
	inFlight []*routing.Task         // in the outstanding frame

	accepts   []owedAccept // acceptances to be sent
	acceptDue clock.Instant
	asks      []frame.Ask // for fragments
	receipts  int         // tasks that are an Answer

	nonce   [4]byte       // of this node's challenges
	greeted bool          // everybody was challenged once
	askSelf clock.Instant // when to challenge this node's own number, or Never
	echoes  []owedEcho    // answers to challenges
	echoDue clock.Instant // Never: nobody waits for one

	helloDue     clock.Instant // of the regular beacon
	helloExtra   clock.Instant // of one out of turn, or Never
	helloEvery   time.Duration
	vectorDue    clock.Instant // Never: none is called for
	vectorNext   clock.Instant // not before
	vectorGap    time.Duration
	spared       bool     // vectors that were due were left out
	vectorSum    uint32   // the summary when the last vector was sent
	segments     [][]byte // of the vector being sent
	cut          [][]byte // the whole vector, see segments
	cutAt        uint64   // of that version
	variants     [][]byte // items to be sent, see exchange.go
	variantDue   clock.Instant
	variantNext  clock.Instant // no comparison begins before
	variantWaits clock.Instant // since when one is put off; 0: none is
	quietUntil   clock.Instant
	yields       bool // the last frame held nothing of the queue, and the next may have to wait for long
	access       access
	keys         keyLink
	hearing      hearingLink
	air          linkAir
	burst        burst

	txFrames, txBytes, rxFrames, rxBytes uint64
}

// owedAccept is an acceptance of custody that a neighbour is waiting for.
type owedAccept struct {
	to   ident.Number
	id   bundle.ID
	hash [32]byte

	class  bundle.Precedence // of the bundle
	urgent bool              // it may use the reserve of airtime
}

// onLink takes an event of a link.
func (n *Node) onLink(ev LinkEvent) {
	if ev.Link < 0 || ev.Link >= MaxLinks {
		n.count(countLinkUnknown)
		return
	}
	l := n.links[ev.Link]
	if up, ok := ev.Event.(radio.Up); ok {
		n.linkUp(ev.Link, up.Profile)
		return
	}
	if l == nil {
		n.count(countLinkUnknown)
		return
	}
	switch e := ev.Event.(type) {
	case radio.Down:
		n.linkDown(l, e.Err)
	case radio.Heard:
		l.rxFrames++
		n.overheard(l, len(e.Data))
		l.rxBytes += uint64(len(e.Data))
		n.onFrame(l, e)
	case radio.Sent:
		n.onSent(l, e.Err)
	case radio.Aired:
		n.onAired(l, e.For)
	case radio.Contact:
		if e.Up {
			nb := n.hear(l, e.Node, nil)
			nb.contact = true
			nb.answered()
		} else {
			n.lose(l, e.Node)
		}
	}
}

// linkUp starts a link afresh. Its queue begins empty: whoever is there will
// say what is lacking.
func (n *Node) linkUp(index int, p radio.Profile) {
	if old := n.links[index]; old != nil && old.up {
		n.linkDown(old, nil)
	}
	p.MTU = max(radio.MinMTU, min(p.MTU, radio.MaxMTU))
	air := n.airOf(index, &p)
	l := &link{
		index: index, profile: p, timing: routing.TimingOf(p).Within(p, air.rule.Share()), up: true, air: air,
		parts:      frame.NewReassembler(uint64(n.self)),
		neighbours: make(map[ident.Number]*neighbour),
		queue:      routing.NewQueue(),
		acceptDue:  clock.Never, vectorDue: clock.Never, helloExtra: clock.Never, variantDue: clock.Never,
		echoDue: clock.Never, askSelf: clock.Never, greeted: p.Secure, // such a link has challenged them itself
	}
	l.timing.Apart = max(air.rule.Apart(), p.Pause)
	n.freshNonce(l)
	if old := n.links[index]; old != nil {
		l.txFrames, l.txBytes, l.rxFrames, l.rxBytes = old.txFrames, old.txBytes, old.rxFrames, old.rxBytes
		l.hearing.frames = old.hearing.frames
		l.burst, l.quietUntil = old.burst, old.quietUntil // those who talk there are the same
		l.access, l.access.waits, l.access.answers = old.access, 0, false
	}
	l.access.lot = int64(n.spreadOver(routing.WholeLot))
	l.helloEvery, l.vectorGap = l.timing.HelloMin, l.timing.VectorGap
	l.helloDue = n.now.Mono.Add(n.spreadOver(l.timing.HelloMin / 4))
	l.keys = n.newKeyLink(l)
	n.links[index] = l
	n.after(Trace{What: "link up", Args: []any{"link", p.Name, "mtu", p.MTU}})
}

// linkDown forgets who was there and what was to be sent.
func (n *Node) linkDown(l *link, err error) {
	if l.busy {
		l.quietUntil = max(l.quietUntil, n.now.Mono.Add(l.aired(n.now.Mono)))
	}
	l.up, l.busy = false, false
	n.endAir(l)
	l.down = "down"
	if err != nil {
		l.down = err.Error()
	}
	lost, tasks := l.reach, l.queue.All()
	l.neighbours, l.reach, l.near = make(map[ident.Number]*neighbour), nil, nil
	l.queue, l.receipts = routing.NewQueue(), 0
	l.unproven = [bundle.Precedences]int{}
	l.inFlight, l.accepts, l.asks, l.segments, l.echoes = nil, nil, nil, nil, nil
	l.acceptDue, l.vectorDue, l.echoDue, l.askSelf = clock.Never, clock.Never, clock.Never, clock.Never
	l.variants, l.variantDue, l.cut = nil, clock.Never, nil
	n.after(Trace{What: "link down", Args: []any{"link", l.profile.Name, "why", l.down}})
	for _, num := range lost {
		needed := slices.DeleteFunc(slices.Clone(tasks), func(t *routing.Task) bool { return !t.Needs.Has(num) })
		n.reroute(needed, num)
	}
}

// neededBy returns the tasks that a neighbour needs.
func (l *link) neededBy(num ident.Number) []*routing.Task {
	return slices.DeleteFunc(l.queue.All(), func(t *routing.Task) bool { return !t.Needs.Has(num) })
}

// forsake takes a neighbour off the tasks of a link that off says, nil for all of
// them, since it is not served there any more.
func (l *link) forsake(num ident.Number, off func(*routing.Task) bool) {
	for _, t := range l.neededBy(num) {
		if off != nil && !off(t) {
			continue
		}
		if t.Needs.Remove(num); len(t.Needs) == 0 {
			l.drop(t)
		}
	}
}

// synced takes a neighbour off every task of a link: it lacks nothing.
func (n *Node) synced(l *link, num ident.Number) {
	for _, t := range l.queue.All() {
		l.serve(t, num)
	}
}

// reroute moves what a lost neighbour needed to another link that reaches it,
// or looks for another way.
func (n *Node) reroute(tasks []*routing.Task, num ident.Number) {
	other := n.best(num)
	if other == nil {
		n.detour(num)
		return
	}
	for _, t := range tasks {
		if t.Asked.Has(num) {
			n.asked(other, num, t.Key, t.Item, 0)
		} else {
			n.lacks(other, num, t.Key, t.Item, 0)
		}
	}
}

// drop takes a task off a link's queue.
func (l *link) drop(t *routing.Task) {
	if t.Attempts > 0 {
		l.unproven[t.Class]--
	}
	if t.Class == bundle.Flash {
		l.access.flash = 0 // another one that waits says so when it is repeated
	}
	l.noAnswer(t)
	l.queue.Remove(t)
}

// open returns the class from which on fresh tasks are held back, because
// enough bundles of theirs or more urgent ones wait for their acceptance.
// FLASH never is.
func (l *link) open() bundle.Precedence {
	waiting, p := l.unproven[bundle.Flash], bundle.Immediate
	for ; p < bundle.Precedences; p++ {
		if waiting += l.unproven[p]; waiting >= l.timing.Burst {
			break
		}
	}
	return p
}

// queueDue returns when the queue next has something that may be sent.
func (l *link) queueDue(now clock.Instant) clock.Instant {
	due, open := clock.Never, l.open()
	for p := bundle.Flash; p < bundle.Precedences; p++ {
		due = min(due, l.queue.Due(p, now, open))
	}
	return due
}

// watchLink does what a link's clock asks for.
func (n *Node) watchLink(l *link) {
	var gone, deaf []ident.Number
	for i, nb := range l.near {
		switch {
		case n.lostAt(nb, l) <= n.now.Mono:
			gone = append(gone, l.reach[i])
		case n.deafAt(nb, l) <= n.now.Mono:
			deaf = append(deaf, l.reach[i])
		}
	}
	for _, num := range deaf {
		n.deafen(l, num)
	}
	for _, num := range gone {
		n.lose(l, num)
	}
	n.askForParts(l)
}

// linkDue returns when a link wants attention next.
func (n *Node) linkDue(l *link) clock.Instant {
	when := clock.Never
	for _, nb := range l.near {
		when = min(when, n.lostAt(nb, l), n.deafAt(nb, l))
	}
	if t, ok := l.parts.NextStale(l.pace()); ok {
		when = min(when, t)
	}
	when = min(when, n.airSaveDue(l))
	if l.busy || n.silent(l) {
		return when
	}
	return min(when, n.sendDue(l))
}

// Status returns a snapshot for people and programs.
func (n *Node) Status() Status {
	s := Status{
		Self: n.self, Now: n.now, Live: len(n.live.order), LiveBytes: n.live.bytes,
		LiveBy: n.live.counts, Alarms: slices.Clone(n.alarms), Counters: n.counterList(), Suspended: n.said.list(),
		Shifts: n.shiftList(), Stamp: n.stamp(), Persons: len(n.trust.Persons), Keys: n.keyStatus(),
		Quiet: n.quietStatus(), Plan: n.plans.held, FormerPlan: n.plans.former,
	}
	for _, l := range n.links {
		if l == nil {
			continue
		}
		ls := LinkStatus{
			Link: l.index, Up: l.up, Profile: l.profile, Queued: l.queue.Len(), Saturated: l.busy, Air: n.airStatus(l),
			TxFrames: l.txFrames, TxBytes: l.txBytes, RxFrames: l.rxFrames, RxBytes: l.rxBytes,
		}
		if !l.up {
			ls.Down = l.down
		}
		s.Links = append(s.Links, ls)
	}
	for _, l := range n.links {
		if l == nil {
			continue
		}
		for _, num := range l.reach {
			nb := l.neighbours[num]
			name := fmt.Sprint(num)
			if cert, ok := n.certificate(num); ok {
				name = cert.Name
			}
			in, out := l.hears(n.now.Mono, nb)
			s.Neighbours = append(s.Neighbours, NeighbourStatus{Node: num, Name: name, Link: l.index, Heard: nb.heard, Proven: l.proven(num), Signal: nb.signal, In: in, Out: out})
		}
	}
	sortNeighbours(s.Neighbours)
	return s
}
