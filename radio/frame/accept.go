package frame

import (
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Accept says that the frame's transmitter took custody of bundles that To
// offered: they are durable there. The MAC is made with the key that the two
// share, over the ids and the hashes of the bundles, so that no third member
// can release To from its duty; package mesh makes and checks it.
//
//	to 2 | MAC 8 | bundle ids, 5 each, ascending, at least one
type Accept struct {
	To  ident.Number
	MAC [8]byte
	IDs []bundle.ID // strictly ascending by bundle.ID.Compare
}

const acceptFixed = 2 + 8

// AcceptSize returns the length of an Accept of n bundles.
func AcceptSize(n int) int { return acceptFixed + n*bundle.IDSize }

// Append encodes a behind dst.
func (a Accept) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(a.To))
	dst = append(dst, a.MAC[:]...)
	for _, id := range a.IDs {
		dst = id.Append(dst, epoch0)
	}
	return dst
}

// epoch0 fills the epoch bits of an id where the days alone tell it apart.
const epoch0 = 0

// DecodeAccept decodes the body of a KindAccept item. Today expands the ids'
// days, as in bundle.DecodeID.
func DecodeAccept(body []byte, today clock.Day) (Accept, error) {
	if len(body) < acceptFixed+bundle.IDSize {
		return Accept{}, ErrTruncated
	}
	a := Accept{To: ident.Number(binary.BigEndian.Uint16(body)), MAC: [8]byte(body[2:])}
	ids := body[acceptFixed:]
	if len(ids)%bundle.IDSize != 0 || a.To == 0 || a.To > ident.MaxNumber {
		return Accept{}, ErrMalformed
	}
	a.IDs = make([]bundle.ID, 0, len(ids)/bundle.IDSize)
	for ; len(ids) > 0; ids = ids[bundle.IDSize:] {
		id, epoch, err := bundle.DecodeID(ids[:bundle.IDSize], today)
		if err != nil || epoch != epoch0 {
			return Accept{}, ErrMalformed
		}
		if n := len(a.IDs); n > 0 && a.IDs[n-1].Compare(id) >= 0 {
			return Accept{}, ErrMalformed
		}
		a.IDs = append(a.IDs, id)
	}
	return a, nil
}
