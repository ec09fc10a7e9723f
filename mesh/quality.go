package mesh

import (
	"cmp"
	"math"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// How well neighbours hear each other is measured by what they send anyway. Each
// says in its beacons how many frames it has sent on that link, so that the others
// know how many of them they missed, and how well it hears whom. What a node hears
// it measures itself; how well it is heard it can only be told. A member that lies
// about it misleads people, and makes relays wait longer, or less, before they serve
// it: what they have for it is not left out on account of what stands here.
//
// Links that secure themselves lose no frames, and are left out.

const (
	hearingWindow = 64 // frames after which an old one counts half as much or less
	hearingLeast  = 4  // frames from which on a loss is told
	hearingAtOnce = 8  // neighbours in one item; the others follow in the next
	hearsWell     = frame.LossAll / 3
	framePart     = 16 // counts of frames are kept in these parts, so that they can fade
	signalShift   = 8
	signalPart    = 1 << signalShift // so do levels in parts of a dB
	signalFade    = 8                // a new level moves the mean by this part of the difference
	maxSignal     = 1000
)

// hearingLink is what a node keeps of a link for it.
type hearingLink struct {
	frames  uint32 // sent on this link under link keys
	counted bool   // the outstanding frame is among them
	due     clock.Instant
	told    ident.Number // the last neighbour told of
}

// quality is how well a neighbour is heard, and how well it hears this node.
type quality struct {
	heard   int    // frames since the count was
	counter uint32 // of the last one
	known   bool   // a count was heard
	frames  uint16 // that count
	at      uint32 // the counter of its frame

	sent, got int // fading sums, in parts of a frame
	snr, rssi level

	said frame.Reception // its word about this node
	not  bool            // its word was that it does not hear this node
	when clock.Instant   // of that word; 0: none
}

// level is a fading mean in parts of a dB.
type level struct {
	known bool
	mean  int
}

func (v *level) take(x int) {
	x = max(-maxSignal, min(x, maxSignal)) * signalPart
	if !v.known {
		v.known, v.mean = true, x
		return
	}
	v.mean += (x - v.mean) / signalFade
}

// value is the mean, rounded.
func (v level) value() int { return (v.mean + signalPart/2) >> signalShift }

// take notes a frame of a neighbour that was opened under a link key.
func (q *quality) take(counter uint32, s *radio.Signal) {
	q.heard++
	q.counter = counter
	if s == nil {
		return
	}
	q.rssi.take(s.RSSI)
	if s.SNR >= -maxSignal && s.SNR <= maxSignal { // and is a number
		q.snr.take(int(math.Round(s.SNR)))
	}
}

// count takes how many frames the neighbour says to have sent on this link. A
// neighbour that began anew counts from the beginning: then it would have sent more
// here than its counter, which runs over all its links, has moved on.
func (q *quality) count(frames uint16) {
	sent := int(frames-q.frames) & frame.FramesMask
	if q.known && sent > 0 && int64(sent) <= int64(q.counter)-int64(q.at) {
		q.sent += framePart * sent
		q.got += framePart * min(q.heard, sent)
		if q.sent > framePart*hearingWindow {
			q.got = q.got * hearingWindow * framePart / q.sent
			q.sent = hearingWindow * framePart
		}
	}
	q.known, q.frames, q.at, q.heard = true, frames, q.counter, 0
}

// loss is in thousandths, and is known after a few frames.
func (q *quality) loss() (int, bool) {
	if q.sent < framePart*hearingLeast {
		return 0, false
	}
	return (q.sent - q.got) * 1000 / q.sent, true
}

// reception is what is told of a neighbour.
func (q *quality) reception(num ident.Number) frame.Reception {
	r := frame.Reception{Node: num, Loss: frame.LossUnknown}
	if loss, known := q.loss(); known {
		r.Loss = uint8((loss*frame.LossAll + 500) / 1000)
	}
	if q.snr.known {
		r.SNR = frame.SNRCode(q.snr.value())
	}
	if q.rssi.known {
		r.RSSI = frame.RSSICode(q.rssi.value())
	}
	return r
}

// countFrame counts a frame that is handed to a link under a link key. One that did
// not leave is taken back: see uncountFrame.
func (l *link) countFrame(key *frame.Key) {
	if l.hearing.counted = !key.Bootstrap(); l.hearing.counted {
		l.hearing.frames++
	}
}

func (l *link) uncountFrame() {
	if l.hearing.counted {
		l.hearing.frames--
	}
	l.hearing.counted = false
}

// packHearing adds to a beacon how well neighbours are heard, about once for each
// regular one. Those that may be recordings are not told of, so that these call
// nothing forth.
func (n *Node) packHearing(l *link, p *packer) {
	if l.profile.Secure || len(l.reach) == 0 || n.now.Mono < l.hearing.due || !p.fits(frame.HearingSize(0)) {
		return
	}
	h := frame.Hearing{Frames: uint16(l.hearing.frames+1) & frame.FramesMask}
	turn, _ := slices.BinarySearch(l.reach, l.hearing.told+1)
	for i := range l.reach {
		num := l.reach[(turn+i)%len(l.reach)]
		if len(h.Of) >= hearingAtOnce || !p.fits(frame.HearingSize(len(h.Of)+1)) {
			break
		}
		if l.proven(num) {
			h.Of = append(h.Of, l.neighbours[num].quality.reception(num))
			l.hearing.told = num
		}
	}
	h.All = len(h.Of) == len(l.reach)
	slices.SortFunc(h.Of, func(a, b frame.Reception) int { return cmp.Compare(a.Node, b.Node) })
	p.add(frame.Item{Kind: frame.KindHearing, Body: h.Append(nil)})
	l.hearing.due = n.now.Mono.Add(l.helloEvery / 2) // a regular beacon comes after three quarters of it at the least
}

// noteHearing remembers whom a neighbour hears well, for those who would else relay to
// it what it heard itself.
func (n *Node) noteHearing(l *link, nb *neighbour, from ident.Number, h frame.Hearing) {
	if h.All {
		nb.hearsAll = max(n.now.Mono, 1)
	}
	for _, r := range h.Of {
		if l.neighbours[r.Node] == nil {
			continue
		}
		if nb.names == nil {
			nb.names = make(map[ident.Number]clock.Instant)
		}
		nb.names[r.Node] = n.now.Mono
		if r.Loss == frame.LossUnknown || r.Loss <= hearsWell {
			n.noteHears(l, from, r.Node)
		}
	}
}

// onHearing takes what a neighbour says of its hearing.
func (n *Node) onHearing(l *link, from ident.Number, body []byte) {
	h, err := frame.DecodeHearing(body)
	if err != nil {
		n.count(countMalformed)
		return
	}
	nb := l.neighbours[from]
	if nb == nil {
		return
	}
	nb.quality.count(h.Frames)
	if !l.profile.Secure {
		n.noteHearing(l, nb, from, h)
	}
	i, found := slices.BinarySearchFunc(h.Of, n.self, func(r frame.Reception, num ident.Number) int { return cmp.Compare(r.Node, num) })
	switch {
	case found:
		nb.quality.said, nb.quality.not, nb.quality.when = h.Of[i], false, n.now.Mono
	case h.All:
		nb.quality.not, nb.quality.when = true, n.now.Mono
	}
}
