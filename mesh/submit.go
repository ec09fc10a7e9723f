package mesh

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

// onSubmit takes a message from a user of this node.
func (n *Node) onSubmit(s Submit) {
	if g, ok := s.Act.(bundle.GroupSecret); ok {
		n.onRenew(s, g)
		return
	}
	if err := n.prepare(&s); err != nil {
		n.after(Refused{Ref: s.Ref, Err: err})
		return
	}
	content := bundle.Content{Type: bundle.ContentText, Body: []byte(s.Text)}
	if s.Act != nil {
		content = bundle.Content{Type: s.Act.Type(), Body: s.Act.Append(nil)}
		s.Text = s.Act.String()
	}
	b, it, err := n.compose(s.To, s.Precedence, s.Lifetime, content)
	if err != nil {
		n.after(Refused{Ref: s.Ref, Err: err})
		return
	}
	m := sending(b)
	m.Text, m.Act, m.Role = s.Text, content.Type, s.Role
	if o, ok := s.Act.(bundle.Order); ok {
		m.Order = n.orderOf(b, o)
	}
	n.addRecord(&m)
	it.Record = m.Number
	n.keepOwnEvidence(&m, b)
	n.audit(AuditEvent{Action: ActionSend, By: s.By, ID: b.ID.String(), Detail: s.Precedence.String() + " to " + s.To.String()})
	n.keep(b, it)
	if s.To.Group != 0 && !b.Signed {
		hash := [32]byte(m.Hash)
		n.oweHead(headOf{group: s.To.Group, day: b.ID.Day}, debt{seq: b.ID.Seq, hash: &hash}, b.Lifetime)
	}
	if s.Act != nil {
		n.enact(b, content, by(n.self, s.By))
	}
	n.after(Accepted{Ref: s.Ref, Message: m})
	n.spread(it, 0, nil)
}

// prepare completes a submission, and says what is wrong with it.
func (n *Node) prepare(s *Submit) (err error) {
	if s.Role != "" {
		if s.To, err = n.holder(s.Role); err != nil {
			return err
		}
	}
	if err := n.complete(s); err != nil {
		return err
	}
	return n.checkSubmit(*s)
}

// checkSubmit says what is wrong with a submission.
func (n *Node) checkSubmit(s Submit) error {
	if s.Precedence >= bundle.Precedences {
		return fmt.Errorf("precedence %d: %w", s.Precedence, ErrRight)
	}
	if n.excluded(n.self) {
		return ErrExcluded
	}
	if n.cloned() {
		return ErrClone
	}
	if s.To.Node == n.self {
		return ErrSelf
	}
	if (s.To.Node != 0) == (s.To.Group != 0) || !n.destination(s.To) || (s.To.Group == ident.NetworkGroup) != (s.Act != nil && s.Act.Type().ToNetwork()) {
		return fmt.Errorf("%s: %w", s.To, ErrNoDestination)
	}
	if n.excluded(s.To.Node) {
		return fmt.Errorf("%s is revoked or suspended: %w", s.To, ErrNoDestination)
	}
	if s.Act != nil {
		if err := s.Act.Check(); err != nil {
			return fmt.Errorf("%w: %w", ErrAct, err)
		}
		if !n.may(n.self, s.Act.Right(), n.stamp()) {
			what := s.Act.String()
			if s.Act.Type() == bundle.ContentOrder {
				what = "ordering"
			}
			return fmt.Errorf("%s: %w", what, ErrRight)
		}
		if act, ok := s.Act.(bundle.Suspension); ok && act.Lift {
			if err := n.checkLift(act.Node); err != nil {
				return err
			}
		}
	} else if s.Text == "" || len(s.Text) > MaxText || !utf8.ValidString(s.Text) {
		return fmt.Errorf("%d bytes, at most %d of UTF-8: %w", len(s.Text), MaxText, ErrText)
	}
	if s.Lifetime < 0 || s.Lifetime > bundle.MaxLifetime {
		return fmt.Errorf("%s, at most %s: %w", s.Lifetime, bundle.MaxLifetime, ErrLifetime)
	}
	if s.Precedence != bundle.Flash {
		return nil
	}
	if !n.may(n.self, ident.MayFlash, n.stamp()) {
		return fmt.Errorf("sending FLASH: %w", ErrRight)
	}
	if s.Lifetime > shiftKeep && n.byPerson(ident.MayFlash) {
		return fmt.Errorf("%s, and a FLASH on a person's right lives %s at most: %w", s.Lifetime, shiftKeep, ErrLifetime)
	}
	return nil
}

// compose seals a bundle of this node under the next sequence number. The
// number is in the batch in progress: it is durable before the bundle leaves.
func (n *Node) compose(to bundle.Destination, p bundle.Precedence, lifetime time.Duration, c bundle.Content) (*bundle.Bundle, *routing.Item, error) {
	if n.cloned() {
		return nil, nil, ErrClone
	}
	day := n.today()
	seq, ok := n.nextNumber(day)
	if !ok {
		return nil, nil, ErrSequence
	}
	if !n.live.room(p, len(c.Body)) {
		return nil, nil, ErrFull
	}
	if lifetime == 0 {
		lifetime = bundle.DefaultLifetime(p)
	}
	h := bundle.Header{
		ID:         bundle.ID{Origin: n.self, Day: day, Seq: seq},
		Precedence: p, To: to, Created: within(day, n.now.Wall), Lifetime: lifetime,
		Signed: p == bundle.Flash || c.Type.SignedAlways() || (to.Group != 0 && n.signing == SignAll),
		// A receipt of everybody for each act, or head, would cost more than it.
		NoReceipt: to.Group == ident.NetworkGroup || c.Type == bundle.ContentHead,
	}
	b, err := bundle.Compose(n.keys, n.private, h, c)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w: %v", to, ErrKey, err)
	}
	n.useNumber(h.ID)
	return b, itemOf(b, true), nil
}

// keep makes a bundle live: its bytes, its index entry and its place in the
// vector go into the batch in progress.
func (n *Node) keep(b *bundle.Bundle, it *routing.Item) {
	n.putLive(it, b.Encode())
	n.live.add(it)
	n.vectors.Hold(it)
	n.see(it.ID)
}

// see notes a bundle in the vectors and in the batch.
func (n *Node) see(id bundle.ID) {
	n.vectors.AddHave(id)
	n.putSeen(routing.Stream{Origin: id.Origin, Day: id.Day})
	n.changed()
}

func itemOf(b *bundle.Bundle, own bool) *routing.Item {
	hash := b.Hash()
	it := &routing.Item{
		ID: b.ID, To: b.To, Precedence: b.Precedence, Expires: b.Expires(),
		Size: len(b.Encode()), Own: own, NoReceipt: b.NoReceipt, Signed: b.Signed,
	}
	copy(it.Hash[:], hash[:])
	return it
}

// within moves a wall time into the given day, at the same time of day: the
// stamp of a node whose clock lags behind its sequence numbers.
func within(day clock.Day, w clock.Wall) clock.Wall {
	if w.Day() == day {
		return w
	}
	const dayMillis = 24 * 60 * 60 * 1000
	return day.Start() + (w%dayMillis+dayMillis)%dayMillis
}

func proofOf(b *bundle.Bundle) Proof {
	switch {
	case b.Signed:
		return Proven
	case b.To.Node != 0:
		return ByPair
	default:
		return ByMember
	}
}
