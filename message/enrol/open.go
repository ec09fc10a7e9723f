package enrol

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// Held is what a node keeps of the network file it joined with.
type Held struct {
	Root   ident.SignKey // the pinned root
	Next   [32]byte      // ident.NextHash of the root that Root promised; zero: none
	Serial uint64
	Digest [32]byte
	Self   ident.Number // this node's number in that file; 0 where it is not known
}

// Network is what a node learns from a network file.
type Network struct {
	Name      string
	Self      ident.Number
	Roster    *ident.Roster
	Lineage   ident.Lineage
	Revoked   []ident.Number      // all that ever were, ascending
	Redirects []Redirect          // whose mail goes where
	Persons   []*ident.Credential // ascending by number
	Withdrawn []ident.PersonNumber
	Blocks    []*keyblock.Block // of the last BlockDays, ascending; the last is the newest
	Secrets   Secrets           // zero where the package was dropped
	Held      Held              // to be kept, and handed to the next Open
}

// Open checks a network file and opens this node's package in it. held is nil
// at the first join: the root is then taken from the file, and whoever calls
// Open must have its check code (RootCode) compared by a person. once are the
// package keys that this node has not erased yet. A package of which the node can
// open no keys is no error: see Secrets.NeedKeys.
//
// Nothing of the file is believed before the root's signature over all of it,
// and over each certificate, credential and key block, was checked. Errors are
// of the classes ErrOtherRoot, ErrOlder, ErrConflict, ErrSignature,
// ErrOtherNetwork, ErrPrivilege, ErrSuccession, ErrNotMember, ErrRevoked and
// ErrPackage.
func Open(f *File, private *ident.Private, v ident.Verifier, held *Held, once ...*PackageKey) (*Network, error) {
	n, member, err := read(f, private, v, held)
	if err != nil {
		return nil, err
	}
	if member.Package == nil {
		return nil, fmt.Errorf("node %v: no packages in this file: %w", n.Self, ErrPackage)
	}
	if n.Secrets, err = openPackage(member.Package, member.Certificate, private, once); err != nil {
		return nil, err
	}
	return n, n.Secrets.suit(f, member.Certificate)
}

// Reopen is Open for a file of which the packages were dropped, for a node that
// keeps its secrets elsewhere: Network.Secrets is zero.
func Reopen(f *File, private *ident.Private, v ident.Verifier, held *Held) (*Network, error) {
	n, _, err := read(f, private, v, held)
	return n, err
}

func read(f *File, private *ident.Private, v ident.Verifier, held *Held) (*Network, *Member, error) {
	lineage, err := f.Verify(v)
	if err != nil {
		return nil, nil, err
	}
	now := Held{Root: f.Root, Next: lineage.Next, Serial: f.Serial, Digest: f.Digest()}
	if held != nil {
		if err := held.follow(now, lineage); err != nil {
			return nil, nil, err
		}
	}
	roster, err := ident.NewRoster(lineage.Operator(), f.Root, f.Groups, f.Certificates())
	if errors.Is(err, ident.ErrPrivilege) {
		return nil, nil, fmt.Errorf("network file: %w: %v", ErrPrivilege, err)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("network file: %w: %v", ErrTwice, err)
	}
	member, err := f.find(private, held)
	if err != nil {
		return nil, nil, err
	}
	now.Self = member.Certificate.Number
	return &Network{
		Name: f.Name, Self: now.Self, Roster: roster, Lineage: lineage,
		Revoked: slices.Clone(f.Revoked), Redirects: slices.Clone(f.Redirects),
		Persons: slices.Clone(f.Persons), Withdrawn: slices.Clone(f.Withdrawn), Blocks: slices.Clone(f.Blocks), Held: now,
	}, member, nil
}

// find returns the member whose keys these are.
func (f *File) find(private *ident.Private, held *Held) (*Member, error) {
	for i := range f.Members {
		switch cert := f.Members[i].Certificate; {
		case cert.Sign != private.SignKey():
		case cert.Box != private.BoxKey():
			return nil, fmt.Errorf("certificate of node %v: %w", cert.Number, ErrPackage)
		default:
			return &f.Members[i], nil
		}
	}
	if held != nil && slices.Contains(f.Revoked, held.Self) {
		return nil, fmt.Errorf("network %q, serial %d, node %v: %w", f.Name, f.Serial, held.Self, ErrRevoked)
	}
	return nil, fmt.Errorf("network %q, serial %d: %w", f.Name, f.Serial, ErrNotMember)
}

