package keyblock

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// MaxSerial is the largest serial of a block: one block a minute reaches it after
// 4,000 years. The frames of parts have another use for the bit above.
const MaxSerial = 1<<31 - 1

// Block moves the network to a new secret. Blocks are made by Tree.Make and read
// by Decode or an Assembler; the package comment has the layout.
type Block struct {
	Serial     uint32    // 1..MaxSerial, one more than the block before
	First      clock.Day // from which the new secret counts
	Generation uint16
	Height     uint8        // of the generation's tree
	Top        ident.Number // the highest number handed out when it was made; 0: none
	Salt       [SaltSize]byte
	Check      [CheckSize]byte
	Revoked    []ident.Number // all of this generation, ascending
	Wraps      [][WrapSize]byte
	Signature  [64]byte // the root key's, over SignedBytes
}

// checkHead reports the first field, wraps aside, that no block can hold.
func (b *Block) checkHead() error {
	switch {
	case b.Serial == 0 || b.Serial > MaxSerial:
		return fmt.Errorf("%w: serial %d", ErrNotCanonical, b.Serial)
	case !inTree(b.Height, b.Top):
		return fmt.Errorf("%w: top number %d in a tree of height %d", ErrNotCanonical, b.Top, b.Height)
	}
	last := ident.Number(0)
	for _, n := range b.Revoked {
		if n <= last || n > b.Top {
			return fmt.Errorf("%w: revoked number %d after %d, top is %d", ErrNotCanonical, n, last, b.Top)
		}
		last = n
	}
	return nil
}

// SignedBytes returns what the root key signs: a label, the operator, the serial
// and part 0 up to the signature. It panics for a block that Encode panics for.
//
// Safe here because part 0 is canonical and holds, or commits to, all the rest:
// the revoked numbers stand in it or their whole SHA-256 does, since a list that
// somebody could exchange would let a stolen node look honest; the wraps follow
// by digests of 8 bytes, which is enough for what is checked again when it is
// opened. The label ends with a NUL, so nothing else that the root key signs
// begins alike.
func (b *Block) SignedBytes(operator ident.OperatorID) []byte {
	head := b.mustLayout()[0]
	return signedBytes(operator, b.Serial, head[:len(head)-signatureSize])
}

func signedBytes(operator ident.OperatorID, serial uint32, head []byte) []byte {
	out := append([]byte(labelBlock), operator[:]...)
	out = binary.BigEndian.AppendUint32(out, serial)
	return append(out, head...)
}

// Verify checks the root's signature; nil or ErrSignature. A block of another
// operator is one with a wrong signature.
func (b *Block) Verify(v ident.Verifier, root ident.SignKey, operator ident.OperatorID) error {
	if !v.Verify(root, b.SignedBytes(operator), b.Signature[:]) {
		return fmt.Errorf("%w: serial %d, root key %v", ErrSignature, b.Serial, root)
	}
	return nil
}

// Digest tells two blocks with one serial apart: SHA-256 of the serial and part
// 0 without its signature. That there are two is an alarm: the authority was
// copied or set back. Both revoke, neither un-revokes.
func (b *Block) Digest() [32]byte {
	head := b.mustLayout()[0]
	return blockDigest(b.Serial, head)
}

func blockDigest(serial uint32, head []byte) [32]byte {
	return sha256.Sum256(append(binary.BigEndian.AppendUint32(nil, serial), head[:len(head)-signatureSize]...))
}

// Revokes tells whether a number is among the revoked.
func (b *Block) Revokes(n ident.Number) bool {
	_, found := slices.BinarySearch(b.Revoked, n)
	return found
}

// Open returns the epoch that the block brings, with the key of its first day,
// to the holder of a path, which may lie before the block. The signature must
// have been verified. Errors are of the classes ErrGeneration, ErrPassed,
// ErrAhead, ErrRevoked and ErrCheck.
func (b *Block) Open(operator ident.OperatorID, p Path) (seal.Epoch, error) {
	if err := b.suits(p.Generation, p.Height); err != nil {
		return seal.Epoch{}, err
	}
	p, err := p.At(b.Serial)
	if err != nil {
		return seal.Epoch{}, err
	}
	return b.OpenWith(operator, p.Opener())
}

// OpenWith is Open with what was kept of a path for this block. Another serial
// is ErrPassed.
func (b *Block) OpenWith(operator ident.OperatorID, o Opener) (seal.Epoch, error) {
	if err := b.suits(o.Generation, o.Height); err != nil {
		return seal.Epoch{}, err
	}
	if o.Serial != b.Serial {
		return seal.Epoch{}, fmt.Errorf("%w: serial %d, kept is %d", ErrPassed, b.Serial, o.Serial)
	}
	at, level := b.find(o.Number)
	if at < 0 {
		return seal.Epoch{}, fmt.Errorf("%w: node %v, serial %d", ErrRevoked, o.Number, b.Serial)
	}
	v := leafOf(o.Height, o.Number) >> level
	e := networkSecret(xor(b.Wraps[at], pad(&o.Keys[level], operator, b, v)), operator, b)
	if check := checkValue(&e); !hmac.Equal(check[:], b.Check[:]) {
		return seal.Epoch{}, fmt.Errorf("%w: serial %d", ErrCheck, b.Serial)
	}
	return b.epoch(e), nil
}

// epoch is what a block brings, with the network's secret on its first day.
func (b *Block) epoch(e seal.Secret) seal.Epoch {
	return seal.Epoch{Serial: b.Serial, First: b.First, Base: b.First, Key: e}
}

func (b *Block) suits(generation uint16, height uint8) error {
	if generation != b.Generation || height != b.Height {
		return fmt.Errorf("%w: generation %d of height %d, path has %d of %d", ErrGeneration, b.Generation, b.Height, generation, height)
	}
	return nil
}

// find returns which wrap is for a number and how many levels above its leaf
// the wrap's vertex is, or -1.
func (b *Block) find(n ident.Number) (at, level int) {
	if n == 0 || n > b.Top {
		return -1, 0
	}
	leaf := leafOf(b.Height, n)
	for i, v := range Cover(b.Height, b.Top, b.Revoked) {
		for level := range int(b.Height) + 1 {
			if leaf>>level == v && i < len(b.Wraps) {
				return i, level
			}
		}
	}
	return -1, 0
}
