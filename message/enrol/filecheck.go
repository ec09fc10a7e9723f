package enrol

import (
	"cmp"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// check holds the file to its canonical form.
func (f *File) check() error {
	if f.Serial == 0 {
		return fmt.Errorf("%w: serial 0", ErrNotCanonical)
	}
	if err := CheckName(f.Name); err != nil {
		return fmt.Errorf("network name: %w", err)
	}
	if len(f.Roots) > ident.MaxSuccessions {
		return fmt.Errorf("%w: %d successions, at most %d", ErrOversized, len(f.Roots), ident.MaxSuccessions)
	}
	for _, check := range []func() error{f.checkGroups, f.checkRevoked, f.checkPersons, f.checkBlocks, f.checkMembers} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) checkGroups() error {
	last := ident.GroupID(0)
	for _, g := range f.Groups {
		if g.ID <= last || g.ID >= ident.NetworkGroup {
			return fmt.Errorf("%w: group %d after %d", ErrNotCanonical, g.ID, last)
		}
		if err := CheckName(g.Name); err != nil {
			return fmt.Errorf("group %d: %w", g.ID, err)
		}
		last = g.ID
	}
	return nil
}

func (f *File) checkRevoked() error {
	if err := ascend("revoked node", f.Revoked); err != nil {
		return err
	}
	gone := make(map[ident.Number]bool, len(f.Revoked))
	for _, n := range f.Revoked {
		gone[n] = true
	}
	last := ident.Number(0)
	for _, r := range f.Redirects {
		if r.From <= last {
			return fmt.Errorf("%w: mail of node %v after %v", ErrNotCanonical, r.From, last)
		}
		if !gone[r.From] || gone[r.To] {
			return fmt.Errorf("%w: mail of node %v goes to %v", ErrNotCanonical, r.From, r.To)
		}
		last = r.From
	}
	for _, m := range f.Members {
		if gone[m.Certificate.Number] {
			return fmt.Errorf("%w: node %v is a member and revoked", ErrTwice, m.Certificate.Number)
		}
	}
	return nil
}

// ascend refuses a list of numbers that does not climb.
func ascend[N cmp.Ordered](what string, list []N) error {
	var last N
	for _, n := range list {
		if n <= last {
			return fmt.Errorf("%w: %s %v after %v", ErrNotCanonical, what, n, last)
		}
		last = n
	}
	return nil
}

func (f *File) checkPersons() error {
	if len(f.Persons) > MaxPersons {
		return fmt.Errorf("%w: %d persons, at most %d", ErrOversized, len(f.Persons), MaxPersons)
	}
	numbers := make([]ident.PersonNumber, 0, len(f.Persons))
	valid := make(map[ident.PersonNumber]bool, len(f.Persons))
	for _, p := range f.Persons {
		if err := p.Check(); err != nil {
			return fmt.Errorf("%w: credential of person %d: %v", ErrMalformed, p.Person, err)
		}
		if valid[p.Person] {
			return fmt.Errorf("%w: person %d", ErrTwice, p.Person)
		}
		numbers, valid[p.Person] = append(numbers, p.Person), true
	}
	if err := ascend("person", numbers); err != nil {
		return err
	}
	for _, n := range f.Withdrawn {
		if valid[n] {
			return fmt.Errorf("%w: person %d is enrolled and withdrawn", ErrTwice, n)
		}
	}
	return ascend("withdrawn person", f.Withdrawn)
}

func (f *File) checkBlocks() error {
	if n := len(f.Blocks); n == 0 || n > MaxBlocks {
		return fmt.Errorf("%w: %d key blocks, 1 to %d", ErrNotCanonical, n, MaxBlocks)
	}
	for i, b := range f.Blocks {
		if i > 0 && b.Serial <= f.Blocks[i-1].Serial {
			return fmt.Errorf("%w: key block %d after %d", ErrNotCanonical, b.Serial, f.Blocks[i-1].Serial)
		}
	}
	return nil
}

func (f *File) checkMembers() error {
	if len(f.Members) > MaxNodes {
		return fmt.Errorf("%w: %d nodes, at most %d", ErrOversized, len(f.Members), MaxNodes)
	}
	last := ident.Number(0)
	for _, m := range f.Members {
		n := m.Certificate.Number
		if err := m.Certificate.Check(); err != nil {
			return fmt.Errorf("%w: certificate of node %v: %v", ErrMalformed, n, err)
		}
		if n == last {
			return fmt.Errorf("%w: node %v", ErrTwice, n)
		}
		if n < last {
			return fmt.Errorf("%w: node %v after %v", ErrNotCanonical, n, last)
		}
		if size := len(m.Package); m.Package != nil && (size <= sealedOverhead || size > 1<<16-1) {
			return fmt.Errorf("%w: package of node %v has %d bytes", ErrNotCanonical, n, size)
		}
		last = n
	}
	return nil
}
