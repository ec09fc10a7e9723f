package reference

import "encoding/binary"

// packetID names a packet: who made it, and its number there, from 1.
type packetID struct {
	from int
	n    uint32
}

// floodPacket is what a frame of managed flooding says.
type floodPacket struct {
	id      packetID
	to      int // or Everyone
	hops    int // how often it may still be relayed
	ack     bool
	of      uint32 // acknowledgements: the packet's number at its writer
	message int    // number in the run
	size    int    // of the frame in bytes
}

// floodHeader is the least size of a frame: it fits into Meshtastic's 16 bytes and
// those of an acknowledgement.
const floodHeader = 18

func (p floodPacket) encode() []byte {
	b := make([]byte, p.size)
	b[0] = byte(p.hops)
	if p.ack {
		b[0] |= 0x80
	}
	putNode(b[1:], p.id.from)
	putNode(b[4:], p.to)
	binary.BigEndian.PutUint32(b[7:], p.id.n)
	binary.BigEndian.PutUint32(b[11:], uint32(p.message))
	putNode(b[15:], int(p.of))
	return b
}

func decodeFlood(b []byte) (floodPacket, bool) {
	if len(b) < floodHeader {
		return floodPacket{}, false
	}
	return floodPacket{
		hops:    int(b[0] &^ 0x80),
		ack:     b[0]&0x80 != 0,
		id:      packetID{getNode(b[1:]), binary.BigEndian.Uint32(b[7:])},
		to:      getNode(b[4:]),
		message: int(binary.BigEndian.Uint32(b[11:])),
		of:      uint32(getNode(b[15:])),
		size:    len(b),
	}, true
}

// noNode stands for Everyone.
const noNode = 1<<24 - 1

func putNode(b []byte, n int) {
	if n == Everyone {
		n = noNode
	}
	b[0], b[1], b[2] = byte(n>>16), byte(n>>8), byte(n)
}

func getNode(b []byte) int {
	n := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
	if n == noNode {
		return Everyone
	}
	return n
}
