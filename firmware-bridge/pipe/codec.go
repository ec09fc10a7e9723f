package pipe

import "hash/crc32"

// MaxData is the most bytes that a frame carries.
const MaxData = 1024

// Overhead is by how many bytes a frame of up to 250 bytes is longer on the wire.
const Overhead = checksum + 1 + 2*edges

const (
	edge     = 0x00
	edges    = 1
	checksum = 4
	longest  = 0xFF // code of a block without a zero behind it
)

// OnWire is how many bytes go over the wire for n bytes of data, at most.
func OnWire(n int) int {
	n += checksum
	return n + n/(longest-1) + 1 + 2*edges
}

// AppendFrame appends the frame as it goes over the wire.
func AppendFrame(dst, data []byte) []byte {
	sum := crc32.ChecksumIEEE(data)
	content := append(append(make([]byte, 0, len(data)+checksum), data...), byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
	dst = append(dst, edge)
	at := len(dst) // where the block's code goes
	dst = append(dst, 1)
	for i, b := range content {
		if b != edge {
			dst = append(dst, b)
			dst[at]++
		}
		if b == edge || dst[at] == longest && i < len(content)-1 {
			at = len(dst)
			dst = append(dst, 1)
		}
	}
	return append(dst, edge)
}

// Outcomes counts what a Decoder did with what it was given.
type Outcomes struct {
	Frames   uint64 // handed out
	Damaged  uint64 // pieces between two edges that are no frame: damaged, noise
	Oversize uint64 // pieces above MaxData bytes
}

// Add adds what another decoder counted.
func (o *Outcomes) Add(p Outcomes) {
	o.Frames += p.Frames
	o.Damaged += p.Damaged
	o.Oversize += p.Oversize
}

// Decoder finds the frames in a stream of bytes. The zero value is ready; it never
// holds more than one frame, whatever it is fed.
//
//	between --code--> in a block --its bytes--> between blocks --code--> ...
//	anywhere --00--> between, with a frame if the blocks are whole and the sum is right
//	in a block --too much--> skipping --00--> between
type Decoder struct {
	content []byte
	begun   bool // a byte came since the last edge
	code    byte // of the block
	left    byte // bytes of it to come
	skip    bool
	Outcomes
}

// Inside reports whether something has begun that no edge has ended.
func (d *Decoder) Inside() bool { return d.begun }

// Push takes the next byte and returns a frame's data when that byte ends one. It is
// valid until the next Push.
func (d *Decoder) Push(b byte) ([]byte, bool) {
	switch {
	case b == edge:
		return d.end()
	case d.skip:
	case d.left > 0:
		d.left--
		d.take(b)
	default:
		if d.begun && d.code != longest {
			d.take(edge)
		}
		d.code, d.left = b, b-1
	}
	d.begun = true
	return nil, false
}

func (d *Decoder) take(b byte) {
	if len(d.content) == MaxData+checksum {
		d.Oversize++
		d.skip = true
		return
	}
	d.content = append(d.content, b)
}

// end handles an edge.
func (d *Decoder) end() ([]byte, bool) {
	content, whole := d.content, d.left == 0 && !d.skip
	begun, skipped := d.begun, d.skip
	d.content, d.begun, d.code, d.left, d.skip = d.content[:0], false, 0, 0, false
	n := len(content) - checksum
	switch {
	case !begun || skipped:
		return nil, false
	case !whole || n < 1:
		d.Damaged++
		return nil, false
	}
	s := content[n:]
	if sum := uint32(s[0])<<24 | uint32(s[1])<<16 | uint32(s[2])<<8 | uint32(s[3]); sum != crc32.ChecksumIEEE(content[:n]) {
		d.Damaged++
		return nil, false
	}
	d.Frames++
	return content[:n], true
}
