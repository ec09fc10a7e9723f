package mesh

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

const duty = "shift leader"

func dutiful(c *ident.Certificate) {
	c.Rights = 0
	if c.Number == 3 {
		c.Role = duty // of the device, where nobody with the role is on shift
	}
}

func toDuty(text string) Submit { return Submit{Role: duty, Precedence: bundle.Priority, Text: text} }

// A role is an address: of the device on which somebody with it works, or else
// of the one whose certificate says so.
func TestRoleIsAnAddress(t *testing.T) {
	p := newPeople(t, 4, dutiful)
	p.channel(radio1200, 0, 1, 2, 3, 4)
	if m := p.must(1, toDuty("a")); m.To.Node != 3 || m.Role != duty {
		t.Errorf("goes to %v as %q", m.To, m.Role)
	}
	p.must(2, Submit{Act: p.begin(7, 2, 8)})
	p.run(2 * time.Minute)
	if m := p.must(1, toDuty("b")); m.To.Node != 2 {
		t.Errorf("goes to %v", m.To)
	}
	p.must(4, Submit{Act: p.begin(8, 4, 8)})
	p.run(2 * time.Minute)
	if _, err := p.ask(1, toDuty("c")); !errors.Is(err, ErrRole) {
		t.Errorf("two have the duty: %v", err)
	}
	if _, err := p.ask(1, Submit{Role: "pilot", Precedence: bundle.Routine, Text: "d"}); !errors.Is(err, ErrNoDestination) {
		t.Errorf("nobody has the duty: %v", err)
	}
	if _, err := p.ask(3, toDuty("e")); !errors.Is(err, ErrRole) {
		t.Errorf("from elsewhere: %v", err)
	}
	p.run(2 * time.Minute)
	if !slices.Contains(p.got(3), "a") || !slices.Contains(p.got(2), "b") {
		t.Errorf("node 3 got %q, node 2 %q", p.got(3), p.got(2))
	}
}

// What has not arrived when the duty moves, goes to whoever has it then; what
// has, does not; and nothing goes twice, not even after a crash.
func TestRoleMovesWhileAMessageWaits(t *testing.T) {
	p := newPeople(t, 3, dutiful)
	near := p.channel(radio1200, 0, 1, 2)
	p.must(2, Submit{Act: p.begin(7, 2, 8)})
	p.run(2 * time.Minute)
	var lost bundle.ID
	near.lose = func(from, _ ident.Number, data []byte) bool { return from == 1 && p.carries(1, data, lost) }
	arrived := p.must(1, Submit{To: toNode(2), Precedence: bundle.Routine, Text: "to the node, not to the duty"})
	waits := p.must(1, toDuty("feeder 7 is dead"))
	lost = waits.ID
	p.run(2 * time.Minute)
	p.channel(radio1200, 1, 1, 3)
	p.must(3, Submit{Act: p.begin(8, 3, 8)})
	p.run(5 * time.Minute)
	p.must(2, Submit{Act: bundle.Shift{}}) // Anna goes home, and 1 hears of it
	p.run(10 * time.Minute)
	if got := p.got(3); !slices.Contains(got, "feeder 7 is dead") || slices.Contains(got, arrived.Text) {
		t.Fatalf("node 3 got %q", got)
	}
	old := p.record(1, waits.ID)
	next := p.record(1, old.SentOn)
	if next.SentFor != waits.ID || next.SentForNode != 2 || next.Role != duty || next.State != Delivered {
		t.Errorf("sent on as %+v", next)
	}
	at3 := p.record(3, old.SentOn)
	if at3.SentFor != waits.ID || at3.SentForNode != 2 || at3.Created/1000 != waits.Created/1000 {
		t.Errorf("node 3 has %+v", at3)
	}
	before := len(p.got(3))
	p.start(1)
	p.run(2 * time.Hour)
	if got := p.got(3); len(got) != before {
		t.Errorf("sent on again: %q", got[before:])
	}
	p.sound()
}

// Mail for a node that the authority replaced goes to its successor, from where
// it waits, and does not wait any more.
func TestMailOfAReplacedNode(t *testing.T) {
	p := newPeople(t, 3, func(c *ident.Certificate) { c.Rights = 0 })
	m := p.must(1, Submit{To: toNode(2), Precedence: bundle.Priority, Text: "set point 40"})
	if _, ok := p.nodes[1].store.Get(idKey(prefixLive, m.ID)); !ok {
		t.Fatal("it does not wait")
	}
	p.update(func(t *Trust) {
		t.Revoked = []ident.Number{2}
		t.Redirects = map[ident.Number]ident.Number{2: 3}
	})
	p.channel(radio1200, 0, 1, 3)
	p.run(5 * time.Minute)
	if got := p.got(3); !slices.Contains(got, "set point 40") {
		t.Fatalf("node 3 got %q", got)
	}
	if _, ok := p.nodes[1].store.Get(idKey(prefixLive, m.ID)); ok {
		t.Error("the first is still on its way to nobody")
	}
	if old := p.record(1, m.ID); old.State != Expired {
		t.Errorf("the first is %v", old.State)
	}
	p.sound()
}

