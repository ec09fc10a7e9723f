package frame

import (
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Hearing says how well its transmitter hears its neighbours on the link that it
// goes by, and lets them find how well they hear it: nobody else can tell. A frame's
// counter does not, since a node counts the frames on all its links in one row.
//
//	all 1 bit, frames 15 bits | for each: node 2, loss 4 bits, SNR 6 bits, RSSI 6 bits
type Hearing struct {
	All    bool   // these are all whom the transmitter hears on this link
	Frames uint16 // under link keys that it sent on this link so far, this one included; the low 15 bits
	Of     []Reception
}

// Reception is how well one node is heard. The levels are codes, since the air has
// room for no more.
type Reception struct {
	Node ident.Number // strictly ascending
	Loss uint8        // 0 to LossAll: of its frames so many fourteenths are lost; LossUnknown
	SNR  uint8        // 0: not known; 1 to 63: -32 to +30 dB
	RSSI uint8        // 0: not known; 1 to 63: -150 to -26 dBm in steps of 2
}

// Bounds and codes of a Reception.
const (
	MaxReceptions = 64 // in one Hearing
	LossAll       = 14
	LossUnknown   = 15
	maxLevel      = 63
	snrBase       = -33
	rssiBase      = -152
	rssiStep      = 2
	allBit        = 1 << 15
	hearingFixed  = 2
	receptionSize = 2 + 2
)

// FramesMask holds the bits of a count of frames that travel.
const FramesMask = allBit - 1

// HearingSize returns the length of a Hearing of n neighbours.
func HearingSize(n int) int { return hearingFixed + n*receptionSize }

// SNRCode returns the code of a ratio in dB, the nearest that there is.
func SNRCode(db int) uint8 { return uint8(max(1, min(db-snrBase, maxLevel))) }

// SNRdB returns the ratio, and whether it is known.
func (r Reception) SNRdB() (int, bool) { return int(r.SNR) + snrBase, r.SNR != 0 }

// RSSICode returns the code of a level in dBm, the nearest that there is.
func RSSICode(dbm int) uint8 { return uint8(max(1, min((dbm-rssiBase)/rssiStep, maxLevel))) }

// RSSIdBm returns the level, and whether it is known.
func (r Reception) RSSIdBm() (int, bool) { return int(r.RSSI)*rssiStep + rssiBase, r.RSSI != 0 }

// Append encodes h behind dst.
func (h Hearing) Append(dst []byte) []byte {
	head := h.Frames & FramesMask
	if h.All {
		head |= allBit
	}
	dst = binary.BigEndian.AppendUint16(dst, head)
	for _, r := range h.Of {
		dst = binary.BigEndian.AppendUint16(dst, uint16(r.Node))
		dst = binary.BigEndian.AppendUint16(dst, uint16(r.Loss&15)<<12|uint16(r.SNR&maxLevel)<<6|uint16(r.RSSI&maxLevel))
	}
	return dst
}

// DecodeHearing decodes the body of a KindHearing item.
func DecodeHearing(body []byte) (Hearing, error) {
	switch {
	case len(body) < hearingFixed:
		return Hearing{}, ErrTruncated
	case len(body) > HearingSize(MaxReceptions):
		return Hearing{}, ErrOversized
	case len(body)%receptionSize != hearingFixed%receptionSize:
		return Hearing{}, ErrMalformed
	}
	head := binary.BigEndian.Uint16(body)
	h := Hearing{All: head&allBit != 0, Frames: head & FramesMask}
	for b := body[hearingFixed:]; len(b) > 0; b = b[receptionSize:] {
		levels := binary.BigEndian.Uint16(b[2:])
		r := Reception{Node: ident.Number(binary.BigEndian.Uint16(b)), Loss: uint8(levels >> 12), SNR: uint8(levels >> 6 & maxLevel), RSSI: uint8(levels & maxLevel)}
		if r.Node == 0 || r.Node > ident.MaxNumber || len(h.Of) > 0 && h.Of[len(h.Of)-1].Node >= r.Node {
			return Hearing{}, ErrMalformed
		}
		h.Of = append(h.Of, r)
	}
	return h, nil
}
