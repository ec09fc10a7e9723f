package frame

import "encoding/binary"

// Hello says that its transmitter is here and, in short, what it holds. The
// first item of a frame, it carries the high bits of the frame's counter in
// clear (within the frame's encryption), which is how receivers catch up.
//
//	counter high 2 | summary 4 | flags 1
type Hello struct {
	CounterHigh uint16 // high 16 bits of this frame's counter
	Summary     uint32 // short hash over what the transmitter holds; its meaning is package routing's
	Flags       uint8  // package mesh's
}

// HelloSize is the length of a Hello.
const HelloSize = 7

// Append encodes h behind dst.
func (h Hello) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, h.CounterHigh)
	dst = binary.BigEndian.AppendUint32(dst, h.Summary)
	return append(dst, h.Flags)
}

// DecodeHello decodes the body of a KindHello item.
func DecodeHello(body []byte) (Hello, error) {
	switch {
	case len(body) < HelloSize:
		return Hello{}, ErrTruncated
	case len(body) > HelloSize:
		return Hello{}, ErrOversized
	}
	return Hello{
		CounterHigh: binary.BigEndian.Uint16(body),
		Summary:     binary.BigEndian.Uint32(body[2:]),
		Flags:       body[6],
	}, nil
}
