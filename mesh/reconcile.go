package mesh

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// Two neighbours find what each lacks like this. Beacons carry the summary of
// a node's vectors. Equal summaries say that nothing is lacking. A node that
// hears another summary than its own sends its vectors; the other, who hears a
// strange summary too, does the same; and each then queues what the other's
// vectors do not name. Nothing is asked for and no answer is owed: a lost
// frame is made good by the next beacon.

// vectorShare: vectors take this part of the airtime that may be used, where it is limited.
const vectorShare = 3

// changed notes that this node's vectors are not what its last beacon said.
func (n *Node) changed() {
	n.changedAt = n.now.Mono
	for _, l := range n.links {
		if l != nil && l.up {
			l.helloSoon(n.now.Mono.Add(l.helloPause() + n.spreadOver(l.helloPause())))
		}
	}
}

// helloPause is how long after a change a beacon says so.
func (l *link) helloPause() time.Duration { return l.shared(l.timing.HelloMin) }

// shared is a pause between what one node may say so often, where all who share a
// channel together say it as often.
func (l *link) shared(pause time.Duration) time.Duration {
	if l.profile.Secure {
		return pause
	}
	return pause * timeFactor(l.crowd()+1)
}

// helloSoon asks for a beacon out of turn, unless a neighbour's says the same
// before.
func (l *link) helloSoon(when clock.Instant) { l.helloExtra = min(l.helloExtra, when) }

// helloTime returns when the next beacon goes out: a beacon gives way to
// bundles, but not for ever.
func (l *link) helloTime(now clock.Instant) clock.Instant {
	due := min(l.helloDue, l.helloExtra)
	if l.queueDue(now) <= now {
		return due.Add(l.timing.HelloMax / 2)
	}
	return due
}

// helloSent sets when the next regular beacon is due: twice as late each time,
// since neighbours need it only to know that this node is still there.
func (l *link) helloSent(n *Node) {
	l.helloExtra = clock.Never
	l.helloDue = n.now.Mono.Add(l.helloEvery*3/4 + n.spreadOver(l.helloEvery/2))
	l.helloEvery = min(2*l.helloEvery, l.timing.HelloMax)
}

// onHello compares summaries.
func (n *Node) onHello(l *link, from ident.Number, body []byte) {
	h, err := frame.DecodeHello(body)
	if err != nil {
		n.count(countMalformed)
		return
	}
	if nb := l.neighbours[from]; nb != nil {
		nb.sum, nb.said, nb.moved, nb.flags = h.Summary, max(n.now.Mono, 1), false, h.Flags
		n.weighDays()
		n.comparePlan(h.Flags)
	}
	if h.Summary == n.vectors.Summary() {
		n.synced(l, from)
		l.helloExtra = clock.Never // it has been said; silence means agreement
		l.spareVector()
		return
	}
	n.wantVector(l, from)
}

// wantVector has this node's vectors sent on a link, unless that was done a
// short while ago: the pause doubles for as long as there is nothing new to
// tell. They answer a neighbour, who has to pay for them or to prove himself.
func (n *Node) wantVector(l *link, from ident.Number) {
	if l.vectorDue != clock.Never || len(l.segments) > 0 {
		return
	}
	if !l.proven(from) && !l.spend(from, n.vectorSize(l)) {
		n.count(countHeld)
		if nb := l.neighbours[from]; nb != nil {
			nb.wantsVector = true
		}
		return
	}
	l.vectorDue = max(l.vectorNext, n.now.Mono.Add(n.vectorDelay(l)))
}

// vectorDelay spreads the vectors of those who heard the same beacon, and leaves what is
// under way, and made the difference, time to arrive.
func (n *Node) vectorDelay(l *link) time.Duration {
	if l.profile.Secure {
		return n.spreadOver(l.timing.AcceptSlot)
	}
	return l.answers() + n.spreadOver(2*l.answers())
}

// spareVector leaves out the vectors that a beacon called for, since there is no need
// any more; once, or a member could keep this node from ever saying what it lacks.
func (l *link) spareVector() {
	if l.profile.Secure || l.vectorDue == clock.Never || l.spared {
		return
	}
	l.vectorDue, l.spared = clock.Never, true
}

// vectorSize is what the vectors take on a link.
func (n *Node) vectorSize(l *link) (size int) {
	for _, segment := range n.segments(l) {
		size += frame.FirstOverhead + len(segment)
	}
	return size
}

// segments returns the vectors, cut to what a link carries. They are kept until they
// are others: a neighbour that cannot pay for them may ask for them in each frame.
func (n *Node) segments(l *link) [][]byte {
	if version := n.vectors.Version(); l.cut == nil || l.cutAt != version {
		l.cut, l.cutAt = n.vectors.Segments(l.room()), version
	}
	return l.cut
}

// vectorPause is how long after its vectors this node sends them again at the earliest.
func (l *link) vectorPause(n *Node) time.Duration {
	pause := l.vectorGap*3/4 + n.spreadOver(l.vectorGap/2)
	if l.profile.Secure {
		return pause
	}
	return pause * timeFactor(max(2, l.crowd()+1)) / 2 // together they say so as often as two
}

