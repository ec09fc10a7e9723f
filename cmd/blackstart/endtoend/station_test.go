package endtoend

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss"
	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

// station is a real node on a real disk with one radio.
type station struct {
	t      *testing.T
	number ident.Number
	node   *live.Node
	store  *disk.Store
	sent   []string // what was accepted from its user, in order
}

// newStations starts a node for each URL.
func newStations(t *testing.T, urls ...string) []*station {
	t.Helper()
	op, err := sim.NewOperator(7, len(urls), clock.WallOf(time.Now()).Day())
	if err != nil {
		t.Fatal(err)
	}
	var list []*station
	for i, url := range urls {
		s := &station{t: t, number: ident.Number(i + 1)}
		if s.store, err = disk.Create(t.TempDir(), [32]byte{byte(i + 1)}, disk.Options{}); err != nil {
			t.Fatal(err)
		}
		link, err := kiss.Open(url, bridge.Options{})
		if err != nil {
			t.Fatal(err)
		}
		vault, err := op.Vault(i, clock.WallOf(time.Now()).Day())
		if err != nil {
			t.Fatal(err)
		}
		build := func(now clock.Reading, view store.View) (live.Machine, error) {
			ring, err := keyring.Decode(vault.Load())
			if err != nil {
				return nil, err
			}
			return mesh.New(now, mesh.Config{
				Self: s.number, Private: op.Private[i], Trust: op.Trust(), Ring: ring, Verifier: ident.Ed25519{},
				View: view, Jitter: rand.New(rand.NewPCG(uint64(i), 99)), Signing: mesh.SignAll,
			})
		}
		if s.node, err = live.Start(live.Config{Build: build, Store: s.store, Vault: vault, Links: []radio.Link{link}}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.close)
		list = append(list, s)
	}
	return list
}

// close stops the node and holds its store against itself.
func (s *station) close() {
	if err := s.node.Close(); err != nil {
		s.t.Error(err)
	}
	if f := mesh.Check(s.store, s.number); len(f.Problems) > 0 {
		s.t.Errorf("store of node %v: %q", s.number, f.Problems)
	}
	if err := s.store.Close(); err != nil {
		s.t.Error(err)
	}
}

func (s *station) send(to ident.Number, p bundle.Precedence, text string) {
	s.t.Helper()
	_, err := s.node.Submit(context.Background(), mesh.Submit{To: bundle.Destination{Node: to}, Precedence: p, Text: text, By: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	s.sent = append(s.sent, text)
}

// received returns the texts that this node's users were given, in order.
func (s *station) received() (texts []string) {
	for _, m := range s.node.Messages(0, 1000) {
		if !m.Outgoing {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// proven counts the messages of this node whose delivery was proven.
func (s *station) proven() (n int) {
	for _, m := range s.node.Messages(0, 1000) {
		if m.Outgoing && m.State == mesh.Delivered {
			n++
		}
	}
	return n
}

// begun counts the messages of a class that this node has handed to a link, or had
// when the last one was accepted.
func (s *station) begun(p bundle.Precedence) (n int) {
	for _, m := range s.node.Messages(0, 1000) {
		if m.Outgoing && m.Precedence == p && m.State != mesh.Queued {
			n++
		}
	}
	return n
}

// meet waits until each station has heard all others.
func meet(t *testing.T, limit time.Duration, list ...*station) {
	t.Helper()
	for _, s := range list {
		s.hears(limit, len(list)-1)
	}
}

// hears waits until a station has so many neighbours.
func (s *station) hears(limit time.Duration, neighbours int) {
	s.t.Helper()
	await.Until(s.t, limit, fmt.Sprintf("node %v to have %d neighbours", s.number, neighbours), func() bool {
		st, err := s.node.Status(context.Background())
		return err == nil && len(st.Neighbours) == neighbours
	})
}

// exchanged waits until everything that a and b accepted is delivered once and
// known to be.
func exchanged(t *testing.T, limit time.Duration, a, b *station) {
	t.Helper()
	await.Until(t, limit, "every message to be delivered and proven", func() bool {
		return a.proven() == len(a.sent) && b.proven() == len(b.sent)
	})
	for _, pair := range [][2]*station{{a, b}, {b, a}} {
		want, got := slices.Sorted(slices.Values(pair[0].sent)), slices.Sorted(slices.Values(pair[1].received()))
		if !slices.Equal(got, want) {
			t.Errorf("node %v received\n%q\nwant\n%q", pair[1].number, got, want)
		}
	}
}

// words makes a text of a given length.
func words(i, length int) string {
	text := fmt.Sprintf("%02d %s", i, strings.Repeat("pole down on the east road, ", 8))
	return text[:length]
}
