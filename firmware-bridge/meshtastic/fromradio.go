package meshtastic

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// Message is what a radio says: one of Packet, Node, Device, Channel, LoRa, Handling,
// Security, Complete, Rebooted, Queue, Notice, Other.
type Message interface{ message() }

// Node is my_info: who the radio is.
type Node struct {
	Number uint32
	Board  string // the firmware's name for it
}

// Device is the metadata.
type Device struct {
	Firmware string
	Signs    bool // it signs what it broadcasts, where the signature fits
}

// Channel is one of the radio's channels.
type Channel struct {
	Index int
	Role  uint32 // 0: switched off
}

// LoRa is the modem's configuration.
type LoRa struct {
	UsePreset bool
	Preset    uint32
	Bandwidth uint32 // kHz, some of them shortened
	Spreading uint32
	Coding    uint32 // 4/x
	Region    uint32 // 0: not set
	Transmits bool
	Power     int     // dBm, 0: what the region allows
	NoLimit   bool    // the radio keeps no duty cycle
	Frequency float64 // MHz, 0: by region and channel
}

// Handling is the configuration of the device.
type Handling struct{ Rebroadcast uint32 }

// Security is the configuration of that name.
type Security struct{ Signatures uint32 }

// Complete ends the configuration that was asked for with its number.
type Complete uint32

// Rebooted: the radio has started anew.
type Rebooted struct{}

// Queue is the state of the radio's queue.
type Queue struct {
	Result int // 0: it took the packet
	Free   uint32
	Most   uint32
	Packet uint32 // id of the packet, 0: it was only asked
}

// Notice is a text for people.
type Notice struct{}

// Other is a message of no use here.
type Other struct{}

func (Packet) message()   {}
func (Node) message()     {}
func (Device) message()   {}
func (Channel) message()  {}
func (LoRa) message()     {}
func (Handling) message() {}
func (Security) message() {}
func (Complete) message() {}
func (Rebooted) message() {}
func (Queue) message()    {}
func (Notice) message()   {}
func (Other) message()    {}

// Fields of FromRadio.
const (
	fromPacket   = 2
	fromMyInfo   = 3
	fromConfig   = 5
	fromComplete = 7
	fromRebooted = 8
	fromChannel  = 10
	fromQueue    = 11
	fromMetadata = 13
	fromNotice   = 16
)

// Fields of MeshPacket, and of the Data within.
const (
	packetFrom      = 1
	packetTo        = 2
	packetChannel   = 3
	packetDecoded   = 4
	packetEncrypted = 5
	packetID        = 6
	packetSNR       = 8
	packetHopLimit  = 9
	packetWantAck   = 10
	packetRSSI      = 12
	packetMQTT      = 14
	packetHopStart  = 15
	packetSealed    = 17

	dataPort    = 1
	dataPayload = 2
	dataRequest = 6
)

// longestName bounds what is kept of a radio's texts, in bytes.
const longestName = 40

// ParseFromRadio reads a message of the radio, and reports whether it is whole. What it
// returns holds nothing of b, but for a Packet's Data, which is part of it.
func ParseFromRadio(b []byte) (Message, bool) {
	var m Message = Other{}
	whole := true
	ok := walk(b, func(f field) {
		if got, good := fromRadio(f); !good {
			whole = false
		} else if got != nil {
			m = got
		}
	})
	return m, ok && whole
}

// fromRadio reads one field of FromRadio; nil where it says nothing.
func fromRadio(f field) (Message, bool) {
	if f.kind == protowire.VarintType {
		switch {
		case f.number == fromComplete:
			return Complete(f.value), true
		case f.number == fromRebooted && f.value != 0:
			return Rebooted{}, true
		}
	}
	if f.kind != protowire.BytesType {
		return nil, true
	}
	switch f.number {
	case fromPacket:
		return packet(f.data)
	case fromMyInfo:
		var n Node
		ok := walk(f.data, func(f field) {
			switch f.number {
			case 1:
				f.u32(&n.Number)
			case 13:
				n.Board = name(f.data)
			}
		})
		return n, ok
	case fromConfig:
		return config(f.data)
	case fromChannel:
		var c Channel
		ok := walk(f.data, func(f field) {
			switch f.number {
			case 1:
				f.i32(&c.Index)
			case 3:
				f.u32(&c.Role)
			}
		})
		return c, ok
	case fromQueue:
		return queue(f.data)
	case fromMetadata:
		var d Device
		ok := walk(f.data, func(f field) {
			switch f.number {
			case 1:
				d.Firmware = name(f.data)
			case 14:
				f.flag(&d.Signs)
			}
		})
		return d, ok
	case fromNotice:
		return Notice{}, true
	}
	return nil, true
}

