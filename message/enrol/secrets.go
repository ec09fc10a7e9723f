package enrol

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"golang.org/x/crypto/nacl/box"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Secrets is what a package brings to one node, with the groups of its certificate and
// NetworkGroup. Path and epoch are zero where it brought none that this node can open.
type Secrets struct {
	keyring.Package
	Once   bool     // path and epoch were sealed to a one-time key, which is to be erased
	sealed [][]byte // path and epoch, for each key that they are sealed to
}

// NeedKeys is for a node that has no keys yet: it returns nil if the package
// brought them, else ErrNoKeys and why.
func (s Secrets) NeedKeys() error {
	switch {
	case s.HaveKeys():
		return nil
	case len(s.sealed) == 0:
		return fmt.Errorf("%w: the authority put none in, as its request is long past", ErrNoKeys)
	}
	return fmt.Errorf("%w: they are sealed to the key of an earlier request, which was used and erased, or came after this one", ErrNoKeys)
}

// sealedOverhead is the length that sealing adds to a package: the ephemeral
// key and the authenticator.
const sealedOverhead = box.AnonymousOverhead

// MaxRecipients is to how many keys one node's path and epoch are sealed at most.
const MaxRecipients = 2

// encode returns a package for one node: version 1 | operator 8 | number 2 |
// bootstrap 32 | groups: count 1, each id 1, secret 32, ascending | boxes: count 1,
// each (length 2, bytes). Operator and number are there so that a package opened by
// mistake is recognised, not for security: the root signs its digest.
func (s Secrets) encode(operator ident.OperatorID, number ident.Number) []byte {
	b := []byte{packageVersion}
	b = append(b, operator[:]...)
	b = appendCount(b, int(number))
	b = append(b, s.Bootstrap[:]...)
	ids := make([]ident.GroupID, 0, len(s.Groups))
	for id := range s.Groups {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	b = append(b, byte(len(ids)))
	for _, id := range ids {
		secret := s.Groups[id]
		b = append(append(b, byte(id)), secret[:]...)
	}
	b = append(b, byte(len(s.sealed)))
	for _, sealed := range s.sealed {
		b = appendBlock(b, sealed)
	}
	return b
}

// encodeKeys returns what moves on: path, as keyblock.Path.Append has it | epoch:
// serial 4, first day 2, base day 2, day key 32.
func (s Secrets) encodeKeys() []byte {
	b := s.Path.Append(nil)
	b = binary.BigEndian.AppendUint32(b, s.Epoch.Serial)
	b = appendCount(appendCount(b, int(s.Epoch.First)), int(s.Epoch.Base))
	return append(b, s.Epoch.Key[:]...)
}

func decodeSecrets(b []byte) (s Secrets, operator ident.OperatorID, number ident.Number, err error) {
	c := &cursor{rest: b}
	c.version(packageVersion)
	copy(operator[:], c.take(len(operator)))
	number = c.number()
	copy(s.Bootstrap[:], c.take(len(s.Bootstrap)))
	s.Groups = map[ident.GroupID]seal.Secret{}
	last := ident.GroupID(0)
	for range c.each(1) {
		id := ident.GroupID(c.u8())
		if id <= last || id > ident.MaxGroup {
			c.fail(ErrNotCanonical, "group %d after %d", id, last)
		}
		var secret seal.Secret
		copy(secret[:], c.take(len(secret)))
		s.Groups[id] = secret
		last = id
	}
	boxes := c.count(1)
	if boxes > MaxRecipients {
		c.fail(ErrNotCanonical, "keys sealed %d times", boxes)
		boxes = 0
	}
	for range boxes {
		s.sealed = append(s.sealed, slices.Clone(c.take(c.u16())))
	}
	return s, operator, number, c.end()
}

// decodeKeys reads what encodeKeys made.
func (s *Secrets) decodeKeys(b []byte) error {
	c := &cursor{}
	var err error
	s.Path, c.rest, err = keyblock.DecodePath(b)
	c.foreign(err, "path")
	s.Epoch.Serial = binary.BigEndian.Uint32(c.take(4))
	s.Epoch.First, s.Epoch.Base = clock.Day(c.u16()), clock.Day(c.u16())
	if s.Epoch.Base < s.Epoch.First {
		c.fail(ErrNotCanonical, "epoch from day %d with the key of day %d", s.Epoch.First, s.Epoch.Base)
	}
	copy(s.Epoch.Key[:], c.take(len(s.Epoch.Key)))
	return c.end()
}

// sealTo seals the package of one node to its box key, and within it path and epoch
// to each recipient.
//
// Two layers, for what they hold lasts differently. Bootstrap and group secrets do
// not move on, and open nothing without an epoch, which does; so the lasting box key
// may guard them. Path and epoch open all that comes after: they are sealed to keys
// that are erased once they were used.
func (s Secrets) sealTo(m *Member, entropy io.Reader) ([]byte, error) {
	cert := m.Certificate
	if len(m.Recipients) > MaxRecipients {
		return nil, fmt.Errorf("%w: keys of node %v for %d recipients, at most %d", ErrOversized, cert.Number, len(m.Recipients), MaxRecipients)
	}
	keys := s.encodeKeys()
	defer clear(keys)
	s.sealed = nil
	for _, to := range m.Recipients {
		sealed, err := sealBox(keys, to, entropy)
		if err != nil {
			return nil, fmt.Errorf("seal the keys of node %v: %w", cert.Number, err)
		}
		s.sealed = append(s.sealed, sealed)
	}
	plain := s.encode(cert.Operator, cert.Number)
	defer clear(plain)
	sealed, err := sealBox(plain, cert.Box, entropy)
	if err != nil {
		return nil, fmt.Errorf("seal the package of node %v: %w", cert.Number, err)
	}
	return sealed, nil
}

// openPackage opens the package of one node with its private keys. Keys in it that
// are sealed to none of them stay closed, which is no error here.
func openPackage(sealed []byte, cert *ident.Certificate, private *ident.Private, once []*PackageKey) (Secrets, error) {
	seed := private.Seed() // 32 bytes for Ed25519, then 32 for X25519
	lasting, err := ParsePackageKey(seed[32:])
	clear(seed)
	if err != nil {
		return Secrets{}, err
	}
	plain, ok := lasting.open([][]byte{sealed})
	if !ok {
		return Secrets{}, fmt.Errorf("node %v: %w", cert.Number, ErrPackage)
	}
	s, operator, number, err := decodeSecrets(plain)
	clear(plain)
	if err != nil {
		return Secrets{}, fmt.Errorf("package of node %v: %w", cert.Number, err)
	}
	if operator != cert.Operator || number != cert.Number {
		return Secrets{}, fmt.Errorf("package of node %v is for node %v: %w", cert.Number, number, ErrPackage)
	}
	// The one-time keys first: those have to be erased after use.
	for i, key := range append(slices.Clone(once), lasting) {
		keys, ok := key.open(s.sealed)
		if !ok {
			continue
		}
		err := s.decodeKeys(keys)
		clear(keys)
		if err == nil && s.Path.Number != cert.Number {
			err = ErrPackage
		}
		if err != nil {
			return Secrets{}, fmt.Errorf("keys of node %v: %w", cert.Number, err)
		}
		s.Once = i < len(once)
		break
	}
	return s, nil
}

// suit tells whether the secrets fit what the file says in the open: the newest
// key block, the tree that it belongs to, and the groups of the certificate.
func (s Secrets) suit(f *File, cert *ident.Certificate) error {
	newest := f.Newest()
	switch {
	case !s.HaveKeys():
	case s.Epoch.Serial != newest.Serial || s.Epoch.First != newest.First:
		return fmt.Errorf("package of node %v has epoch %d, the newest key block is %d: %w", cert.Number, s.Epoch.Serial, newest.Serial, ErrPackage)
	case s.Path.Serial != newest.Serial+1 || s.Path.Generation != newest.Generation || s.Path.Height != newest.Height:
		return fmt.Errorf("package of node %v opens key blocks from %d of generation %d: %w", cert.Number, s.Path.Serial, s.Path.Generation, ErrPackage)
	}
	want := append(cert.Groups.IDs(), ident.NetworkGroup)
	for _, id := range want {
		if _, ok := s.Groups[id]; !ok {
			return fmt.Errorf("package of node %v lacks group %d: %w", cert.Number, id, ErrPackage)
		}
	}
	if len(s.Groups) != len(want) {
		return fmt.Errorf("package of node %v has %d groups, its certificate %d: %w", cert.Number, len(s.Groups), len(want), ErrPackage)
	}
	return nil
}
