package frame

// windowSize is how far a frame may be overtaken by later ones of the same
// transmitter and still be taken: radios keep order, gossip nearly does.
const windowSize = 64

// window is the replay window of one transmitter, as in RFC 4303 section 3.4.3
// with the extended sequence numbers of its appendix A2, cut to 16 and 16 bits.
type window struct {
	top   uint32 // highest counter taken
	seen  uint64 // bit i: top-i was taken
	heard uint64 // the receiver's count of frames when this one was last heard
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
	back := w.top - counter
	return back < windowSize && w.seen&(1<<back) == 0
}

// take marks a fresh counter as seen.
func (w *window) take(counter uint32) {
	if counter <= w.top {
		w.seen |= 1 << (w.top - counter)
		return
	}
	// A shift by windowSize or more leaves nothing, which is what is meant.
	w.seen = w.seen<<(counter-w.top) | 1
	w.top = counter
}
