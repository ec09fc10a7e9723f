// Package wire is the framing of KISS: what goes between a computer and a modem,
// as package kiss describes it, whatever the modem makes of it.
package wire

// Special bytes.
const (
	FEND  = 0xC0 // ends and begins a frame
	FESC  = 0xDB // begins an escape
	TFEND = 0xDC // after FESC: a FEND in the data
	TFESC = 0xDD // after FESC: a FESC in the data
)

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
	dst = append(dst, FEND)
	dst = appendEscaped(dst, f.Port<<4|uint8(f.Command)&0x0F)
	for _, b := range f.Data {
		dst = appendEscaped(dst, b)
	}
	return append(dst, FEND)
}

func appendEscaped(dst []byte, b byte) []byte {
	switch b {
	case FEND:
		return append(dst, FESC, TFEND)
	case FESC:
		return append(dst, FESC, TFESC)
	default:
		return append(dst, b)
	}
}

// Outcomes counts what a Decoder did with what it was given.
type Outcomes struct {
	Frames    uint64 // handed out
	BadEscape uint64 // frames dropped: a byte after DB other than DC and DD
	Oversize  uint64 // frames dropped: more than MaxData bytes
	Noise     uint64 // bytes before the first C0 after opening
}

// Add adds what another decoder counted.
func (o *Outcomes) Add(p Outcomes) {
	o.Frames += p.Frames
	o.BadEscape += p.BadEscape
	o.Oversize += p.Oversize
	o.Noise += p.Noise
}

type decoderState uint8

// hunting --C0--> between --byte--> inside --C0--> between
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
// never holds more than one frame, whatever it is fed. One decoder serves one
// opening of a port: what precedes the first C0 may be half a frame and is
// dropped.
type Decoder struct {
	state decoderState
	typed bool // the type byte was read
	kind  byte
	data  []byte
	Outcomes
}

// Push takes the next byte and returns a frame when that byte ends one. The
// frame's Data is valid until the next Push.
func (d *Decoder) Push(b byte) (Frame, bool) {
	if b == FEND {
		return d.end()
	}
	switch d.state {
	case hunting:
		d.Noise++
	case between, inside:
		d.state = inside
		if b == FESC {
			d.state = escaped
			break
		}
		d.take(b)
	case escaped:
		d.state = inside
		switch b {
		case TFEND:
			d.take(FEND)
		case TFESC:
			d.take(FESC)
		default:
			d.BadEscape++
			d.state = skipping
		}
	case skipping:
	}
	return Frame{}, false
}

// take adds one byte of the frame's content.
func (d *Decoder) take(b byte) {
	switch {
	case !d.typed:
		d.typed, d.kind = true, b
	case len(d.data) == MaxData:
		d.Oversize++
		d.state = skipping
	default:
		d.data = append(d.data, b)
	}
}

// end handles a C0.
func (d *Decoder) end() (Frame, bool) {
	whole := d.state == inside
	if d.state == escaped {
		d.BadEscape++
	}
	f := Frame{Port: d.kind >> 4, Command: Command(d.kind & 0x0F), Data: d.data}
	d.state, d.typed, d.data = between, false, d.data[:0]
	if whole {
		d.Frames++
	}
	return f, whole
}
