package routing

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Segment is a part of a node's vectors as it travels in a Vector item: all it
// knows of the bundles First..Last. A stream among these that is not listed is
// empty at the sender, so that silence is an answer too. Most segments speak of
// whole origins:
//
//	0  first origin 2, last origin 2
//	4  then for each stream, ascending:
//	   origin, less that of the stream before (the first: less First), uvarint
//	   day mod 32, 1 byte
//	   set of bundles seen, set of receipts held (see Set.Append)
//
// Streams of one origin follow each other by ascending day. An origin that is
// too long for a frame travels in parts: see splitOrigin.
type Segment struct {
	First, Last bundle.ID
	Streams     []Stream
	Seen        []*Seen // beside Streams
}

// MaxStreams bounds the streams in one segment from outside.
const MaxStreams = 4096

// ErrSegment reports a vector item that is not well formed.
var ErrSegment = errors.New("malformed vector")

// segmentHeader is the size of an empty segment.
const segmentHeader = 4

// MinRoom is the smallest room that Segments can work with.
const MinRoom = 32

// Segments encodes the vectors into pieces of at most room bytes each, MinRoom
// or more. It returns at least one piece, and each bundle that could be is
// spoken of by exactly one.
func (v *Vectors) Segments(room int) [][]byte { return v.spoken().segments(room) }

func (v *Vectors) segments(room int) [][]byte {
	var pieces [][]byte
	first := ident.Number(1)
	piece := []byte{0, 0, 0, 0}
	last := first
	closeAt := func(end ident.Number) {
		binary.BigEndian.PutUint16(piece[0:], uint16(first))
		binary.BigEndian.PutUint16(piece[2:], uint16(end))
		pieces = append(pieces, piece)
		piece = []byte{0, 0, 0, 0}
		first = end + 1
		last = first
	}
	for i := 0; i < len(v.order); {
		origin := v.order[i].Origin
		entry, n := v.appendOrigin(nil, i, origin-last)
		if len(piece)+len(entry) > room && len(piece) > segmentHeader {
			closeAt(origin - 1)
			entry, _ = v.appendOrigin(nil, i, origin-last)
		}
		i += n
		if segmentHeader+len(entry) > room {
			if origin > first {
				closeAt(origin - 1)
			}
			pieces = append(pieces, v.splitOrigin(i-n, n, room)...)
			first, last = origin+1, origin+1
			continue
		}
		piece = append(piece, entry...)
		last = origin
	}
	if first <= ident.MaxNumber {
		closeAt(ident.MaxNumber)
	}
	return pieces
}

// appendOrigin encodes the streams of one origin, which begin at index i of
// the order, and returns how many they are.
func (v *Vectors) appendOrigin(dst []byte, i int, delta ident.Number) ([]byte, int) {
	n := 0
	for origin := v.order[i].Origin; i+n < len(v.order) && v.order[i+n].Origin == origin; n++ {
		st := v.order[i+n]
		dst = binary.AppendUvarint(dst, uint64(delta))
		dst = append(dst, byte(st.Day%32))
		dst = v.streams[st].Append(dst)
		delta = 0
	}
	return dst, n
}

// DecodeSegment decodes a vector item. Days are taken as the ones nearest to
// today.
func DecodeSegment(whole []byte, today clock.Day) (*Segment, error) {
	b := whole
	if len(b) < segmentHeader {
		return nil, ErrSegment
	}
	s := &Segment{First: firstOf(ident.Number(number16(b))), Last: lastOf(ident.Number(number16(b[2:])))}
	if b = b[segmentHeader:]; s.First.Origin == 0 {
		var ok bool
		if s.First, s.Last, b, ok = cutInterval(whole[2:], today); !ok {
			return nil, ErrSegment
		}
	}
	origin := s.First.Origin
	if origin == 0 || s.Last.Origin > ident.MaxNumber || origin > s.Last.Origin {
		return nil, ErrSegment
	}
	for len(b) > 0 {
		delta, rest, ok := cutUvarint(b, uint64(ident.MaxNumber))
		if !ok || len(rest) == 0 || rest[0] > 31 || int(origin)+int(delta) > int(s.Last.Origin) || len(s.Streams) == MaxStreams {
			return nil, ErrSegment
		}
		origin += ident.Number(delta)
		st := Stream{Origin: origin, Day: today.Nearest(rest[0])}
		seen := new(Seen)
		if b, ok = seen.cut(rest[1:]); !ok || !s.insert(st, seen) {
			return nil, ErrSegment
		}
	}
	return s, nil
}

// insert keeps the streams ascending: a receiver whose clock is far from the
// sender's may see the days of one origin in another order.
func (s *Segment) insert(st Stream, seen *Seen) bool {
	i, found := slices.BinarySearchFunc(s.Streams, st, Stream.Compare)
	if found {
		return false
	}
	s.Streams = slices.Insert(s.Streams, i, st)
	s.Seen = slices.Insert(s.Seen, i, seen)
	return true
}

// Covers reports whether the segment speaks of a bundle.
func (s *Segment) Covers(id bundle.ID) bool {
	return s.First.Compare(id) <= 0 && id.Compare(s.Last) <= 0
}

// Find returns what the segment lists of a stream, or nil.
func (s *Segment) Find(st Stream) *Seen {
	if i, found := slices.BinarySearchFunc(s.Streams, st, Stream.Compare); found {
		return s.Seen[i]
	}
	return nil
}

// Has reports whether the sender of the segment has the bundle, and whether it
// holds its receipt. known is false where the segment does not cover it.
func (s *Segment) Has(id bundle.ID) (have, receipt, known bool) {
	if !s.Covers(id) {
		return false, false, false
	}
	seen := s.Find(Stream{id.Origin, id.Day})
	if seen == nil {
		return false, false, true
	}
	return seen.Have.Has(id.Seq), seen.Receipts.Has(id.Seq), true
}
