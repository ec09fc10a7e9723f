package keyblock

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// MaxAssembled is how many blocks an Assembler puts together at a time: with
// MaxBlock, it bounds its memory to about 210 kB whatever is heard.
const MaxAssembled = 4

// Assembler puts blocks together from parts as they are heard. Nothing is kept
// but a part 0 whose signature was verified and parts that it, or a list that
// it leads to, holds the digest of: an outsider's junk takes no memory, and one
// junk part does not spoil the others. How often it is asked to verify is the
// node's to limit, see Verifies, and so is which serials are handed in: those
// that the node lacks.
type Assembler struct {
	root     ident.SignKey
	operator ident.OperatorID
	verifier ident.Verifier
	blocks   []*assembly // ascending by serial
}

// assembly is a block of which part 0 is there. Two blocks with one serial are
// two assemblies: parts go to the one that holds their digest.
type assembly struct {
	*head
	parts [][]byte // nil where missing
}

// NewAssembler makes an Assembler for the blocks of one operator.
func NewAssembler(root ident.SignKey, operator ident.OperatorID, v ident.Verifier) *Assembler {
	return &Assembler{root: root, operator: operator, verifier: v}
}

// Verifies tells whether Add would check a signature for this part.
func (a *Assembler) Verifies(p Part) bool { return p.Index == 0 && a.find(p) == nil }

// find returns the block whose part 0 is p.
func (a *Assembler) find(p Part) *assembly {
	for _, b := range a.blocks {
		if b.fields.Serial == p.Serial && bytes.Equal(b.raw, p.Data) {
			return b
		}
	}
	return nil
}

// Add takes one part and returns the block that it completed, or nil; the
// Assembler then forgets the block. A part that is there already is no error.
// Errors are of the classes of Decode, ErrSignature, and
//
//   - ErrNoHead: part 0, or the list with this part's digest, comes first;
//   - ErrJunk: it is not a part of any block with this serial that is known here;
//   - ErrOccupied: MaxAssembled blocks with higher serials are incomplete.
//
// p.Data is copied.
func (a *Assembler) Add(p Part) (*Block, error) {
	if p.Index == 0 {
		return a.addHead(p)
	}
	problem := fmt.Errorf("%w: serial %d", ErrNoHead, p.Serial)
	for _, b := range a.blocks {
		if b.fields.Serial != p.Serial {
			continue
		}
		digest, err := b.digest(int(p.Index))
		if err != nil {
			problem = err
			continue
		}
		if partDigest(p.Serial, b.fields.Salt, int(p.Index), p.Data) != digest {
			problem = fmt.Errorf("%w: serial %d, part %d", ErrJunk, p.Serial, p.Index)
			continue
		}
		b.parts[p.Index] = bytes.Clone(p.Data)
		return a.finish(b)
	}
	return nil, problem
}

func (a *Assembler) addHead(p Part) (*Block, error) {
	if a.find(p) != nil {
		return nil, nil
	}
	h, err := decodeHead(p.Serial, bytes.Clone(p.Data))
	if err != nil {
		return nil, err
	}
	signed := signedBytes(a.operator, p.Serial, h.raw[:len(h.raw)-signatureSize])
	if !a.verifier.Verify(a.root, signed, h.fields.Signature[:]) {
		return nil, fmt.Errorf("%w: serial %d, root key %v", ErrSignature, p.Serial, a.root)
	}
	b := &assembly{head: h, parts: make([][]byte, 1+h.further)}
	b.parts[0] = h.raw
	if h.further == 0 {
		return h.block(b.parts)
	}
	if len(a.blocks) == MaxAssembled {
		// What revokes last matters most; the others are asked for again.
		if a.blocks[0].fields.Serial >= p.Serial {
			return nil, fmt.Errorf("%w: serial %d", ErrOccupied, p.Serial)
		}
		a.blocks = a.blocks[1:]
	}
	at := len(a.blocks)
	for at > 0 && a.blocks[at-1].fields.Serial > p.Serial {
		at--
	}
	a.blocks = slices.Insert(a.blocks, at, b)
	return nil, nil
}

// digest returns what part i must hash to.
func (b *assembly) digest(i int) (d [digestSize]byte, err error) {
	serial := b.fields.Serial
	nLists, direct := lists(b.further)
	switch {
	case i > b.further:
		return d, fmt.Errorf("%w: serial %d, part %d of %d", ErrJunk, serial, i, b.further)
	case i <= direct:
		return [digestSize]byte(b.digests[(i-1)*digestSize:]), nil
	}
	list := 1 + (i-nLists-1)/perList
	if b.parts[list] == nil {
		return d, fmt.Errorf("%w: serial %d, part %d follows from part %d", ErrNoHead, serial, i, list)
	}
	at := (i - nLists - 1) % perList * digestSize
	if at+digestSize > len(b.parts[list]) {
		return d, fmt.Errorf("%w: serial %d, part %d is not in its list", ErrJunk, serial, i)
	}
	return [digestSize]byte(b.parts[list][at:]), nil
}

// finish returns the block if it is complete. What the authority signed but is
// no block is dropped as a whole, with its error.
func (a *Assembler) finish(b *assembly) (*Block, error) {
	if slices.ContainsFunc(b.parts, func(part []byte) bool { return part == nil }) {
		return nil, nil
	}
	a.blocks = slices.DeleteFunc(a.blocks, func(other *assembly) bool { return other == b })
	return b.block(b.parts)
}

// Missing returns the parts that are yet to be heard of the blocks with a
// serial, ascending, for whoever asks for them: nil if part 0 is not there.
func (a *Assembler) Missing(serial uint32) []uint8 {
	var missing []uint8
	for _, b := range a.blocks {
		for i, part := range b.parts {
			if b.fields.Serial == serial && part == nil {
				missing = append(missing, uint8(i))
			}
		}
	}
	slices.Sort(missing)
	return slices.Compact(missing)
}
