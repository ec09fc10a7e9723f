package mesh

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

func administered(c *ident.Certificate) {
	c.Rights = 0
	if c.Number <= 2 {
		c.Rights = ident.MayAdminister
	}
}

func renew(secret byte, without ...ident.Number) Submit {
	return Submit{Act: bundle.GroupSecret{Group: 1, Secret: seal.Secret{secret}}, Members: &Members{Without: without}}
}

// Who is left out of a renewal reads nothing that is written after it, and
// without the authority being there.
func TestRenewalLeavesOneOut(t *testing.T) {
	p := newPeople(t, 4, administered)
	p.channel(radio1200, 0, 1, 2, 3, 4)
	if m := p.must(1, renew(71, 4)); m.Copies != 2 {
		t.Errorf("went to %d nodes", m.Copies)
	}
	p.run(5 * time.Minute)
	for _, num := range []ident.Number{1, 2, 3} {
		if ring := p.nodes[num].node.ring; ring.Groups[1] != (seal.Secret{71}) || ring.Editions[1] != 1 || len(ring.Former[1]) != 1 {
			t.Errorf("node %v has edition %d", num, ring.Editions[1])
		}
		p.start(num) // it is in the vault
	}
	p.must(3, Submit{To: toAll, Precedence: bundle.Routine, Text: "among us"})
	p.run(5 * time.Minute)
	if !slices.Contains(p.got(1), "among us") || !slices.Contains(p.got(2), "among us") || slices.Contains(p.got(4), "among us") {
		t.Errorf("node 1 got %q, 2 %q, 4 %q", p.got(1), p.got(2), p.got(4))
	}
	m := p.must(1, Submit{Act: bundle.GroupSecret{Group: 1}, Members: &Members{Only: []ident.Number{4}}})
	if m.Copies != 1 || m.To.Node != 4 {
		t.Errorf("admitted with %+v", m)
	}
	p.run(20 * time.Minute)
	if !slices.Contains(p.got(4), "among us") {
		t.Errorf("node 4 was let in again and got %q", p.got(4))
	}
	p.sound()
}

// While members change over, what each of them writes is read by all.
func TestNothingIsLostWhileMembersChangeOver(t *testing.T) {
	p := newPeople(t, 3, administered)
	p.channel(radio1200, 0, 1, 2)
	p.must(1, renew(71))
	p.run(5 * time.Minute)
	p.must(3, Submit{To: toAll, Precedence: bundle.Routine, Text: "under the old key"})
	p.must(2, Submit{To: toAll, Precedence: bundle.Routine, Text: "under the new key"})
	p.channel(radio1200, 1, 2, 3)
	p.run(30 * time.Minute)
	if !slices.Contains(p.got(1), "under the old key") || !slices.Contains(p.got(2), "under the old key") {
		t.Errorf("node 1 got %q, node 2 %q", p.got(1), p.got(2))
	}
	if !slices.Contains(p.got(3), "under the new key") {
		t.Errorf("node 3 got %q", p.got(3))
	}
	p.sound()
}

// Two who renew at the same time end up with one key.
func TestRenewedAtTheSameTime(t *testing.T) {
	p := newPeople(t, 3, administered)
	p.must(1, renew(71))
	p.must(2, renew(72))
	p.channel(radio1200, 0, 1, 2, 3)
	p.run(20 * time.Minute)
	for _, num := range p.order {
		if ring := p.nodes[num].node.ring; ring.Groups[1] != (seal.Secret{72}) {
			t.Errorf("node %v has %v", num, ring.Groups[1][0])
		}
	}
	// A late, older one changes nothing.
	p.speak(1, toNode(3), bundle.Content{Type: bundle.ContentGroupSecret, Body: bundle.GroupSecret{Group: 1, Edition: 1, Secret: seal.Secret{1}}.Append(nil)})
	p.run(5 * time.Minute)
	if ring := p.nodes[3].node.ring; ring.Groups[1] != (seal.Secret{72}) || p.counter(3, countGroupOld) == 0 {
		t.Errorf("node 3 has %v", ring.Groups[1][0])
	}
}

