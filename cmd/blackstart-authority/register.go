package main

import (
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// register keeps numbers, names and keys unique while an operation hands them
// out.
type register struct {
	*change
	names   map[string]ident.Number
	roles   map[string]string // given in this operation, and to whom
	signs   map[ident.SignKey]*ident.Certificate
	boxes   map[ident.BoxKey]ident.Number
	fresh   map[ident.SignKey]bool // seen in this operation
	revoked map[ident.SignKey]ident.Number
	next    ident.Number
	room    ident.Number // the largest number that the key tree has a leaf for
	count   int
}

func newRegister(c *change) *register {
	r := &register{change: c, names: map[string]ident.Number{}, roles: map[string]string{}, signs: map[ident.SignKey]*ident.Certificate{}, boxes: map[ident.BoxKey]ident.Number{},
		fresh: map[ident.SignKey]bool{}, revoked: map[ident.SignKey]ident.Number{}, next: c.last, count: len(c.members)}
	r.room = min(ident.MaxNumber, ident.Number(uint32(1)<<c.newest().Height-1))
	for _, m := range c.members {
		r.names[m.Name], r.signs[m.Sign], r.boxes[m.Box] = m.Number, m, m.Number
	}
	for n, g := range c.gone { // order: into maps by keys that no two nodes share
		r.revoked[g.cert.Sign] = n
	}
	return r
}

// seen returns the certificate that a request's device has already, if renewal
// is meant.
func (r *register) seen(req *enrol.Request, renew bool) (*ident.Certificate, error) {
	if r.fresh[req.Sign] {
		return nil, console.Faultf(console.Usage, "name each request once", "the request of %q is given twice", req.Name)
	}
	r.fresh[req.Sign] = true
	if n, gone := r.revoked[req.Sign]; gone && r.gone[n].cert.IsGuest() {
		return nil, console.Faultf(console.Untrusted,
			"make new keys with blackstart init in a new folder, then: "+program+" enrol "+r.dir+" NEW.request --guest",
			"this device was a guest as node %v, and its keys went with the stay", n)
	} else if gone {
		return nil, console.Faultf(console.Untrusted,
			"make new keys with blackstart init in a new folder, then: "+program+" reinstate "+r.dir+" "+n.String()+" NEW.request",
			"this device was locked out as node %v, and its keys with it", n)
	}
	old := r.signs[req.Sign]
	switch {
	case old == nil && r.boxes[req.Box] != 0:
		return nil, console.Faultf(console.Untrusted, "make a new request with blackstart init",
			"the request has the box key of node %v and another signing key", r.boxes[req.Box])
	case old == nil && renew:
		return nil, console.Faultf(console.Usage, "leave --renew out to enrol it", "the device of %q is not enrolled yet", req.Name)
	case old == nil:
		return nil, nil
	case old.Box != req.Box:
		return nil, console.Faultf(console.Untrusted, "make a new request with blackstart init",
			"the request has the signing key of node %v and another box key", old.Number)
	case !renew:
		return nil, console.Faultf(console.Usage, "to renew its certificate: "+program+" enrol --renew; to change its rights: "+program+" grant and withdraw",
			"this request was enrolled already: it is %s, node %v", old.Name, old.Number)
	}
	return old, nil
}

// take gives a certificate the next number, unless it has one, and refuses a name
// that would make an address ambiguous.
func (r *register) take(cert *ident.Certificate) error {
	if cert.Number == 0 {
		switch {
		case r.next >= ident.MaxNumber || r.count >= enrol.MaxNodes:
			return console.Faultf(console.Failure, "begin a new network", "all node numbers are used")
		case r.next >= r.room:
			return console.Faultf(console.Failure, "make a larger one: "+program+" generation "+r.dir+" --capacity N",
				"the key tree has room for the node numbers up to %v, and all are used", r.room)
		}
		r.next++
		r.count++
		cert.Number = r.next
	}
	if err := enrol.CheckName(cert.Name); err != nil {
		return console.Wrap(console.Usage, enrol.Hint(err), err)
	}
	if n, ok := r.names[cert.Name]; ok && n != cert.Number {
		return console.Faultf(console.Usage, "give another one with --name", "the name %q is taken by node %v", cert.Name, n)
	}
	for _, g := range r.groups {
		if g.Name == cert.Name {
			return console.Faultf(console.Usage, "give another one with --name", "the name %q is taken by a group", cert.Name)
		}
	}
	if err := cert.Check(); err != nil {
		return console.Wrap(console.Usage, "give another name, role, right or validity", err)
	}
	r.names[cert.Name], r.signs[cert.Sign], r.boxes[cert.Box] = cert.Number, cert, cert.Number
	return nil
}
