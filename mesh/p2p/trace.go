package p2p

import (
	"context"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

func (t *trace) Graft(id peer.ID, _ string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mesh[id] = true
}

func (t *trace) Prune(id peer.ID, _ string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.mesh, id)
}

func (t *trace) OnNewOutboundStream(id peer.ID, _ protocol.ID) { t.forget(id) }

func (t *trace) OnClosedOutboundStream(id peer.ID) {
	t.forget(id)
	t.free()
}

func (t *trace) forget(id peer.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.mesh, id)
	delete(t.sent, id)
	delete(t.paces, id)
}

func (t *trace) SendRPC(_ *pubsub.RPC, id peer.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent[id]++
}

func (t *trace) SendRPCCompleted(_ *pubsub.RPC, id peer.ID, _ time.Duration) {
	t.mu.Lock()
	if t.sent[id] > 0 { // the first RPC of a stream was not counted
		t.sent[id]--
	}
	t.mu.Unlock()
	t.free()
}

func (t *trace) DropRPC(*pubsub.RPC, peer.ID)         { t.counters.count(gossipDropped) }
func (t *trace) UndeliverableMessage(*pubsub.Message) { t.counters.count(gossipDropped) }

func (t *trace) free() {
	select {
	case t.room <- struct{}{}:
	default:
	}
}

// wait returns when no peer has more than gossipInFlight messages outstanding,
// or ctx ends: one slow peer must not hold up the others for longer.
func (t *trace) wait(ctx context.Context) {
	for t.crowded() {
		select {
		case <-t.room:
		case <-ctx.Done():
			return
		}
	}
}

func (t *trace) crowded() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, n := range t.sent {
		if n >= gossipInFlight {
			return true
		}
	}
	return false
}

// grafted reports whether a peer is in this node's part of the mesh.
func (t *trace) grafted(id peer.ID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mesh[id]
}

// allow books one message of n bytes from a peer, and reports whether it is
// within what one peer may send.
func (t *trace) allow(id peer.ID, now time.Time, n int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.paces[id]
	if p == nil {
		fresh := newPace(now)
		p = &fresh
		t.paces[id] = p
	}
	return p.take(now, n) == 0
}

// pubsubTracer is what pubsub tells and nobody here needs.
type pubsubTracer struct{}

func (pubsubTracer) Join(string)                           {}
func (pubsubTracer) Leave(string)                          {}
func (pubsubTracer) ValidateMessage(*pubsub.Message)       {}
func (pubsubTracer) DeliverMessage(*pubsub.Message)        {}
func (pubsubTracer) RejectMessage(*pubsub.Message, string) {}
func (pubsubTracer) DuplicateMessage(*pubsub.Message)      {}
func (pubsubTracer) ThrottlePeer(peer.ID)                  {}
func (pubsubTracer) RecvRPC(*pubsub.RPC)                   {}
