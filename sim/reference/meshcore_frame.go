package reference

import (
	"encoding/binary"
	"slices"
)

// meshcoreKind is what a packet of MeshCore holds.
type meshcoreKind byte

const (
	mcText meshcoreKind = iota
	mcAck
	mcGroup
	mcPath // the way that a packet of the addressee's took, maybe with an acknowledgement
)

// meshcorePacket is what a packet of MeshCore says. Nodes are below 65535.
type meshcorePacket struct {
	kind    meshcoreKind
	flood   bool   // or along path
	path    []byte // repeaters passed, of a flood; else those to come
	from    int
	to      int // or Everyone; of an acknowledgement, too, which has no address
	message int
	try     int
	ack     bool   // of mcPath: it acknowledges message
	salt    byte   // makes packets differ
	way     []byte // of mcPath
	payload int    // bytes
}

const (
	mcHeader     = 2  // header and length of the path
	mcLeast      = 11 // bytes of payload in which what is said here fits, beside a way
	mcAckPayload = 6  // a checksum of 4, the number of the try, a random byte
	block        = 16 // bytes of AES
)

// padded is the length of what is encrypted.
func padded(n int) int { return (n + block - 1) / block * block }

// wayPayload is the length of a mcPath for a way and what goes with it: addresses 2,
// authentication 2, then encrypted the length of the way, the way, a type and that.
func wayPayload(way, extra int) int { return max(4+padded(2+way+extra), mcLeast+way) }

func (p meshcorePacket) size() int { return mcHeader + len(p.path) + p.payload }

// hashOf is the byte by which paths name a repeater; two may have the same.
func hashOf(node int) byte {
	x := (uint64(node) + 1) * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	return byte(x >> 56)
}

// key is what a packet is recognised by: its type and payload, but not its path.
func (p meshcorePacket) key() string { return string(append([]byte{byte(p.kind)}, p.body()...)) }

func (p meshcorePacket) body() []byte {
	b := make([]byte, p.payload)
	if p.kind == mcAck {
		binary.BigEndian.PutUint32(b, uint32(p.message))
		b[4], b[5] = byte(p.try), p.salt
		return b
	}
	binary.BigEndian.PutUint16(b, uint16(p.from))
	binary.BigEndian.PutUint16(b[2:], uint16(p.to))
	binary.BigEndian.PutUint32(b[4:], uint32(p.message))
	b[8], b[9], b[10] = byte(p.try), p.salt, byte(len(p.way))
	if p.ack {
		b[8] |= 0x80
	}
	copy(b[mcLeast:], p.way)
	return b
}

func (p meshcorePacket) encode() []byte {
	b := make([]byte, 0, p.size())
	head := byte(p.kind) << 1
	if p.flood {
		head |= 1
	}
	b = append(b, head, byte(len(p.path)))
	b = append(b, p.path...)
	return append(b, p.body()...)
}

func decodeMeshCore(b []byte) (p meshcorePacket, ok bool) {
	if len(b) < mcHeader || len(b) < mcHeader+int(b[1]) || b[0]>>1 > byte(mcPath) {
		return p, false
	}
	p.kind, p.flood = meshcoreKind(b[0]>>1), b[0]&1 == 1
	p.path, b = slices.Clip(b[mcHeader:mcHeader+int(b[1])]), b[mcHeader+int(b[1]):]
	p.payload = len(b)
	if p.kind == mcAck {
		if len(b) != mcAckPayload {
			return p, false
		}
		p.from, p.to = Everyone, Everyone
		p.message, p.try, p.salt = int(binary.BigEndian.Uint32(b)), int(b[4]), b[5]
		return p, true
	}
	if len(b) < mcLeast || len(b) < mcLeast+int(b[10]) {
		return p, false
	}
	p.from, p.to = int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:]))
	if p.to == 1<<16-1 {
		p.to = Everyone
	}
	p.message = int(binary.BigEndian.Uint32(b[4:]))
	p.try, p.ack, p.salt = int(b[8]&^0x80), b[8]&0x80 != 0, b[9]
	if b[10] > 0 {
		p.way = b[mcLeast : mcLeast+int(b[10])]
	}
	return p, true
}
