package keyblock

import (
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// MaxSteps bounds how far a path is stepped at once: 65,536 blocks, which one
// operator does not make in a generation. It keeps a serial that was signed by
// mistake from keeping a node busy for hours.
const MaxSteps = 1 << 16

// Path is what one node holds of the tree: the keys from its leaf to the root.
// It opens the block with its serial, and, stepped, those after it.
type Path struct {
	Generation uint16
	Height     uint8
	Number     ident.Number
	Serial     uint32
	Keys       []seal.Secret // Height+1 of them, the leaf's first
}

// Opener is what is kept of a path for one block that was skipped: it opens the
// block with its serial and none before or after.
type Opener struct {
	Generation uint16
	Height     uint8
	Number     ident.Number
	Serial     uint32
	Keys       []seal.Secret // Height+1 of them, the leaf's first
}

// Check reports what no path can be, or nil.
func (p Path) Check() error {
	switch {
	case p.Number == 0 || !inTree(p.Height, p.Number):
		return fmt.Errorf("%w: node number %d in a tree of height %d", ErrNotCanonical, p.Number, p.Height)
	case p.Serial == 0:
		return fmt.Errorf("%w: path for serial 0", ErrNotCanonical)
	case len(p.Keys) != int(p.Height)+1:
		return fmt.Errorf("%w: path of %d keys in a tree of height %d", ErrNotCanonical, len(p.Keys), p.Height)
	}
	return nil
}

// Step returns the path for the next serial. p is left as it is; who wants
// forward secrecy forgets it.
func (p Path) Step() Path {
	next := p
	next.Serial++
	next.Keys = make([]seal.Secret, len(p.Keys))
	for i := range p.Keys {
		next.Keys[i] = stepKey(&p.Keys[i])
	}
	return next
}

// At returns the path stepped to a serial. A path cannot be stepped back
// (ErrPassed) nor more than MaxSteps ahead (ErrAhead).
func (p Path) At(serial uint32) (Path, error) {
	p, _, err := p.Walk(serial, 0)
	return p, err
}

// Walk is At, and returns what opens the blocks on the way: the last of them, at
// most so many, ascending.
func (p Path) Walk(serial uint32, most int) (Path, []Opener, error) {
	if err := p.reaches(serial); err != nil {
		return Path{}, nil, err
	}
	var passed []Opener
	for ; p.Serial < serial; p = p.Step() {
		if int(serial-p.Serial) <= most {
			passed = append(passed, p.Opener())
		}
	}
	return p, passed, nil
}

func (p Path) reaches(serial uint32) error {
	switch {
	case serial < p.Serial:
		return fmt.Errorf("%w: serial %d, path is at %d", ErrPassed, serial, p.Serial)
	case serial-p.Serial > MaxSteps:
		return fmt.Errorf("%w: serial %d, path is at %d", ErrAhead, serial, p.Serial)
	}
	return nil
}

// Opener returns what opens the block with the path's serial and nothing else.
func (p Path) Opener() Opener {
	o := Opener{Generation: p.Generation, Height: p.Height, Number: p.Number, Serial: p.Serial, Keys: make([]seal.Secret, len(p.Keys))}
	for i := range p.Keys {
		o.Keys[i] = openerKey(&p.Keys[i])
	}
	return o
}

// Append encodes the path behind dst: generation 2 | height 1 | number 2 |
// serial 4 | keys, 32 bytes each, the leaf's first. It panics where Check fails.
func (p Path) Append(dst []byte) []byte {
	if err := p.Check(); err != nil {
		panic("keyblock: " + err.Error())
	}
	dst = binary.BigEndian.AppendUint16(dst, p.Generation)
	dst = append(dst, p.Height)
	dst = binary.BigEndian.AppendUint16(dst, uint16(p.Number))
	dst = binary.BigEndian.AppendUint32(dst, p.Serial)
	for i := range p.Keys {
		dst = append(dst, p.Keys[i][:]...)
	}
	return dst
}

const pathFixed = 2 + 1 + 2 + 4

// DecodePath reads a path from the beginning of b and returns what follows it.
// Errors are of the classes ErrTruncated and ErrNotCanonical.
func DecodePath(b []byte) (p Path, rest []byte, err error) {
	if len(b) < pathFixed {
		return Path{}, nil, fmt.Errorf("%w: path of %d bytes", ErrTruncated, len(b))
	}
	p.Generation = binary.BigEndian.Uint16(b)
	p.Height = b[2]
	p.Number = ident.Number(binary.BigEndian.Uint16(b[3:]))
	p.Serial = binary.BigEndian.Uint32(b[5:])
	rest = b[pathFixed:]
	if p.Height > MaxHeight {
		return Path{}, nil, fmt.Errorf("%w: tree of height %d", ErrNotCanonical, p.Height)
	}
	p.Keys = make([]seal.Secret, int(p.Height)+1)
	if len(rest) < len(p.Keys)*32 {
		return Path{}, nil, fmt.Errorf("%w: path of height %d in %d bytes", ErrTruncated, p.Height, len(b))
	}
	for i := range p.Keys {
		p.Keys[i], rest = seal.Secret(rest[:32]), rest[32:]
	}
	return p, rest, p.Check()
}
