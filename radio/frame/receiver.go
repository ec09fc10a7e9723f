package frame

import (
	"crypto/aes"
	"crypto/subtle"
	"encoding/binary"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// MaxWindows bounds the replay windows that a Receiver keeps, about 0.6 kB each,
// and MaxBootstrapWindows those under bootstrap keys. One more evicts the
// transmitter not heard for longest, whose old frames could then be replayed;
// only holders of a key can fill the table.
const (
	MaxWindows          = 4096
	MaxBootstrapWindows = 512
)

// Receiver opens frames and refuses what it has heard before, on whichever
// link. It belongs to one node and one goroutine.
//
// After a restart it remembers nothing: an old frame whose key is still held
// would be taken once more, and so would the old ones of an evicted transmitter.
// That costs a look into the store and at most three times its bytes on the air:
// bundles are told apart by what the store holds, and nobody who has not
// answered a challenge since is answered at length (package mesh).
type Receiver struct {
	link, bootstrap windows
	plain           []byte // room to work in
}

// NewReceiver returns a receiver that knows no transmitter.
func NewReceiver() *Receiver {
	return &Receiver{
		link:      windows{limit: MaxWindows, senders: make(map[ident.Number]*sender)},
		bootstrap: windows{limit: MaxBootstrapWindows, senders: make(map[ident.Number]*sender)},
	}
}

// Open checks, decrypts and decodes a frame, marks it as heard, and says which
// of the keys it was sealed under. Data is left as it is; the items' bodies
// share one new slice.
//
// Only 16 of the counter's 32 bits travel. The others are expanded from the
// transmitter's window; a Hello or KeyHello in front carries them itself, which
// is how two nodes find each other after more than 65,535 frames unheard. Of an
// unknown transmitter they are taken as zero. The tag covers all 32, so a wrong
// guess is refused like a forgery.
//
// The node's own frames, heard through another radio, open like any other:
// the caller compares From with itself.
//
// The error is one of ErrTruncated, ErrOversized, ErrUnauthentic, ErrReplayed,
// ErrVersion, ErrMalformed, ErrMisplaced. With the last four the frame's From
// and Counter and the key are set, because they are authentic. A refusal with
// one of the first three changes and allocates nothing, but for frames of more
// than longFrame bytes, and leaves the order of the keys as it was.
func (r *Receiver) Open(keys *KeySet, data []byte) (Frame, *Key, error) {
	switch {
	case len(data) < MinSize:
		return Frame{}, nil, ErrTruncated
	case len(data) > MaxSize:
		return Frame{}, nil, ErrOversized
	}
	for i, k := range keys.keys {
		h, counter, ok := r.try(k, data, i == 0)
		if !ok {
			continue
		}
		keys.opened(i)
		f, err := r.read(k, h, counter)
		return f, k, err
	}
	return Frame{}, nil, ErrUnauthentic
}

// try decrypts a frame into r.plain and checks its tag under one key.
//
// Most trials end at the frame's first block: under a wrong key it is noise, and
// noise seldom looks like a head. That this is seen before the tag was checked
// tells a stranger nothing that he could use. Nothing follows from either
// refusal: no answer, no count of its own, no change; they differ in half a
// microsecond of a machine that he does not share, behind milliseconds of a
// radio. And whoever could time it would learn a few bits of the first byte of a
// frame that was recorded and changed, which is the kind of its first item.
//
// A frame of another version is looked for under the key that opened last and no
// other: three quarters of all noise have another version.
func (r *Receiver) try(k *Key, data []byte, likely bool) (h head, counter uint32, ok bool) {
	tag, sealed := data[:TagSize], data[TagSize:]
	if cap(r.plain) < len(sealed) {
		r.plain = make([]byte, max(len(sealed), 512))
	}
	r.plain = r.plain[:len(sealed)]
	const block = aes.BlockSize
	first := min(block, len(sealed))
	k.crypt(tag, 0, r.plain[:first], sealed[:first])
	if !likely && r.plain[0]&maskVersion != 0 {
		return h, 0, false
	}
	// All that parseHead looks at stands in the first block: first byte 1,
	// counter 2, transmitter 2, a length of up to 10, two or three of the body at
	// most where the length is short. Behind it is what the last trial left.
	if h, ok = parseHead(r.plain); !ok {
		return h, 0, false
	}
	k.crypt(tag, 1, r.plain[first:], sealed[first:])
	counter = uint32(h.high)<<16 | uint32(h.low)
	if !h.hasHigh {
		counter = r.windows(k).guess(h.from, k, h.low)
	}
	return h, counter, subtle.ConstantTimeCompare(k.tag(uint16(counter>>16), r.plain), tag) == 1
}

func (r *Receiver) windows(k *Key) *windows {
	if k.bootstrap {
		return &r.bootstrap
	}
	return &r.link
}

// read makes a frame of an authentic plaintext.
func (r *Receiver) read(k *Key, h head, counter uint32) (Frame, error) {
	f := Frame{From: h.from, Counter: counter}
	if h.from == 0 || h.from > ident.MaxNumber {
		return f, ErrMalformed
	}
	if !r.windows(k).take(h.from, k, counter) {
		return f, ErrReplayed
	}
	if r.plain[0]&maskVersion != 0 {
		return f, ErrVersion
	}
	items, ok := parseItems(r.plain[0], slices.Clone(h.items))
	if !ok || r.plain[0]&bitTransmitter != 0 && impliesTransmitter(items[0], f.From) {
		return f, ErrMalformed
	}
	for _, it := range items {
		if !k.carries(it.Kind) {
			return f, ErrMisplaced
		}
	}
	f.Items = items
	return f, nil
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
	if kind != KindBundle && !kind.carriesHigh() {
		return h, true
	}
	body, ok := firstBody(plain[0], h.items)
	switch {
	case kind.carriesHigh():
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
