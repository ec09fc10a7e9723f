package enrol

import (
	"fmt"
	"io"
	"slices"

	"golang.org/x/crypto/nacl/box"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Secrets is what every node of the first form holds: the network secret E_0
// and the secrets of all groups.
type Secrets struct {
	Network seal.Secret
	Groups  map[ident.GroupID]seal.Secret
}

// firstDay is the day from which on the network secret is used: before any
// network of this form was made.
const firstDay = 20000

// Keys returns what a node's keys come from.
func (s Secrets) Keys() seal.Secrets {
	return seal.Secrets{Epochs: []seal.Epoch{{Serial: 1, First: firstDay, Base: firstDay, Key: s.Network}}, Groups: s.Groups}
}

// sealedOverhead is the length that sealing adds to a package: the ephemeral
// key and the authenticator.
const sealedOverhead = box.AnonymousOverhead

// encode returns a package for one node: version 1 | operator 8 | number 2 |
// epoch 1 | network secret 32 | count 1 | count times (group 1, secret 32),
// ascending by group. Operator and number are there so that a package opened
// by mistake is recognised, not for security: the root signs the whole file.
func (s Secrets) encode(operator ident.OperatorID, number ident.Number) []byte {
	b := []byte{packageVersion}
	b = append(b, operator[:]...)
	b = append(b, byte(number>>8), byte(number), 0)
	b = append(b, s.Network[:]...)
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
	if epoch := c.u8(); epoch != 0 {
		c.fail(ErrVersion, "epoch %d", epoch)
	}
	copy(s.Network[:], c.take(len(s.Network)))
	s.Groups = map[ident.GroupID]seal.Secret{}
	last := ident.GroupID(0)
	for range c.u8() {
		id := ident.GroupID(c.u8())
		if id <= last || id > maxGroup {
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
	sealed, err := box.SealAnonymous(nil, s.encode(cert.Operator, cert.Number), &to, entropy)
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
	if operator != cert.Operator || number != cert.Number {
		return Secrets{}, fmt.Errorf("package of node %v is for node %v: %w", cert.Number, number, ErrPackage)
	}
	return s, nil
}
