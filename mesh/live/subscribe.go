package live

import (
	"sync"

	"github.com/blackstart-mesh/blackstart/mesh"
)

// EventKind says what a subscriber is told.
type EventKind uint8

const (
	// NewMessage: a message entered the record, received or accepted for
	// sending.
	NewMessage EventKind = iota
	// Changed: the state of a message changed.
	Changed
	// Missed: the subscriber was too slow and events were lost; it must read
	// the record again.
	Missed
)

// Event is what a subscriber is told. What it says is durable.
type Event struct {
	Kind    EventKind
	Message mesh.Message // not for Missed
}

// hub hands events to subscribers. The loop is the only one that publishes.
type hub struct {
	mu     sync.Mutex
	subs   map[*subscriber]struct{} // order does not show: each has a queue of its own
	closed bool
}

type subscriber struct {
	queue  chan Event // one slot more than subscriberSize, kept for Missed
	missed bool       // events are left out until the queue is empty again
}

func newHub() *hub { return &hub{subs: make(map[*subscriber]struct{})} }

func (h *hub) subscribe() (<-chan Event, func(), error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return nil, nil, ErrClosed
	case len(h.subs) >= maxSubscribers:
		return nil, nil, ErrOverloaded
	}
	s := &subscriber{queue: make(chan Event, subscriberSize+1)}
	h.subs[s] = struct{}{}
	return s.queue, func() { h.cancel(s) }, nil
}

func (h *hub) cancel(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.subs[s]; ok {
		delete(h.subs, s)
		close(s.queue)
	}
}

func (h *hub) publish(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		s.offer(e)
	}
}

// offer never blocks: the publisher is the only sender, so a queue seen to
// have room keeps it. What is left out after Missed was queued is covered by
// the reading that Missed calls for, since the record held it before.
func (s *subscriber) offer(e Event) {
	if s.missed && len(s.queue) > 0 {
		return
	}
	s.missed = false
	if len(s.queue) >= subscriberSize {
		s.missed = true
		e = Event{Kind: Missed}
	}
	s.queue <- e
}

// close ends all subscriptions; their channels are closed.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.subs {
		delete(h.subs, s)
		close(s.queue)
	}
}
