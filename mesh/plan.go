package mesh

import (
	"bytes"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

// A radio plan reaches one node by file, and the others by a bundle to the group of
// the whole network. It lives as long as bundles can, and reconciliation brings it to
// whoever comes meanwhile. Whoever comes later says in its beacons that it has an
// older one, and then a neighbour makes a new bundle of the plan. Two other ways were
// looked at. Parts as of key blocks, under the bootstrap key, would reach nodes that
// have lost the network's keys, too; but those hear no message on any channel. A direct
// bundle for each neighbour costs a network of twenty in reach of each other twenty
// times the bytes.

// planTell is the time within which one of those who could tell a plan anew does.
const planTell = 2 * time.Minute

// maxPlansRecalled is how many bundles are looked into for plans of a new root.
const maxPlansRecalled = 256

// plans is what a node knows of radio plans.
type plans struct {
	held   *plan.Plan // nil: none
	lapsed bool       // a former root signed it: see lapsePlan
	former *plan.Plan // which counted when that came; nil: none
	bundle bundle.ID  // that brought it last, or in which this node passed it on
	tellAt clock.Instant
	told   bool // the driver was
}

// Planned says which radio plan the node has, and which one counted before it came;
// nil: none. The node says so once after it was built, and whenever it changes.
type Planned struct{ Held, Former *plan.Plan }

func (Planned) effect() {}

// loadPlans reads both plans. They were verified when they were taken.
func (n *Node) loadPlans(fail func(key []byte) bool) {
	n.plans.tellAt = clock.Never
	for name, to := range map[string]**plan.Plan{namePlan: &n.plans.held, nameFormerPlan: &n.plans.former} { // order: independent of each other
		v, ok := n.view.Get(nodeKey(name))
		if !ok {
			continue
		}
		p, err := plan.Decode(bytes.Clone(v))
		if err != nil {
			fail(nodeKey(name))
			return
		}
		*to = p
	}
	if v, ok := n.view.Get(nodeKey(namePlanBundle)); ok {
		if n.plans.bundle, ok = idOf(v); !ok {
			fail(nodeKey(namePlanBundle))
		}
	}
}

// lapsePlan looks whether the root in force signed the plan held. One that a former root
// signed counts as none: every plan of the present root takes its place, and it is not
// handed on, since whoever stole that root may have made it. Radios stay where it puts
// them until then: nodes get the new network file one by one, and who left earlier would
// hear nobody, nor the new plan.
func (n *Node) lapsePlan() {
	held := n.plans.held
	n.plans.lapsed = held != nil && held.Verify(n.verifier, n.trust.Roster.Root(), n.trust.Roster.Operator()) != nil
}

// planInForce returns the plan that others have to be newer than; nil: none.
func (n *Node) planInForce() *plan.Plan {
	if n.plans.lapsed {
		return nil
	}
	return n.plans.held
}

// recallPlans looks once more at the plans that are in bundles alive: one may be of the
// root in force, which this node did not know when it came.
func (n *Node) recallPlans() {
	left := maxPlansRecalled
	for _, it := range n.live.order {
		if it.To.Group != ident.NetworkGroup || !it.Signed || it.Own {
			continue
		}
		if left--; left < 0 {
			return
		}
		b, ok := n.bundleOf(it)
		if !ok {
			continue
		}
		o, err := b.Open(n.keys)
		if err != nil || o.Type != bundle.ContentRadioPlan {
			continue
		}
		if act, err := bundle.DecodeRadioPlan(o.Body); err == nil && n.checkPlan(act.Plan) == nil {
			n.takePlan(b, act.Plan, by(b.ID.Origin, ""))
		}
	}
}

// planIsIn notes the bundle that the plan held is in, so that this node makes no other
// one, after a restart either.
func (n *Node) planIsIn(id bundle.ID) {
	n.plans.bundle = id
	n.batch.Put(nodeKey(namePlanBundle), idKey(prefixLive, id))
}

// checkPlan says why a plan is not taken, or nil.
func (n *Node) checkPlan(p *plan.Plan) error {
	if err := p.Verify(n.verifier, n.trust.Roster.Root(), n.trust.Roster.Operator()); err != nil {
		return err
	}
	return p.Succeeds(n.planInForce())
}

// takePlan takes a plan that the root in force signed, if it is newer than the one held.
func (n *Node) takePlan(b *bundle.Bundle, p *plan.Plan, by string) {
	held, inForce := n.plans.held, n.planInForce()
	if inForce != nil && p.Edition == inForce.Edition {
		n.planIsIn(b.ID)
		if !bytes.Equal(p.Encode(), held.Encode()) { // public: both are on the air
			n.raise(AlarmAuthority, fmt.Sprintf("two radio plans of edition %d", p.Edition))
		}
	}
	if p.Succeeds(inForce) != nil {
		n.count(countPlanOld)
		return
	}
	// A plan that never began to count is no place where anybody is. Who does not know
	// the time may be there already because others were.
	if held != nil && n.now.Wall.Add(n.now.Bound) >= held.From {
		n.plans.former = held
		n.batch.Put(nodeKey(nameFormerPlan), held.Encode())
	}
	n.plans.held, n.plans.lapsed, n.plans.told, n.plans.tellAt = p, false, false, clock.Never
	n.planIsIn(b.ID)
	n.batch.Put(nodeKey(namePlan), p.Encode())
	n.count(countPlanTaken)
	n.audit(AuditEvent{Action: ActionPlan, By: by, ID: b.ID.String(), Detail: bundle.RadioPlan{Plan: p}.String()})
}

// tellPlanned tells the driver, once what it is told is durable.
func (n *Node) tellPlanned() {
	if !n.plans.told {
		n.plans.told = true
		n.after(Planned{Held: n.plans.held, Former: n.plans.former})
	}
}

// Bits 2 to 4 of a beacon's flags: 0, no radio plan; else 1 more than its edition
// modulo 7.
const (
	planShift  = 2
	planModulo = 7
	planMask   = 7 << planShift
)

func (n *Node) planFlags() uint8 {
	p := n.planInForce()
	if p == nil {
		return 0
	}
	return uint8(p.Edition%planModulo+1) << planShift
}

// comparePlan looks at what a neighbour's beacon says of its plan, and has this node
// tell its own soon if that seems newer. Who is behind by more than three editions may
// take the neighbour for the one who is: it then tells what is refused, and nothing
// comes of it but a few bytes; the other, who sees the same, tells his.
func (n *Node) comparePlan(flags uint8) {
	theirs, mine := flags&planMask, n.planFlags()
	if mine == 0 || theirs == mine || n.plans.tellAt != clock.Never {
		return
	}
	ahead := (int(mine>>planShift) - int(theirs>>planShift) + planModulo) % planModulo
	if theirs == 0 || ahead <= planModulo/2 {
		n.plans.tellAt = n.now.Mono.Add(planTell/4 + n.spreadOver(planTell))
	}
}

// tellPlan makes a new bundle of the plan, unless one is alive: reconciliation brings
// it to whoever lacks it.
func (n *Node) tellPlan() {
	if n.now.Mono < n.plans.tellAt {
		return
	}
	n.plans.tellAt = clock.Never
	p := n.planInForce()
	if p == nil || n.live.get(n.plans.bundle) != nil || n.excluded(n.self) {
		return
	}
	to := bundle.Destination{Group: ident.NetworkGroup}
	content := bundle.Content{Type: bundle.ContentRadioPlan, Body: p.Encode()}
	b, it, err := n.compose(to, bundle.Immediate, bundle.MaxLifetime, content)
	if err != nil {
		return // no room: the next beacon may find some
	}
	n.planIsIn(b.ID)
	n.keep(b, it)
	n.spread(it, 0, nil)
}
