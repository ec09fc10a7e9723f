package meshtastic

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one field of a protobuf message. Only the value of its own kind is set.
type field struct {
	number protowire.Number
	kind   protowire.Type
	value  uint64 // of a varint, fixed32 or fixed64
	data   []byte // of bytes, strings and messages; part of the message
}

// walk hands out the fields of a message in order, and reports whether the message is
// whole. Groups, which nobody uses, are passed over.
func walk(message []byte, take func(field)) bool {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return false
		}
		message = message[n:]
		f := field{number: number, kind: kind}
		switch kind {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(message)
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(message)
			f.value = uint64(v)
		case protowire.Fixed64Type:
			f.value, n = protowire.ConsumeFixed64(message)
		case protowire.BytesType:
			f.data, n = protowire.ConsumeBytes(message)
		default:
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return false
		}
		message = message[n:]
		take(f)
	}
	return true
}

// The readers below take a field for what it should be. One of another kind is as if
// it were not there: a newer firmware may have given its number to something else.

func (f field) u32(to *uint32) {
	if f.kind == protowire.VarintType {
		*to = uint32(f.value)
	}
}

func (f field) i32(to *int) {
	if f.kind == protowire.VarintType {
		*to = int(int32(f.value))
	}
}

func (f field) flag(to *bool) {
	if f.kind == protowire.VarintType {
		*to = f.value != 0
	}
}

func (f field) fixed(to *uint32) {
	if f.kind == protowire.Fixed32Type {
		*to = uint32(f.value)
	}
}

func (f field) float(to *float64) {
	if f.kind == protowire.Fixed32Type {
		*to = float64(math.Float32frombits(uint32(f.value)))
	}
}

// appendVarint appends a field that is a varint; a 0 is left out, as all protobufs do.
func appendVarint(dst []byte, number protowire.Number, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return protowire.AppendVarint(protowire.AppendTag(dst, number, protowire.VarintType), v)
}

func appendFixed(dst []byte, number protowire.Number, v uint32) []byte {
	if v == 0 {
		return dst
	}
	return protowire.AppendFixed32(protowire.AppendTag(dst, number, protowire.Fixed32Type), v)
}

// appendBytes appends bytes or a message, an empty one too.
func appendBytes(dst []byte, number protowire.Number, data []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(dst, number, protowire.BytesType), data)
}
