package enrol

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Bounds of a network file.
const (
	MaxNodes = 8192
	MaxFile  = 16 << 20 // bytes of the binary form
	maxGroup = ident.MaxGroup
)

// File is the network file: all that the authority tells all nodes.
//
// Encoding: version 1 | serial 8 | network name (length 1, text) | root key 32
// | groups: count 1, each id 1, name (length 1, text), ascending by id |
// members: count 2, each certificate (length 2, bytes), package (length 2,
// bytes), ascending by node number | signature 64, the root's, over a label
// and all bytes before it.
type File struct {
	Serial       uint64 // the edition, from 1; it only climbs
	Name         string // of the network
	Root         ident.SignKey
	Groups       []ident.Group        // ascending by id
	Certificates []*ident.Certificate // ascending by number
	Packages     [][]byte             // sealed secrets, in the order of Certificates
	Signature    [64]byte
}

// Seal makes a package of the secrets for each certificate and signs the file.
// It draws 32 bytes of entropy for each.
func (f *File) Seal(root *ident.Private, secrets Secrets, entropy io.Reader) error {
	f.Root = root.SignKey()
	f.Packages = make([][]byte, 0, len(f.Certificates))
	for _, cert := range f.Certificates {
		sealed, err := secrets.sealTo(cert, entropy)
		if err != nil {
			return err
		}
		f.Packages = append(f.Packages, sealed)
	}
	if err := f.check(); err != nil {
		return err
	}
	f.Signature = root.Sign(f.SignedBytes())
	return nil
}

func (f *File) body() []byte {
	b := []byte{networkVersion}
	b = binary.BigEndian.AppendUint64(b, f.Serial)
	b = appendName(b, f.Name)
	b = append(b, f.Root[:]...)
	b = append(b, byte(len(f.Groups)))
	for _, g := range f.Groups {
		b = appendName(append(b, byte(g.ID)), g.Name)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(f.Certificates)))
	for i, cert := range f.Certificates {
		b = appendBlock(b, cert.Encode())
		b = appendBlock(b, f.Packages[i])
	}
	return b
}

func appendBlock(dst, block []byte) []byte {
	return append(binary.BigEndian.AppendUint16(dst, uint16(len(block))), block...)
}

// SignedBytes returns what the root's signature covers.
func (f *File) SignedBytes() []byte { return append([]byte(labelNetwork), f.body()...) }

// Encode returns the binary form.
func (f *File) Encode() []byte { return append(f.body(), f.Signature[:]...) }

// Digest identifies this edition of the file.
func (f *File) Digest() [32]byte { return sha256.Sum256(f.Encode()) }

// Text returns the armoured form, which is what is kept in a file.
func (f *File) Text() []byte { return armour(kindNetwork, f.Encode()) }

// DecodeFile reads the binary form. It checks no signature: use Open.
func DecodeFile(b []byte) (*File, error) {
	if len(b) > MaxFile {
		return nil, fmt.Errorf("network file: %w: %d bytes, at most %d", ErrOversized, len(b), MaxFile)
	}
	c := &cursor{rest: b}
	c.version(networkVersion)
	f := &File{Serial: c.u64(), Name: c.name()}
	copy(f.Root[:], c.take(len(f.Root)))
	for range c.u8() {
		f.Groups = append(f.Groups, ident.Group{ID: ident.GroupID(c.u8()), Name: c.name()})
	}
	for range c.u16() {
		if c.err != nil {
			break
		}
		cert, err := ident.DecodeCertificate(c.take(c.u16()))
		if c.err == nil && err != nil {
			c.fail(ErrNotCanonical, "certificate %d: %v", len(f.Certificates)+1, err)
		}
		f.Certificates = append(f.Certificates, cert)
		f.Packages = append(f.Packages, append([]byte(nil), c.take(c.u16())...))
	}
	copy(f.Signature[:], c.take(len(f.Signature)))
	err := c.end()
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return nil, fmt.Errorf("network file: %w", err)
	}
	return f, nil
}

// ParseFile reads the armoured form. It checks no signature: use Open.
func ParseFile(text []byte) (*File, error) {
	b, err := dearmour(kindNetwork, text, MaxFileText)
	if err != nil {
		return nil, fmt.Errorf("network file: %w", err)
	}
	return DecodeFile(b)
}

// check holds the file to its canonical form.
func (f *File) check() error {
	if f.Serial == 0 {
		return fmt.Errorf("%w: serial 0", ErrNotCanonical)
	}
	if err := CheckName(f.Name); err != nil {
		return fmt.Errorf("network name: %w", err)
	}
	if err := checkGroups(f.Groups); err != nil {
		return err
	}
	if len(f.Certificates) > MaxNodes {
		return fmt.Errorf("%w: %d nodes, at most %d", ErrOversized, len(f.Certificates), MaxNodes)
	}
	last := ident.Number(0)
	for i, cert := range f.Certificates {
		if err := cert.Check(); err != nil {
			return fmt.Errorf("%w: certificate of node %v: %v", ErrNotCanonical, cert.Number, err)
		}
		if cert.Number <= last {
			return fmt.Errorf("%w: node %v after %v", ErrNotCanonical, cert.Number, last)
		}
		if n := len(f.Packages[i]); n <= sealedOverhead || n > 1<<16-1 {
			return fmt.Errorf("%w: package of node %v has %d bytes", ErrNotCanonical, cert.Number, n)
		}
		last = cert.Number
	}
	return nil
}

func checkGroups(groups []ident.Group) error {
	last := ident.GroupID(0)
	for _, g := range groups {
		if g.ID <= last || g.ID > maxGroup {
			return fmt.Errorf("%w: group %d after %d", ErrNotCanonical, g.ID, last)
		}
		if err := CheckName(g.Name); err != nil {
			return fmt.Errorf("group %d: %w", g.ID, err)
		}
		last = g.ID
	}
	return nil
}
