package endtoend

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/sim"
)

// look is the time between two looks at all records, which cost disk reads.
const look = 300 * time.Millisecond

// sendAll sends a text to every other node of the network.
func (s *station) sendAll(text string) {
	s.t.Helper()
	_, err := s.node.Submit(context.Background(), mesh.Submit{To: bundle.Destination{Group: sim.Everyone}, Precedence: bundle.Routine, Text: text, By: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	s.sent = append(s.sent, text)
}

// settled waits until all that users sent is shown as delivered, and holds what
// was shown against what the others received: nothing is ever shown delivered to
// a node that does not have it, everything arrives, and nothing twice.
func settled(t *testing.T, limit time.Duration, nodes ...*station) {
	t.Helper()
	next := time.Now()
	await.Until(t, limit, "every message to be delivered and proven", func() bool {
		if time.Now().Before(next) {
			return false
		}
		next = time.Now().Add(look)
		return truthful(t, nodes)
	})
	for _, s := range nodes {
		var want []string
		for _, other := range nodes {
			if other != s {
				want = append(want, other.meantFor(s)...)
			}
		}
		slices.Sort(want)
		if got := slices.Sorted(slices.Values(s.received())); !slices.Equal(got, want) {
			t.Errorf("node %v received\n%q\nwant\n%q", s.number, got, want)
		}
		if got, sent := slices.Sorted(slices.Values(s.outgoing())), slices.Sorted(slices.Values(s.sent)); !slices.Equal(got, sent) {
			t.Errorf("the record of node %v has\n%q\nits user sent\n%q", s.number, got, sent)
		}
	}
}

// truthful checks all receipts shown so far, and reports whether there is one
// for everything. The senders are read first: what arrives between the two looks
// is no lie.
func truthful(t *testing.T, nodes []*station) (all bool) {
	t.Helper()
	shown := make([][]mesh.Message, len(nodes))
	for i, s := range nodes {
		shown[i] = s.node.Messages(0, 1000)
	}
	all = true
	for i, list := range shown {
		for _, m := range list {
			if !m.Outgoing {
				continue
			}
			all = all && m.State == mesh.Delivered
			named := 0
			for _, other := range nodes {
				if !slices.Contains(m.Delivered, other.number) {
					continue
				}
				named++
				if !slices.Contains(other.received(), m.Text) {
					t.Errorf("node %v shows %q as delivered to %v, which does not have it", nodes[i].number, m.Text, other.number)
				}
			}
			if whole := m.To.Group != 0; m.State == mesh.Delivered && (whole && named != len(nodes)-1 || !whole && named != 1) {
				t.Errorf("node %v shows %q as delivered, and names %v", nodes[i].number, m.Text, m.Delivered)
			}
		}
	}
	return all
}

// outgoing returns the texts in a node's record that its users sent.
func (s *station) outgoing() (texts []string) {
	for _, m := range s.node.Messages(0, 1000) {
		if m.Outgoing {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// meantFor returns the texts that a node has to get from this one.
func (s *station) meantFor(other *station) (texts []string) {
	for _, m := range s.node.Messages(0, 1000) {
		if m.Outgoing && (m.To.Node == other.number || m.To.Group != 0) {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// tell logs how a node stands, for a test that failed.
func (s *station) tell() {
	st, err := s.node.Status(context.Background())
	s.t.Logf("node %v: %v, links %+v, neighbours %+v, counters %v", s.number, err, st.Links, st.Neighbours, st.Counters)
	for _, m := range s.node.Messages(0, 1000) {
		s.t.Logf("node %v: %v from %v to %v at %v: %v, held by %v, delivered to %v: %.30q",
			s.number, m.ID, m.From, m.To, m.Recorded, m.State, m.Held, m.Delivered, m.Text)
	}
}
