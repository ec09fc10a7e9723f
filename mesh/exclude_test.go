package mesh

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

var toNetwork = bundle.Destination{Group: ident.NetworkGroup}

func (w *world) act(from ident.Number, act bundle.Act) {
	w.step(w.nodes[from], Submit{Ref: 1, To: toNetwork, Precedence: bundle.Immediate, Act: act, By: "test"})
}

// A suspended node is heard by nobody, over two hops, until it is lifted; then
// what it wrote meanwhile arrives.
func TestSuspensionLocksOutAndLifts(t *testing.T) {
	w := newWorld(t, 4)
	w.channel(radio1200, 0, 1, 2)
	w.channel(radio1200, 1, 2, 3)
	w.channel(radio1200, 2, 3, 4)
	w.run(time.Minute)
	w.act(1, bundle.Suspension{Node: 4, Reason: "stolen from a van"})
	w.run(5 * time.Minute)
	for _, num := range w.order[1:] {
		m := w.nodes[num]
		if !slices.Equal(texts(m.got), []string{"suspends node 4: stolen from a van"}) || m.got[0].Proof != Proven || m.got[0].Act != bundle.ContentSuspension {
			t.Errorf("node %d got %+v", num, m.got)
		}
		if s := m.node.Status().Suspended; len(s) != 1 || s[0].Node != 4 || s[0].Waiting {
			t.Errorf("node %d: suspended %+v", num, s)
		}
	}
	w.submit(4, toAll, bundle.Routine, "from the thief")
	if d := w.nodes[4].denied; len(d) != 1 || !errors.Is(d[0].Err, ErrExcluded) {
		t.Fatalf("the suspended node's own user is told %+v", d)
	}
	w.submit(2, toNode(4), bundle.Routine, "to the thief")
	if d := w.nodes[2].denied; len(d) != 1 || !errors.Is(d[0].Err, ErrNoDestination) {
		t.Errorf("a message to it: %+v", d)
	}
	w.nodes[4].node.said = suspensions{} // he changes his program
	w.submit(4, toAll, bundle.Routine, "from the thief")
	w.run(30 * time.Minute)
	for _, num := range []ident.Number{1, 2, 3} {
		if got := texts(w.nodes[num].got); slices.Contains(got, "from the thief") {
			t.Errorf("node %d shows %q", num, got)
		}
	}
	if w.counter(3, countFrameOut) == 0 {
		t.Error("no frame was refused")
	}
	if near := w.nodes[3].node.Status().Neighbours; len(near) != 1 || near[0].Node != 2 {
		t.Errorf("neighbours of node 3: %+v", near)
	}
	w.restart(3) // who is suspended is durable
	w.act(2, bundle.Suspension{Node: 4, Lift: true})
	w.run(30 * time.Minute)
	for _, num := range []ident.Number{1, 2, 3} {
		if got := texts(w.nodes[num].got); !slices.Contains(got, "from the thief") {
			t.Errorf("node %d has not got what was written meanwhile: %q", num, got)
		}
	}
	w.sound()
}

func (w *world) restart(num ident.Number) {
	w.t.Helper()
	w.start(num)
}

// What administers travels signed, by who has the right, to the group of the
// network; relays refuse the rest before they carry it.
func TestActsNeedTheRight(t *testing.T) {
	w := newWorld(t, 4)
	w.channel(radio1200, 0, 1, 2, 3)
	w.run(time.Minute)
	w.act(3, bundle.Suspension{Node: 1}) // node 3 has no rights
	if d := w.nodes[3].denied; len(d) != 1 || !errors.Is(d[0].Err, ErrRight) {
		t.Errorf("its own node says %+v", d)
	}
	w.act(1, bundle.Suspension{})
	if d := w.nodes[1].denied; len(d) != 1 || !errors.Is(d[0].Err, ErrAct) {
		t.Errorf("an impossible act: %+v", d)
	}
	w.submit(1, toNetwork, bundle.Routine, "chat")
	if d := w.nodes[1].denied; len(d) != 2 || !errors.Is(d[1].Err, ErrNoDestination) {
		t.Errorf("a text to the network's group: %+v", d)
	}
	suspend := bundle.Content{Type: bundle.ContentSuspension, Body: bundle.Suspension{Node: 1}.Append(nil)}
	for i, c := range []struct {
		name string
		by   ident.Number
		h    bundle.Header
		c    bundle.Content
		want string
	}{
		{"no right", 3, bundle.Header{To: toNetwork, Signed: true}, suspend, countBundleRight},
		{"no signature", 2, bundle.Header{To: toNetwork}, suspend, countBundleRight},
		{"another group", 2, bundle.Header{To: toAll, Signed: true}, suspend, countActBad},
		{"nonsense", 2, bundle.Header{To: toNetwork, Signed: true}, bundle.Content{Type: bundle.ContentSuspension, Body: []byte{9}}, countActBad},
		{"a text", 2, bundle.Header{To: toNetwork, Signed: true}, bundle.Content{Body: []byte("chat")}, countActBad},
	} {
		c.h.ID, c.h.Precedence = bundle.ID{Origin: c.by, Seq: uint16(100 + i)}, bundle.Priority
		before := w.counter(1, c.want)
		w.speak(c.by, 1, uint32(7000+i), bundleItem(w.forgeContent(c.by, c.h, c.c)))
		if got := w.counter(1, c.want); got != before+1 {
			t.Errorf("%s: %q counted %d times, want once", c.name, c.want, got-before)
		}
	}
	if len(w.nodes[1].got) != 0 || len(w.nodes[1].node.Status().Suspended) != 0 {
		t.Errorf("node 1 shows %+v, %+v", w.nodes[1].got, w.nodes[1].node.Status().Suspended)
	}
}

// A guest leaves with its last day, and one of the calendar's last days does not
// leave before all others.
func TestGuestsLeaveWithTime(t *testing.T) {
	p := newPeople(t, 3, func(c *ident.Certificate) {
		today := clock.WallOf(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)).Day()
		switch c.Rights, c.Groups = 0, (ident.GroupSet{}); c.Number {
		case 1:
			c.Kind, c.From, c.Until = ident.Guest, today, today
		case 2:
			c.Kind, c.From, c.Until = ident.Guest, 65533, 65535
		}
	})
	n := p.nodes[3].node
	if n.excluded(1) || n.excluded(2) {
		t.Errorf("on its last day: %v, long before it: %v", n.excluded(1), n.excluded(2))
	}
	p.run(13 * time.Hour) // past midnight
	if !n.excluded(1) || n.excluded(2) {
		t.Errorf("after its last day: %v, long before it: %v", n.excluded(1), n.excluded(2))
	}
}
