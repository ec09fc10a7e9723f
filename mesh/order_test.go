package mesh

import (
	"errors"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func orderly(c *ident.Certificate) {
	c.Rights = 0
	if c.Number == 3 {
		c.Rights = ident.MayOrder
	}
}

// commanded is a world of two nodes on one channel with Anna (7) at node 1 and
// Ben (8) at node 2.
func commanded(t *testing.T) *people {
	p := newPeople(t, 2, orderly)
	p.channel(radio1200, 0, 1, 2)
	p.must(1, Submit{Act: p.begin(7, 1, 8)})
	p.must(2, Submit{Act: p.begin(8, 2, 8)})
	p.run(2 * time.Minute)
	return p
}

// Issue, read-back, confirmation: each side sees who said what, by name.
func TestOrderIsReadBackAndConfirmed(t *testing.T) {
	p := commanded(t)
	m := p.issue(1, toNode(2), "open breaker 3")
	p.run(time.Minute)
	at2 := p.record(2, m.ID)
	if at2.Order == nil || at2.Order.Who.Name != "Anna" || at2.Order.Who.Role != "shift leader" || at2.Text != "open breaker 3" || at2.Proof != Proven {
		t.Fatalf("node 2 has %+v", at2)
	}
	if state := at2.OrderAt(p.reading()); state != OrderValid {
		t.Fatalf("it is %v", state)
	}
	if _, err := p.ask(1, Submit{To: toNode(2), Act: bundle.Readback{OrderRef: bundle.OrderRef{ID: m.ID}, Confirms: true}}); !errors.Is(err, ErrNoReadback) {
		t.Errorf("confirmed before it was read back: %v", err)
	}
	p.must(2, Submit{Act: bundle.Readback{OrderRef: bundle.OrderRef{ID: m.ID}, Text: "breaker 3 open"}})
	p.run(time.Minute)
	at1 := p.record(1, m.ID)
	if len(at1.Order.Answers) != 1 || at1.Order.Answers[0].Node != 2 || at1.Order.Answers[0].Who.Name != "Ben" || at1.Order.Answers[0].Text != "breaker 3 open" || at1.Order.Answers[0].Confirmed {
		t.Fatalf("node 1 has %+v", at1.Order.Answers)
	}
	if at1.State != Delivered {
		t.Errorf("it is %v", at1.State)
	}
	p.must(1, Submit{To: toNode(2), Act: bundle.Readback{OrderRef: bundle.OrderRef{ID: m.ID}, Confirms: true}})
	p.run(time.Minute)
	for _, num := range p.world.order {
		if a := p.record(num, m.ID).Order.Answers; len(a) != 1 || !a[0].Confirmed {
			t.Errorf("node %v has %+v", num, a)
		}
	}
	p.sound()
}

// A group is ordered something, and each of its members answers.
func TestOrderToAGroup(t *testing.T) {
	p := newPeople(t, 3, orderly)
	p.channel(radio1200, 0, 1, 2, 3)
	m := p.issue(3, toAll, "clear the line") // its certificate may, nobody is on shift
	p.run(2 * time.Minute)
	for _, num := range []ident.Number{1, 2} {
		if got := p.record(num, m.ID); got.Order.Who.Number != 0 || got.Order.Cancelled != nil {
			t.Errorf("node %v has %+v", num, got.Order)
		}
		p.must(num, Submit{Act: bundle.Readback{OrderRef: bundle.OrderRef{ID: m.ID}}})
	}
	p.run(2 * time.Minute)
	if a := p.record(3, m.ID); len(a.Order.Answers) != 2 || a.State != Delivered {
		t.Errorf("%v, answers %+v", a.State, a.Order.Answers)
	}
	p.must(3, Submit{Act: bundle.Cancellation{OrderRef: bundle.OrderRef{ID: m.ID}, Reason: "wrong line"}})
	p.run(2 * time.Minute)
	for _, num := range p.world.order {
		if got := p.record(num, m.ID); got.Order.Cancelled == nil || got.Order.Cancelled.Reason != "wrong line" || got.OrderAt(p.reading()) != OrderCancelled {
			t.Errorf("node %v: %+v", num, got.Order)
		}
	}
	if _, err := p.ask(1, Submit{Act: bundle.Readback{OrderRef: bundle.OrderRef{ID: m.ID}}}); !errors.Is(err, ErrStale) {
		t.Errorf("read back after it was cancelled: %v", err)
	}
}

// One that arrives late must not be acted on, and is not read back.
func TestOrderArrivesLate(t *testing.T) {
	p := newPeople(t, 2, orderly)
	p.must(1, Submit{Act: p.begin(7, 1, 8)})
	m := p.issue(1, toNode(2), "open breaker 3")
	p.run(16 * time.Minute)
	p.channel(radio1200, 0, 1, 2)
	p.run(5 * time.Minute)
	got := p.record(2, m.ID)
	if got.OrderAt(p.reading()) != OrderLate {
		t.Errorf("it is %v", got.OrderAt(p.reading()))
	}
	if _, err := p.ask(2, Submit{Act: bundle.Readback{OrderRef: bundle.OrderRef{ID: m.ID}}}); !errors.Is(err, ErrStale) {
		t.Errorf("read back: %v", err)
	}
}

// Whether one may act hangs on both clocks and how wrong they may be.
func TestOrderStates(t *testing.T) {
	written := clock.WallOf(time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC))
	at := func(d time.Duration) clock.Wall { return written.Add(d) }
	for name, c := range map[string]struct {
		now   clock.Reading
		error time.Duration
		want  OrderState
	}{
		"in time":                       {clock.Reading{Wall: at(time.Minute), Bound: time.Second}, time.Second, OrderValid},
		"in the last moment":            {clock.Reading{Wall: at(15*time.Minute - 2*time.Second), Bound: time.Second}, time.Second, OrderValid},
		"perhaps too late":              {clock.Reading{Wall: at(15*time.Minute - time.Second), Bound: time.Second}, time.Second, OrderUnknown},
		"perhaps still in time":         {clock.Reading{Wall: at(15*time.Minute + time.Second), Bound: time.Second}, time.Second, OrderUnknown},
		"too late":                      {clock.Reading{Wall: at(15*time.Minute + 3*time.Second), Bound: time.Second}, time.Second, OrderLate},
		"the reader's clock is unsure":  {clock.Reading{Wall: at(time.Minute), Bound: time.Hour}, time.Second, OrderUnknown},
		"the sender's clock is unsure":  {clock.Reading{Wall: at(time.Minute), Bound: time.Second}, time.Hour, OrderUnknown},
		"the sender's clock is unknown": {clock.Reading{Wall: at(time.Minute), Bound: time.Second}, bundle.UnknownError, OrderUnknown},
		"from the future":               {clock.Reading{Wall: at(-10 * time.Minute), Bound: time.Second}, time.Second, OrderUnknown},
		"a clock that lags a little":    {clock.Reading{Wall: at(-30 * time.Second), Bound: time.Second}, time.Second, OrderValid},
		"late by the authority's word":  {clock.Reading{Wall: at(time.Minute), Bound: clock.Unsure, Earliest: at(time.Hour)}, time.Second, OrderLate},
	} {
		m := Message{Created: written, Order: &Order{Until: at(15 * time.Minute), Error: c.error}}
		if got := m.OrderAt(c.now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if m.Order.Cancelled = &(Cancelled{}); m.OrderAt(c.now) != OrderCancelled {
			t.Errorf("%s: cancelled, and %v", name, m.OrderAt(c.now))
		}
	}
}

// A cancellation can be there before what it cancels.
func TestCancellationOvertakes(t *testing.T) {
	p := newPeople(t, 2, orderly)
	c := p.channel(radio1200, 0, 1, 2)
	p.must(1, Submit{Act: p.begin(7, 1, 8)})
	p.run(2 * time.Minute)
	var order bundle.ID
	holdBack := true
	c.lose = func(from, _ ident.Number, data []byte) bool {
		return holdBack && from == 1 && p.carries(1, data, order)
	}
	m := p.issue(1, toNode(2), "open breaker 3")
	order = m.ID
	end := p.must(1, Submit{Act: bundle.Cancellation{OrderRef: bundle.OrderRef{ID: m.ID}}})
	if end.Precedence != bundle.Flash {
		t.Errorf("the cancellation of an IMMEDIATE order goes as %v", end.Precedence)
	}
	p.run(5 * time.Minute)
	if _, ok := Find(p.nodes[2].store, m.ID); ok {
		t.Fatal("the order is there already")
	}
	p.start(2) // the word of it is durable
	holdBack = false
	p.run(9 * time.Minute)
	got := p.record(2, m.ID)
	if got.Order.Cancelled == nil || got.Order.Cancelled.Who.Name != "Anna" || got.OrderAt(p.reading()) != OrderCancelled {
		t.Errorf("node 2 has %+v", got.Order)
	}
	p.sound()
}

// Who may not order, does not: not at this node, and not past another.
func TestOrderWithoutTheRight(t *testing.T) {
	p := newPeople(t, 2, func(c *ident.Certificate) { c.Rights = 0 })
	p.channel(radio1200, 0, 1, 2)
	p.run(time.Minute)
	if _, err := p.ask(1, Submit{To: toNode(2), Act: bundle.Order{Text: "x"}}); !errors.Is(err, ErrShift) {
		t.Errorf("with nobody on shift: %v", err)
	}
	p.must(1, Submit{Act: p.begin(9, 1, 8)})
	if _, err := p.ask(1, Submit{To: toNode(2), Act: bundle.Order{Text: "x"}}); !errors.Is(err, ErrRight) {
		t.Errorf("by somebody without the right: %v", err)
	}
	p.speak(1, toNode(2), bundle.Content{Type: bundle.ContentOrder, Body: bundle.Order{Person: 9, Valid: time.Hour, Text: "x"}.Append(nil)})
	p.must(1, Submit{Act: p.begin(8, 1, 8)})
	p.run(time.Minute)
	b := p.speak(1, toNode(2), bundle.Content{Type: bundle.ContentOrder, Body: bundle.Order{Person: 7, Valid: time.Hour, Text: "in Anna's name"}.Append(nil)})
	p.run(5 * time.Minute)
	if _, ok := Find(p.nodes[2].store, b.ID); ok || p.counter(2, countBundleRight) == 0 || p.counter(2, countPerson) == 0 {
		t.Errorf("node 2 was shown %q; without the right %d, in another's name %d", p.got(2), p.counter(2, countBundleRight), p.counter(2, countPerson))
	}
	for _, m := range p.nodes[2].got {
		if m.Order != nil {
			t.Errorf("node 2 was ordered %q", m.Text)
		}
	}
}

// An answer counts only from who was ordered, for the order that is meant.
func TestAnswersOfStrangers(t *testing.T) {
	p := newPeople(t, 3, orderly)
	p.channel(radio1200, 0, 1, 2, 3)
	m := p.issue(3, toNode(2), "open breaker 3")
	p.run(2 * time.Minute)
	ref := bundle.OrderRef{ID: m.ID, Hash: [8]byte(m.Hash[:8])}
	p.speak(1, toNode(3), bundle.Content{Type: bundle.ContentReadback, Body: bundle.Readback{OrderRef: ref}.Append(nil)})
	other := ref
	other.Hash[0]++
	p.speak(2, toNode(3), bundle.Content{Type: bundle.ContentReadback, Body: bundle.Readback{OrderRef: other}.Append(nil)})
	p.run(2 * time.Minute)
	if a := p.record(3, m.ID).Order.Answers; len(a) != 0 || p.counter(3, countOrderStrange) != 2 {
		t.Errorf("answers %+v, strange %d", a, p.counter(3, countOrderStrange))
	}
	if _, err := p.ask(3, Submit{Act: bundle.Readback{OrderRef: ref}}); !errors.Is(err, ErrNoOrder) {
		t.Errorf("read back its own: %v", err)
	}
	if _, err := p.ask(1, Submit{Act: bundle.Readback{OrderRef: ref}}); !errors.Is(err, ErrNoOrder) {
		t.Errorf("read back what it does not have: %v", err)
	}
	// Nobody but who gave an order to one node takes it back.
	if _, err := p.ask(2, Submit{Act: bundle.Cancellation{OrderRef: ref}}); !errors.Is(err, ErrRight) {
		t.Errorf("cancelled by its addressee: %v", err)
	}
}

// Who may not cancel an order, or means another one of its number, does not keep
// away the word of who may.
func TestACancellationHidesNoOther(t *testing.T) {
	p := newPeople(t, 3, func(c *ident.Certificate) { c.Rights = ident.MayOrder })
	c := p.channel(radio1200, 0, 1, 2, 3)
	var order bundle.ID
	holdBack := true
	c.lose = func(from, _ ident.Number, data []byte) bool {
		return holdBack && from == 1 && p.carries(1, data, order)
	}
	m := p.issue(1, toNode(2), "open breaker 3")
	order = m.ID
	ref := bundle.OrderRef{ID: m.ID, Hash: [8]byte(m.Hash[:8])}
	other := ref
	other.Hash[0]++
	for _, x := range []struct {
		by  ident.Number
		to  bundle.Destination
		ref bundle.OrderRef
	}{{3, toNode(2), ref}, {3, toAll, ref}, {3, toAll, other}, {1, toNode(2), other}} {
		p.speak(x.by, x.to, bundle.Content{Type: bundle.ContentCancellation, Body: bundle.Cancellation{OrderRef: x.ref}.Append(nil)})
		p.run(time.Minute)
	}
	if kept := len(p.nodes[2].node.cancels); kept != 3 {
		t.Errorf("%d cancellations kept", kept)
	}
	end := p.must(1, Submit{Act: bundle.Cancellation{OrderRef: ref}})
	p.run(5 * time.Minute)
	p.start(2)
	holdBack = false
	p.run(15 * time.Minute)
	if got := p.record(2, m.ID).Order.Cancelled; got == nil || got.ID != end.ID {
		t.Errorf("node 2 has %+v, want it cancelled by %v", got, end.ID)
	}
	p.sound()
}

func TestCancellationsAreBounded(t *testing.T) {
	p := newPeople(t, 1, orderly)
	n := p.nodes[1].node
	put := func(by ident.Number, count int, at clock.Wall) {
		for i := range count {
			c := Cancelled{ID: bundle.ID{Origin: by, Day: 20000, Seq: uint16(i)}, At: at + clock.Wall(i), By: by}
			n.cancels[keyOfCancel(bundle.ID{Origin: 2, Day: 20000, Seq: uint16(i)}, c)] = c
		}
	}
	n.now = clock.Reading{}
	put(2, 1, 0)
	put(3, maxCancelsPer+10, 10)
	if n.forgetCancels(); len(n.cancels) != 1+maxCancelsPer || n.cancels[cancelKey{order: bundle.ID{Origin: 2, Day: 20000}, by: 2}].By != 2 {
		t.Errorf("%d kept, or one pushed out the other's", len(n.cancels))
	}
	for by := range ident.Number(maxCancels/maxCancelsPer + 1) {
		put(100+by, maxCancelsPer, 1000)
	}
	if n.forgetCancels(); len(n.cancels) != maxCancels {
		t.Errorf("%d kept", len(n.cancels))
	}
	n.now = p.reading()
	if n.forgetCancels(); len(n.cancels) != 0 {
		t.Errorf("%d kept that are of no use", len(n.cancels))
	}
}

// Of cancellations that were signed under one number and at one time the same ones
// are kept wherever they are heard.
func TestWhichCancellationsAreKeptIsNoChance(t *testing.T) {
	p := newPeople(t, 1, orderly)
	n := p.nodes[1].node
	n.now = clock.Reading{}
	for range 10 {
		for i := range maxCancelsPer + 10 {
			c := Cancelled{ID: bundle.ID{Origin: 3, Day: 20000}, By: 3}
			n.cancels[keyOfCancel(bundle.ID{Origin: 2, Day: 20000, Seq: uint16(i)}, c)] = c
		}
		n.forgetCancels()
		for k := range n.cancels {
			if k.order.Seq >= maxCancelsPer {
				t.Fatalf("kept: %v", k.order)
			}
		}
	}
}

// Orders and what is said of them are kept so that they can be proven.
func TestOrdersLeaveEvidence(t *testing.T) {
	p := commanded(t)
	m := p.issue(1, toNode(2), "open breaker 3")
	p.run(time.Minute)
	back := p.must(2, Submit{Act: bundle.Readback{OrderRef: bundle.OrderRef{ID: m.ID}}})
	p.run(time.Minute)
	for _, num := range p.world.order {
		for _, id := range []bundle.ID{m.ID, back.ID} {
			if _, ok := ExhibitOf(p.nodes[num].store, p.record(num, id)); !ok {
				t.Errorf("node %v has no evidence of %v", num, id)
			}
		}
	}
}

// What a user was told of an order stays as it was told, whatever comes of the
// order: others read it while this node goes on.
func TestWhatWasToldOfAnOrderDoesNotChange(t *testing.T) {
	p := commanded(t)
	m := p.issue(1, toNode(2), "open breaker 3")
	p.run(time.Minute)
	n := len(p.nodes[2].got)
	shown := p.nodes[2].got[n-1]
	ref := bundle.OrderRef{ID: m.ID}
	p.must(2, Submit{Act: bundle.Readback{OrderRef: ref}})
	p.run(time.Minute)
	p.must(1, Submit{To: toNode(2), Act: bundle.Readback{OrderRef: ref, Confirms: true}})
	p.must(1, Submit{Act: bundle.Cancellation{OrderRef: ref}})
	p.run(time.Minute)
	for what, m := range map[string]Message{"accepted": m, "delivered": shown} {
		if m.Order == nil || len(m.Order.Answers) != 0 || m.Order.Cancelled != nil {
			t.Errorf("the order, %s before it was answered, is now %+v", what, m.Order)
		}
	}
	answers, confirmed := 0, 0
	for _, u := range p.nodes[1].seen {
		if u.Message.ID != m.ID || len(u.Message.Order.Answers) == 0 || u.Message.Order.Cancelled != nil {
			continue
		}
		answers++
		if u.Message.Order.Answers[0].Confirmed {
			confirmed++
		}
	}
	if answers != 2 || confirmed != 1 {
		t.Errorf("told of %d answers before the end, %d of them confirmed; want one of each", answers, confirmed)
	}
}