// What was given up here is known when a neighbour that still has it brings it
// back: nobody poses as this node, and no other machine has its key.
func TestMailThatWasSentOnComesBack(t *testing.T) {
	p := newPeople(t, 3, func(*ident.Certificate) {})
	p.channel(radio1200, 0, 1, 3)
	p.run(time.Minute)
	list := []Message{
		p.must(1, Submit{To: toNode(2), Precedence: bundle.Flash, Text: "set point 40"}), // signed
		p.must(1, Submit{To: toNode(2), Precedence: bundle.Priority, Text: "set point 50"}),
	}
	p.run(2 * time.Minute) // node 3 has them now, for node 2
	p.update(func(t *Trust) {
		t.Revoked = []ident.Number{2}
		t.Redirects = map[ident.Number]ident.Number{2: 3}
	})
	p.run(12 * time.Hour)
	for _, m := range list {
		if got := p.got(3); !slices.Contains(got, m.Text) {
			t.Errorf("node 3 got %q", got)
		}
		if _, ok := p.nodes[3].store.Get(idKey(prefixLive, m.ID)); !ok {
			t.Errorf("node 3 does not have %q any more", m.Text)
		}
		if n := p.nodes[1].node; n.wishes(routing.Name{ID: m.ID, Prefix: [3]byte(m.Hash[:])}) {
			t.Errorf("node 1 wishes for its own %q", m.Text)
		}
	}
	if p.counter(1, countPretender) != 0 || p.counter(1, countCloned) != 0 || len(p.alarms(1)) != 0 {
		t.Errorf("taken for another's: %d, for a clone's: %d, alarms %q", p.counter(1, countPretender), p.counter(1, countCloned), p.alarms(1))
	}
	p.sound()
}

// Who sends a FLASH on has to have the right at that moment, and it is as urgent as
// it can be without.
func TestFlashIsSentOnAfterTheShift(t *testing.T) {
	for name, c := range map[string]struct {
		next ident.PersonNumber // works at the origin when the duty moves, 0: nobody
		want bundle.Precedence
	}{
		"nobody with the right": {0, bundle.Immediate},
		"another with it":       {10, bundle.Flash},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeople(t, 4, dutiful)
			p.hire(10, "Dora", "", ident.MayFlash)
			p.channel(radio1200, 0, 1, 4)
			p.channel(radio1200, 1, 4, 2)
			p.must(1, Submit{Act: p.begin(7, 1, 8)}) // Anna
			p.run(2 * time.Minute)
			first := p.must(1, Submit{To: toNode(3), Role: "", Precedence: bundle.Flash, Text: "feeder 7 is dead"})
			p.nodes[1].node.updateRecord(first.Number, func(m *Message) bool { m.Role = duty; return true })
			p.step(p.nodes[1], Wake{})
			p.must(1, Submit{Act: bundle.Shift{}})
			if c.next != 0 {
				p.must(1, Submit{Act: p.begin(c.next, 1, 8)})
			}
			p.must(2, Submit{Act: p.begin(8, 2, 8)}) // Ben has the duty now
			p.run(30 * time.Minute)
			old := p.record(1, first.ID)
			if old.SentOn == (bundle.ID{}) {
				t.Fatal("it was not sent on")
			}
			if next := p.record(1, old.SentOn); next.Precedence != c.want || next.State != Delivered {
				t.Errorf("sent on as %v, %v; the relay refused %d", next.Precedence, next.State, p.counter(4, countBundleRight))
			}
			if got := p.got(2); !slices.Contains(got, first.Text) {
				t.Errorf("node 2 got %q", got)
			}
			p.sound()
		})
	}
}

// A duty that goes to and fro does not multiply a message without end.
func TestSendingOnIsBounded(t *testing.T) {
	p := newPeople(t, 3, dutiful)
	p.must(1, toDuty("x"))
	for i := range 40 {
		p.run(time.Minute)
		person, device := ident.PersonNumber(7), ident.Number(2)
		if i%2 == 1 {
			device = 3
		}
		s := p.begin(person, device, 8)
		n := p.nodes[1].node
		p.step(p.nodes[1], Wake{})
		n.shifts.add(shiftWord{id: bundle.ID{Origin: device, Day: 20574, Seq: uint16(i)}, Shift: s})
		n.sendOnSoon = true
		p.step(p.nodes[1], Wake{})
	}
	if list := Messages(p.nodes[1].store, 0, 100); len(list) != 1+maxHops {
		t.Errorf("%d messages of one", len(list))
	}
}
