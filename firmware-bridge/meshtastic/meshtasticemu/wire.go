package meshtasticemu

import "encoding/binary"

// The two bytes before a length of two.
const opening = "\x94\xC3"

// most is the longest message that the firmware takes.
const most = 512

// framed returns a message as it goes over the wire.
func framed(message []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte(opening), uint16(len(message))), message...)
}

// stream finds messages in what a host writes, as the firmware does it: one buffer,
// which is begun anew where something does not fit.
type stream struct{ buffer []byte }

// push takes the next byte and returns the message that it ends.
func (s *stream) push(b byte) ([]byte, bool) {
	s.buffer = append(s.buffer, b)
	n := len(s.buffer)
	if n <= 2 {
		if b != opening[n-1] {
			s.buffer = nil
		}
		return nil, false
	}
	if n < 4 {
		return nil, false
	}
	want := int(binary.BigEndian.Uint16(s.buffer[2:]))
	if want > most {
		s.buffer = nil
		return nil, false
	}
	if n < 4+want {
		return nil, false
	}
	message := s.buffer[4:]
	s.buffer = nil
	return message, true
}

// Wire types of protobuf.
const (
	asVarint = 0
	asEight  = 1
	asBytes  = 2
	asFour   = 5
)

// entry is a field of a message: its number, its type, and its value as a number or as
// bytes.
type entry struct {
	field uint64
	kind  byte
	n     uint64
	bytes []byte
}

// entries reads a message; false if it is none.
func entries(b []byte) (list []entry, ok bool) {
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 || tag>>3 == 0 {
			return nil, false
		}
		b = b[n:]
		e := entry{field: tag >> 3, kind: byte(tag & 7)}
		size := 0
		switch e.kind {
		case asVarint:
			if e.n, size = binary.Uvarint(b); size <= 0 {
				return nil, false
			}
		case asEight:
			size = 8
		case asFour:
			size = 4
			if len(b) >= 4 {
				e.n = uint64(binary.LittleEndian.Uint32(b))
			}
		case asBytes:
			length, m := binary.Uvarint(b)
			if m <= 0 || length > uint64(len(b)-m) {
				return nil, false
			}
			size = m + int(length)
			e.bytes = b[m:size]
		default:
			return nil, false
		}
		if size > len(b) {
			return nil, false
		}
		b = b[size:]
		list = append(list, e)
	}
	return list, true
}

// message is a protobuf that grows.
type message []byte

func (m message) tag(field uint64, kind byte) message {
	return binary.AppendUvarint(m, field<<3|uint64(kind))
}

// varint appends a number; it may be 0.
func (m message) varint(field, n uint64) message {
	return binary.AppendUvarint(m.tag(field, asVarint), n)
}

// some appends a number unless it is 0.
func (m message) some(field, n uint64) message {
	if n == 0 {
		return m
	}
	return m.varint(field, n)
}

func (m message) four(field uint64, n uint32) message {
	return binary.LittleEndian.AppendUint32(m.tag(field, asFour), n)
}

func (m message) bytes(field uint64, b []byte) message {
	return append(binary.AppendUvarint(m.tag(field, asBytes), uint64(len(b))), b...)
}

func (m message) text(field uint64, s string) message { return m.bytes(field, []byte(s)) }
