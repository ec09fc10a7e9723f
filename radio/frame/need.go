package frame

import (
	"bytes"
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Need asks To for the pieces of a transfer that have not arrived.
//
//	to 2 | transfer 2 | form 1 | the missing indices in that form
//
// Form 0 is a list: the first index, then for each further one its distance
// from the one before less one, each a uvarint. Form 1 is a map: the first
// index as a uvarint, then one bit for each index after it, lowest bit first,
// up to the last byte that is not zero. The shorter one is used; of two of the
// same length, the list.
type Need struct {
	To       ident.Number
	Transfer uint16
	Missing  []int // strictly ascending, 0..MaxFragments-1, at least one
}

const (
	formList = 0
	formMap  = 1
)

const needFixed = 2 + 2

// Append encodes n behind dst.
func (n Need) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(n.To))
	dst = binary.BigEndian.AppendUint16(dst, n.Transfer)
	list, bits := encodeList(n.Missing), encodeMap(n.Missing)
	if len(bits) < len(list) {
		return append(append(dst, formMap), bits...)
	}
	return append(append(dst, formList), list...)
}

// Fit returns n with as many of the first missing indices as its encoding
// holds in room bytes; the rest is asked for later. With no room for even one,
// Missing is empty, and n must not be sent.
func (n Need) Fit(room int) Need {
	for len(n.Missing) > 0 && len(n.Append(nil)) > room {
		n.Missing = n.Missing[:len(n.Missing)-1]
	}
	return n
}

func encodeList(missing []int) []byte {
	var out []byte
	next := 0
	for _, m := range missing {
		out = binary.AppendUvarint(out, uint64(m-next))
		next = m + 1
	}
	return out
}

func encodeMap(missing []int) []byte {
	first, last := missing[0], missing[len(missing)-1]
	out := binary.AppendUvarint(nil, uint64(first))
	bits := make([]byte, (last-first+7)/8)
	for _, m := range missing[1:] {
		at := m - first - 1
		bits[at/8] |= 1 << (at % 8)
	}
	return append(out, bits...)
}

// DecodeNeed decodes the body of a KindNeed item.
func DecodeNeed(body []byte) (Need, error) {
	if len(body) < needFixed+2 {
		return Need{}, ErrTruncated
	}
	n := Need{To: ident.Number(binary.BigEndian.Uint16(body)), Transfer: binary.BigEndian.Uint16(body[2:])}
	if n.To == 0 || n.To > ident.MaxNumber {
		return Need{}, ErrMalformed
	}
	ok := false
	switch body[needFixed] {
	case formList:
		n.Missing, ok = decodeList(body[needFixed+1:])
	case formMap:
		n.Missing, ok = decodeMap(body[needFixed+1:])
	}
	if !ok {
		return Need{}, ErrMalformed
	}
	// Only the shorter form is canonical, so encode again rather than keep a
	// second copy of the rule.
	if !bytes.Equal(n.Append(nil), body) {
		return Need{}, ErrMalformed
	}
	return n, nil
}

func decodeList(b []byte) (missing []int, ok bool) {
	next := uint64(0)
	for len(b) > 0 {
		var gap uint64
		if gap, b, ok = cutUvarint(b); !ok || gap >= MaxFragments || next+gap >= MaxFragments {
			return nil, false
		}
		missing = append(missing, int(next+gap))
		next += gap + 1
	}
	return missing, len(missing) > 0
}

func decodeMap(b []byte) ([]int, bool) {
	first, bits, ok := cutUvarint(b)
	if !ok || first >= MaxFragments || len(bits) > MaxFragments/8 {
		return nil, false
	}
	missing := []int{int(first)}
	for i := range len(bits) * 8 {
		if bits[i/8]&(1<<(i%8)) == 0 {
			continue
		}
		index := int(first) + 1 + i
		if index >= MaxFragments {
			return nil, false
		}
		missing = append(missing, index)
	}
	return missing, true
}