func packet(b []byte) (Message, bool) {
	var p Packet
	whole := true
	ok := walk(b, func(f field) {
		switch f.number {
		case packetFrom:
			f.fixed(&p.From)
		case packetTo:
			f.fixed(&p.To)
		case packetChannel:
			f.u32(&p.Channel)
		case packetDecoded:
			whole = whole && walk(f.data, p.decoded)
		case packetEncrypted:
			p.Encrypted, p.Data = true, f.data
		case packetID:
			f.fixed(&p.ID)
		case packetSNR:
			f.float(&p.SNR)
		case packetHopLimit:
			f.u32(&p.HopLimit)
		case packetWantAck:
			f.flag(&p.WantAck)
		case packetRSSI:
			f.i32(&p.RSSI)
		case packetMQTT:
			f.flag(&p.Internet)
		case packetHopStart:
			f.u32(&p.HopStart)
		case packetSealed:
			f.flag(&p.Sealed)
		}
	})
	return p, ok && whole
}

// decoded takes a field of a packet's Data.
func (p *Packet) decoded(f field) {
	switch f.number {
	case dataPort:
		f.u32(&p.Port)
	case dataPayload:
		p.Data = f.data
	case dataRequest:
		f.fixed(&p.Request)
	}
}

// Parts of the configuration.
const (
	configDevice   = 1
	configLoRa     = 6
	configSecurity = 8
)

// config reads a part of the configuration; nil where it matters not.
func config(b []byte) (m Message, ok bool) {
	whole := true
	ok = walk(b, func(f field) {
		switch f.number {
		case configDevice:
			var h Handling
			whole = whole && walk(f.data, func(f field) {
				if f.number == 6 {
					f.u32(&h.Rebroadcast)
				}
			})
			m = h
		case configLoRa:
			var l LoRa
			whole = whole && walk(f.data, l.take)
			m = l
		case configSecurity:
			var s Security
			whole = whole && walk(f.data, func(f field) {
				if f.number == 9 {
					f.u32(&s.Signatures)
				}
			})
			m = s
		}
	})
	return m, ok && whole
}

func (l *LoRa) take(f field) {
	switch f.number {
	case 1:
		f.flag(&l.UsePreset)
	case 2:
		f.u32(&l.Preset)
	case 3:
		f.u32(&l.Bandwidth)
	case 4:
		f.u32(&l.Spreading)
	case 5:
		f.u32(&l.Coding)
	case 7:
		f.u32(&l.Region)
	case 9:
		f.flag(&l.Transmits)
	case 10:
		f.i32(&l.Power)
	case 12:
		f.flag(&l.NoLimit)
	case 14:
		f.float(&l.Frequency)
	}
}

func queue(b []byte) (Message, bool) {
	var q Queue
	ok := walk(b, func(f field) {
		switch f.number {
		case 1:
			f.i32(&q.Result)
		case 2:
			f.u32(&q.Free)
		case 3:
			f.u32(&q.Most)
		case 4:
			f.u32(&q.Packet)
		}
	})
	return q, ok
}

// reason is the error that a routing message reports, and whether the message is
// whole.
func reason(b []byte) (uint32, bool) {
	var code uint32
	ok := walk(b, func(f field) {
		if f.number == 3 {
			f.u32(&code)
		}
	})
	return code, ok
}

// name makes a text of the radio fit for people: short and printable.
func name(b []byte) string {
	var s []byte
	for _, c := range b[:min(len(b), longestName)] {
		if c > ' ' && c <= '~' {
			s = append(s, c)
		}
	}
	return string(s)
}
