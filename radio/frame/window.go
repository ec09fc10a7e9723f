package frame

import (
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// windowSize is how far a frame may be overtaken by later ones of the same
// transmitter and still be taken. One window serves all links of a node, or a
// frame recorded on one could be replayed on another; and a transmitter counts
// its frames on all links in one row. So a frame of a slow radio, which takes
// seconds, is overtaken by hundreds that went by a LAN meanwhile.
const (
	windowWords = 64
	windowSize  = (windowWords - 1) * 64
)

// window is the replay window of one transmitter under one key, as in RFC 4303
// section 3.4.3 with the extended sequence numbers of its appendix A2, cut to 16
// and 16 bits, and kept as a ring of words as in RFC 6479: the word that holds a
// counter follows from it, and nothing is shifted.
type window struct {
	top  uint32 // highest counter taken
	seen [windowWords]uint64
}

func newWindow(counter uint32) *window {
	w := &window{top: counter}
	w.mark(counter)
	return w
}

// expand returns the counter whose low bits are given and which is nearest
// above the window's lower edge.
func (w *window) expand(low uint16) uint32 {
	var edge uint32 // lowest counter that the window can still take
	if w.top >= windowSize-1 {
		edge = w.top - (windowSize - 1)
	}
	// The distance from the edge to the next counter with these low bits, in
	// 0..65535, is the difference of the low bits modulo 2^16.
	return edge + uint32(low-uint16(edge))
}

// fresh reports whether a counter may be taken.
func (w *window) fresh(counter uint32) bool {
	if counter > w.top {
		return true
	}
	return w.top-counter < windowSize && w.seen[counter/64%windowWords]&(1<<(counter%64)) == 0
}

// take marks a fresh counter as seen.
func (w *window) take(counter uint32) {
	if counter > w.top {
		// The words between hold counters that have left the window.
		for i := range min(counter/64-w.top/64, windowWords) {
			w.seen[(w.top/64+1+i)%windowWords] = 0
		}
		w.top = counter
	}
	w.mark(counter)
}

func (w *window) mark(counter uint32) { w.seen[counter/64%windowWords] |= 1 << (counter % 64) }

// windows is the replay windows of one class of keys.
//
// A window belongs to one transmitter and one key. One for each transmitter
// would refuse replays as well, because counters are reserved durably and never
// repeat (mesh/load.go), and a frame opens under one key only. But whoever holds
// a key can move the windows of others to the end of all counters, and this way
// what a member or a node revoked since has spoilt ends with the day's key. It
// also hears a node again the next day that was restored from an old copy and
// counts from there.
//
// Link keys and bootstrap keys have tables of their own: a revoked node, who
// holds the bootstrap key, neither fills the table of the others nor leads
// their guesses of high bits astray.
type windows struct {
	limit   int // of windows in all
	count   int
	turns   uint64 // authentic frames so far; orders the senders by age
	senders map[ident.Number]*sender
}

// sender is what is known of one transmitter: the windows under the keys that
// it was heard under, the last one first.
type sender struct {
	heard uint64
	keys  []keyed
}

type keyed struct {
	name uint64 // of the key
	*window
}

// guess returns the counter of an unproven frame from its low bits: by the
// window of its key, else by the last one of its transmitter, else from zero.
func (t *windows) guess(from ident.Number, k *Key, low uint16) uint32 {
	s := t.senders[from]
	if s == nil {
		return uint32(low)
	}
	if w := s.find(k.name); w != nil {
		return w.expand(low)
	}
	return s.keys[0].expand(low)
}

func (s *sender) find(name uint64) *window {
	for _, w := range s.keys {
		if w.name == name {
			return w.window
		}
	}
	return nil
}

// take marks the counter of an authentic frame as heard, or reports that it was
// before. Nothing changes here before a tag was found right.
func (t *windows) take(from ident.Number, k *Key, counter uint32) bool {
	t.turns++
	s := t.senders[from]
	if s == nil {
		s = new(sender)
		t.senders[from] = s
	}
	s.heard = t.turns
	for i, w := range s.keys {
		if w.name != k.name {
			continue
		}
		copy(s.keys[1:i+1], s.keys[:i])
		s.keys[0] = w
		if !w.fresh(counter) {
			return false
		}
		w.take(counter)
		return true
	}
	if len(s.keys) >= MaxKeys { // keys of days gone by
		s.keys = s.keys[:MaxKeys-1]
		t.count--
	}
	if t.count >= t.limit {
		t.evict()
	}
	s.keys = append([]keyed{{k.name, newWindow(counter)}}, s.keys...)
	t.count++
	return true
}

// evict forgets the transmitter not heard for longest: never the one that is
// being heard.
func (t *windows) evict() {
	oldest, age := ident.Number(0), t.turns
	// order: no two senders have the same age
	for n, s := range t.senders {
		if s.heard < age {
			oldest, age = n, s.heard
		}
	}
	if s := t.senders[oldest]; s != nil {
		t.count -= len(s.keys)
		delete(t.senders, oldest)
	}
}
