package frame

import (
	"crypto/subtle"
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// MaxTransmitters bounds how many transmitters a Receiver remembers. One more
// evicts the one not heard for longest, whose old frames could then be
// replayed; only members of the network can fill the table.
const MaxTransmitters = 4096

// Receiver opens frames and refuses what it has heard before. It belongs to
// one node and one goroutine.
//
// After a restart it remembers nothing: an old frame of the day would be taken
// once more, and so would the first old one of an evicted transmitter. That
// costs a look into the store and no more, because bundles are told apart by
// what the store holds.
type Receiver struct {
	windows map[ident.Number]*window
	frames  uint64 // authentic frames so far; orders the windows by age
}

// NewReceiver returns a receiver that knows no transmitter.
func NewReceiver() *Receiver {
	return &Receiver{windows: make(map[ident.Number]*window)}
}

// Forget drops what is known of one transmitter, so that it may start again at
// any counter.
func (r *Receiver) Forget(n ident.Number) { delete(r.windows, n) }

// Open checks, decrypts and decodes a frame, and marks it as heard. Data is
// left as it is; the items' bodies share one new slice.
//
// Only 16 of the counter's 32 bits travel. The others are expanded from the
// transmitter's window; a Hello in front carries them itself, which is how two
// nodes find each other after more than 65,535 frames unheard. Of an unknown
// transmitter they are taken as zero. The tag covers all 32, so a wrong guess
// is refused like a forgery.
//
// The node's own frames, heard through another radio, open like any other:
// the caller compares From with itself.
//
// The error is one of ErrTruncated, ErrOversized, ErrUnauthentic, ErrReplayed,
// ErrVersion, ErrMalformed. With the last three the frame's From and Counter
// are set, because they are authentic.
func (r *Receiver) Open(k seal.LinkKey, data []byte) (Frame, error) {
	switch {
	case len(data) < MinSize:
		return Frame{}, ErrTruncated
	case len(data) > MaxSize:
		return Frame{}, ErrOversized
	}
	tag := [TagSize]byte(data)
	plain := make([]byte, len(data)-TagSize)
	crypt(k, tag, plain, data[TagSize:])

	h, ok := parseHead(plain)
	if !ok { // whatever it was, no member made it
		return Frame{}, ErrUnauthentic
	}
	w := r.windows[h.from]
	counter := uint32(h.low)
	switch {
	case h.hasHigh:
		counter |= uint32(h.high) << 16
	case w != nil:
		counter = w.expand(h.low)
	}
	want := computeTag(k, uint16(counter>>16), plain)
	if subtle.ConstantTimeCompare(want[:], tag[:]) != 1 {
		return Frame{}, ErrUnauthentic
	}
	f := Frame{From: h.from, Counter: counter}
	if h.from == 0 || h.from > ident.MaxNumber {
		return f, ErrMalformed
	}
	if !r.take(w, f) {
		return f, ErrReplayed
	}
	if plain[0]&maskVersion != 0 {
		return f, ErrVersion
	}
	if f.Items, ok = parseItems(plain[0], h.items); !ok {
		return f, ErrMalformed
	}
	if plain[0]&bitTransmitter != 0 && impliesTransmitter(f.Items[0], f.From) {
		f.Items = nil
		return f, ErrMalformed
	}
	return f, nil
}

// take marks the counter of an authentic frame as heard, or reports that it
// was before.
func (r *Receiver) take(w *window, f Frame) bool {
	r.frames++
	if w == nil {
		if len(r.windows) >= MaxTransmitters {
			r.evict()
		}
		r.windows[f.From] = &window{top: f.Counter, seen: 1, heard: r.frames}
		return true
	}
	w.heard = r.frames
	if !w.fresh(f.Counter) {
		return false
	}
	w.take(f.Counter)
	return true
}

// evict forgets the transmitter not heard for longest. No two have the same
// age, so the order of the walk does not show.
func (r *Receiver) evict() {
	oldest, age := ident.Number(0), uint64(1<<64-1)
	// order: no two windows have the same age
	for n, w := range r.windows {
		if w.heard < age {
			oldest, age = n, w.heard
		}
	}
	delete(r.windows, oldest)
}

// head is what must be known of a frame before its tag can be checked. None of
// it is proven yet.
type head struct {
	from    ident.Number
	low     uint16
	high    uint16
	hasHigh bool
	items   []byte
}

func parseHead(plain []byte) (head, bool) {
	h := head{low: binary.BigEndian.Uint16(plain[1:]), items: plain[3:]}
	kind := Kind(plain[0] & byte(maxKind))
	if plain[0]&bitTransmitter != 0 {
		if len(h.items) < 2 {
			return h, false
		}
		h.from = ident.Number(binary.BigEndian.Uint16(h.items))
		h.items = h.items[2:]
	} else if kind != KindBundle {
		return h, false
	}
	if kind != KindBundle && kind != KindHello {
		return h, true
	}
	body, ok := firstBody(plain[0], h.items)
	switch {
	case kind == KindHello:
		if ok = ok && len(body) >= 2; ok {
			h.high, h.hasHigh = binary.BigEndian.Uint16(body), true
		}
		return h, ok
	case plain[0]&bitTransmitter == 0:
		if ok {
			h.from, ok = bundleOrigin(body)
		}
		return h, ok
	}
	return h, true
}

func firstBody(first byte, items []byte) ([]byte, bool) {
	if first&bitSeveral == 0 {
		return items, true
	}
	n, rest, ok := cutUvarint(items)
	if !ok || n > uint64(len(rest)) {
		return nil, false
	}
	return rest[:n], true
}

func parseItems(first byte, b []byte) ([]Item, bool) {
	kind := Kind(first & byte(maxKind))
	if first&bitSeveral == 0 {
		return []Item{{Kind: kind, Body: b}}, true
	}
	items := make([]Item, 0, 4)
	for {
		n, rest, ok := cutUvarint(b)
		if !ok || n > uint64(len(rest)) {
			return nil, false
		}
		items = append(items, Item{Kind: kind, Body: rest[:n:n]})
		if b = rest[n:]; len(b) == 0 {
			break
		}
		if kind = Kind(b[0]); kind > maxKind {
			return nil, false
		}
		b = b[1:]
	}
	if len(items) == 1 {
		return nil, false // one item goes without a length
	}
	return items, true
}
