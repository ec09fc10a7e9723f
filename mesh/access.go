package mesh

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// Who may speak when. All who hear a frame hear it end in the same moment, and whoever
// waited for that would begin in the same moment, too: a radio that listens before it
// talks helps little then, and many do not listen. So each leaves the channel free for a
// while that it draws by lot, the shorter the more urgent is what it has, and longer
// where answers to the frame are due; and who has just spoken leaves the others time,
// the more, the more of it they fill. All of it is about when a frame begins. Once it
// does, what fits goes along.
//
// A link that secures itself has a transport that does this, and none of it here.

// access is what a node keeps of a link's channel.
type access struct {
	load    routing.Load
	spoke   clock.Instant // when this node's last frame ended
	rest    time.Duration // what ROUTINE leaves free after that
	answers bool          // the outstanding frame holds nothing else
	lot     int64         // drawn then
	heard   clock.Instant // when the last frame of another ended
	free    time.Duration // for so long the channel was free since this node waits
	waits   clock.Instant // since then, at the latest; 0: it does not wait
	taken   clock.Instant // the channel belongs to those who answer a frame until then
	flash   clock.Instant // and to those who answer a FLASH of this node, until it repeats it
}

// turn returns when a frame may begin for the sake of something of a class. Answers
// have turns of their own, see answerDelay, and may begin as a FLASH may.
func (n *Node) turn(l *link, p bundle.Precedence) clock.Instant {
	a := &l.access
	if l.profile.Secure || p == bundle.Flash {
		return l.quietUntil
	}
	turn := max(a.taken, a.heard).Add(l.timing.Contention(p, a.lot, l.crowd(), a.free))
	if a.waits > 0 {
		turn = min(turn, a.waits.Add(accessPatience*(l.timing.Retry+l.answers()))) // nobody keeps others from speaking for ever
	}
	return max(l.quietUntil, turn, a.flash, a.spoke.Add(l.timing.Rest(p, a.rest)))
}

// takesTurn returns what says whether a task may be in the frame that is packed now: if
// its turn has come, or the frame leaves with a bundle or a receipt already. A radio
// that does not listen before it talks keeps its frames short all the same.
func (n *Node) takesTurn(l *link, p *packer) func(*routing.Task) bool {
	return func(t *routing.Task) bool {
		return t.Answer || n.turn(l, t.Class) <= n.now.Mono ||
			l.profile.Listens && slices.ContainsFunc(p.items, func(i frame.Item) bool { return i.Kind == frame.KindBundle || i.Kind == frame.KindReceipt })
	}
}

// crowd is how many neighbours count where turns are taken.
func (l *link) crowd() int { return min(len(l.reach), routing.MaxTurns) }

// overheard counts a frame of another, whoever that is: it fills the channel.
func (n *Node) overheard(l *link, size int) {
	if l.profile.Secure {
		return
	}
	a, on := &l.access, l.profile.Airtime(size)
	answers, beacons := n.control(l)
	switch now := n.now.Mono; {
	case min(answers, beacons, l.queueDue(now), n.keyDue(l)) > now, n.freeAt(l).fresh > now: // it has nothing, or the law forbids it
		a.free, a.waits = 0, 0
	default:
		if a.waits == 0 {
			a.waits = n.now.Mono
		}
		a.free += max(0, n.now.Mono.Add(-on).Sub(max(a.heard, a.spoke, a.taken)))
	}
	a.load.Add(n.now.Mono, on, l.timing.LoadSpan)
	a.heard = n.now.Mono
}

// leave leaves the channel to those who answer what was heard just now.
func (n *Node) leave(l *link, answers int) {
	if !l.profile.Secure {
		l.access.taken = max(l.access.taken, n.now.Mono.Add(l.timing.AnswerSlot*timeFactor(answers)))
	}
}

// answersOnly reports whether a frame holds nothing for which this node took its turn.
// So many receipts in it are answers.
func answersOnly(items []frame.Item, receipts int) bool {
	for _, i := range items {
		if i.Kind == frame.KindReceipt {
			receipts--
		} else if i.Kind != frame.KindAccept && i.Kind != frame.KindNeed {
			return false
		}
	}
	return receipts >= 0
}

// spoken counts a frame of this node that has just ended. One of mere answers took no
// turn: whoever is made to answer all the time still has one.
func (n *Node) spoken(l *link) {
	if l.profile.Secure || l.access.answers {
		return
	}
	a := &l.access
	a.spoke, a.lot = n.now.Mono, int64(n.spreadOver(routing.WholeLot))
	a.free, a.waits = 0, 0
	a.rest = l.timing.RoutineRest(l.profile.Airtime(l.burst.size), n.share(l), l.crowd())
	a.rest = min(a.rest+n.spreadOver(a.rest), l.timing.HelloMax/2) // or it would be taken for gone
}

// share is how much of the time others fill a link's channel, in thousandths.
func (n *Node) share(l *link) int64 { return l.access.load.Share(n.now.Mono, l.timing.LoadSpan) }

// missed counts a frame that nobody accepted: nearly always it met another there,
// and neither was heard.
func (n *Node) missed(l *link, t *routing.Task) {
	if l.profile.Secure {
		return
	}
	size := min(t.Item.Size+frame.FirstOverhead, l.profile.MTU)
	l.access.load.Add(n.now.Mono, 2*l.profile.Airtime(size), l.timing.LoadSpan)
}
