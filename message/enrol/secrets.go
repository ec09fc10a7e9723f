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
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Secrets is what a package brings to one node. Nothing in it opens what was
// sealed before it was made.
type Secrets struct {
	Bootstrap seal.Secret                   // of the frames that carry key blocks
	Path      keyblock.Path                 // opens the key block after the newest
	Epoch     seal.Epoch                    // of the newest key block, from the day of enrolment on
	Groups    map[ident.GroupID]seal.Secret // those of the certificate, and NetworkGroup's
}

// Keys returns what a node's keys come from, as far as this package knows.
func (s Secrets) Keys() seal.Secrets {
	return seal.Secrets{Bootstrap: s.Bootstrap, Epochs: []seal.Epoch{s.Epoch}, Groups: s.Groups}
}

// sealedOverhead is the length that sealing adds to a package: the ephemeral
// key and the authenticator.
const sealedOverhead = box.AnonymousOverhead

// encode returns a package for one node: version 1 | operator 8 | number 2 |
// bootstrap 32 | path, as keyblock.Path.Append has it | epoch: serial 4, first
// day 2, base day 2, day key 32 | groups: count 1, each id 1, secret 32,
// ascending. Operator and number are there so that a package opened by mistake
// is recognised, not for security: the root signs its digest.
func (s Secrets) encode(operator ident.OperatorID, number ident.Number) []byte {
	b := []byte{packageVersion}
	b = append(b, operator[:]...)
	b = appendCount(b, int(number))
	b = append(b, s.Bootstrap[:]...)
	b = s.Path.Append(b)
	b = binary.BigEndian.AppendUint32(b, s.Epoch.Serial)
	b = appendCount(appendCount(b, int(s.Epoch.First)), int(s.Epoch.Base))
	b = append(b, s.Epoch.Key[:]...)
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
	return b
}

func decodeSecrets(b []byte) (s Secrets, operator ident.OperatorID, number ident.Number, err error) {
	c := &cursor{rest: b}
	c.version(packageVersion)
	copy(operator[:], c.take(len(operator)))
	number = c.number()
	copy(s.Bootstrap[:], c.take(len(s.Bootstrap)))
	if c.err == nil {
		var err error
		s.Path, c.rest, err = keyblock.DecodePath(c.rest)
		c.foreign(err, "path")
	}
	s.Epoch.Serial = binary.BigEndian.Uint32(c.take(4))
	s.Epoch.First, s.Epoch.Base = clock.Day(c.u16()), clock.Day(c.u16())
	if s.Epoch.Base < s.Epoch.First {
		c.fail(ErrNotCanonical, "epoch from day %d with the key of day %d", s.Epoch.First, s.Epoch.Base)
	}
	copy(s.Epoch.Key[:], c.take(len(s.Epoch.Key)))
	s.Groups = map[ident.GroupID]seal.Secret{}
	last := ident.GroupID(0)
	for range c.count(1) {
		id := ident.GroupID(c.u8())
		if id <= last || id > ident.MaxGroup {
			c.fail(ErrNotCanonical, "group %d after %d", id, last)
		}
		var secret seal.Secret
		copy(secret[:], c.take(len(secret)))
		s.Groups[id] = secret
		last = id
	}
	return s, operator, number, c.end()
}

// sealTo seals the package of one node to its box key.
//
// NaCl's anonymous box: an ephemeral X25519 key for each package, its public
// half and the recipient's in the nonce. Nobody but the recipient opens it,
// and it says nothing of who made it; that is the root's signature's part. It
// is safe here because each package draws a fresh ephemeral key from entropy,
// so that the nonce never repeats, and because low-order keys were refused
// when the request was verified.
func (s Secrets) sealTo(cert *ident.Certificate, entropy io.Reader) ([]byte, error) {
	to := [32]byte(cert.Box)
	plain := s.encode(cert.Operator, cert.Number)
	defer clear(plain)
	sealed, err := box.SealAnonymous(nil, plain, &to, entropy)
	if err != nil {
		return nil, fmt.Errorf("seal the package of node %v: %w", cert.Number, err)
	}
	return sealed, nil
}

// openPackage opens the package of one node with its private key.
func openPackage(sealed []byte, cert *ident.Certificate, private *ident.Private) (Secrets, error) {
	public := [32]byte(private.BoxKey())
	seed := private.Seed() // 32 bytes for Ed25519, then 32 for X25519
	secret := [32]byte(seed[32:])
	clear(seed)
	plain, ok := box.OpenAnonymous(nil, sealed, &public, &secret)
	clear(secret[:])
	if !ok {
		return Secrets{}, fmt.Errorf("node %v: %w", cert.Number, ErrPackage)
	}
	s, operator, number, err := decodeSecrets(plain)
	clear(plain)
	if err != nil {
		return Secrets{}, fmt.Errorf("package of node %v: %w", cert.Number, err)
	}
	if operator != cert.Operator || number != cert.Number || s.Path.Number != cert.Number {
		return Secrets{}, fmt.Errorf("package of node %v is for node %v: %w", cert.Number, number, ErrPackage)
	}
	return s, nil
}

// suit tells whether the secrets fit what the file says in the open: the newest
// key block, the tree that it belongs to, and the groups of the certificate.
func (s Secrets) suit(f *File, cert *ident.Certificate) error {
	newest := f.Newest()
	switch {
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
