package frame

import (
	"encoding/binary"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// KeyPart is a part of a key block, or a piece of one on a link that does not
// carry it whole. Parts are cut once, by the authority, whose signature covers
// their digests; pieces are cut by whoever sends them.
//
//	piece follows, 1 bit | serial, 31 bits | part 1 | [piece 1: bits 4-7 which, bits 0-3 how many less one] | data
type KeyPart struct {
	Serial uint32 // of the block, 1..MaxKeySerial
	Index  int    // of the part, 0..MaxKeyParts-1
	Piece  int    // 0..Pieces-1
	Pieces int    // 1: the whole part
	Data   []byte // at least one byte; of the same length in all pieces but the last, which may be shorter
}

const (
	keyPartFixed = 4 + 1
	bitPiece     = 1 << 31 // of the serial: a whole part has no byte to spare
)

// Append encodes p behind dst.
func (p KeyPart) Append(dst []byte) []byte {
	if p.Pieces > 1 {
		dst = binary.BigEndian.AppendUint32(dst, p.Serial|bitPiece)
		dst = append(dst, byte(p.Index), byte(p.Piece<<4|(p.Pieces-1)))
	} else {
		dst = binary.BigEndian.AppendUint32(dst, p.Serial)
		dst = append(dst, byte(p.Index))
	}
	return append(dst, p.Data...)
}

// DecodeKeyPart decodes the body of a KindKeyPart item. Data aliases body.
func DecodeKeyPart(body []byte) (KeyPart, error) {
	if len(body) < keyPartFixed+1 {
		return KeyPart{}, ErrTruncated
	}
	head := binary.BigEndian.Uint32(body)
	p := KeyPart{Serial: head &^ bitPiece, Index: int(body[4]), Pieces: 1, Data: body[keyPartFixed:]}
	if p.Serial == 0 {
		return KeyPart{}, ErrMalformed
	}
	if head&bitPiece != 0 {
		p.Piece, p.Pieces, p.Data = int(p.Data[0]>>4), int(p.Data[0]&15)+1, p.Data[1:]
		if p.Pieces == 1 || p.Piece >= p.Pieces {
			return KeyPart{}, ErrMalformed
		}
	}
	// All pieces but the last are of one length, so that length times number
	// bounds the whole from the first piece on.
	longest := MaxKeyPart
	if p.Piece < p.Pieces-1 {
		longest = MaxKeyPart / (p.Pieces - 1)
	}
	switch {
	case len(p.Data) == 0:
		return KeyPart{}, ErrTruncated
	case len(p.Data) > longest:
		return KeyPart{}, ErrOversized
	}
	return p, nil
}

// SplitKeyPart cuts a part into as many KeyParts as it takes for their encodings
// to be of at most room bytes each: one where it fits. It returns nil if the part
// is empty or longer than MaxKeyPart, or room is too small; the room that
// radio.MinMTU leaves never is. The data aliases part.
func SplitKeyPart(serial uint32, index int, part []byte, room int) []KeyPart {
	if len(part) == 0 || len(part) > MaxKeyPart {
		return nil
	}
	if len(part) <= room-keyPartFixed {
		return []KeyPart{{Serial: serial, Index: index, Pieces: 1, Data: part}}
	}
	size := room - keyPartFixed - 1
	if size < 1 || (len(part)+size-1)/size > maxKeyPieces {
		return nil
	}
	count := (len(part) + size - 1) / size
	size = (len(part) + count - 1) / count
	count = (len(part) + size - 1) / size
	out := make([]KeyPart, 0, count)
	for i := range count {
		end := min((i+1)*size, len(part))
		out = append(out, KeyPart{Serial: serial, Index: index, Piece: i, Pieces: count, Data: part[i*size : end : end]})
	}
	return out
}

// Bounds of KeyPieces: parts in pieces, of one transmitter and of all.
const (
	MaxKeyPiecesEach = 8
	MaxKeyPieces     = 128
)

// KeyPieces puts the pieces of key parts together. Under the bootstrap key a
// revoked node can send in anybody's name: whether a part is the authority's is
// seen only when it is whole, by its digest or signature, and one that is not is
// asked for again. It belongs to one node.
type KeyPieces struct{ open []*keyPieces } // the one heard last in front

type keyPieces struct {
	from          ident.Number
	serial        uint32
	index         int
	pieces        [][]byte
	have, bytes   int
	longest, last int // lengths of the pieces but the last, and of the last; 0: not known yet
}

// Add takes one KeyPart. The whole part comes back when nothing is missing any
// more; it is the caller's. Pieces that do not fit together are dropped with what
// was there before. The data is copied.
func (a *KeyPieces) Add(from ident.Number, p KeyPart) (part []byte, done bool) {
	if p.Pieces == 1 {
		return slices.Clone(p.Data), true
	}
	o := a.take(from, p)
	if o.pieces[p.Piece] != nil {
		return nil, false
	}
	of := &o.longest
	if p.Piece == p.Pieces-1 {
		of = &o.last
	}
	o.have++
	o.bytes += len(p.Data)
	o.pieces[p.Piece] = slices.Clone(p.Data)
	even := *of == 0 || *of == len(p.Data)
	*of = len(p.Data)
	if !even || o.longest != 0 && o.last > o.longest || o.bytes > MaxKeyPart {
		a.open = a.open[1:]
		return nil, false
	}
	if o.have < p.Pieces {
		return nil, false
	}
	a.open = a.open[1:]
	return slices.Concat(o.pieces...), true
}

// take returns the transfer that a piece belongs to, from now on in front.
func (a *KeyPieces) take(from ident.Number, p KeyPart) *keyPieces {
	at := slices.IndexFunc(a.open, func(o *keyPieces) bool {
		return o.from == from && o.serial == p.Serial && o.index == p.Index && len(o.pieces) == p.Pieces
	})
	var o *keyPieces
	if at >= 0 {
		o = a.open[at]
		a.open = slices.Delete(a.open, at, at+1)
	} else {
		o = &keyPieces{from: from, serial: p.Serial, index: p.Index, pieces: make([][]byte, p.Pieces)}
		a.makeRoom(from)
	}
	a.open = slices.Insert(a.open, 0, o)
	return o
}

// makeRoom drops what was not heard for longest, first of the same transmitter:
// who sends nonsense spoils his own before that of others.
func (a *KeyPieces) makeRoom(from ident.Number) {
	own, last := 0, len(a.open)-1
	for i, o := range a.open {
		if o.from == from {
			own++
			if own >= MaxKeyPiecesEach {
				last = i
			}
		}
	}
	if own >= MaxKeyPiecesEach || len(a.open) >= MaxKeyPieces {
		a.open = slices.Delete(a.open, last, last+1)
	}
}
