package keyblock

import (
	"encoding/binary"
	"fmt"
)

// Part is one part of a block as the body of a KeyPart item in a frame:
// serial 4 | index 1 | data.
type Part struct {
	Serial uint32
	Index  uint8
	Data   []byte // 1..MaxPart bytes
}

// MaxItem is the length of the longest KeyPart item.
const MaxItem = partFixed + MaxPart

const partFixed = 4 + 1

// Parts returns the block as its authority cut it, in order. Whoever sends a
// block on sends these.
func (b *Block) Parts() []Part {
	var parts []Part
	for i, data := range b.mustLayout() {
		parts = append(parts, Part{Serial: b.Serial, Index: uint8(i), Data: data})
	}
	return parts
}

// Append encodes p behind dst.
func (p Part) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, p.Serial)
	return append(append(dst, p.Index), p.Data...)
}

// DecodePart decodes the body of a KeyPart item. Data aliases it. Errors are of
// the classes ErrTruncated, ErrOversized and ErrNotCanonical.
func DecodePart(body []byte) (Part, error) {
	if len(body) <= partFixed {
		return Part{}, fmt.Errorf("%w: part in %d bytes", ErrTruncated, len(body))
	}
	if len(body) > MaxItem {
		return Part{}, fmt.Errorf("%w: part in %d bytes", ErrOversized, len(body))
	}
	p := Part{Serial: binary.BigEndian.Uint32(body), Index: body[4], Data: body[partFixed:]}
	if p.Serial == 0 || p.Serial > MaxSerial {
		return Part{}, fmt.Errorf("%w: part of serial %d", ErrNotCanonical, p.Serial)
	}
	return p, nil
}
