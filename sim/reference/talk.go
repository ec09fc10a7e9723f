package reference

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Head is how many bytes stand before the message in a frame of the protocols that
// carry messages from contact to contact, and the most that a frame of their control
// talk has. A link that takes no time for so many bytes of each frame (see
// segment.Config.Uncharged) makes their talk free, as it is in the ONE.
const Head = 64

// Kinds of frames.
const (
	kindData = 1 + iota // a message
	kindNews            // what the sender has, or no longer has
	kindAsk             // give me what you have for me
)

// Layout of a head: checksum over all that follows 4, kind 1, then for data: number 4,
// from 4, addressee 4 (one more, so that Everyone is 0), bytes 4, copies 4, expiry 8; for news:
// count 1, then 8 for each: number and whether it is gone 4, addressee 4.
const (
	newsAt    = 6
	newsBytes = 8
	newsMost  = (Head - newsAt) / newsBytes
)

// numbers of messages are below this, so that a set of them fits into memory.
const numbersMost = 1 << 23

// parcel is a message as it travels.
type parcel struct {
	message Message
	copies  int
}

// item is one line of news.
type item struct {
	n, to int
	gone  bool
}

// talk is a frame that was understood.
type talk struct {
	kind   byte
	parcel parcel
	items  []item
}

func sealed(frame []byte) []byte {
	binary.BigEndian.PutUint32(frame, crc32.ChecksumIEEE(frame[4:]))
	return frame
}

func encodeData(p parcel) []byte {
	frame := make([]byte, Head+p.message.Bytes)
	frame[4] = kindData
	binary.BigEndian.PutUint32(frame[5:], uint32(p.message.N))
	binary.BigEndian.PutUint32(frame[9:], uint32(p.message.From))
	binary.BigEndian.PutUint32(frame[13:], uint32(p.message.To+1))
	binary.BigEndian.PutUint32(frame[17:], uint32(p.message.Bytes))
	binary.BigEndian.PutUint32(frame[21:], uint32(p.copies))
	binary.BigEndian.PutUint64(frame[25:], uint64(p.message.Expires))
	return sealed(frame)
}

func encodeNews(items []item) []byte {
	frame := make([]byte, newsAt, newsAt+newsBytes*len(items))
	frame[4], frame[5] = kindNews, byte(len(items))
	for _, i := range items {
		word := uint32(i.n) << 1
		if i.gone {
			word |= 1
		}
		frame = binary.BigEndian.AppendUint32(frame, word)
		frame = binary.BigEndian.AppendUint32(frame, uint32(i.to+1))
	}
	return sealed(frame)
}

func encodeAsk() []byte {
	return sealed([]byte{0, 0, 0, 0, kindAsk})
}

// decodeTalk understands a frame, or reports false: it was damaged, or is another
// protocol's.
func decodeTalk(frame []byte) (t talk, ok bool) {
	if len(frame) < 5 || binary.BigEndian.Uint32(frame) != crc32.ChecksumIEEE(frame[4:]) {
		return t, false
	}
	switch t.kind = frame[4]; t.kind {
	case kindData:
		if len(frame) < Head {
			return t, false
		}
		t.parcel = parcel{
			message: Message{
				N:       int(binary.BigEndian.Uint32(frame[5:])),
				From:    int(binary.BigEndian.Uint32(frame[9:])),
				To:      int(binary.BigEndian.Uint32(frame[13:])) - 1,
				Bytes:   int(binary.BigEndian.Uint32(frame[17:])),
				Expires: clock.Instant(binary.BigEndian.Uint64(frame[25:])),
			},
			copies: int(binary.BigEndian.Uint32(frame[21:])),
		}
		return t, t.parcel.message.N < numbersMost && t.parcel.message.Bytes == len(frame)-Head
	case kindNews:
		if len(frame) < newsAt || len(frame) != newsAt+newsBytes*int(frame[5]) {
			return t, false
		}
		for rest := frame[newsAt:]; len(rest) > 0; rest = rest[newsBytes:] {
			word := binary.BigEndian.Uint32(rest)
			i := item{n: int(word >> 1), to: int(binary.BigEndian.Uint32(rest[4:])) - 1, gone: word&1 == 1}
			if i.n >= numbersMost {
				return t, false
			}
			t.items = append(t.items, i)
		}
		return t, true
	case kindAsk:
		return t, len(frame) == 5
	}
	return t, false
}

// numbers is a set of message numbers.
type numbers []uint64

func (s numbers) has(n int) bool { return n>>6 < len(s) && s[n>>6]>>(n&63)&1 == 1 }

func (s *numbers) put(n int, in bool) {
	for n>>6 >= len(*s) {
		if !in {
			return
		}
		*s = append(*s, 0)
	}
	if in {
		(*s)[n>>6] |= 1 << (n & 63)
	} else {
		(*s)[n>>6] &^= 1 << (n & 63)
	}
}
