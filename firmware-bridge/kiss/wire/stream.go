package wire

import bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"

// Special bytes.
const (
	FEND  = 0xC0 // ends and begins a frame
	FESC  = 0xDB // begins an escape
	TFEND = 0xDC // after FESC: a FEND in the data
	TFESC = 0xDD // after FESC: a FESC in the data
)

// AppendEscaped appends bytes as they go between two C0.
func AppendEscaped(dst []byte, data ...byte) []byte {
	for _, b := range data {
		switch b {
		case FEND:
			dst = append(dst, FESC, TFEND)
		case FESC:
			dst = append(dst, FESC, TFESC)
		default:
			dst = append(dst, b)
		}
	}
	return dst
}

// Outcomes counts what a Stream did with what it was given.
type Outcomes struct {
	Frames    uint64 // handed out
	BadEscape uint64 // frames dropped: a byte after DB other than DC and DD
	Oversize  uint64 // frames dropped: more than MaxData bytes
	Noise     uint64 // bytes before the first C0 after opening
	Broken    uint64 // frames dropped: Break in the middle
}

// Add adds what another stream counted.
func (o *Outcomes) Add(p Outcomes) {
	o.Frames += p.Frames
	o.BadEscape += p.BadEscape
	o.Oversize += p.Oversize
	o.Noise += p.Noise
	o.Broken += p.Broken
}

// Counters names what was counted after a family of devices; Broken is counted by those
// who call Break.
func (o Outcomes) Counters(family string) []bridge.Counter {
	return []bridge.Counter{
		{Name: family + " frames", Count: o.Frames},
		{Name: family + " dropped: bad escape", Count: o.BadEscape},
		{Name: family + " dropped: oversize", Count: o.Oversize},
		{Name: family + " dropped: bytes before the first frame", Count: o.Noise},
	}
}

type streamState uint8

// hunting --C0--> between --byte--> inside --C0--> between
// inside --DB--> escaped --DC, DD--> inside
// inside, escaped --too much, bad escape--> skipping --C0--> between
const (
	hunting  streamState = iota // no C0 seen yet
	between                     // after C0
	inside                      // in a frame
	escaped                     // after DB
	skipping                    // in a frame that is dropped
)

// Rules are what differs among those who frame by C0.
type Rules struct {
	MaxData    int  // most bytes of a frame after its first
	PlainFirst bool // its first byte is not escaped
}

// Stream finds what stands between two C0 in a stream of bytes. The zero value is
// ready; it never holds more than one frame, whatever it is fed. One stream serves one
// opening of a port: what precedes the first C0 may be half a frame and is dropped.
type Stream struct {
	state   streamState
	content []byte
	Outcomes
}

// Push takes the next byte and returns the content of the frame that it ends, which is
// not empty. It is valid until the next Push.
func (s *Stream) Push(r Rules, b byte) ([]byte, bool) {
	if b == FEND {
		return s.end()
	}
	switch s.state {
	case hunting:
		s.Noise++
	case between, inside:
		plain := s.state == between && r.PlainFirst
		s.state = inside
		if b == FESC && !plain {
			s.state = escaped
			break
		}
		s.take(r, b)
	case escaped:
		s.state = inside
		switch b {
		case TFEND:
			s.take(r, FEND)
		case TFESC:
			s.take(r, FESC)
		default:
			s.BadEscape++
			s.state = skipping
		}
	case skipping:
	}
	return nil, false
}

// take adds one byte of the frame's content.
func (s *Stream) take(r Rules, b byte) {
	if len(s.content) == 1+r.MaxData {
		s.Oversize++
		s.state = skipping
		return
	}
	s.content = append(s.content, b)
}

// end handles a C0.
func (s *Stream) end() ([]byte, bool) {
	whole := s.state == inside
	if s.state == escaped {
		s.BadEscape++
	}
	content := s.content
	s.state, s.content = between, s.content[:0]
	if whole {
		s.Frames++
	}
	return content, whole
}

// Inside returns what has come of a frame that has not ended, and whether the last byte
// began an escape.
func (s *Stream) Inside() (content []byte, escape bool) {
	if s.state != inside && s.state != escaped {
		return nil, false
	}
	return s.content, s.state == escaped
}

// Break drops a frame that has begun and does not go on.
func (s *Stream) Break() {
	if s.state == inside || s.state == escaped {
		s.Broken++
		s.state = skipping
	}
}
