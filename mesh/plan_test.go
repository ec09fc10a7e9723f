package mesh

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// radioPlan returns a signed plan of the world's network.
func (w *world) radioPlan(edition uint32, from clock.Wall) *plan.Plan {
	p := &plan.Plan{Edition: edition, From: from, Patience: 20 * time.Minute, Channels: []plan.Channel{
		{Name: "field", Modulation: plan.LoRa, Centre: 869_525_000, Bandwidth: 125_000, Spreading: 8, Coding: 5, Power: 27}}}
	p.Signature = w.root.Sign(p.SignedBytes())
	return p
}

// plan hands a plan to a node, as its user does, and returns why it was refused.
func (w *world) plan(num ident.Number, p *plan.Plan) error {
	m := w.nodes[num]
	before := len(m.denied)
	w.step(m, Submit{Ref: 1, Act: bundle.RadioPlan{Plan: p}, By: "test"})
	if len(m.denied) > before {
		return m.denied[len(m.denied)-1].Err
	}
	return nil
}

// editions returns which edition each node holds, 0 for none.
func (w *world) editions() (list []uint32) {
	for _, num := range w.order {
		edition := uint32(0)
		if p := w.nodes[num].node.Status().Plan; p != nil {
			edition = p.Edition
		}
		list = append(list, edition)
	}
	return list
}

func (w *world) wantEditions(when string, want ...uint32) {
	w.t.Helper()
	for i, got := range w.editions() {
		if got != want[i] {
			w.t.Errorf("%s node %v has radio plan %d, want %d", when, w.order[i], got, want[i])
		}
	}
}

// A plan that came to one node by file is soon at all, also at one without any
// right in between, and outlives a restart.
func TestARadioPlanSpreads(t *testing.T) {
	w := newWorld(t, 4)
	w.channel(radio1200, 0, 1, 3)
	w.channel(radio1200, 1, 3, 4, 2)
	w.run(time.Minute)
	if err := w.plan(1, w.radioPlan(3, 0)); err != nil {
		t.Fatal(err)
	}
	w.run(3 * time.Minute)
	w.wantEditions("after three minutes", 3, 3, 3, 3)
	audited := ""
	for _, e := range Audit(w.nodes[4].store, 0, 100) {
		if e.Action == ActionPlan {
			audited = e.Detail
		}
	}
	if !strings.HasPrefix(audited, "radio plan 3: channels 1") {
		t.Errorf("audited as %q", audited)
	}
	w.start(4)
	w.wantEditions("after a restart", 3, 3, 3, 3)
	if err := w.plan(2, w.radioPlan(5, 0)); err != nil {
		t.Fatal(err)
	}
	w.run(3 * time.Minute)
	w.wantEditions("after the next", 5, 5, 5, 5)
	if former := w.nodes[1].node.Status().FormerPlan; former == nil || former.Edition != 3 {
		t.Errorf("former: %+v", former)
	}
}

