package ledger

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// How finely time is kept.
const (
	slotsPerWindow = 360
	lateSlots      = slotsPerWindow / 60 // by which a device may be late: see the package comment
	kept           = slotsPerWindow + lateSlots
	ring           = kept + 1
)

// Use is what a transmission is for.
type Use uint8

const (
	Fresh  Use = iota // ROUTINE and PRIORITY: leaves the reserve, and keeps to the pace
	Going             // the same, of what is under way: the pace lets it through and makes what is fresh wait for it
	Urgent            // IMMEDIATE: leaves what is for FLASH alone
	Flash
)

// Ledger counts what was transmitted in one band. Instants never go back.
type Ledger struct {
	slot   time.Duration
	ended  [ring]time.Duration // by number of the slot
	newest int64               // number of the latest slot that was entered
	sum    time.Duration       // of ended
	flying time.Duration       // begun and not ended
	paid   clock.Instant       // until then the pace is used up, at the rate at which it grows

	routine time.Duration // what may be used for all but what is urgent, once some of it was
	longest time.Duration // transmission for that

	past    time.Duration // of sum, what is from before the start, while it counts
	pastEnd clock.Instant
}

// New returns an empty ledger for the band of a rule. Where there is no limit it
// counts what was used in an hour, for people.
func New(now clock.Instant, r Rule) *Ledger {
	if !r.Limited() {
		r.Window = time.Hour
	}
	l := &Ledger{slot: r.Window / slotsPerWindow}
	l.newest = l.number(now)
	l.paid = now.Add(-r.Window / burst)
	return l
}

// number is the slot that holds an instant.
func (l *Ledger) number(at clock.Instant) int64 {
	n := int64(at) / int64(l.slot)
	if int64(at)%int64(l.slot) < 0 {
		n-- // before the start of the clock
	}
	return n
}

// place is where a slot is kept.
func place(number int64) int { return int((number%ring + ring) % ring) }

// gone is the moment from which on a slot counts no more.
func (l *Ledger) gone(number int64) clock.Instant {
	return clock.Instant((number + 1 + kept) * int64(l.slot))
}

// turn forgets what counts no more.
func (l *Ledger) turn(now clock.Instant) {
	n := l.number(now)
	full := l.full()
	for steps := 0; l.newest < n && steps < ring; steps++ {
		l.newest++
		l.sum -= l.ended[place(l.newest)]
		l.ended[place(l.newest)] = 0
		if full && !l.full() {
			full, l.paid = false, max(l.paid, l.gone(l.newest-ring))
		}
	}
	l.newest = max(l.newest, n)
	if now >= l.pastEnd {
		l.past = 0
	}
}

// full reports whether the limit, and not the pace, holds up what is not urgent. No
// burst is saved up in that time: it would fall into the same minutes of each hour, for
// all nodes that began together.
func (l *Ledger) full() bool { return l.routine > 0 && l.sum+l.flying+l.longest > l.routine }

// enter counts what ended at an instant.
func (l *Ledger) enter(now, end clock.Instant, d time.Duration) {
	l.turn(now)
	n := l.number(min(end, now))
	if l.gone(n) <= now {
		return
	}
	l.ended[place(n)] += d
	l.sum += d
}

// Used is what counts now, outstanding transmissions included.
func (l *Ledger) Used(now clock.Instant) time.Duration {
	l.turn(now)
	return l.sum + l.flying
}

// Past is how much of that was used before the start, or may have been.
func (l *Ledger) Past(now clock.Instant) time.Duration {
	l.turn(now)
	return l.past
}

// Free returns when a transmission of length d may begin: now, if it may at once,
// and Never if that is not known before an outstanding one has ended.
func (l *Ledger) Free(now clock.Instant, r Rule, d time.Duration, u Use) clock.Instant {
	if !r.Limited() {
		return now
	}
	at := l.under(now, l.Used(now)+d-r.Allows(u))
	if u == Fresh && r.hours() && at < clock.Never {
		paid := l.paid
		if l.full() {
			paid = max(paid, l.under(now, l.sum+l.flying+l.longest-l.routine))
		}
		at = max(at, l.due(now, r, d, paid))
	}
	return at
}

// under returns when so much less counts, or Never as in Free.
func (l *Ledger) under(now clock.Instant, over time.Duration) clock.Instant {
	at := now
	for n := l.newest - kept; over > 0; n++ {
		if n > l.newest {
			return clock.Never
		}
		over -= l.ended[place(n)]
		at = max(now, l.gone(n))
	}
	return at
}

// due is when the pace, used up until paid, allows so much more.
func (l *Ledger) due(now clock.Instant, r Rule, d time.Duration, paid clock.Instant) clock.Instant {
	return max(paid, now.Add(-r.Window/burst)).Add(scaled(d, r.Window, r.Routine()))
}

// Begin counts a transmission that begins. It counts until End was called.
func (l *Ledger) Begin(now clock.Instant, r Rule, d time.Duration, u Use) {
	l.turn(now)
	l.flying += d
	if u < Urgent && r.hours() {
		l.paid = l.due(now, r, d, l.paid)
		l.routine, l.longest = r.Routine(), max(l.longest, d)
	}
}

// End counts a transmission as over, sent or not.
func (l *Ledger) End(now clock.Instant, d time.Duration) {
	l.flying -= d
	l.enter(now, now, d)
}

// Reported counts what the device transmitted on its own up to now.
func (l *Ledger) Reported(now clock.Instant, d time.Duration) { l.enter(now, now, max(0, d)) }
