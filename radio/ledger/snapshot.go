package ledger

import (
	"encoding/binary"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// A snapshot is a list of
//
//	age 1 | milliseconds 4, big-endian
//
// with ages in 60ths of the window, rounded down, ascending and none twice, and
// durations rounded up.
const (
	entrySize   = 5
	ages        = 60
	slotsPerAge = slotsPerWindow / ages
)

// Append appends a snapshot of what counts now, and in addition a claim on airtime
// ahead, which counts as used just now.
func (l *Ledger) Append(dst []byte, now clock.Instant, claim time.Duration) []byte {
	l.turn(now)
	var by [kept/slotsPerAge + 1]time.Duration
	by[0] = l.flying + max(0, claim)
	for n := l.newest; n >= l.newest-kept; n-- {
		// A slot's end is before the beginning of the newest by the slots between.
		by[max(0, l.newest-n-1)/slotsPerAge] += l.ended[place(n)]
	}
	for age, d := range by {
		if d > 0 {
			dst = append(dst, byte(age))
			dst = binary.BigEndian.AppendUint32(dst, uint32((d+time.Millisecond-1)/time.Millisecond))
		}
	}
	return dst
}

// Restore returns the ledger that a snapshot says, which was stored at least since
// ago. A snapshot that cannot be read, and windows too short to be stored, count as
// full.
func Restore(now clock.Instant, r Rule, snapshot []byte, since time.Duration) *Ledger {
	l := New(now, r)
	l.Add(now, r, snapshot, since)
	return l
}

// Full returns a ledger of which nobody knows what was used.
func Full(now clock.Instant, r Rule) *Ledger {
	l := New(now, r)
	if r.Limited() {
		l.enter(now, now, r.Limit)
		l.all(now)
	}
	return l
}

// Add counts what a snapshot says in addition.
func (l *Ledger) Add(now clock.Instant, r Rule, snapshot []byte, since time.Duration) {
	if !r.Limited() {
		return
	}
	if !r.hours() || !New(now, r).read(now, snapshot, max(0, since)) {
		l.enter(now, now, r.Limit)
	} else {
		l.read(now, snapshot, max(0, since))
	}
	l.all(now)
}

// all takes all that counts for used before the start.
func (l *Ledger) all(now clock.Instant) {
	l.past, l.pastEnd = l.sum, l.gone(l.number(now))
	if l.past > 0 {
		l.paid = now
	}
}

func (l *Ledger) read(now clock.Instant, snapshot []byte, since time.Duration) bool {
	last := -1
	for ; len(snapshot) >= entrySize; snapshot = snapshot[entrySize:] {
		age := int(snapshot[0])
		if age <= last || age > kept/slotsPerAge {
			return false
		}
		last = age
		old := since + time.Duration(age*slotsPerAge)*l.slot
		l.enter(now, now.Add(-old), time.Duration(binary.BigEndian.Uint32(snapshot[1:]))*time.Millisecond)
	}
	return len(snapshot) == 0
}
