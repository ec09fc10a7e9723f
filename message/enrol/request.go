package enrol

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Request is what a new node asks of the authority.
//
// Encoding: version 1 | name (length 1, text) | role (length 1, text) |
// signing key 32 | box key 32 | package key 32 | signature 64. The signature is the
// signing key's own, over a label and all bytes before it: it proves that whoever
// made the request holds that key, so that nobody can have another's key certified
// under his own name.
type Request struct {
	Name      string // the name that the node wishes; the authority decides
	Role      string // may be empty
	Sign      ident.SignKey
	Box       ident.BoxKey
	Package   ident.BoxKey // a PackageKey's public half: for one package, and then erased
	Signature [64]byte
}

// NewRequest makes the request of a device. The errors are of class ErrName.
func NewRequest(name, role string, private *ident.Private, once *PackageKey) (*Request, error) {
	r := &Request{Name: name, Role: role, Sign: private.SignKey(), Box: private.BoxKey(), Package: once.Public()}
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
	b = append(b, r.Box[:]...)
	return append(b, r.Package[:]...)
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
	copy(r.Package[:], c.take(len(r.Package)))
	copy(r.Signature[:], c.take(len(r.Signature)))
	if err := c.end(); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	return r, nil
}

// ParseRequest reads the armoured form, or the form that a QR code holds. It does not
// check the signature.
func ParseRequest(text []byte) (*Request, error) {
	if len(text) <= MaxRequestText {
		if b, is, err := scanned(text); err != nil {
			return nil, fmt.Errorf("request: %w", err)
		} else if is {
			return DecodeRequest(b)
		}
	}
	b, err := dearmour(kindRequest, text, MaxRequestText)
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	return DecodeRequest(b)
}

// Verify checks the proof of possession, and that secrets sealed to the box
// key and the package key stay secret: a point of low order would give every
// sealing the same, known key, in a file that may be published.
func (r *Request) Verify(v ident.Verifier) error {
	if !v.Verify(r.Sign, r.SignedBytes(), r.Signature[:]) {
		return fmt.Errorf("request of %q: %w", r.Name, ErrSignature)
	}
	if weak(r.Box) || weak(r.Package) {
		return fmt.Errorf("request of %q: %w", r.Name, ErrBoxKey)
	}
	return nil
}

// CheckCode is what the person at the node reads aloud and the authority
// compares. It covers names and keys.
func (r *Request) CheckCode() string { return checkCode(labelRequestCode, r.body()) }
