package mesh

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// people are the persons of a world.
type people struct {
	*world
	keys map[ident.PersonNumber]*ident.Private
	of   map[ident.PersonNumber]*ident.Credential
}

// newPeople makes a world of nodes on one radio channel, with the certificates
// as change leaves them, and three persons: 7 may order and send FLASH, 8 may
// order, 9 nothing.
func newPeople(t *testing.T, count int, change func(*ident.Certificate)) *people {
	t.Helper()
	p := &people{world: newWorld(t, count), keys: make(map[ident.PersonNumber]*ident.Private), of: make(map[ident.PersonNumber]*ident.Credential)}
	p.certify(change)
	p.hire(7, "Anna", "shift leader", ident.MayFlash|ident.MayOrder)
	p.hire(8, "Ben", "shift leader", ident.MayOrder)
	p.hire(9, "Cem", "", 0)
	return p
}

// certify gives all nodes new certificates, as from a newer network file.
func (p *people) certify(change func(*ident.Certificate)) {
	p.t.Helper()
	roster := p.certified(change)
	p.update(func(t *Trust) { t.Roster = roster })
}

// certified is the roster with other certificates.
func (p *people) certified(change func(*ident.Certificate)) *ident.Roster {
	p.t.Helper()
	old := p.nodes[p.order[0]].cfg.Trust.Roster
	var certs []*ident.Certificate
	for _, num := range old.Numbers() {
		cert, _ := old.Certificate(num)
		c := *cert
		change(&c)
		certs = append(certs, &c)
	}
	roster, err := ident.NewRoster(old.Operator(), old.Root(), old.Groups(), certs)
	if err != nil {
		p.t.Fatal(err)
	}
	return roster
}

// update gives all nodes a newer network file.
func (p *people) update(change func(*Trust)) {
	for _, num := range p.order {
		m := p.nodes[num]
		change(&m.cfg.Trust)
		p.step(m, NewRoster{Trust: m.cfg.Trust, By: "test"})
	}
}

// hire makes a credential.
func (p *people) hire(num ident.PersonNumber, name, role string, rights ident.Rights) {
	p.t.Helper()
	key, err := ident.NewPrivate(rand.NewChaCha8([32]byte{byte(num), byte(len(p.keys))}))
	if err != nil {
		p.t.Fatal(err)
	}
	c := &ident.Credential{Person: num, Name: name, Role: role, Rights: rights, Key: key.SignKey(), From: 20000, Until: 30000}
	c.Signature = p.root.Sign(c.SignedBytes())
	p.keys[num], p.of[num] = key, c
}

// begin is what a person signs for a shift on a device.
func (p *people) begin(num ident.PersonNumber, device ident.Number, hours int) bundle.Shift {
	s := bundle.Shift{At: p.wall() / 1000 * 1000, For: time.Duration(hours) * time.Hour, Credential: p.of[num]}
	s.Signature = p.keys[num].Sign(s.SignedBytes(device))
	return s
}

func (p *people) wall() clock.Wall { return p.base.Add(time.Duration(p.now)) }

// ask submits an act and returns what came of it.
func (p *people) ask(node ident.Number, s Submit) (Message, error) {
	p.t.Helper()
	m := p.nodes[node]
	s.Ref = 1
	taken, denied := len(m.taken), len(m.denied)
	p.step(m, s)
	switch {
	case len(m.denied) > denied:
		return Message{}, m.denied[denied].Err
	case len(m.taken) > taken:
		return m.taken[taken].Message, nil
	}
	p.t.Fatal("a submission was not answered")
	return Message{}, nil
}

// must submits what has to be taken.
func (p *people) must(node ident.Number, s Submit) Message {
	p.t.Helper()
	m, err := p.ask(node, s)
	if err != nil {
		p.t.Fatalf("node %v: %v", node, err)
	}
	return m
}

func (p *people) issue(from ident.Number, to bundle.Destination, text string) Message {
	p.t.Helper()
	return p.must(from, Submit{To: to, Precedence: bundle.Immediate, Act: bundle.Order{Text: text}})
}

// record returns a message as a node has it in its record.
func (p *people) record(node ident.Number, id bundle.ID) Message {
	p.t.Helper()
	m, ok := Find(p.nodes[node].store, id)
	if !ok {
		p.t.Fatalf("node %v has no %v in its record", node, id)
	}
	return m
}

// got returns the texts that a node's users were shown.
func (p *people) got(node ident.Number) []string { return texts(p.nodes[node].got) }