// follow tells whether next may take the place of what is held.
func (h Held) follow(next Held, lineage ident.Lineage) error {
	if err := lineage.Follows(h.Root, h.Next); err != nil {
		if slices.Contains(lineage.Roots, h.Root) {
			return fmt.Errorf("%w: %v", ErrSuccession, err)
		}
		return fmt.Errorf("%w: %s, pinned is %s", ErrOtherRoot, RootCode(next.Root), RootCode(h.Root))
	}
	switch {
	case next.Serial < h.Serial:
		return fmt.Errorf("%w: serial %d, held is %d", ErrOlder, next.Serial, h.Serial)
	case next.Serial == h.Serial && next.Digest != h.Digest:
		return fmt.Errorf("%w: %d", ErrConflict, next.Serial)
	}
	return nil
}

// Verify checks the root's signature over the file, the lineage of the root, and
// everything in the file that is signed by itself or has its digest there.
func (f *File) Verify(v ident.Verifier) (ident.Lineage, error) {
	if !v.Verify(f.Root, f.SignedBytes(), f.Signature[:]) {
		return ident.Lineage{}, fmt.Errorf("network file %q, serial %d: %w", f.Name, f.Serial, ErrSignature)
	}
	lineage, err := ident.Trace(v, f.Roots, f.Root)
	if err != nil {
		return lineage, fmt.Errorf("network file %q, serial %d: %w: %v", f.Name, f.Serial, ErrSuccession, err)
	}
	operator := lineage.Operator()
	for _, m := range f.Members {
		cert := m.Certificate
		if cert.Operator != operator {
			return lineage, fmt.Errorf("certificate of node %v is of operator %v, not %v: %w", cert.Number, cert.Operator, operator, ErrOtherNetwork)
		}
		if err := cert.Verify(v, f.Root); err != nil {
			return lineage, fmt.Errorf("certificate of node %v: %w: %v", cert.Number, ErrSignature, err)
		}
		if m.Package != nil && sha256.Sum256(m.Package) != m.Digest {
			return lineage, fmt.Errorf("package of node %v is not the one that the authority made: %w", cert.Number, ErrPackage)
		}
	}
	for _, p := range f.Persons {
		if p.Operator != operator {
			return lineage, fmt.Errorf("credential of person %d is of operator %v, not %v: %w", p.Person, p.Operator, operator, ErrOtherNetwork)
		}
		if err := p.Verify(v, f.Root); err != nil {
			return lineage, fmt.Errorf("credential of person %d: %w: %v", p.Person, ErrSignature, err)
		}
	}
	for _, b := range f.Blocks {
		if err := verifyBlock(v, b, lineage); err != nil {
			return lineage, err
		}
	}
	return lineage, nil
}

// verifyBlock checks a key block against the present root and those before it:
// a block outlives a change of the root by two weeks. An old root that was
// stolen gains nothing, since the present one signs the whole file.
func verifyBlock(v ident.Verifier, b *keyblock.Block, lineage ident.Lineage) error {
	var err error
	for _, root := range slices.Backward(lineage.Roots) {
		if err = b.Verify(v, root, lineage.Operator()); err == nil {
			return nil
		}
	}
	return fmt.Errorf("key block %d: %w: %v", b.Serial, ErrSignature, err)
}

// CheckDay reports that this node's certificate is not valid on a day: ErrNotYet
// or ErrEnded. It is for a warning. It stops nothing, since the clock may be
// what is wrong.
func (n *Network) CheckDay(today clock.Day) error {
	cert, _ := n.Roster.Certificate(n.Self)
	date := func(d clock.Day) string { return d.Start().Time().Format("2006-01-02") }
	switch {
	case today < cert.From:
		return fmt.Errorf("%w: from %s on, and the clock says %s", ErrNotYet, date(cert.From), date(today))
	case today > cert.Until:
		return fmt.Errorf("%w: on %s, and the clock says %s", ErrEnded, date(cert.Until), date(today))
	}
	return nil
}
