package enrol

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// Encoding of the network file, version 2. Counts and lengths in bytes:
//
//	version 1 | serial 8 | network name (length 1, text) | root key 32
//	successions: count 1, each 128
//	groups: count 1, each id 1, flags 1 (bit 0: incident), name (length 1, text)
//	revoked: count 2, each 2
//	redirects: count 2, each from 2, to 2
//	persons: count 2, each credential (length 2, bytes)
//	withdrawn persons: count 2, each 2
//	key blocks: count 1, each (length 2, bytes)
//	members: count 2, each certificate (length 2, bytes), digest 32
//	signature 64, the root's, over a label and all bytes before it
//	packages: count 2, 0 or that of the members, each (length 2, bytes); 0 bytes
//	for one that was left out
//
// All lists ascend.

const flagIncident = 1

func (f *File) body() []byte {
	b := []byte{networkVersion}
	b = binary.BigEndian.AppendUint64(b, f.Serial)
	b = appendName(b, f.Name)
	b = append(b, f.Root[:]...)
	b = append(b, byte(len(f.Roots)))
	for i := range f.Roots {
		b = append(b, f.Roots[i].Encode()...)
	}
	b = append(b, byte(len(f.Groups)))
	for _, g := range f.Groups {
		flags := byte(0)
		if g.Incident {
			flags = flagIncident
		}
		b = appendName(append(b, byte(g.ID), flags), g.Name)
	}
	b = appendCount(b, len(f.Revoked))
	for _, n := range f.Revoked {
		b = appendCount(b, int(n))
	}
	b = appendCount(b, len(f.Redirects))
	for _, r := range f.Redirects {
		b = appendCount(appendCount(b, int(r.From)), int(r.To))
	}
	b = appendCount(b, len(f.Persons))
	for _, p := range f.Persons {
		b = appendBlock(b, p.Encode())
	}
	b = appendCount(b, len(f.Withdrawn))
	for _, n := range f.Withdrawn {
		b = appendCount(b, int(n))
	}
	b = append(b, byte(len(f.Blocks)))
	for _, block := range f.Blocks {
		b = appendBlock(b, block.Encode())
	}
	b = appendCount(b, len(f.Members))
	for _, m := range f.Members {
		b = append(appendBlock(b, m.Certificate.Encode()), m.Digest[:]...)
	}
	return b
}

func appendCount(dst []byte, n int) []byte { return binary.BigEndian.AppendUint16(dst, uint16(n)) }

func appendBlock(dst, block []byte) []byte { return append(appendCount(dst, len(block)), block...) }

// packed reports whether any package is there.
func (f *File) packed() bool {
	return slices.ContainsFunc(f.Members, func(m Member) bool { return m.Package != nil })
}

// Encode returns the binary form.
func (f *File) Encode() []byte {
	b := append(f.body(), f.Signature[:]...)
	if !f.packed() {
		return appendCount(b, 0)
	}
	b = appendCount(b, len(f.Members))
	for _, m := range f.Members {
		b = appendBlock(b, m.Package)
	}
	return b
}

// DecodeFile reads the binary form. It checks no signature: use Open.
func DecodeFile(b []byte) (*File, error) {
	if len(b) > MaxFile {
		return nil, fmt.Errorf("network file: %w: %d bytes, at most %d", ErrOversized, len(b), MaxFile)
	}
	c := &cursor{rest: b}
	c.version(networkVersion)
	f := &File{Serial: c.u64(), Name: c.name()}
	copy(f.Root[:], c.take(len(f.Root)))
	f.decodeLists(c)
	f.decodeMembers(c)
	copy(f.Signature[:], c.take(len(f.Signature)))
	f.decodePackages(c)
	err := c.end()
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return nil, fmt.Errorf("network file: %w", err)
	}
	return f, nil
}

func (f *File) decodeLists(c *cursor) {
	for range c.each(1) {
		s, err := ident.DecodeSuccession(c.take(ident.SuccessionSize))
		c.foreign(err, "succession %d", len(f.Roots)+1)
		f.Roots = append(f.Roots, s)
	}
	for range c.each(1) {
		g := ident.Group{ID: ident.GroupID(c.u8())}
		flags := c.u8()
		if flags&^flagIncident != 0 {
			c.fail(ErrNotCanonical, "flags %#02x of group %d", flags, g.ID)
		}
		g.Incident, g.Name = flags == flagIncident, c.name()
		f.Groups = append(f.Groups, g)
	}
	for range c.each(2) {
		f.Revoked = append(f.Revoked, c.number())
	}
	for range c.each(2) {
		f.Redirects = append(f.Redirects, Redirect{From: c.number(), To: c.number()})
	}
	for range c.each(2) {
		p, err := ident.DecodeCredential(c.take(c.u16()))
		c.foreign(err, "credential %d", len(f.Persons)+1)
		f.Persons = append(f.Persons, p)
	}
	for range c.each(2) {
		f.Withdrawn = append(f.Withdrawn, ident.PersonNumber(c.u16()))
	}
	for range c.each(1) {
		block, err := keyblock.Decode(c.take(c.u16()))
		c.foreign(err, "key block %d", len(f.Blocks)+1)
		f.Blocks = append(f.Blocks, block)
	}
}

func (f *File) decodeMembers(c *cursor) {
	for range c.each(2) {
		cert, err := ident.DecodeCertificate(c.take(c.u16()))
		c.foreign(err, "certificate %d", len(f.Members)+1)
		m := Member{Certificate: cert}
		copy(m.Digest[:], c.take(len(m.Digest)))
		f.Members = append(f.Members, m)
	}
}

func (f *File) decodePackages(c *cursor) {
	n := c.count(2)
	if n != 0 && n != len(f.Members) {
		c.fail(ErrNotCanonical, "%d packages for %d members", n, len(f.Members))
		return
	}
	for i := range n {
		if size := c.u16(); size > 0 {
			f.Members[i].Package = slices.Clone(c.take(size))
		}
	}
	if n != 0 && !f.packed() {
		c.fail(ErrNotCanonical, "%d packages, all left out", n)
	}
}

// foreign keeps the error of another package's decoder, with a class of this one.
func (c *cursor) foreign(err error, what string, args ...any) {
	if err == nil || c.err != nil {
		return
	}
	class := ErrMalformed
	if errors.Is(err, ident.ErrPrivilege) {
		class = ErrPrivilege
	}
	c.fail(class, what+": %v", append(args, err)...)
}

// ParseFile reads the armoured form. It checks no signature: use Open.
func ParseFile(text []byte) (*File, error) {
	b, err := dearmour(kindNetwork, text, MaxFileText)
	if err != nil {
		return nil, fmt.Errorf("network file: %w", err)
	}
	return DecodeFile(b)
}
