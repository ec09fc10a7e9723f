package p2p

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

// line opens n nodes of which each knows the one before it.
func line(t testing.TB, o *operator, n int) []*station {
	t.Helper()
	var m []member
	for i := range n {
		m = append(m, o.enrol(ident.Number(i+1)))
	}
	roster := o.roster(m...)
	all := []*station{start(t, m[0], roster, nil)}
	for i := 1; i < n; i++ {
		all = append(all, start(t, m[i], roster, peersOf(all[i-1])))
		meet(t, all[i-1], all[i])
	}
	return all
}

// meshed waits for gossipsub to join two neighbours, at its next heartbeat.
func meshed(t testing.TB, a, b *station) {
	t.Helper()
	await.Until(t, patience, "the gossip mesh", func() bool {
		return a.gossip.trace.grafted(b.host.ID()) && b.gossip.trace.grafted(a.host.ID())
	})
}

func TestBroadcastReachesBeyondNeighbours(t *testing.T) {
	t.Parallel()
	all := line(t, newOperator(20), 3)
	a, b, c := all[0], all[1], all[2]
	await.Until(t, patience, "the ends to know of each other", func() bool {
		return a.beyond(a.sessions()) && c.beyond(c.sessions())
	})
	meshed(t, b, a)
	meshed(t, b, c)
	if b.beyond(b.sessions()) {
		t.Error("the middle looks beyond its neighbours, which are all there is")
	}
	for round := range 3 {
		for from := range all {
			data := bytes.Repeat([]byte{byte(round), byte(from), 7}, 400)
			if err := all[from].send(t, radio.Frame{Data: data}); err != nil {
				t.Fatal(err)
			}
			for to := range all {
				if to != from {
					await.Until(t, patience, fmt.Sprintf("round %d, %d to %d", round, from, to), func() bool {
						n, _ := all[to].hears(data)
						return n == 1
					})
				}
			}
			if n, _ := all[from].hears(data); n != 0 {
				t.Errorf("node %d heard its own frame", from)
			}
		}
	}
	if a.sees(3) || c.sees(1) {
		t.Error("the ends became contacts")
	}
	if n := a.counted("broadcast by gossip"); n != 3 {
		t.Errorf("%d of 3 frames were published", n)
	}
}

// A frame that comes by gossip and over a session is heard once.
func TestFrameIsHeardOnce(t *testing.T) {
	t.Parallel()
	all := line(t, newOperator(21), 2)
	a, b := all[0], all[1]
	meshed(t, a, b)
	data := []byte("twice")
	if err := a.gossip.publish(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	a.send(t, radio.Frame{Data: data})
	await.Until(t, patience, "the duplicate", func() bool { return b.counted("duplicate") == 1 })
	if n, _ := b.hears(data); n != 1 {
		t.Errorf("heard %d times", n)
	}
}

// A member may publish nonsense; it stays out of the events.
func TestGossipIsInspected(t *testing.T) {
	t.Parallel()
	all := line(t, newOperator(22), 2)
	a, b := all[0], all[1]
	meshed(t, a, b)
	a.gossip.topic.Publish(t.Context(), make([]byte, radio.MaxMTU+1))
	a.gossip.topic.Publish(t.Context(), nil)
	await.Until(t, patience, "both to be refused", func() bool { return b.counted("gossip refused") >= 2 })
	if len(b.heard) != 0 {
		t.Errorf("heard %d frames", len(b.heard))
	}
}

func TestInspectRefusesWhoIsNotAdmitted(t *testing.T) {
	t.Parallel()
	o := newOperator(23)
	m := o.enrol(1)
	a := start(t, m, o.roster(m), nil)
	if err := a.gossip.inspect("somebody", &pubsub.RPC{}); err == nil {
		t.Error("an RPC of a peer without a session was let through")
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	p := newPace(now)
	for i := range peerFrames {
		if d := p.take(now, 1); d != 0 {
			t.Fatalf("frame %d of one burst has to wait %v", i, d)
		}
	}
	if d := p.take(now, 1); d != time.Second/peerFrames {
		t.Errorf("the frame after the burst waits %v", d)
	}
	if d := p.take(now.Add(time.Hour), radio.MaxMTU); d != 0 {
		t.Errorf("after an hour a frame waits %v", d)
	}
	if d := p.take(now.Add(time.Hour), peerBytes); d <= 0 || d > time.Second {
		t.Errorf("a second's worth of bytes after the burst waits %v", d)
	}
}

func TestHeardIsBounded(t *testing.T) {
	t.Parallel()
	h := newHeard()
	frame := func(i int) []byte { return fmt.Appendf(nil, "frame %d", i) }
	for i := range 3 * heardFrames {
		if !h.first(frame(i)) {
			t.Fatalf("frame %d counts as heard", i)
		}
		if h.first(frame(i)) {
			t.Fatalf("frame %d is forgotten at once", i)
		}
	}
	if len(h.known) != heardFrames {
		t.Errorf("%d frames are remembered", len(h.known))
	}
	if h.first(frame(2*heardFrames + 1)) {
		t.Error("the oldest frame that has to be known is forgotten")
	}
}