// cutVector cuts the vectors to be sent into segments.
func (n *Node) cutVector(l *link) {
	l.segments = n.segments(l)
	l.vectorDue, l.spared = clock.Never, false
	if sum := n.vectors.Summary(); sum == l.vectorSum {
		l.vectorGap = min(2*l.vectorGap, 8*l.timing.HelloMax)
	} else {
		l.vectorSum, l.vectorGap = sum, l.timing.VectorGap
	}
	l.vectorGap = max(l.vectorGap, l.vectorPace())
	// Two nodes that do not hear each other, and answer a third between them,
	// would else keep step and collide there each time.
	l.vectorNext = n.now.Mono.Add(l.vectorPause(n))
}

// vectorPace is how long a pause the vector that is being sent calls for where airtime is
// limited: vectors take a third of what may be used, however long they are. They grow
// with all that was ever missed.
func (l *link) vectorPace() (pause time.Duration) {
	share := l.air.rule.Share()
	if share == 0 {
		return 0
	}
	for _, segment := range l.segments {
		pause += time.Duration(vectorShare * float64(l.profile.Airtime(frame.FirstOverhead+len(segment))) / share)
	}
	return pause
}

// onVector queues what a neighbour lacks.
func (n *Node) onVector(l *link, from ident.Number, body []byte) {
	s, err := routing.DecodeSegment(body, n.today())
	if err != nil {
		n.count(countMalformed)
		return
	}
	if !n.mayLook(len(n.live.within(routing.Range{First: s.First, Last: s.Last})) + len(n.vectors.Between(s.First.Origin, s.Last.Origin))) {
		return
	}
	if n.lacksAll(s) {
		l.spareVector() // what others send that neighbour serves this node, too
	}
	n.offerBundles(from, s)
	n.offerReceipts(from, s)
	n.learnClaims(s)
	n.compareVariants(l, from, s)
	if !n.lacksAll(s) {
		n.wantVector(l, from) // the neighbour knows more: tell it what to send
	}
}

// lacksAll reports whether a neighbour lacks all that this node lacks, as far as its
// segment says.
func (n *Node) lacksAll(s *routing.Segment) bool {
	for i, st := range s.Streams {
		if mine := n.vectors.Get(st); mine == nil || !mine.Covers(s.Seen[i]) {
			return false
		}
	}
	return true
}

// offerBundles goes through the live bundles that a segment speaks of.
func (n *Node) offerBundles(from ident.Number, s *routing.Segment) {
	best := n.best(from)
	var known []*routing.Item
	n.live.between(s.First, s.Last, func(it *routing.Item) {
		have, _, _ := s.Has(it.ID)
		switch {
		case have:
			if !n.live.contested(it.ID) { // else it may have another one of the number
				known = append(known, it)
			}
		case best == nil, !n.wanted(it):
			// Not a neighbour that is served. (The origin itself is: it has lost its
			// own, or somebody poses as it.)
		case it.To.Node != 0 && it.To.Node != from && n.near(it.To.Node):
			// The addressee is right here; nobody else needs to carry it.
		default:
			n.offer(best, from, it)
		}
	})
	for _, it := range known {
		for _, other := range n.links {
			if other != nil {
				other.release(from, it)
			}
		}
	}
}

// offer queues a bundle for a neighbour whose vector does not name it. One that
// waits for its repetition is repeated now, unless it was sent so lately that
// the vector may be older.
func (n *Node) offer(l *link, num ident.Number, it *routing.Item) {
	k := it.Task()
	delay := n.offerDelay(l)
	t := l.queue.Get(k)
	if t != nil && t.Attempts > 0 && l.proven(num) && n.now.Mono.Sub(t.Sent) > n.retry(l) && !slices.Contains(l.inFlight, t) {
		t.Attempts = 1
		l.queue.Postpone(t, n.now.Mono.Add(delay))
	}
	n.asked(l, num, k, it, delay)
}

// hiddenAnswers is how many may answer the same frame whom this node does not
// hear. They hear a beacon or a vector end in the same moment; if each answered at
// once, two that do not hear each other would collide every time, for ever.
const hiddenAnswers = 4

// offerDelay spreads the answers of several neighbours who hear the same
// vector, so that the first to speak is heard by the others.
func (n *Node) offerDelay(l *link) time.Duration {
	slots := len(l.reach)
	if !l.profile.Contacts {
		slots += hiddenAnswers
	} else if slots <= 1 {
		return 0
	}
	return n.spreadOver(l.timing.AcceptSlot * time.Duration(slots))
}

// offerReceipts queues the receipts that a neighbour does not hold.
func (n *Node) offerReceipts(from ident.Number, s *routing.Segment) {
	best, left := n.best(from), maxVectorTasks
	if best == nil {
		return
	}
	for _, st := range n.vectors.Between(s.First.Origin, s.Last.Origin) {
		if !n.vectors.Speaks(st.Day) {
			continue
		}
		receipts := &n.vectors.Get(st).Receipts
		if !n.mayLook(receipts.Len()) {
			return
		}
		receipts.Each(func(seq uint16) {
			if left == 0 {
				return
			}
			id := bundle.ID{Origin: st.Origin, Day: st.Day, Seq: seq}
			k := receiptOf(id)
			_, held, known := s.Has(id)
			if held {
				n.releaseReceipt(best, from, id)
			}
			if held || !known {
				return
			}
			left--
			n.asked(best, from, k, nil, n.offerDelay(best))
		})
	}
}
