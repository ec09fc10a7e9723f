package mesh

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// AirStatus is what limits a link, and what was used of it.
type AirStatus struct {
	Rule       ledger.Rule
	Refused    string        // why the link sends nothing at all; else ""
	Window     time.Duration // in which that was; an hour where there is no limit
	Used       time.Duration // outstanding frame included
	Past       time.Duration // of that: from before the start, counted as if just then
	Left       time.Duration // for all but what is urgent
	LeftUrgent time.Duration // for IMMEDIATE, too
	LeftFlash  time.Duration
	Until      clock.Instant // ROUTINE and PRIORITY wait until then, or until an outstanding frame has left (Never)
	Urgent     clock.Instant // the same of IMMEDIATE
	Flash      clock.Instant // and of a FLASH that takes the longest frame
	Reached    bool          // what is left for ROUTINE and PRIORITY is less than a frame
	UrgentToo  bool          // and for IMMEDIATE
	FlashToo   bool          // and for FLASH: only one that is short enough goes
}

func (n *Node) airStatus(l *link) (s AirStatus) {
	if l.air.refused != nil {
		s.Refused = l.air.refused.Error()
	}
	f := n.freeAt(l)
	s.Until, s.Urgent, s.Flash = f.going, f.urgent, n.flashFree(l, l.profile.MTU)
	b := l.air.band
	if b == nil {
		return s
	}
	s.Rule, s.Window = l.air.rule, time.Hour
	s.Used, s.Past = b.ledger.Used(n.now.Mono), b.ledger.Past(n.now.Mono)
	if s.Rule.Limited() {
		longest := l.profile.Airtime(l.profile.MTU)
		s.Window = s.Rule.Window
		left := func(u ledger.Use) time.Duration { return max(0, s.Rule.Allows(u)-s.Used) }
		s.Left, s.LeftUrgent, s.LeftFlash = left(ledger.Fresh), left(ledger.Urgent), left(ledger.Flash)
		s.Reached, s.UrgentToo, s.FlashToo = s.Left < longest, s.LeftUrgent < longest, s.LeftFlash < longest
	}
	return s
}
