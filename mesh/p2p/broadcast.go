package p2p

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

// sender carries out one Send after the other.
func (l *Link) sender() {
	for {
		select {
		case <-l.ctx.Done():
			return
		case f := <-l.outgoing:
			err := l.transmit(f)
			l.busy.Store(false) // before the event, whose reader may send again
			l.emit(nil, radio.Sent{Err: err})
		}
	}
}

func (l *Link) transmit(f radio.Frame) error {
	sessions := l.sessions()
	if f.To == 0 {
		return l.broadcast(f.Data, sessions)
	}
	for _, s := range sessions {
		if s.node == f.To {
			ctx, cancel := context.WithTimeout(l.ctx, addressedWait)
			defer cancel()
			return s.push(outbound{recordAddressed, f.Data}, ctx.Done())
		}
	}
	l.counters.count(noNeighbour)
	return fmt.Errorf("node %v is no neighbour", f.To)
}

func (l *Link) broadcast(data []byte, sessions []*session) error {
	ctx, cancel := context.WithTimeout(l.ctx, broadcastWait)
	defer cancel()
	direct := sessions
	if l.beyond(sessions) {
		l.counters.count(sentGossip)
		direct = l.gossip.misses(sessions)
		if err := l.gossip.publish(ctx, data); err != nil {
			return err
		}
	} else {
		l.counters.count(sentDirect)
	}
	closed := make(chan struct{})
	close(closed)
	l.heard.first(data) // so that gossip does not bring it back
	for _, s := range direct {
		// Who misses it is counted. A slow peer is waited for once; from then
		// on it gets what it has room for, until its queue was empty again.
		late := ctx.Done()
		if s.lagging && len(s.queue) > 0 {
			late = closed
		}
		s.lagging = s.push(outbound{recordBroadcast, data}, late) != nil || late == closed
	}
	return nil
}

// beyond reports whether a frame for all has to be published, since somebody
// can be reached who is no neighbour, or since the neighbours are many.
func (l *Link) beyond(sessions []*session) bool {
	if len(sessions) > DirectLimit {
		return true
	}
	roster := l.cfg.Roster()
	known := make([]ident.Number, 0, len(sessions)+1)
	known = append(known, l.cfg.Self)
	for _, s := range sessions {
		known = append(known, s.node)
	}
	for _, s := range sessions {
		for _, n := range s.reaches() {
			if _, member := roster.Certificate(n); member && !slices.Contains(known, n) {
				return true
			}
		}
	}
	return false
}

// heard remembers the last frames for all, by a hash that nobody outside can
// aim at, so that a frame which comes both over a session and by gossip is
// given to the node once.
type heard struct {
	mu    sync.Mutex
	seed  maphash.Seed
	known map[uint64]struct{}
	ring  [heardFrames]uint64
	next  int
}

const heardFrames = 2048

func newHeard() *heard {
	return &heard{seed: maphash.MakeSeed(), known: make(map[uint64]struct{}, heardFrames)}
}

// first reports whether data was not heard before, and remembers it.
func (h *heard) first(data []byte) bool {
	sum := maphash.Bytes(h.seed, data)
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.known[sum]; ok {
		return false
	}
	if len(h.known) == heardFrames {
		delete(h.known, h.ring[h.next])
	}
	h.known[sum] = struct{}{}
	h.ring[h.next] = sum
	h.next = (h.next + 1) % heardFrames
	return true
}
