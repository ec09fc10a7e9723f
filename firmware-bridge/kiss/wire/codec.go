// Package wire is the framing of KISS: what goes between a computer and a modem,
// as package kiss describes it, whatever the modem makes of it.
package wire

// Command is what a KISS frame is for.
type Command uint8

// Commands used here. All but Data go to the modem only.
const (
	Data     Command = 0
	TXDelay  Command = 1 // from key-up to data, units of 10 ms
	Persist  Command = 2 // chance to transmit in a free slot, (value+1)/256
	SlotTime Command = 3 // units of 10 ms
	TXTail   Command = 4 // from data to key-down, units of 10 ms
)

// MaxData is the most bytes that a frame carries.
const MaxData = 1024

// Ports is the number of ports a modem can have.
const Ports = 16

// Frame is one KISS frame without its framing.
type Frame struct {
	Port    uint8 // 0..15
	Command Command
	Data    []byte
}

// AppendFrame appends the frame as it goes over the wire. It writes the opening
// C0 as well, which makes the modem drop what noise it read before.
func AppendFrame(dst []byte, f Frame) []byte {
	dst = AppendEscaped(append(dst, FEND), f.Port<<4|uint8(f.Command)&0x0F)
	return append(AppendEscaped(dst, f.Data...), FEND)
}

// Decoder finds the frames in a Stream. The zero value is ready.
type Decoder struct{ Stream }

// Push takes the next byte and returns a frame when that byte ends one. The
// frame's Data is valid until the next Push.
func (d *Decoder) Push(b byte) (Frame, bool) {
	content, ok := d.Stream.Push(Rules{MaxData: MaxData}, b)
	if !ok {
		return Frame{}, false
	}
	return Frame{Port: content[0] >> 4, Command: Command(content[0] & 0x0F), Data: content[1:]}, true
}
