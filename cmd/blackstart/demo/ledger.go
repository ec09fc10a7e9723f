package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
)

// sent is a message that a node was asked to send.
type sent struct {
	id   string // "" where the node was ended before it answered: it may have been taken or not
	from int
	to   []int
	text string
}

const submitLimit = 30 * time.Second

// note keeps a message that is about to be sent, before it is tried: a node
// that is ended meanwhile may have taken it.
func (w *world) note(from int, to, text string) *sent {
	s := &sent{from: from, text: text}
	for i, name := range nodeNames {
		if name == to || to == groupName && i != from {
			s.to = append(s.to, i)
		}
	}
	w.sent = append(w.sent, s)
	return s
}

// submit hands a message to a node.
func (s *sent) submit(ctx context.Context, api *client.Client, to, precedence string) error {
	ctx, cancel := context.WithTimeout(ctx, submitLimit)
	defer cancel()
	m, err := api.Send(ctx, wire.Submission{To: to, Precedence: precedence, Text: s.text})
	if err != nil {
		return fmt.Errorf("%s could not send: %w", nodeNames[s.from], err)
	}
	s.id = m.ID
	return nil
}

// send has a node send a message to a node or to everybody.
func (w *world) send(ctx context.Context, from int, to, precedence, text string) (*sent, error) {
	s := w.note(from, to, text)
	return s, s.submit(ctx, w.nodes[from].api, to, precedence)
}

// delivered waits until the sender knows that everybody has a message.
func (w *world) delivered(ctx context.Context, s *sent) error {
	begin := time.Now()
	err := poll(ctx, fmt.Sprintf("%q to be delivered", s.text), func() (bool, error) {
		m, err := w.nodes[s.from].api.Message(ctx, s.id)
		return m.State == "delivered", err
	})
	if err == nil {
		var names []string
		for _, i := range s.to {
			names = append(names, nodeNames[i])
		}
		w.tell("%s knows: delivered to %s, %.1f s after sending", nodeNames[s.from], strings.Join(names, ", "), time.Since(begin).Seconds())
	}
	return err
}

// record returns the whole record of a node.
func (n *node) record(ctx context.Context) ([]wire.Message, error) {
	var all []wire.Message
	after := uint64(0)
	for {
		page, err := n.api.Messages(ctx, client.Query{After: after, Limit: 500})
		if err != nil {
			return nil, fmt.Errorf("record of %s: %w", n.name, err)
		}
		all = append(all, page.Messages...)
		if after = page.Position; !page.More {
			return all, nil
		}
	}
}

// errOpen reports what has not happened yet; everything else that verify finds
// can never become right.
var errOpen = errors.New("not delivered yet")

// verify holds the records of all nodes against what was sent: each message
// that was accepted is exactly once with each addressee, nothing else is
// anywhere, and the sender knows of each delivery.
func (w *world) verify(ctx context.Context) error {
	var open []error
	var incoming [nodeCount]map[string]wire.Message
	var own [nodeCount]map[string]wire.Message
	for i, n := range w.nodes {
		list, err := n.record(ctx)
		if err != nil {
			return err
		}
		incoming[i], own[i] = map[string]wire.Message{}, map[string]wire.Message{}
		for _, m := range list {
			box := incoming[i]
			if m.Outgoing {
				box = own[i]
			}
			if _, twice := box[m.ID]; twice {
				return fmt.Errorf("%s has message %s twice", n.name, m.ID)
			}
			if err := w.expected(i, m); err != nil {
				return err
			}
			box[m.ID] = m
		}
	}
	for _, s := range w.sent {
		if s.id == "" && !s.adopt(own[s.from]) {
			continue
		}
		m, accepted := own[s.from][s.id]
		if !accepted {
			return fmt.Errorf("%s lost its own message %s (%q), which it had accepted", nodeNames[s.from], s.id, s.text)
		}
		if err := s.check(m, incoming); err != nil {
			open = append(open, err)
		}
	}
	return errors.Join(open...)
}

// adopt finds, in its sender's record, a message whose sender was ended before
// it answered. If it is there it was taken, and has to arrive like any other.
func (s *sent) adopt(own map[string]wire.Message) bool {
	for id, m := range own { // texts are unique
		if m.Text == s.text {
			s.id = id
			return true
		}
	}
	return false
}

// expected refuses an entry that nobody sent to this node.
func (w *world) expected(i int, m wire.Message) error {
	for _, s := range w.sent {
		known := s.id == m.ID || s.id == "" && s.text == m.Text
		if known && s.text == m.Text && (m.Outgoing && s.from == i || !m.Outgoing && slices.Contains(s.to, i)) {
			return nil
		}
	}
	return fmt.Errorf("%s has a message that nobody sent to it: %s %q", nodeNames[i], m.ID, m.Text)
}

// check tells whether a message is with all addressees, and its sender knows.
func (s *sent) check(m wire.Message, incoming [nodeCount]map[string]wire.Message) error {
	for _, i := range s.to {
		if _, ok := incoming[i][s.id]; !ok {
			if m.State == "delivered" && len(m.Delivered) == len(s.to) {
				return fmt.Errorf("%s says that %s has %s, which is not so", nodeNames[s.from], nodeNames[i], s.id)
			}
			return fmt.Errorf("%w: %s from %s to %s (%s)", errOpen, s.id, nodeNames[s.from], nodeNames[i], m.State)
		}
	}
	if m.State != "delivered" || len(m.Delivered) != len(s.to) {
		return fmt.Errorf("%w: %s is with everybody, but its sender %s says %s", errOpen, s.id, nodeNames[s.from], m.State)
	}
	return nil
}

// settle waits until verify has nothing open.
func (w *world) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, w.Limit)
	defer cancel()
	var last error
	err := poll(ctx, "all messages to be delivered", func() (bool, error) {
		last = w.verify(ctx)
		if errors.Is(last, errOpen) {
			return false, nil
		}
		return last == nil, last
	})
	if err != nil && last != nil && !errors.Is(err, last) {
		return fmt.Errorf("%w\n%w", err, last)
	}
	return err
}

// finish is the end of every script: all is delivered, once; then all nodes are
// stopped and their stores checked.
func (w *world) finish(ctx context.Context) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	w.tell("all %d messages are exactly where they belong, once, and their senders know it", len(w.sent))
	for _, n := range w.nodes {
		if err := n.stop(); err != nil {
			return err
		}
	}
	for _, n := range w.nodes {
		if err := n.check(ctx); err != nil {
			return err
		}
	}
	w.tell("all nodes stopped; all four stores pass the check")
	return nil
}
