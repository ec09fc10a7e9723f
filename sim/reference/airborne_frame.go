package reference

import (
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Kinds of frames on the air.
const (
	airHello  = byte(1 + iota)
	airTalk   // for all
	airFor    // for one, who answers
	airAnswer // got it
)

// On the air: kind 1, from 2, to 2 (one more, 0 is everyone), number 1, checksum 3. Then
// what the protocol says, packed: see packAir.
const (
	airHeadBytes = 9
	airDataBytes = 13
	airOverhead  = airHeadBytes + airDataBytes

	// airLeast is the MTU of a radio that is of use: it takes a whole frame of news.
	airLeast = airHeadBytes + 2 + 5*newsMost
)

// airHead is what stands before a frame's contents.
type airHead struct {
	kind     byte
	from, to int
	seq      byte
}

func encodeAir(h airHead, frame []byte) []byte {
	out := make([]byte, airHeadBytes, airHeadBytes+len(frame))
	out[0], out[5] = h.kind, h.seq
	binary.BigEndian.PutUint16(out[1:], uint16(h.from))
	binary.BigEndian.PutUint16(out[3:], uint16(h.to+1))
	if len(frame) > 0 {
		out = packAir(out, frame)
	}
	sum := airSum(out)
	copy(out[6:], sum[:])
	return out
}

// airSum is over all but itself.
func airSum(frame []byte) (sum [3]byte) {
	c := crc32.ChecksumIEEE(frame[:6])
	c = crc32.Update(c, crc32.IEEETable, frame[airHeadBytes:])
	return [3]byte{byte(c >> 16), byte(c >> 8), byte(c)}
}

func decodeAir(data []byte) (h airHead, frame []byte, ok bool) {
	if len(data) < airHeadBytes || airSum(data) != [3]byte(data[6:airHeadBytes]) {
		return h, nil, false
	}
	h = airHead{kind: data[0], seq: data[5], from: int(binary.BigEndian.Uint16(data[1:])), to: int(binary.BigEndian.Uint16(data[3:])) - 1}
	if len(data) > airHeadBytes {
		frame, ok = unpackAir(data[airHeadBytes:])
		return h, frame, ok && (h.kind == airTalk || h.kind == airFor)
	}
	return h, nil, h.kind == airHello || h.kind == airAnswer
}

// packAir appends a protocol's frame without what it can do without on the air. A
// message: kind 1, number 3, from 2, addressee 2, copies 1, second of expiry 4, and its
// bytes. News: kind 1, count 1, for each the number and whether it is gone 3, and the
// addressee 2. Numbers and copies that are larger do not occur there; see numbersMost.
func packAir(out, frame []byte) []byte {
	t, _ := decodeTalk(frame)
	out = append(out, t.kind)
	switch t.kind {
	case kindData:
		m := t.parcel.message
		out = append(out, byte(m.N>>16), byte(m.N>>8), byte(m.N))
		out = binary.BigEndian.AppendUint16(out, uint16(m.From))
		out = binary.BigEndian.AppendUint16(out, uint16(m.To+1))
		out = append(out, byte(min(t.parcel.copies, 255)))
		out = binary.BigEndian.AppendUint32(out, uint32(m.Expires/clock.Instant(time.Second)))
		out = append(out, frame[Head:]...)
	case kindNews:
		out = append(out, byte(len(t.items)))
		for _, i := range t.items {
			word := uint32(i.n) << 1
			if i.gone {
				word |= 1
			}
			out = append(out, byte(word>>16), byte(word>>8), byte(word))
			out = binary.BigEndian.AppendUint16(out, uint16(i.to+1))
		}
	}
	return out
}

func unpackAir(b []byte) ([]byte, bool) {
	number := func(b []byte) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }
	switch kind := b[0]; {
	case kind == kindData && len(b) >= airDataBytes:
		return encodeData(parcel{
			message: Message{
				N: number(b[1:]), From: int(binary.BigEndian.Uint16(b[4:])), To: int(binary.BigEndian.Uint16(b[6:])) - 1,
				Bytes: len(b) - airDataBytes, Expires: clock.Instant(binary.BigEndian.Uint32(b[9:])) * clock.Instant(time.Second),
			},
			copies: int(b[8]),
		}), true
	case kind == kindNews && len(b) >= 2 && len(b) == 2+5*int(b[1]):
		var items []item
		for rest := b[2:]; len(rest) > 0; rest = rest[5:] {
			word := number(rest)
			items = append(items, item{n: word >> 1, to: int(binary.BigEndian.Uint16(rest[3:])) - 1, gone: word&1 == 1})
		}
		return encodeNews(items), true
	case kind == kindAsk && len(b) == 1:
		return encodeAsk(), true
	}
	return nil, false
}
