package bridge

import (
	"sync"
	"sync/atomic"

	"github.com/blackstart-mesh/blackstart/radio"
)

// MaxEvents is the number of events that wait for a node that is busy.
const MaxEvents = 256

// Events is the queue between a driver and whoever calls Receive. It is
// bounded. Where it is full a heard frame is dropped and counted, as if the
// radio had missed it; all other events wait for room, since a node that
// misses one would believe in a state that is not.
type Events struct {
	queue   chan radio.Event
	closed  chan struct{}
	once    sync.Once
	dropped atomic.Uint64
}

// NewEvents returns an empty queue.
func NewEvents() *Events {
	return &Events{queue: make(chan radio.Event, MaxEvents), closed: make(chan struct{})}
}

// Put adds an event. After Close it does nothing.
func (e *Events) Put(event radio.Event) {
	if _, ok := event.(radio.Heard); ok {
		select {
		case e.queue <- event:
		default:
			e.dropped.Add(1)
		}
		return
	}
	select {
	case e.queue <- event:
	case <-e.closed:
	}
}

// Receive waits for the next event; after Close it returns radio.ErrClosed.
func (e *Events) Receive() (radio.Event, error) {
	select {
	case <-e.closed:
		return nil, radio.ErrClosed
	default:
	}
	select {
	case event := <-e.queue:
		return event, nil
	case <-e.closed:
		return nil, radio.ErrClosed
	}
}

// Close ends all waiting calls.
func (e *Events) Close() { e.once.Do(func() { close(e.closed) }) }

// Dropped returns how many heard frames found the queue full.
func (e *Events) Dropped() uint64 { return e.dropped.Load() }
