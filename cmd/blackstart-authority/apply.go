package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// apply replays one operation.
func (a *authority) apply(e entry) error {
	when, err := time.Parse(time.RFC3339, e.Time)
	if err != nil {
		return err
	}
	if a.destroyed {
		return fmt.Errorf("an operation after the keys were destroyed")
	}
	if e.Create != nil {
		a.name, a.operator = e.Create.Name, ident.OperatorOf(a.root)
	}
	if e.Network != "" {
		if e.Serial <= a.serial || e.Serial > a.serial+1 && e.Last == nil {
			return fmt.Errorf("serial %d after %d", e.Serial, a.serial)
		}
		a.serial, a.digest = e.Serial, e.Network
	}
	a.when, a.key, a.destroyed = when, e.Key, e.Destroyed
	if e.Shares != nil {
		a.shares, a.sharesMade = e.Shares, when
		if e.Shares.Set == "" {
			a.shares = nil
		}
	}
	for _, g := range e.Groups {
		a.groups = append(a.groups, ident.Group{ID: g.ID, Name: g.Name, Incident: g.Incident})
	}
	for _, step := range []func(entry) error{a.applyRevoked, a.applyEnrolled, a.applyPersons, a.applyBlocks, a.applySpares, a.applyKeys, a.applyPlan} {
		if err := step(e); err != nil {
			return err
		}
	}
	if e.Last != nil {
		a.last, a.lastPerson = max(a.last, e.Last.Number), max(a.lastPerson, e.Last.Person)
	}
	return nil
}

func (a *authority) applyRevoked(e entry) error {
	for _, r := range e.Revoke {
		i, found := a.at(r.Number)
		if found {
			a.gone[r.Number] = goneNode{cert: a.members[i], time: e.Time, by: e.What}
			a.members = slices.Delete(a.members, i, i+1)
		} else {
			// Only a recovery learns of nodes that it never knew otherwise.
			a.gone[r.Number] = goneNode{cert: &ident.Certificate{Number: r.Number, Name: r.Name}, time: e.Time, by: e.What}
		}
		a.last = max(a.last, r.Number)
	}
	for _, r := range e.Redirects {
		for from, to := range a.redirects { // order: each value is set on its own
			if to == r.From {
				a.redirects[from] = r.To
			}
		}
		a.redirects[r.From] = r.To
	}
	for _, r := range e.Revoke {
		maps.DeleteFunc(a.redirects, func(_, to ident.Number) bool { return to == r.Number })
	}
	return nil
}

func (a *authority) applyEnrolled(e entry) error {
	for _, m := range e.Enrol {
		cert, err := ident.DecodeCertificate(m.Certificate)
		if err != nil {
			return err
		}
		if err := cert.Verify(ident.Ed25519{}, a.root); err != nil {
			return err
		}
		if _, gone := a.gone[cert.Number]; gone || cert.Operator != a.operator {
			return fmt.Errorf("node %v cannot be enrolled", cert.Number)
		}
		a.place(cert)
	}
	return nil
}

func (a *authority) applyPersons(e entry) error {
	for _, raw := range e.Persons {
		p, err := ident.DecodeCredential(raw)
		if err != nil {
			return err
		}
		if err := p.Verify(ident.Ed25519{}, a.root); err != nil {
			return err
		}
		i, found := slices.BinarySearchFunc(a.persons, p.Person, func(c *ident.Credential, n ident.PersonNumber) int { return cmp.Compare(c.Person, n) })
		if found {
			a.persons[i] = p
		} else {
			a.persons = slices.Insert(a.persons, i, p)
		}
		a.lastPerson = max(a.lastPerson, p.Person)
	}
	for _, n := range e.Withdraw {
		a.persons = slices.DeleteFunc(a.persons, func(c *ident.Credential) bool { return c.Person == n })
		if i, found := slices.BinarySearch(a.withdrawn, n); !found {
			a.withdrawn = slices.Insert(a.withdrawn, i, n)
		}
		a.lastPerson = max(a.lastPerson, n)
	}
	return nil
}

func (a *authority) applyBlocks(e entry) error {
	for _, raw := range e.Blocks {
		b, err := keyblock.Decode(raw)
		if err != nil {
			return err
		}
		if len(a.blocks) > 0 && b.Serial <= a.newest().Serial {
			return fmt.Errorf("key block %d after %d", b.Serial, a.newest().Serial)
		}
		if err := b.Verify(ident.Ed25519{}, a.root, a.operator); err != nil {
			return err
		}
		a.blocks = append(a.blocks, b)
	}
	return nil
}

func (a *authority) applySpares(e entry) error {
	for _, s := range e.Spares {
		r, err := enrol.DecodeRequest(s.Request)
		if err != nil {
			return err
		}
		a.spares[s.Name] = r
	}
	for _, cert := range a.members { // a spare that was enrolled is none any more
		maps.DeleteFunc(a.spares, func(_ string, r *enrol.Request) bool { return r.Sign == cert.Sign })
	}
	return nil
}

// at returns where the member with a number is, or would be.
func (a *authority) at(n ident.Number) (int, bool) {
	return slices.BinarySearchFunc(a.members, n, func(c *ident.Certificate, n ident.Number) int { return cmp.Compare(c.Number, n) })
}

// place adds a certificate, or puts it in the place of the one that has its number.
func (a *authority) place(cert *ident.Certificate) {
	i, found := a.at(cert.Number)
	if found {
		a.members[i] = cert
	} else {
		a.members = slices.Insert(a.members, i, cert)
	}
	a.last = max(a.last, cert.Number)
}

// clone returns a copy that an operation can be tried on.
func (a *authority) clone() *authority {
	b := *a
	b.groups, b.members, b.persons = slices.Clone(a.groups), slices.Clone(a.members), slices.Clone(a.persons)
	b.withdrawn, b.blocks = slices.Clone(a.withdrawn), slices.Clone(a.blocks)
	b.gone, b.redirects, b.spares = maps.Clone(a.gone), maps.Clone(a.redirects), maps.Clone(a.spares)
	b.awaiting = maps.Clone(a.awaiting)
	return &b
}
