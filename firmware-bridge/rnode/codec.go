package rnode

import "github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"

// Command is what a frame is for.
type Command uint8

// Commands used here.
const (
	Data       Command = 0x00 // a packet, both ways
	Frequency  Command = 0x01 // u32 Hz; echoed, as are the next seven
	Bandwidth  Command = 0x02 // u32 Hz
	TXPower    Command = 0x03 // u8 dBm
	Spreading  Command = 0x04 // u8 5..12
	Coding     Command = 0x05 // u8 5..8: 4/x
	RadioState Command = 0x06 // u8: 0 off, 1 on
	Detect     Command = 0x08 // host: 73, device: 46
	Leave      Command = 0x0A // FF: the host goes away
	ShortLimit Command = 0x0B // u16: percent of airtime x 100, over 15 s
	LongLimit  Command = 0x0C // u16: the same over an hour
	Ready      Command = 0x0F // any: ask; answer 1: the queue has room, 0: it is full
	RSSI       Command = 0x23 // u8: dBm + 157, before a packet
	SNR        Command = 0x24 // i8: dB x 4, before a packet
	Platform   Command = 0x48 // u8
	MCU        Command = 0x49 // u8
	Version    Command = 0x50 // major, minor
	Reset      Command = 0x55 // device: F8 after it has started
	Error      Command = 0x90 // u8: see driver.fault
)

// Questions and answers.
const (
	detectAsk   = 0x73
	detectReply = 0x46
	leaving     = 0xFF
	resetDone   = 0xF8
	ask         = 0x00
)

// MaxData is the most bytes that a packet carries.
const MaxData = 508

// Frame is one frame without its framing.
type Frame struct {
	Command Command
	Payload []byte
}

// AppendFrame appends the frame as it goes over the wire, which is KISS but for its
// first byte.
func AppendFrame(dst []byte, f Frame) []byte {
	return append(wire.AppendEscaped(append(dst, wire.FEND, byte(f.Command)), f.Payload...), wire.FEND)
}

// Decoder finds the frames in a stream of bytes. The zero value is ready.
type Decoder struct{ wire.Stream }

// Push takes the next byte and returns a frame when that byte ends one. The
// frame's Payload is valid until the next Push.
//
// The firmware does not escape the one byte of SNR, so that a frame without it means
// C0, and one with the beginning of an escape DB. No other answer of one byte has these
// values.
func (d *Decoder) Push(b byte) (Frame, bool) {
	rules := wire.Rules{MaxData: MaxData, PlainFirst: true}
	if content, escape := d.Inside(); b == wire.FEND && len(content) == 1 && Command(content[0]) == SNR {
		meant := []byte{wire.FESC, wire.TFEND}
		if escape {
			meant = []byte{wire.TFESC}
		}
		for _, b := range meant {
			d.Stream.Push(rules, b)
		}
	}
	content, ok := d.Stream.Push(rules, b)
	if !ok {
		return Frame{}, false
	}
	return Frame{Command: Command(content[0]), Payload: content[1:]}, true
}
