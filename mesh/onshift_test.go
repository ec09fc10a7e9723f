package mesh

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// plain takes the rights of all devices.
func plain(c *ident.Certificate) { c.Rights = 0 }

// Rights follow the person to whatever device, and go with the shift: so says
// every relay on the way.
func TestRightsFollowThePerson(t *testing.T) {
	p := newPeople(t, 3, plain)
	p.channel(radio1200, 0, 1, 2)
	p.channel(radio1200, 1, 2, 3)
	flash := Submit{To: toNode(3), Precedence: bundle.Flash, Text: "stop work"}
	if _, err := p.ask(1, flash); !errors.Is(err, ErrRight) {
		t.Fatalf("a FLASH without any right: %v", err)
	}
	p.must(1, Submit{Act: p.begin(7, 1, 8)})
	p.run(2 * time.Minute)
	for _, num := range p.order {
		if list := p.nodes[num].node.Status().Shifts; len(list) != 1 || list[0].Device != 1 || list[0].Who.Name != "Anna" {
			t.Errorf("node %v: on shift are %+v", num, list)
		}
	}
	p.must(1, flash)
	p.run(2 * time.Minute)
	if got := p.got(3); !slices.Contains(got, "stop work") {
		t.Errorf("node 3 got %q", got)
	}
	p.must(1, Submit{Act: bundle.Shift{}})
	if _, err := p.ask(1, flash); !errors.Is(err, ErrRight) {
		t.Errorf("a FLASH after the shift: %v", err)
	}
	p.must(1, Submit{Act: p.begin(9, 1, 8)})
	if _, err := p.ask(1, flash); !errors.Is(err, ErrRight) {
		t.Errorf("a FLASH by somebody without the right: %v", err)
	}
	p.run(2 * time.Minute)
	p.sound()
}

// A FLASH can be faster than the word of who works there. A relay that does not
// know yet refuses it without noting it, so it comes again and is not lost.
func TestFlashAheadOfTheShift(t *testing.T) {
	for _, late := range []time.Duration{3 * time.Minute, time.Hour} { // by then its origin takes the relay to be deaf
		t.Run(late.String(), func(t *testing.T) { flashAheadOfTheShift(t, late) })
	}
}

func flashAheadOfTheShift(t *testing.T, late time.Duration) {
	p := newPeople(t, 3, plain)
	near, far := p.channel(radio1200, 0, 1, 2), p.channel(radio1200, 1, 2, 3)
	shift := p.must(1, Submit{Act: p.begin(7, 1, 8)})
	holdBack := true
	near.lose = func(from, _ ident.Number, data []byte) bool {
		return holdBack && from == 1 && p.carries(1, data, shift.ID)
	}
	far.lose = func(from, _ ident.Number, data []byte) bool { return false }
	m := p.must(1, Submit{To: toNode(3), Precedence: bundle.Flash, Text: "stop work"})
	p.run(late)
	if p.counter(2, countBundleRight) == 0 {
		t.Fatal("the relay took a FLASH of which it could not know the right")
	}
	if _, ok := p.nodes[2].store.Get(idKey(prefixLive, m.ID)); ok {
		t.Fatal("the relay holds it")
	}
	holdBack = false
	p.run(30 * time.Minute)
	if got := p.got(3); !slices.Contains(got, "stop work") {
		t.Errorf("node 3 got %q: the FLASH is lost", got)
	}
	if p.record(1, m.ID).State != Delivered {
		t.Errorf("it is %v", p.record(1, m.ID).State)
	}
	p.sound()
}

// carries reports whether a frame that a node sent carries a bundle.
func (p *people) carries(from ident.Number, data []byte, id bundle.ID) bool {
	f, err := openSent(p.nodes[from].node, data)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(f.Items, func(item frame.Item) bool {
		switch item.Kind {
		case frame.KindFragment:
			return true // the one thing here that is longer than a frame
		case frame.KindBundle:
			b, err := bundle.Decode(item.Body, p.base.Day())
			return err == nil && b.ID == id
		}
		return false
	})
}

// What came in the shift is taken after it, too.
func TestFlashArrivesAfterTheShift(t *testing.T) {
	p := newPeople(t, 3, plain)
	p.channel(radio1200, 0, 1, 2)
	p.must(1, Submit{Act: p.begin(7, 1, 1)})
	p.must(1, Submit{To: toNode(3), Precedence: bundle.Flash, Text: "stop work"})
	p.run(90 * time.Minute)
	p.channel(radio1200, 1, 2, 3) // hours later somebody drives by
	p.run(30 * time.Minute)
	if got := p.got(3); !slices.Contains(got, "stop work") {
		t.Errorf("node 3 got %q", got)
	}
	if list := p.nodes[3].node.Status().Shifts; len(list) != 0 {
		t.Errorf("on shift are %+v", list)
	}
}

