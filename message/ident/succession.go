package ident

import "fmt"

// SuccessionSize is the length of an encoded Succession in bytes.
const SuccessionSize = 32 + 32 + signatureSize

// MaxSuccessions bounds how often a network can change its root key.
const MaxSuccessions = 32

// Succession is a root key's word on which key comes after it. It is given
// while the root is in good hands and names its successor only by a hash: the
// next key lies elsewhere and has never been shown, so that who steals the
// present root cannot take the next one's place, and who can compute private
// keys from public ones has nothing to compute from.
type Succession struct {
	Old       SignKey
	Next      [32]byte // NextHash of the next root key
	Signature [64]byte // Old's, over SignedBytes
}

// NextHash is how a root key is named before it is shown.
func NextHash(next SignKey) [32]byte { return digest(LabelNextRoot, next[:]) }

// SignedBytes returns what the old root signs: a label and the 64 bytes before
// the signature. Safe here because they are of fixed length, and nothing else
// that a root signs begins with the label.
func (s *Succession) SignedBytes() []byte {
	return append(append([]byte(LabelSuccession), s.Old[:]...), s.Next[:]...)
}

// Encode returns the SuccessionSize bytes of s: old root key, hash, signature.
func (s *Succession) Encode() []byte {
	b := make([]byte, 0, SuccessionSize)
	return append(append(append(b, s.Old[:]...), s.Next[:]...), s.Signature[:]...)
}

// DecodeSuccession reads one succession, which must fill b exactly. It does not
// check the signature. Errors are of the classes ErrTruncated and ErrOversized.
func DecodeSuccession(b []byte) (Succession, error) {
	if len(b) != SuccessionSize {
		return Succession{}, fmt.Errorf("%w: succession of %d bytes", lengthClass(len(b), SuccessionSize), len(b))
	}
	return Succession{Old: SignKey(b[:32]), Next: [32]byte(b[32:64]), Signature: [64]byte(b[64:])}, nil
}

// Lineage is the root keys of an operator.
type Lineage struct {
	Roots []SignKey // from the first, which names the operator, to the present one
	Next  [32]byte  // NextHash of the root to come; zero where none is promised
}

// First returns the root key that the operator's id is made from.
func (l Lineage) First() SignKey { return l.Roots[0] }

// Present returns the root key that signs today.
func (l Lineage) Present() SignKey { return l.Roots[len(l.Roots)-1] }

// Operator returns the operator's id, which outlives its root keys.
func (l Lineage) Operator() OperatorID { return OperatorOf(l.First()) }

// Trace follows successions, oldest first, to the root key present. The last
// of them may be present's own promise of the root to come. Each must be signed
// by its root and name the one after it: else ErrSuccession or ErrBadSignature.
func Trace(v Verifier, chain []Succession, present SignKey) (Lineage, error) {
	if len(chain) > MaxSuccessions {
		return Lineage{}, fmt.Errorf("%w: %d successions, at most %d", ErrSuccession, len(chain), MaxSuccessions)
	}
	var l Lineage
	seen := make(map[SignKey]bool, len(chain)+1)
	for i, s := range chain {
		if seen[s.Old] {
			return Lineage{}, fmt.Errorf("%w: root %v comes twice", ErrSuccession, s.Old)
		}
		if !v.Verify(s.Old, s.SignedBytes(), s.Signature[:]) {
			return Lineage{}, fmt.Errorf("%w: succession of root %v", ErrBadSignature, s.Old)
		}
		seen[s.Old] = true
		l.Roots = append(l.Roots, s.Old)
		next := present
		if i+1 < len(chain) {
			next = chain[i+1].Old
		} else if s.Old == present {
			l.Next = s.Next
			return l, nil
		}
		if NextHash(next) != s.Next {
			return Lineage{}, fmt.Errorf("%w: root %v does not name %v", ErrSuccession, s.Old, next)
		}
	}
	if seen[present] {
		return Lineage{}, fmt.Errorf("%w: root %v comes twice", ErrSuccession, present)
	}
	l.Roots = append(l.Roots, present)
	return l, nil
}

// Follows reports whether who trusts pinned, and was promised the root with the
// hash next after it (zero: no promise), may trust this lineage: pinned is in
// it, and a promise, once given, was kept. A second promise is refused like a
// broken one, since it is what a thief of the root would make.
func (l Lineage) Follows(pinned SignKey, next [32]byte) error {
	for i, root := range l.Roots {
		if root != pinned {
			continue
		}
		now := l.Next
		if i+1 < len(l.Roots) {
			now = NextHash(l.Roots[i+1])
		}
		if next != ([32]byte{}) && now != next {
			return fmt.Errorf("%w: root %v had promised another successor", ErrSuccession, pinned)
		}
		return nil
	}
	return fmt.Errorf("%w: root %v does not come from %v", ErrSuccession, l.Present(), pinned)
}
