package frame

import (
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// What travels under the bootstrap key: key blocks, and the words by which nodes
// find out who lacks one. Revoked nodes hold this key too, so nothing here is
// believed for the frame's sake: a block is signed by the authority.

// KeyHello says which key block is the newest here. Like a Hello, it carries the
// high bits of its frame's counter, and stands in front of the first parts or
// requests that a node sends to one that may not know them.
//
//	counter high 2 | serial 4 | day 2 | flags 1
type KeyHello struct {
	CounterHigh uint16    // high 16 bits of this frame's counter
	Serial      uint32    // of the newest key block applied, 1..MaxKeySerial
	Day         clock.Day // whose link key the transmitter seals under
	Flags       uint8     // package mesh's
}

// KeyHelloSize is the length of a KeyHello.
const KeyHelloSize = 2 + 4 + 2 + 1

// Append encodes h behind dst.
func (h KeyHello) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, h.CounterHigh)
	dst = binary.BigEndian.AppendUint32(dst, h.Serial)
	dst = binary.BigEndian.AppendUint16(dst, uint16(h.Day))
	return append(dst, h.Flags)
}

// DecodeKeyHello decodes the body of a KindKeyHello item.
func DecodeKeyHello(body []byte) (KeyHello, error) {
	switch {
	case len(body) < KeyHelloSize:
		return KeyHello{}, ErrTruncated
	case len(body) > KeyHelloSize:
		return KeyHello{}, ErrOversized
	}
	h := KeyHello{
		CounterHigh: binary.BigEndian.Uint16(body),
		Serial:      binary.BigEndian.Uint32(body[2:]),
		Day:         clock.Day(binary.BigEndian.Uint16(body[6:])),
		Flags:       body[8],
	}
	if h.Serial == 0 || h.Serial > MaxKeySerial {
		return KeyHello{}, ErrMalformed
	}
	return h, nil
}

// Bounds of a key block on the air.
const (
	// MaxKeyPart is the longest part in bytes: with KeyPart's 5 bytes and the
	// envelope's 11 it makes a frame of 220.
	MaxKeyPart = 204
	// MaxKeyParts is the number of parts of one block, and MaxKeySerial the last
	// serial: one block a minute reaches it after 4,000 years.
	MaxKeyParts  = 256
	MaxKeySerial = 1<<31 - 1
	// maxKeyPieces is the number of pieces of one part; 7 are enough for
	// radio.MinMTU.
	maxKeyPieces = 16
)

// KeyAsk asks To for parts of a key block. Who does not have part 0 yet, which
// says how many there are, asks for that.
//
//	to 2 | serial 4 | a bit for each part, bit 0 of the first byte for part 0, ending with the last byte that is not zero
type KeyAsk struct {
	To     ident.Number
	Serial uint32 // 1..MaxKeySerial
	Parts  []int  // strictly ascending, 0..MaxKeyParts-1, at least one
}

const keyAskFixed = 2 + 4

// Append encodes a behind dst. A part out of range is a broken invariant and
// panics.
func (a KeyAsk) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(a.To))
	dst = binary.BigEndian.AppendUint32(dst, a.Serial)
	var bits [MaxKeyParts / 8]byte
	used := 0
	for _, part := range a.Parts {
		bits[part/8] |= 1 << (part % 8)
		used = part/8 + 1
	}
	return append(dst, bits[:used]...)
}

// DecodeKeyAsk decodes the body of a KindKeyAsk item.
func DecodeKeyAsk(body []byte) (KeyAsk, error) {
	switch {
	case len(body) < keyAskFixed+1:
		return KeyAsk{}, ErrTruncated
	case len(body) > keyAskFixed+MaxKeyParts/8:
		return KeyAsk{}, ErrOversized
	}
	a := KeyAsk{To: ident.Number(binary.BigEndian.Uint16(body)), Serial: binary.BigEndian.Uint32(body[2:])}
	bits := body[keyAskFixed:]
	if a.To == 0 || a.To > ident.MaxNumber || a.Serial == 0 || a.Serial > MaxKeySerial || bits[len(bits)-1] == 0 {
		return KeyAsk{}, ErrMalformed
	}
	for i := range len(bits) * 8 {
		if bits[i/8]&(1<<(i%8)) != 0 {
			a.Parts = append(a.Parts, i)
		}
	}
	return a, nil
}
