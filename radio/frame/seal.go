package frame

import (
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Seal encodes and seals a frame under a link key or the bootstrap key.
//
// A frame that no transmitter may make is a broken invariant of the caller and
// panics: no item, a kind above 15, a kind that does not travel under this key,
// a transmitter that is no node, a Hello or KeyHello in front whose CounterHigh
// is not the counter's, more than MaxSize bytes.
//
// # Why this is safe here
//
// It is SIV: the tag is a PRF (HMAC-SHA256 under its own key) of the whole
// content and of the full counter, and is the IV of AES-256-CTR under another
// key. Nothing rests on the counter being fresh: one that is set back by a
// restored backup repeats nothing but an identical frame. The CTR blocks of
// two tags never overlap, because the tag fills the front of the IV and a
// frame is far shorter than the 2^80 blocks of the rest.
//
// Six bytes are enough because every guess is a transmission. A forger needs
// 2^47 frames on average; at fifty a second that is ninety thousand years, and
// what he would win is a neighbour's attention: bundles, acceptances and
// receipts inside carry proofs of their own. Two different frames of one day
// share an IV, and thus show the difference of their contents, only once some
// 2^24 were sent under one link key; a channel of 9,600 bit/s carries fewer
// than 2^23 of the shortest ones in a day, the contents are sealed again end
// to end, and links that are faster are encrypted by themselves.
func Seal(k *Key, f Frame) []byte {
	mustBeSendable(k, f)
	size := Size(f)
	if size > MaxSize {
		panic(fmt.Sprintf("internal error: frame of %d bytes sealed", size))
	}
	out := make([]byte, TagSize, size)
	out = appendPlain(out, f)
	tag := k.tag(uint16(f.Counter>>16), out[TagSize:])
	copy(out, tag)
	k.crypt(tag, 0, out[TagSize:], out[TagSize:])
	return out
}

func mustBeSendable(k *Key, f Frame) {
	if len(f.Items) == 0 || f.From == 0 || f.From > ident.MaxNumber {
		panic(fmt.Sprintf("internal error: frame from %d with %d items sealed", f.From, len(f.Items)))
	}
	for _, it := range f.Items {
		if it.Kind > maxKind || !k.carries(it.Kind) {
			panic(fmt.Sprintf("internal error: item of kind %d sealed, bootstrap %v", it.Kind, k.bootstrap))
		}
	}
	first := f.Items[0]
	if first.Kind.carriesHigh() && (len(first.Body) < 2 || binary.BigEndian.Uint16(first.Body) != uint16(f.Counter>>16)) {
		panic(fmt.Sprintf("internal error: hello does not carry the high bits of counter %d", f.Counter))
	}
}

func appendPlain(dst []byte, f Frame) []byte {
	first := f.Items[0]
	head := byte(first.Kind)
	named := !impliesTransmitter(first, f.From)
	if named {
		head |= bitTransmitter
	}
	if len(f.Items) > 1 {
		head |= bitSeveral
	}
	dst = append(dst, head)
	dst = binary.BigEndian.AppendUint16(dst, uint16(f.Counter))
	if named {
		dst = binary.BigEndian.AppendUint16(dst, uint16(f.From))
	}
	if len(f.Items) == 1 {
		return append(dst, first.Body...)
	}
	for i, it := range f.Items {
		if i > 0 {
			dst = append(dst, byte(it.Kind))
		}
		dst = binary.AppendUvarint(dst, uint64(len(it.Body)))
		dst = append(dst, it.Body...)
	}
	return dst
}
