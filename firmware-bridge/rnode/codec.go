package rnode

// Special bytes.
const (
	fend  = 0xC0 // ends and begins a frame
	fesc  = 0xDB // begins an escape
	tfend = 0xDC // after fesc: a fend in the payload
	tfesc = 0xDD // after fesc: a fesc in the payload
)

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
	Error      Command = 0x90 // u8: see faultOf
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

// AppendFrame appends the frame as it goes over the wire.
func AppendFrame(dst []byte, f Frame) []byte {
	dst = append(dst, fend, byte(f.Command))
	for _, b := range f.Payload {
		switch b {
		case fend:
			dst = append(dst, fesc, tfend)
		case fesc:
			dst = append(dst, fesc, tfesc)
		default:
			dst = append(dst, b)
		}
	}
	return append(dst, fend)
}

// Outcomes counts what a Decoder did with what it was given.
type Outcomes struct {
	Frames    uint64 // handed out
	BadEscape uint64 // frames dropped: a byte after DB other than DC and DD
	Oversize  uint64 // frames dropped: more than MaxData bytes
	Noise     uint64 // bytes before the first C0 after opening
	Broken    uint64 // frames dropped: silence in the middle
}

type decoderState uint8

// hunting --C0--> between --command--> inside --C0--> between
// inside --DB--> escaped --DC, DD--> inside
// inside, escaped --too much, bad escape--> skipping --C0--> between
const (
	hunting  decoderState = iota // no C0 seen yet
	between                      // after C0
	inside                       // in a frame
	escaped                      // after DB
	skipping                     // in a frame that is dropped
)

// Decoder finds the frames in a stream of bytes. The zero value is ready; it
// never holds more than one frame, whatever it is fed.
type Decoder struct {
	state   decoderState
	command Command
	payload []byte
	Outcomes
}

// Push takes the next byte and returns a frame when that byte ends one. The
// frame's Payload is valid until the next Push.
func (d *Decoder) Push(b byte) (Frame, bool) {
	if b == fend {
		return d.end()
	}
	switch d.state {
	case hunting:
		d.Noise++
	case between:
		d.state, d.command = inside, Command(b)
	case inside:
		if b == fesc {
			d.state = escaped
			break
		}
		d.take(b)
	case escaped:
		d.state = inside
		switch b {
		case tfend:
			d.take(fend)
		case tfesc:
			d.take(fesc)
		default:
			d.BadEscape++
			d.state = skipping
		}
	case skipping:
	}
	return Frame{}, false
}

func (d *Decoder) take(b byte) {
	if len(d.payload) == MaxData {
		d.Oversize++
		d.state = skipping
		return
	}
	d.payload = append(d.payload, b)
}

// end handles a C0. The firmware does not escape the one byte of SNR, so that a frame
// without it means C0, and one with the beginning of an escape DB. No other answer of
// one byte has these values.
func (d *Decoder) end() (Frame, bool) {
	if d.command == SNR && len(d.payload) == 0 {
		switch d.state {
		case inside:
			d.payload = append(d.payload, fend)
		case escaped:
			d.state, d.payload = inside, append(d.payload, fesc)
		case hunting, between, skipping:
		}
	}
	whole := d.state == inside
	if d.state == escaped {
		d.BadEscape++
	}
	f := Frame{Command: d.command, Payload: d.payload}
	d.state, d.payload = between, d.payload[:0]
	if whole {
		d.Frames++
	}
	return f, whole
}

// Break drops a frame that has begun and does not go on.
func (d *Decoder) Break() {
	if d.state == inside || d.state == escaped {
		d.Broken++
		d.state = skipping
	}
}