func TestRenewalRefusals(t *testing.T) {
	p := newPeople(t, 4, administered)
	for name, c := range map[string]struct {
		from ident.Number
		s    Submit
		want error
	}{
		"without the right":  {3, renew(71), ErrRight},
		"the network's key":  {1, Submit{Act: bundle.GroupSecret{Group: ident.NetworkGroup, Secret: seal.Secret{1}}}, ErrNoDestination},
		"an unknown group":   {1, Submit{Act: bundle.GroupSecret{Group: 9, Secret: seal.Secret{1}}}, ErrNoDestination},
		"a secret of zeros":  {1, renew(0), ErrAct},
		"without a stranger": {1, renew(71, 77), ErrNoDestination},
		"without everybody":  {1, renew(71, 2, 3, 4), ErrNoDestination},
	} {
		if _, err := p.ask(c.from, c.s); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p.nodes[1].node.ring.Editions[1] != 0 {
		t.Error("what was refused renewed the key")
	}
	p.channel(radio1200, 0, 1, 3)
	p.speak(3, toNode(1), bundle.Content{Type: bundle.ContentGroupSecret, Body: bundle.GroupSecret{Group: 1, Edition: 9, Secret: seal.Secret{1}}.Append(nil)})
	p.run(5 * time.Minute)
	if p.nodes[1].node.ring.Editions[1] != 0 {
		t.Error("a node without the right renewed the key")
	}
}

// A relay that is not in a group carries what it cannot read.
func TestRelayCarriesGroupsItIsNotIn(t *testing.T) {
	p := newPeople(t, 3, func(c *ident.Certificate) {
		if c.Number == 2 {
			c.Groups = ident.GroupSet{}
		}
	})
	p.channel(radio1200, 0, 1, 2)
	p.channel(radio1200, 1, 2, 3)
	m := p.must(1, Submit{To: toAll, Precedence: bundle.Routine, Text: "not for the relay"})
	p.run(10 * time.Minute)
	if got := p.got(3); !slices.Contains(got, "not for the relay") {
		t.Errorf("node 3 got %q", got)
	}
	if got := p.got(2); len(got) != 0 {
		t.Errorf("the relay reads %q", got)
	}
	if p.record(1, m.ID).State != Delivered {
		t.Errorf("it is %v", p.record(1, m.ID).State)
	}
	p.sound()
}

// The secret of a group is in the vault and nowhere in the store.
func TestGroupSecretLeavesNoEvidence(t *testing.T) {
	p := newPeople(t, 2, administered)
	for _, num := range p.order {
		p.nodes[num].cfg.Evidence = EvidenceAll
		p.start(num)
	}
	p.channel(radio1200, 0, 1, 2)
	m := p.must(1, renew(71))
	p.run(5 * time.Minute)
	for _, num := range p.order {
		if _, ok := ExhibitOf(p.nodes[num].store, p.record(num, m.ID)); ok {
			t.Errorf("node %v keeps what opens the message with the secret", num)
		}
	}
	if p.nodes[2].node.ring.Editions[1] != 1 {
		t.Error("node 2 did not get it")
	}
}

// Who is taken out of a group forgets its keys with the newer network file, and
// first signs what it wrote to its members.
func TestWhoLeavesAGroupForgetsItsKeys(t *testing.T) {
	for name, restarted := range map[string]bool{"while it runs": false, "at the next start": true} {
		t.Run(name, func(t *testing.T) {
			p := newPeople(t, 3, administered)
			p.channel(radio1200, 0, 1, 2, 3)
			p.must(1, renew(71))
			p.run(5 * time.Minute)
			id := p.must(3, Submit{To: toAll, Precedence: bundle.Routine, Text: "my last words"}).ID
			p.run(time.Minute)
			if got := p.record(1, id).Proof; got == Proven {
				t.Fatalf("signed before it left: %v", got)
			}
			leave := func(c *ident.Certificate) {
				if c.Number == 3 {
					c.Groups = ident.GroupSet{}
				}
			}
			if restarted {
				p.nodes[3].cfg.Trust.Roster = p.certified(leave)
				p.start(3)
			} else {
				p.certify(leave)
			}
			for _, num := range p.order {
				p.unlockedGroups(num, num != 3)
			}
			p.run(10 * time.Minute)
			if got := p.record(1, id).Proof; got != Proven {
				t.Errorf("what node 3 wrote is %v", got)
			}
			p.must(1, Submit{To: toAll, Precedence: bundle.Routine, Text: "among us"})
			p.run(10 * time.Minute)
			if !slices.Contains(p.got(2), "among us") || slices.Contains(p.got(3), "among us") {
				t.Errorf("node 2 got %q, node 3 %q", p.got(2), p.got(3))
			}
			p.sound()
		})
	}
}

// unlockedGroups holds what the vault of a node keeps of group 1 to whether it is
// in it. What is the whole network's it keeps.
func (p *people) unlockedGroups(num ident.Number, in bool) {
	p.t.Helper()
	p.nodes[num].unlock(p.t)
	ring := p.nodes[num].cfg.Ring
	_, held := ring.Groups[1]
	if _, network := ring.Groups[ident.NetworkGroup]; held != in || len(ring.Former[1]) > 0 != in || ring.Editions[1] > 0 != in || !network {
		p.t.Errorf("node %v keeps %d groups, %d former secrets, edition %d", num, len(ring.Groups), len(ring.Former[1]), ring.Editions[1])
	}
}

// A group that is renewed again and again is read under the last eight secrets, and
// status tells that older ones are gone.
func TestRenewedTooOftenIsCounted(t *testing.T) {
	p := newPeople(t, 2, administered)
	for i := range keyring.MaxFormer + 2 {
		if got := p.counter(1, countKeyCut); got != 0 && i <= keyring.MaxFormer {
			t.Fatalf("%d keys let go after %d renewals", got, i)
		}
		p.must(1, renew(byte(71+i)))
	}
	if got := p.counter(1, countKeyCut); got != 2 {
		t.Errorf("%d keys let go", got)
	}
}
