package meshtastic

import "google.golang.org/protobuf/encoding/protowire"

// Ports of packets that matter here.
const (
	PortRouting = 5
	PortPrivate = 256
)

// Broadcast is the address of all.
const Broadcast = 0xFFFF_FFFF

// MaxData is the most bytes that an unsigned packet of PRIVATE_APP carries.
const MaxData = 231

// onlyConfig asks for the configuration without the list of nodes, which is long on a
// large mesh.
const onlyConfig = 69420

// Packet is a MeshPacket, with the fields that matter here.
type Packet struct {
	From      uint32
	To        uint32
	Channel   uint32 // index
	Port      uint32
	Data      []byte
	Request   uint32 // id of the packet that this one answers
	ID        uint32
	SNR       float64 // dB
	RSSI      int     // dBm, 0: not told
	HopLimit  uint32  // repetitions left
	HopStart  uint32  // at the beginning
	WantAck   bool
	Sealed    bool // PKI: for the addressee alone
	Encrypted bool // the radio has no key for it
	Internet  bool // it came over MQTT
}

// Fields of ToRadio.
const (
	toPacket     = 1
	toWantConfig = 3
	toDisconnect = 4
	toHeartbeat  = 7
)

// AppendPacket appends the ToRadio that hands over a packet, framed. The radio fills
// in From.
func AppendPacket(dst []byte, p Packet) []byte {
	data := appendVarint(nil, dataPort, uint64(p.Port))
	if len(p.Data) > 0 {
		data = appendBytes(data, dataPayload, p.Data)
	}
	m := appendFixed(nil, packetTo, p.To)
	m = appendVarint(m, packetChannel, uint64(p.Channel))
	m = appendBytes(m, packetDecoded, data)
	m = appendFixed(m, packetID, p.ID)
	m = appendVarint(m, packetHopLimit, uint64(p.HopLimit))
	m = appendVarint(m, packetWantAck, protowire.EncodeBool(p.WantAck))
	m = appendVarint(m, packetSealed, protowire.EncodeBool(p.Sealed))
	return AppendFrame(dst, appendBytes(nil, toPacket, m))
}

// AppendWantConfig appends the question for the configuration, framed. The answer ends
// with the same number.
func AppendWantConfig(dst []byte, number uint32) []byte {
	return AppendFrame(dst, appendVarint(nil, toWantConfig, uint64(number)))
}

// AppendHeartbeat appends a sign of life, framed. The radio answers with the state of
// its queue.
func AppendHeartbeat(dst []byte) []byte {
	return AppendFrame(dst, appendBytes(nil, toHeartbeat, nil))
}

// AppendDisconnect appends the goodbye, framed.
func AppendDisconnect(dst []byte) []byte {
	return AppendFrame(dst, appendVarint(nil, toDisconnect, 1))
}
