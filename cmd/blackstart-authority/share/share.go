// Package share splits the key that opens an authority's key file among keepers, any
// k of whom open it together, and fewer of whom have nothing.
//
// The secret sharing is Shamir's, as github.com/cloudflare/circl has it, over the
// scalars of ristretto255: k-1 shares say nothing of the secret, whatever one can
// compute. It is the one primitive that the project takes from elsewhere than Go's
// standard library and golang.org/x/crypto, as the design allows. What is split is
// drawn for the purpose, and never a password or a key of anything else.
//
// A share does not prove itself: whoever makes one up makes the wrong key. That is
// noticed where it matters, since the key file is sealed with an authenticating
// cipher; a share that was damaged or mistyped is noticed by its checksum before.
//
// # Encoding, version 1
//
//	1      version, 1
//	8      set: drawn anew for each splitting
//	1 1 1  k, n, number of the share: 2 <= k <= n <= 16, 1 <= number <= n
//	1      how the value is kept: 0 in the open, 1 under its keeper's passphrase
//	25     if 1: argon2id passes 4, memory in KiB 4, lanes 1; salt 16
//	32     value, a scalar (RFC 9496); if 1 sealed, and 48
//	4      checksum: the first bytes of SHA-256 over a label and all before
//
// in base 32 (RFC 4648, without padding), in groups of four letters that can be read
// aloud and typed.
package share

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"
)

// MaxShares is how many shares a set has at most.
const MaxShares = 16

// Sizes in bytes.
const (
	SetSize    = 8
	KeySize    = 32
	valueSize  = 32
	headSize   = 1 + SetSize + 3 + 1
	sumSize    = 4
	labelSum   = "blackstart authority share checksum v1\x00"
	labelKey   = "blackstart authority shared key v1\x00"
	version    = 1
	kindOpen   = 0
	kindLocked = 1
)

type shareError string

func (e shareError) Error() string { return string(e) }

// Classes of what can be wrong, for errors.Is.
const (
	ErrDamaged    = shareError("the share is damaged or mistyped")
	ErrVersion    = shareError("unknown version of a share")
	ErrPassphrase = shareError("wrong passphrase of the share")
	ErrOtherSet   = shareError("the shares are not of one set")
	ErrTwice      = shareError("a share is given twice")
	ErrTooFew     = shareError("too few shares")
	ErrThreshold  = shareError("not a number of shares that can be")
)

// ID tells one splitting from another.
type ID [SetSize]byte

// String returns the set as people compare it.
func (id ID) String() string { return fmt.Sprintf("%X-%X", id[:4], id[4:]) }

// Share is one keeper's part.
type Share struct {
	Set       ID
	Threshold int // k: as many shares are needed
	Count     int // n: as many were made
	Number    int // of this one, from 1
	lock      *lock
	value     []byte // of valueSize; sealed if locked
}

// Key opens a key file.
type Key [KeySize]byte

// Check refuses a k of n that makes no sense: with k = 1 every keeper alone owns the
// network, and that takes no shares.
func Check(k, n int) error {
	if k < 2 || k > n || n > MaxShares {
		return fmt.Errorf("%w: %d of %d; 2 to %d shares, and at least 2 of them needed", ErrThreshold, k, n, MaxShares)
	}
	return nil
}

// Split draws a key and splits it: any k of the n shares make it again. The set's name
// is drawn from entropy; the secret and the polynomial by circl from crypto/rand,
// whatever reader it is given.
func Split(k, n int, entropy io.Reader) ([]*Share, Key, error) {
	if err := Check(k, n); err != nil {
		return nil, Key{}, err
	}
	var id ID
	if _, err := io.ReadFull(entropy, id[:]); err != nil {
		return nil, Key{}, fmt.Errorf("draw a set: %w", err)
	}
	g := group.Ristretto255
	secret := g.RandomNonZeroScalar(entropy)
	var list []*Share
	for i, s := range secretsharing.New(entropy, uint(k-1), secret).Share(uint(n)) {
		value, err := s.Value.MarshalBinary()
		if err != nil {
			return nil, Key{}, err
		}
		list = append(list, &Share{Set: id, Threshold: k, Count: n, Number: i + 1, value: value})
	}
	key, err := derive(id, secret)
	return list, key, err
}

// derive makes the key of a secret.
//
// A hash is enough here: the secret is a uniform scalar of 252 bits, used for this
// one key, and the label and the set keep it apart from every other hash.
func derive(id ID, secret group.Scalar) (Key, error) {
	b, err := secret.MarshalBinary()
	if err != nil {
		return Key{}, err
	}
	defer clear(b)
	return Key(sha256.Sum256(slices.Concat([]byte(labelKey), id[:], b))), nil
}

