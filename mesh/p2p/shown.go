package p2p

import (
	"context"
	"errors"
	"time"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
)

// shown is the libp2p host as gossipsub sees it: peers exist from the moment
// of their admission. It has an event bus of its own, on which only offer
// announces peers; opens streams to admitted peers only; holds streams from
// others back until they are admitted; and dials nobody.
type shown struct {
	host.Host
	link  *Link
	bus   event.Bus
	found event.Emitter
}

var errNoDial = errors.New("gossip dials nobody")

func newShown(l *Link) (*shown, error) {
	bus := eventbus.NewBus()
	found, err := bus.Emitter(new(event.EvtPeerIdentificationCompleted))
	return &shown{Host: l.host, link: l, bus: bus, found: found}, err
}

func (h *shown) close() { h.found.Close() }

func (h *shown) EventBus() event.Bus { return h.bus }

func (h *shown) Connect(context.Context, peer.AddrInfo) error { return errNoDial }

func (h *shown) NewStream(ctx context.Context, id peer.ID, p ...protocol.ID) (network.Stream, error) {
	if !h.link.admitted(id) {
		return nil, errNotAdmitted
	}
	return h.Host.NewStream(network.WithNoDial(ctx, "gossip"), id, p...)
}

// SetStreamHandler lets a stream through once its peer is admitted. The peer
// may be quicker than this side to hold the session for open, so an early
// stream waits, unread, for as long as a handshake may take.
func (h *shown) SetStreamHandler(p protocol.ID, handler network.StreamHandler) {
	h.Host.SetStreamHandler(p, func(s network.Stream) {
		if !h.awaitAdmission(s.Conn().RemotePeer()) {
			h.link.counters.count(gossipRefused)
			s.Reset()
			return
		}
		handler(s)
	})
}

func (h *shown) awaitAdmission(id peer.ID) bool {
	const look = 20 * time.Millisecond
	end := time.NewTimer(handshakeLimit)
	defer end.Stop()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for !h.link.admitted(id) {
		select {
		case <-tick.C:
		case <-end.C:
			return false
		case <-h.link.ctx.Done():
			return false
		}
	}
	return true
}
