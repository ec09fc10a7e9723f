package mesh

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// suspends has a node say that another one is suspended, or lifts that.
func (p *people) suspends(by, about ident.Number, lift bool) error {
	_, err := p.ask(by, Submit{To: toNetwork, Precedence: bundle.Immediate, Act: bundle.Suspension{Node: about, Lift: lift}})
	p.run(5 * time.Minute)
	return err
}

// outOf returns who a node takes for suspended.
func (p *people) outOf(node ident.Number) (list []ident.Number) {
	for _, st := range p.nodes[node].node.Status().Suspended {
		list = append(list, st.Node)
	}
	return list
}

// A user is not told that he lifts what he does not lift; he is told who can.
func TestALiftThatCountsForNothingIsRefused(t *testing.T) {
	p := newPeople(t, 5, func(*ident.Certificate) {})
	p.channel(radio1200, 0, 1, 2, 3, 4, 5)
	p.run(time.Minute)
	for _, s := range []struct {
		by, about ident.Number
		lift      bool
	}{{4, 1, false}, {2, 5, false}, {2, 1, true}, {2, 4, false}} {
		if err := p.suspends(s.by, s.about, s.lift); err != nil {
			t.Fatal(err)
		}
	}
	err := p.suspends(1, 5, true)
	if !errors.Is(err, ErrLift) || !strings.HasPrefix(err.Error(), "node-4 suspended this node") || !strings.Contains(err.Error(), "these can lift: node-2; or the authority can revoke node-4") {
		t.Errorf("node 1, which a thief suspended, is told %v", err)
	}
	if got := p.outOf(3); len(got) != 2 {
		t.Errorf("suspended: %v", got)
	}
	p.update(func(t *Trust) { t.Revoked = []ident.Number{4} })
	if err := p.suspends(1, 5, true); err != nil {
		t.Errorf("the thief is revoked, and node 1 is told %v", err)
	}
	for _, num := range p.order {
		if got := p.outOf(num); num != 4 && len(got) != 0 {
			t.Errorf("node %d: suspended %v", num, got)
		}
	}
	p.sound()
}

// A clock may be behind that of who suspended: the lift would stand before it.
func TestALiftDatedBeforeTheSuspensionIsRefused(t *testing.T) {
	p := newPeople(t, 3, func(*ident.Certificate) {})
	p.channel(radio1200, 0, 1, 2, 3)
	p.run(time.Minute)
	p.say(1, 2, bundle.Suspension{Node: 3}, 2*time.Minute)
	if got := p.outOf(2); len(got) != 1 {
		t.Fatalf("suspended: %v", got)
	}
	if err := p.suspends(2, 3, true); !errors.Is(err, ErrLift) || !strings.Contains(err.Error(), "node-1 suspended it at 2026-05-01 12:03:00 UTC") {
		t.Errorf("node 2 is told %v", err)
	}
	if err := p.suspends(2, 3, true); err != nil || len(p.outOf(2)) != 0 {
		t.Errorf("five minutes later: %v, suspended %v", err, p.outOf(2))
	}
}

// say has a node hear what another says, as from a clock that is ahead.
func (p *people) say(by, hears ident.Number, s bundle.Suspension, ahead time.Duration) *bundle.Bundle {
	p.t.Helper()
	h := bundle.Header{
		ID: bundle.ID{Origin: by, Day: p.wall().Day(), Seq: uint16(100 + time.Duration(p.now)/time.Second)}, To: toNetwork, Precedence: bundle.Immediate,
		Created: p.wall().Add(ahead), Lifetime: time.Hour, Signed: true, NoReceipt: true,
	}
	m := p.nodes[by]
	b, err := bundle.Compose(m.keys(), m.cfg.Private, h, bundle.Content{Type: bundle.ContentSuspension, Body: s.Append(nil)})
	if err != nil {
		p.t.Fatal(err)
	}
	p.world.speak(by, hears, uint32(7000+time.Duration(p.now)/time.Second), bundleItem(b))
	return b
}

// What is dated ahead of time beyond doubt could not be lifted until then.
func TestASuspensionAheadOfTimeWaits(t *testing.T) {
	p := newPeople(t, 3, func(*ident.Certificate) {})
	p.channel(radio1200, 0, 1, 2, 3)
	p.run(time.Minute)
	b := p.say(1, 2, bundle.Suspension{Node: 3}, 30*time.Minute)
	if got := p.outOf(2); len(got) != 0 || p.counter(2, countSuspendEarly) != 1 {
		t.Errorf("suspended: %v", got)
	}
	p.run(30 * time.Minute)
	p.world.speak(1, 2, 9999, bundleItem(b))
	if got := p.outOf(2); len(got) != 1 {
		t.Errorf("when its time has come: suspended %v", got)
	}
}

// What a thief says while he is suspended reaches others when that is lifted. It is
// void all the same, now and after a restart.
func TestWhatASuspendedNodeSaidStaysVoid(t *testing.T) {
	p := newPeople(t, 5, func(*ident.Certificate) {})
	p.channel(radio1200, 0, 1, 2, 3, 4, 5)
	p.run(time.Minute)
	if err := p.suspends(1, 4, false); err != nil {
		t.Fatal(err)
	}
	p.nodes[4].node.said = suspensions{} // he changes his program
	for _, about := range []ident.Number{1, 2} {
		if err := p.suspends(4, about, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.suspends(2, 4, true); err != nil { // found again
		t.Fatal(err)
	}
	p.run(time.Hour)
	p.restart(3)
	for _, num := range []ident.Number{1, 2, 3, 5} {
		if got := p.outOf(num); len(got) != 0 || len(p.nodes[num].node.said.void) != 2 {
			t.Errorf("node %d: suspended %v, void %v", num, got, p.nodes[num].node.said.void)
		}
	}
	if err := p.suspends(2, 5, false); err != nil {
		t.Errorf("node 2, which he named: %v", err)
	}
	if err := p.suspends(2, 5, true); err != nil {
		t.Errorf("node 2 lifts: %v", err)
	}
	p.sound()
}
