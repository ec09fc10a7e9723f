package medium

import "github.com/blackstart-mesh/blackstart/message/clock"

// what a moment is about. Of two at one instant the lower goes first, so that
// a transmission may begin where another ends without hurting it.
type what uint8

const (
	leave   what = iota // the end of a transmission passes its hearers
	finish              // a transmitter is done
	arrive              // the front of a transmission reaches its hearers
	attempt             // a station looks whether it may transmit
)

// moment is one thing to come.
type moment struct {
	at      clock.Instant
	what    what
	station int
	token   uint64 // of an attempt: valid while it is the station's
	tx      *transmission
	seq     uint64
}

func (a moment) before(b moment) bool {
	if a.at != b.at {
		return a.at < b.at
	}
	if a.what != b.what {
		return a.what < b.what
	}
	return a.seq < b.seq
}

// timeline is a binary heap of moments by value.
type timeline struct {
	heap []moment
	seq  uint64
}

func (l *timeline) push(m moment) {
	l.seq++
	m.seq = l.seq
	h := append(l.heap, m)
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if !h[i].before(h[parent]) {
			break
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
	l.heap = h
}

func (l *timeline) pop() moment {
	h := l.heap
	top, last := h[0], len(h)-1
	h[0], h[last] = h[last], moment{}
	h = h[:last]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if h[child].before(h[least]) {
				least = child
			}
		}
		if least == i {
			break
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
	l.heap = h
	return top
}
