package meshtasticemu

import (
	"encoding/binary"
	"math"
)

// packet is a packet on the air: a header of 16 bytes in clear text, and the Data, which
// the emulator leaves in clear text too.
type packet struct {
	to, from, id uint32
	hopLimit     byte // 3 bits
	hopStart     byte
	channel      byte // on the air a hash of name and key; here of the index
	relay        byte
	data         []byte
}

const (
	everybody = 0xFFFF_FFFF
	header    = 16
	longest   = 255
)

// hash stands for the firmware's hash of a channel's name and key.
func hash(channel byte) byte { return channel*31 + 8 }

func (p packet) encode() []byte {
	b := binary.LittleEndian.AppendUint32(nil, p.to)
	b = binary.LittleEndian.AppendUint32(b, p.from)
	b = binary.LittleEndian.AppendUint32(b, p.id)
	b = append(b, p.hopLimit|p.hopStart<<5, p.channel, 0, p.relay)
	return append(b, p.data...)
}

func decode(b []byte) (packet, bool) {
	if len(b) < header {
		return packet{}, false
	}
	return packet{
		to:       binary.LittleEndian.Uint32(b),
		from:     binary.LittleEndian.Uint32(b[4:]),
		id:       binary.LittleEndian.Uint32(b[8:]),
		hopLimit: b[12] & 7,
		hopStart: b[12] >> 5,
		channel:  b[13],
		relay:    b[15],
		data:     b[header:],
	}, true
}

// received is what the host gets of a packet: decoded if the channel is one of ours.
func received(p packet, channel int, rssi int, snr float64, at uint32) message {
	m := message(nil).four(1, p.from).four(2, p.to)
	if channel > 0 {
		m = m.varint(3, uint64(channel))
	}
	if channel >= 0 {
		m = m.bytes(4, p.data)
	} else {
		m = m.bytes(5, p.data)
	}
	m = m.four(6, p.id)
	if at != 0 {
		m = m.four(7, at)
	}
	m = m.four(8, math.Float32bits(float32(snr)))
	m = m.some(9, uint64(p.hopLimit))
	m = m.varint(12, uint64(int64(rssi)))
	m = m.some(15, uint64(p.hopStart))
	return m.some(19, uint64(p.relay))
}

// routing is what the host is told about its own packet: no error is an
// acknowledgement.
func routing(from, to, own, request uint32, channel byte, reason uint64) message {
	data := message(nil).varint(1, 5).bytes(2, message(nil).varint(3, reason)).four(6, request)
	m := message(nil).four(1, from).four(2, to)
	m = m.some(3, uint64(channel)).bytes(4, data).four(6, own)
	return m
}