// Shifts are durable, and end with the file that withdraws the person.
func TestShiftSurvivesARestartAndNoWithdrawal(t *testing.T) {
	p := newPeople(t, 2, plain)
	p.channel(radio1200, 0, 1, 2)
	p.must(1, Submit{Act: p.begin(7, 1, 8)})
	p.run(time.Minute)
	for _, num := range p.order {
		p.start(num)
		if list := p.nodes[num].node.Status().Shifts; len(list) != 1 {
			t.Fatalf("node %v forgot it", num)
		}
	}
	p.update(func(t *Trust) { t.Withdrawn = []ident.PersonNumber{7} })
	for _, num := range p.order {
		if list := p.nodes[num].node.Status().Shifts; len(list) != 0 {
			t.Errorf("node %v: on shift are %+v", num, list)
		}
	}
	if _, err := p.ask(1, Submit{To: toNode(2), Precedence: bundle.Flash, Text: "x"}); !errors.Is(err, ErrRight) {
		t.Errorf("a FLASH by somebody who was withdrawn: %v", err)
	}
	if _, err := p.ask(1, Submit{Act: p.begin(7, 1, 8)}); !errors.Is(err, ErrCredential) {
		t.Errorf("a shift of somebody who was withdrawn: %v", err)
	}
}

// Who signs for one device, signs for no other; and credentials are the root's.
func TestShiftOfNobody(t *testing.T) {
	p := newPeople(t, 2, plain)
	p.channel(radio1200, 0, 1, 2)
	forged := *p.of[9]
	forged.Rights = ident.MayFlash | ident.MayOrder | ident.MaySuspend
	p.of[9] = &forged
	for name, s := range map[string]bundle.Shift{
		"signed for another device": p.begin(7, 2, 8),
		"not the root's":            p.begin(9, 1, 8),
	} {
		if _, err := p.ask(1, Submit{Act: s}); !errors.Is(err, ErrCredential) {
			t.Errorf("%s: %v", name, err)
		}
		// A node that asks nobody says it all the same.
		n := p.nodes[1].node
		p.speak(1, toNetwork, bundle.Content{Type: bundle.ContentShift, Body: s.Append(nil)})
		if n.onShift(1, n.stamp()) != nil {
			t.Fatalf("%s: the test's own node believes it", name)
		}
	}
	p.run(5 * time.Minute)
	if p.counter(2, countShiftForged) == 0 || len(p.nodes[2].node.Status().Shifts) != 0 {
		t.Errorf("forged %d, on shift %+v", p.counter(2, countShiftForged), p.nodes[2].node.Status().Shifts)
	}
}

// speak makes a node send what its own rules would not let it.
func (p *people) speak(num ident.Number, to bundle.Destination, c bundle.Content) *bundle.Bundle {
	p.t.Helper()
	m := p.nodes[num]
	m.node.now = p.reading()
	m.node.effects = nil
	b, it, err := m.node.compose(to, bundle.Immediate, 0, c)
	if err != nil {
		p.t.Fatal(err)
	}
	m.node.keep(b, it)
	m.node.commit()
	effects := m.node.effects
	for _, e := range effects {
		if c, ok := e.(Commit); ok {
			if err := m.store.Commit(c.Batch); err != nil {
				p.t.Fatal(err)
			}
			p.step(m, Committed{})
		}
	}
	m.node.now = p.reading()
	m.node.spread(it, 0, nil)
	p.step(m, Wake{})
	return b
}

// The network file's word on a person goes before what the person carries.
func TestNetworkFileKnowsThePersonBetter(t *testing.T) {
	p := newPeople(t, 2, plain)
	p.must(1, Submit{Act: p.begin(7, 1, 8)})
	less := *p.of[7]
	less.Rights = ident.MayOrder
	p.update(func(t *Trust) { t.Persons = []*ident.Credential{&less} })
	if _, err := p.ask(1, Submit{To: toNode(2), Precedence: bundle.Flash, Text: "x"}); !errors.Is(err, ErrRight) {
		t.Errorf("a FLASH after the right was withdrawn: %v", err)
	}
	lost := *p.of[7]
	lost.Key[0]++ // enrolled anew after the file was lost
	p.update(func(t *Trust) { t.Persons = []*ident.Credential{&lost} })
	if list := p.nodes[1].node.Status().Shifts; len(list) != 0 {
		t.Errorf("a lost credential still counts: %+v", list)
	}
}

// On a guest's device a person brings no more than guests may have.
func TestPersonAtAGuestsDevice(t *testing.T) {
	p := newPeople(t, 2, func(c *ident.Certificate) {
		c.Rights, c.Groups = 0, ident.GroupSet{}
		if c.Number == 1 {
			day := clock.WallOf(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)).Day()
			c.Kind, c.From, c.Until = ident.Guest, day, day+1
		}
	})
	p.must(1, Submit{Act: p.begin(7, 1, 8)})
	p.must(1, Submit{To: toNode(2), Precedence: bundle.Flash, Text: "x"})
	if _, err := p.ask(1, Submit{To: toNode(2), Act: bundle.Order{Text: "x"}}); !errors.Is(err, ErrRight) {
		t.Errorf("an order from a guest's device: %v", err)
	}
}
