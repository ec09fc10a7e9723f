package frame

import (
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Need asks To for more shards of a transfer: how many, and not which, so that
// what is sent for the one who lacks most serves all others as well.
//
//	to 2 | transfer 2 | more, 1 for each block
type Need struct {
	To       ident.Number
	Transfer uint16
	More     []int // for each block 0..64, up to the last that needs some: see layout
}

const needFixed = 2 + 2

// Append encodes n behind dst.
func (n Need) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(n.To))
	dst = binary.BigEndian.AppendUint16(dst, n.Transfer)
	for _, more := range n.More {
		dst = append(dst, byte(more))
	}
	return dst
}

// DecodeNeed decodes the body of a KindNeed item.
func DecodeNeed(body []byte) (Need, error) {
	if len(body) < needFixed+1 {
		return Need{}, ErrTruncated
	}
	if len(body) > needFixed+maxBlocks {
		return Need{}, ErrOversized
	}
	n := Need{To: ident.Number(binary.BigEndian.Uint16(body)), Transfer: binary.BigEndian.Uint16(body[2:])}
	if n.To == 0 || n.To > ident.MaxNumber || body[len(body)-1] == 0 {
		return Need{}, ErrMalformed
	}
	for _, more := range body[needFixed:] {
		if more > maxBlockData {
			return Need{}, ErrMalformed
		}
		n.More = append(n.More, int(more))
	}
	return n, nil
}

// covers reports whether the shards asked for are all that somebody with other
// needs lacks as well.
func (n Need) covers(more []int) bool {
	if len(more) > len(n.More) {
		return false
	}
	for block, m := range more {
		if n.More[block] < m {
			return false
		}
	}
	return true
}
