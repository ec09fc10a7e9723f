package enrol

import (
	"fmt"

	"golang.org/x/crypto/curve25519"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Request is what a new node asks of the authority.
//
// Encoding: version 1 | name (length 1, text) | role (length 1, text) |
// signing key 32 | box key 32 | signature 64. The signature is the signing
// key's own, over a label and all bytes before it: it proves that whoever made
// the request holds that key, so that nobody can have another's key certified
// under his own name.
type Request struct {
	Name      string // the name that the node wishes; the authority decides
	Role      string // may be empty
	Sign      ident.SignKey
	Box       ident.BoxKey
	Signature [64]byte
}

// NewRequest makes the request of a device. The errors are of class ErrName.
func NewRequest(name, role string, private *ident.Private) (*Request, error) {
	r := &Request{Name: name, Role: role, Sign: private.SignKey(), Box: private.BoxKey()}
	if err := r.check(); err != nil {
		return nil, err
	}
	r.Signature = private.Sign(r.SignedBytes())
	return r, nil
}

func (r *Request) check() error {
	if err := CheckName(r.Name); err != nil {
		return err
	}
	if err := checkRole(r.Role); err != nil {
		return fmt.Errorf("role: %w", err)
	}
	return nil
}

func (r *Request) body() []byte {
	b := []byte{requestVersion}
	b = appendName(b, r.Name)
	b = appendName(b, r.Role)
	b = append(b, r.Sign[:]...)
	return append(b, r.Box[:]...)
}

// SignedBytes returns what the signature covers.
func (r *Request) SignedBytes() []byte { return append([]byte(labelRequest), r.body()...) }

// Encode returns the binary form.
func (r *Request) Encode() []byte { return append(r.body(), r.Signature[:]...) }

// Text returns the armoured form, which is what is kept in a file.
func (r *Request) Text() []byte { return armour(kindRequest, r.Encode()) }

// DecodeRequest reads the binary form. It does not check the signature.
func DecodeRequest(b []byte) (*Request, error) {
	c := &cursor{rest: b}
	c.version(requestVersion)
	r := &Request{Name: c.name(), Role: c.name()}
	copy(r.Sign[:], c.take(len(r.Sign)))
	copy(r.Box[:], c.take(len(r.Box)))
	copy(r.Signature[:], c.take(len(r.Signature)))
	if err := c.end(); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	return r, nil
}

// ParseRequest reads the armoured form. It does not check the signature.
func ParseRequest(text []byte) (*Request, error) {
	b, err := dearmour(kindRequest, text, MaxRequestText)
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	return DecodeRequest(b)
}

// Verify checks the proof of possession, and that secrets sealed to the box
// key stay secret.
func (r *Request) Verify(v ident.Verifier) error {
	if !v.Verify(r.Sign, r.SignedBytes(), r.Signature[:]) {
		return fmt.Errorf("request of %q: %w", r.Name, ErrSignature)
	}
	// A point of low order would give every sealing the same, known key: the
	// network's secrets would lie open in a file that may be published. Any
	// scalar shows it; X25519 fails when the result is zero.
	var probe [32]byte
	probe[0] = 9
	if _, err := curve25519.X25519(probe[:], r.Box[:]); err != nil {
		return fmt.Errorf("request of %q: %w", r.Name, ErrBoxKey)
	}
	return nil
}

// CheckCode is what the person at the node reads aloud and the authority
// compares. It covers names and keys.
func (r *Request) CheckCode() string { return checkCode(labelRequestCode, r.body()) }
