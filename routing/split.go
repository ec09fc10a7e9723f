package routing

import (
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// A busy origin's days, with receipts for some messages and not for others, can
// be more than a frame holds. Its vector then travels as parts, each of which
// speaks of an interval of its bundles:
//
//	0  zero 2, which no origin is
//	2  origin 2
//	4  where the part begins: day mod 32, 1 byte, and sequence number 2; or
//	   wholeDay alone, for the origin's first day
//	5-7 where it ends, both included: the same; wholeDay for its last day
//	6-10 then the streams as in a whole segment, cut to the interval
const wholeDay = 32

const lastSeq = 1<<16 - 1

// firstOf and lastOf enclose all bundles of an origin.
func firstOf(origin ident.Number) bundle.ID { return bundle.ID{Origin: origin} }
func lastOf(origin ident.Number) bundle.ID {
	return bundle.ID{Origin: origin, Day: 1<<16 - 1, Seq: lastSeq}
}

// splitOrigin encodes the n streams of one origin that begin at index i of the
// order into parts of at most room bytes, which follow each other without gaps.
func (v *Vectors) splitOrigin(i, n, room int) [][]byte {
	origin := v.order[i].Origin
	var parts [][]byte
	var body []byte
	from := firstOf(origin)
	closeAt := func(to bundle.ID) {
		parts = append(parts, append(appendInterval(nil, from, to), body...))
		body = nil
		from = after(to)
	}
	for _, st := range v.order[i : i+n] {
		start := uint16(0)
		for {
			entry := appendPart(nil, st.Day, v.streams[st].clip(start, lastSeq))
			if maxInterval+len(body)+len(entry) <= room {
				body = append(body, entry...)
				break
			}
			if len(body) > 0 {
				closeAt(bundle.ID{Origin: origin, Day: st.Day - 1, Seq: lastSeq})
				continue
			}
			end := v.cutAt(st, start, room-maxInterval)
			body = appendPart(nil, st.Day, v.streams[st].clip(start, end))
			closeAt(bundle.ID{Origin: origin, Day: st.Day, Seq: end})
			start = end + 1
		}
	}
	closeAt(lastOf(origin))
	return parts
}

// cutAt returns the last sequence number up to which a stream, from start on,
// fits into room bytes. What is encoded grows with it.
func (v *Vectors) cutAt(st Stream, start uint16, room int) uint16 {
	low, high := int(start), lastSeq
	for low < high {
		mid := (low + high + 1) / 2
		if len(appendPart(nil, st.Day, v.streams[st].clip(start, uint16(mid)))) <= room {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return uint16(low)
}

// after returns the id behind another of the same origin.
func after(id bundle.ID) bundle.ID {
	if id.Seq < lastSeq {
		id.Seq++
		return id
	}
	return bundle.ID{Origin: id.Origin, Day: id.Day + 1}
}

func appendPart(dst []byte, day clock.Day, s *Seen) []byte {
	return s.Append(append(dst, 0, byte(day%32)))
}

// maxInterval is the longest header of a part.
const maxInterval = 10

func appendInterval(dst []byte, from, to bundle.ID) []byte {
	dst = binary.BigEndian.AppendUint16(append(dst, 0, 0), uint16(from.Origin))
	for _, bound := range [...]struct{ id, whole bundle.ID }{{from, firstOf(from.Origin)}, {to, lastOf(to.Origin)}} {
		if bound.id == bound.whole {
			dst = append(dst, wholeDay)
			continue
		}
		dst = binary.BigEndian.AppendUint16(append(dst, byte(bound.id.Day%32)), bound.id.Seq)
	}
	return dst
}

// cutInterval decodes what appendInterval wrote behind the zero.
func cutInterval(b []byte, today clock.Day) (from, to bundle.ID, rest []byte, ok bool) {
	if len(b) < 2 {
		return from, to, nil, false
	}
	origin := ident.Number(number16(b))
	from, to, b = firstOf(origin), lastOf(origin), b[2:]
	for _, bound := range [...]*bundle.ID{&from, &to} {
		switch {
		case len(b) > 0 && b[0] == wholeDay:
			b = b[1:]
		case len(b) > 2 && b[0] < wholeDay:
			bound.Day, bound.Seq, b = today.Nearest(b[0]), number16(b[1:]), b[3:]
		default:
			return from, to, nil, false
		}
	}
	return from, to, b, from.Compare(to) <= 0
}

// clip returns what is in from..to.
func (s *Seen) clip(from, to uint16) *Seen {
	return &Seen{Have: s.Have.clip(from, to), Receipts: s.Receipts.clip(from, to)}
}

func (s *Set) clip(from, to uint16) Set {
	var out Set
	for _, r := range s.runs[s.find(from):] {
		if r.from > to {
			break
		}
		out.runs = append(out.runs, run{max(r.from, from), min(r.to, to)})
	}
	return out
}
