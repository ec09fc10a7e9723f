package enrol

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Held is what a node keeps of the network file it joined with.
type Held struct {
	Root   ident.SignKey // the pinned root
	Serial uint64
	Digest [32]byte
}

// Network is what a node learns from a network file.
type Network struct {
	Name    string
	Self    ident.Number
	Roster  *ident.Roster
	Secrets Secrets
	Held    Held // to be kept, and handed to the next Open
}

// Open checks a network file and opens this node's package in it. held is nil
// at the first join: the root is then taken from the file, and whoever calls
// Open must have its check code (RootCode) compared by a person.
//
// Nothing of the file is believed before the root's signature over all of it
// and over each certificate was checked. Errors are of the classes
// ErrOtherRoot, ErrOlder, ErrConflict, ErrSignature, ErrNotMember and ErrPackage.
func Open(f *File, private *ident.Private, v ident.Verifier, held *Held) (*Network, error) {
	if err := f.Verify(v); err != nil {
		return nil, err
	}
	now := Held{Root: f.Root, Serial: f.Serial, Digest: f.Digest()}
	if held != nil {
		if err := held.follow(now); err != nil {
			return nil, err
		}
	}
	operator := ident.OperatorOf(f.Root)
	roster, err := ident.NewRoster(operator, f.Root, f.Groups, f.Certificates)
	if err != nil {
		return nil, fmt.Errorf("network file: %w: %v", ErrNotCanonical, err)
	}
	for i, cert := range f.Certificates {
		if cert.Sign != private.SignKey() {
			continue
		}
		if cert.Box != private.BoxKey() {
			return nil, fmt.Errorf("certificate of node %v: %w", cert.Number, ErrPackage)
		}
		secrets, err := openPackage(f.Packages[i], cert, private)
		if err != nil {
			return nil, err
		}
		for _, g := range f.Groups {
			if _, ok := secrets.Groups[g.ID]; !ok {
				return nil, fmt.Errorf("package of node %v lacks group %q: %w", cert.Number, g.Name, ErrPackage)
			}
		}
		return &Network{Name: f.Name, Self: cert.Number, Roster: roster, Secrets: secrets, Held: now}, nil
	}
	return nil, fmt.Errorf("network %q, serial %d: %w", f.Name, f.Serial, ErrNotMember)
}

// follow tells whether next may take the place of what is held.
func (h Held) follow(next Held) error {
	switch {
	case next.Root != h.Root:
		return fmt.Errorf("%w: %s, pinned is %s", ErrOtherRoot, RootCode(next.Root), RootCode(h.Root))
	case next.Serial < h.Serial:
		return fmt.Errorf("%w: serial %d, held is %d", ErrOlder, next.Serial, h.Serial)
	case next.Serial == h.Serial && next.Digest != h.Digest:
		return fmt.Errorf("%w: %d", ErrConflict, next.Serial)
	}
	return nil
}

// Verify checks the root's signature over the file and over each certificate.
func (f *File) Verify(v ident.Verifier) error {
	if !v.Verify(f.Root, f.SignedBytes(), f.Signature[:]) {
		return fmt.Errorf("network file %q, serial %d: %w", f.Name, f.Serial, ErrSignature)
	}
	operator := ident.OperatorOf(f.Root)
	for _, cert := range f.Certificates {
		if cert.Operator != operator {
			return fmt.Errorf("certificate of node %v is of another operator: %w", cert.Number, ErrSignature)
		}
		if err := cert.Verify(v, f.Root); err != nil {
			return fmt.Errorf("certificate of node %v: %w: %v", cert.Number, ErrSignature, err)
		}
	}
	return nil
}