func TestRadioPlansThatAreRefused(t *testing.T) {
	w := newWorld(t, 2)
	if err := w.plan(1, w.radioPlan(3, 0)); err != nil {
		t.Fatal(err)
	}
	foreign, forged := w.radioPlan(4, 0), w.radioPlan(4, 0)
	foreign.Operator[0]++
	forged.Channels[0].Power++
	for want, p := range map[error]*plan.Plan{plan.ErrOlder: w.radioPlan(3, 0), plan.ErrOperator: foreign, plan.ErrSignature: forged, ErrAct: nil} {
		if err := w.plan(1, p); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	w.wantEditions("after all", 3, 0)
}

// One that was away until no bundle of the plan was alive hears of it all the same,
// once, and not from everybody.
func TestWhoComesLateGetsTheRadioPlan(t *testing.T) {
	w := newWorld(t, 4)
	w.channel(radio1200, 0, 1, 2, 3, 4)
	w.nodes[4].deaf = true
	if err := w.plan(1, w.radioPlan(3, 0)); err != nil {
		t.Fatal(err)
	}
	w.run(3 * time.Minute)
	w.wantEditions("at first", 3, 3, 3, 0)
	for _, num := range w.order[:3] {
		m := w.nodes[num].node
		m.live.remove(m.live.get(m.plans.bundle)) // as if it had expired
		m.plans.bundle = bundle.ID{}
	}
	w.nodes[4].deaf = false
	w.run(15 * time.Minute)
	w.wantEditions("in the end", 3, 3, 3, 3)
}

// A neighbour's beacon tells who is behind, by up to three editions for sure.
func TestPlanFlags(t *testing.T) {
	w := newWorld(t, 1)
	m := w.nodes[1].node
	for mine := uint32(1); mine < 20; mine++ {
		m.plans.held = w.radioPlan(mine, 0)
		flags := m.planFlags()
		if flags&^planMask != 0 || flags == 0 {
			t.Fatalf("edition %d: flags %#x", mine, flags)
		}
		for back := uint32(0); back <= 3 && back < mine; back++ {
			m.plans.held, m.plans.tellAt = w.radioPlan(mine-back, 0), clock.Never
			m.comparePlan(flags)
			if m.plans.tellAt != clock.Never {
				t.Errorf("edition %d tells it to %d", mine-back, mine)
			}
			behind := m.planFlags()
			m.plans.held = w.radioPlan(mine, 0)
			m.comparePlan(behind)
			if told := m.plans.tellAt != clock.Never; told != (back > 0) {
				t.Errorf("edition %d tells it to %d: %v", mine, mine-back, told)
			}
			m.plans.tellAt = clock.Never
		}
		m.comparePlan(0)
		if m.plans.tellAt == clock.Never {
			t.Error("who has none is told nothing")
		}
		m.plans.tellAt = clock.Never
	}
}

// yes takes every signature, as a member does who is up to no good.
type yes struct{}

func (yes) Verify(ident.SignKey, []byte, []byte) bool { return true }

// A member that makes a plan of its own moves nobody.
func TestAForgedRadioPlanMovesNobody(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, w.order...)
	w.run(time.Minute)
	p := w.radioPlan(9, 0)
	p.Signature[7] ^= 1
	w.nodes[2].node.verifier = yes{}
	if err := w.plan(2, p); err != nil {
		t.Fatal(err)
	}
	w.run(3 * time.Minute)
	w.wantEditions("after three minutes", 0, 9, 0)
	if w.counter(1, countPlanForged) == 0 {
		t.Error("nothing was counted")
	}
	if err := w.plan(1, w.radioPlan(3, 0)); err != nil {
		t.Fatal(err)
	}
	w.run(3 * time.Minute)
	w.wantEditions("after a true one", 3, 9, 3)
}

// A plan that is replaced before its moment is not the former one: nobody is there.
func TestWhichPlanIsTheFormer(t *testing.T) {
	w := newWorld(t, 1)
	for i, c := range []struct {
		from   time.Duration // after now
		former uint32        // once it was taken
	}{{-time.Hour, 0}, {time.Hour, 1}, {2 * time.Hour, 1}, {0, 1}} {
		if err := w.plan(1, w.radioPlan(uint32(i+1), w.base.Add(c.from))); err != nil {
			t.Fatal(err)
		}
		got := uint32(0)
		if former := w.nodes[1].node.Status().FormerPlan; former != nil {
			got = former.Edition
		}
		if got != c.former {
			t.Errorf("with plan %d the former is %d, want %d", i+1, got, c.former)
		}
	}
}

// otherRoot gives a node a network file that a new root signed.
func (w *world) otherRoot(num ident.Number) {
	w.t.Helper()
	m := w.nodes[num]
	r := m.cfg.Trust.Roster
	var certs []*ident.Certificate
	for _, num := range r.Numbers() {
		cert, _ := r.Certificate(num)
		certs = append(certs, cert)
	}
	roster, err := ident.NewRoster(r.Operator(), w.root.SignKey(), []ident.Group{{ID: 1, Name: "all"}}, certs)
	if err != nil {
		w.t.Fatal(err)
	}
	m.cfg.Trust.Roster = roster
	w.step(m, NewRoster{Trust: m.cfg.Trust, By: "test"})
}

