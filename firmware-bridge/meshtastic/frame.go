package meshtastic

// Framing of messages.
const (
	start1 = 0x94
	start2 = 0xC3
	// MaxMessage is the longest message in bytes; firmware takes a greater length
	// for noise.
	MaxMessage = 512
)

// AppendFrame appends a message as it goes over the wire. It panics on one that is
// longer than MaxMessage, which nothing here makes.
func AppendFrame(dst, message []byte) []byte {
	if len(message) > MaxMessage {
		panic("meshtastic: message too long")
	}
	return append(append(dst, start1, start2, byte(len(message)>>8), byte(len(message))), message...)
}

// appendWake appends n bytes that begin nothing. They wake a radio, and fill up a
// message that was left half written.
func appendWake(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, start2)
	}
	return dst
}

// Outcomes counts what a Decoder did with what it was given.
type Outcomes struct {
	Frames    uint64 // messages handed out
	Noise     uint64 // bytes between messages, such as text
	BadLength uint64 // beginnings with a length above MaxMessage
	Broken    uint64 // messages dropped: silence in the middle
}

type decoderState uint8

// hunting --94--> begun --C3--> sized --2 bytes--> inside --length--> hunting
// begun --other--> hunting;  sized --too long--> hunting
const (
	hunting decoderState = iota
	begun                // after 94
	sized                // in the length
	inside               // in the message
)

// Decoder finds the messages in a stream of bytes. The zero value is ready; it never
// holds more than one message, whatever it is fed.
type Decoder struct {
	state   decoderState
	left    int // bytes of the length, or of the message, that are still to come
	length  int
	message []byte
	Outcomes
}

// Push takes the next byte and returns a message when that byte ends one. It is valid
// until the next Push.
func (d *Decoder) Push(b byte) ([]byte, bool) {
	switch d.state {
	case hunting:
		d.hunt(b)
	case begun:
		if b == start2 {
			d.state, d.left, d.length = sized, 2, 0
			break
		}
		d.Noise++
		d.hunt(b)
	case sized:
		d.length = d.length<<8 | int(b)
		if d.left--; d.left > 0 {
			break
		}
		if d.length > MaxMessage {
			d.BadLength++
			d.state = hunting
			break
		}
		d.state, d.left, d.message = inside, d.length, d.message[:0]
		return d.end()
	case inside:
		d.message = append(d.message, b)
		d.left--
		return d.end()
	}
	return nil, false
}

func (d *Decoder) hunt(b byte) {
	if b == start1 {
		d.state = begun
		return
	}
	d.state = hunting
	d.Noise++
}

// end hands the message out once it is whole.
func (d *Decoder) end() ([]byte, bool) {
	if d.left > 0 {
		return nil, false
	}
	d.state = hunting
	d.Frames++
	return d.message, true
}

// Break drops a message that has begun and does not go on.
func (d *Decoder) Break() {
	if d.state != hunting {
		d.Broken++
		d.state = hunting
	}
}