// Combine makes the key again of unlocked shares. Errors are ErrOtherSet, ErrTwice and
// ErrTooFew. With a share that is false the key is wrong, and nothing shows that here.
func Combine(shares []*Share) (Key, error) {
	var points []secretsharing.Share
	for i, s := range shares {
		if s.Set != shares[0].Set || s.Threshold != shares[0].Threshold || s.Count != shares[0].Count {
			return Key{}, fmt.Errorf("%w: share %d is of set %v, share %d of set %v", ErrOtherSet, shares[0].Number, shares[0].Set, s.Number, s.Set)
		}
		if slices.ContainsFunc(shares[:i], func(o *Share) bool { return o.Number == s.Number }) {
			return Key{}, fmt.Errorf("%w: share %d", ErrTwice, s.Number)
		}
		p := secretsharing.Share{ID: group.Ristretto255.NewScalar().SetUint64(uint64(s.Number)), Value: group.Ristretto255.NewScalar()}
		if s.Locked() {
			return Key{}, fmt.Errorf("%w: share %d was not unlocked", ErrPassphrase, s.Number)
		}
		if err := p.Value.UnmarshalBinary(s.value); err != nil {
			return Key{}, fmt.Errorf("%w: share %d: %v", ErrDamaged, s.Number, err)
		}
		points = append(points, p)
	}
	if len(shares) == 0 || len(shares) < shares[0].Threshold {
		return Key{}, ErrTooFew
	}
	secret, err := secretsharing.Recover(uint(shares[0].Threshold-1), points)
	if err != nil {
		return Key{}, err
	}
	return derive(shares[0].Set, secret)
}

// Encode returns the binary form.
func (s *Share) Encode() []byte {
	b := append([]byte{version}, s.Set[:]...)
	b = append(b, byte(s.Threshold), byte(s.Count), byte(s.Number))
	if s.lock == nil {
		b = append(b, kindOpen)
	} else {
		b = append(append(b, kindLocked), s.lock[:]...)
	}
	b = append(b, s.value...)
	sum := sha256.Sum256(append([]byte(labelSum), b...))
	return append(b, sum[:sumSize]...)
}

// Decode reads the binary form. Errors are ErrDamaged and ErrVersion.
func Decode(b []byte) (*Share, error) {
	if len(b) < headSize+valueSize+sumSize {
		return nil, fmt.Errorf("%w: it has %d bytes", ErrDamaged, len(b))
	}
	body, sum := b[:len(b)-sumSize], sha256.Sum256(append([]byte(labelSum), b[:len(b)-sumSize]...))
	if !bytes.Equal(sum[:sumSize], b[len(body):]) { // public: who made the share up also made its checksum
		return nil, fmt.Errorf("%w: its checksum is wrong", ErrDamaged)
	}
	if b[0] != version {
		return nil, fmt.Errorf("%w: %d", ErrVersion, b[0])
	}
	s := &Share{Set: ID(body[1:]), Threshold: int(body[9]), Count: int(body[10]), Number: int(body[11])}
	kind, rest := body[12], body[headSize:]
	if kind == kindLocked && len(rest) == lockSize+valueSize+lockTag {
		s.lock, rest = (*lock)(slices.Clone(rest[:lockSize])), rest[lockSize:]
	} else if kind != kindOpen || len(rest) != valueSize {
		return nil, fmt.Errorf("%w: it has %d bytes", ErrDamaged, len(b))
	}
	s.value = slices.Clone(rest)
	if Check(s.Threshold, s.Count) != nil || s.Number < 1 || s.Number > s.Count {
		return nil, fmt.Errorf("%w: share %d of %d, %d needed", ErrDamaged, s.Number, s.Count, s.Threshold)
	}
	if s.lock == nil && group.Ristretto255.NewScalar().UnmarshalBinary(s.value) != nil {
		return nil, fmt.Errorf("%w: its value is none", ErrDamaged)
	}
	return s, s.checkLock()
}

// String says which share it is, and nothing of its value.
func (s Share) String() string {
	return fmt.Sprintf("share %d of %d, set %v", s.Number, s.Count, s.Set)
}

// Format prints what String returns for every verb and flag.
func (s Share) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }

// String hides a key.
func (k Key) String() string { return "key of a key file" }

// Format prints what String returns for every verb and flag.
func (k Key) Format(f fmt.State, _ rune) { io.WriteString(f, k.String()) }