// Whoever stole a root issued a plan with it that no edition is above. Once a new root
// is in force every plan of that one takes its place, nobody hands the old one on, and
// who offers it is told once that it is not needed.
func TestAPlanOfAFormerRootCountsAsNone(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, w.order...)
	w.run(time.Minute)
	if err := w.plan(1, w.radioPlan(plan.MaxEdition, 0)); err != nil {
		t.Fatal(err)
	}
	w.run(3 * time.Minute)
	w.wantEditions("with the old root", plan.MaxEdition, plan.MaxEdition, plan.MaxEdition)
	stolen := w.radioPlan(plan.MaxEdition, 0)
	w.root = newOffice(t, 3, rand.NewChaCha8([32]byte{9})).root
	for _, num := range w.order {
		w.otherRoot(num)
		if flags := w.nodes[num].node.planFlags(); flags != 0 {
			t.Errorf("node %v says in its beacons that it has a plan: %#x", num, flags)
		}
	}
	w.start(2) // it finds the same in its store
	w.run(time.Minute)
	if err := w.plan(2, stolen); !errors.Is(err, plan.ErrSignature) {
		t.Errorf("by file it is taken anew: %v", err)
	}
	if err := w.plan(1, w.radioPlan(1, 0)); err != nil {
		t.Fatal(err)
	}
	w.run(3 * time.Minute)
	w.wantEditions("with a plan of the new root", 1, 1, 1)
	b, _, err := w.nodes[3].node.compose(bundle.Destination{Group: ident.NetworkGroup}, bundle.Immediate, bundle.MaxLifetime, bundle.Content{Type: bundle.ContentRadioPlan, Body: stolen.Encode()})
	if err != nil {
		t.Fatal(err)
	}
	w.speak(3, 2, 7000, bundleItem(b))
	w.run(time.Minute)
	w.wantEditions("with the old one played back", 1, 1, 1)
	if relay := w.nodes[2].node; !relay.vectors.Have(b.ID) {
		t.Error("a plan of the former root is not noted as seen")
	}
	if got := texts(w.nodes[2].got); len(got) != 2 {
		t.Errorf("node 2 showed its user %q", got)
	}
	w.sound()
}

// Some have the network file of a new root before others. A plan of that root is offered
// to those who do not know it as often as any bundle, and counts once they do, also
// where it came before.
func TestAPlanOfARootThatIsNotKnownYet(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, w.order...)
	w.run(time.Minute)
	w.root = newOffice(t, 3, rand.NewChaCha8([32]byte{9})).root
	w.otherRoot(1)
	if err := w.plan(1, w.radioPlan(4, 0)); err != nil {
		t.Fatal(err)
	}
	w.run(10 * time.Minute)
	w.wantEditions("before they have the file", 4, 0, 0)
	sent := w.items(frame.KindBundle)
	w.run(3 * time.Hour)
	if again := w.items(frame.KindBundle) - sent; again > 0 {
		t.Errorf("the plan was offered %d times again", again)
	}
	w.otherRoot(2)
	w.start(3)
	w.otherRoot(3)
	w.wantEditions("with the file", 4, 4, 4)
	w.run(5 * time.Minute)
	if sent += 3; w.items(frame.KindBundle) > sent {
		t.Errorf("it was sent %d times again", w.items(frame.KindBundle)-sent)
	}
	w.sound()
}

// A driver hears of the plans once they are durable, and never by Status: also that
// there is none, and after each restart.
func TestTheDriverIsToldOfPlansOnce(t *testing.T) {
	w := newWorld(t, 1)
	m := w.nodes[1]
	told := func(ev Event) (list []Planned) {
		for _, e := range m.node.Step(w.reading(), ev) {
			if p, ok := e.(Planned); ok {
				list = append(list, p)
			}
			if c, ok := e.(Commit); ok {
				if err := m.store.Commit(c.Batch); err != nil {
					t.Fatal(err)
				}
				m.node.Step(w.reading(), Committed{})
			}
		}
		return list
	}
	if got := told(Wake{}); len(got) != 1 || got[0] != (Planned{}) {
		t.Errorf("at the first start: %v", got)
	}
	if got := told(Wake{}); len(got) != 0 {
		t.Errorf("again: %v", got)
	}
	if got := told(Submit{Ref: 1, Act: bundle.RadioPlan{Plan: w.radioPlan(2, 0)}, By: "test"}); len(got) != 1 || got[0].Held.Edition != 2 {
		t.Errorf("with a plan: %v", got)
	}
	w.start(1)
	if got := told(Wake{}); len(got) != 1 || got[0].Held.Edition != 2 {
		t.Errorf("after a restart: %v", got)
	}
}

// Who was restarted knows which bundle its plan is in, and makes no other.
func TestARestartMakesNoNewBundleOfThePlan(t *testing.T) {
	w := newWorld(t, 2)
	if err := w.plan(1, w.radioPlan(3, 0)); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		w.start(1)
		m := w.nodes[1].node
		before := m.Status().Live
		m.comparePlan(0)
		w.run(2 * planTell)
		if got := m.Status().Live; got != before || before == 0 {
			t.Errorf("%d bundles alive, %d before", got, before)
		}
	}
	w.sound()
}
