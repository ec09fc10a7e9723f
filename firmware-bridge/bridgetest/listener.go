package bridgetest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
)

// queued is the number of events that a Listener holds for its test.
const queued = 4096

// Listener receives the events of a link for a test, which takes them one by
// one. It ends when the link is closed.
type Listener struct {
	Link   radio.Link
	Limit  time.Duration // how long to wait for an event
	events chan radio.Event
	ended  chan error
}

// Listen begins to receive from a link, and closes the link when the test ends.
func Listen(t testing.TB, l radio.Link, limit time.Duration) *Listener {
	t.Helper()
	r := &Listener{Link: l, Limit: limit, events: make(chan radio.Event, queued), ended: make(chan error, 1)}
	go func() {
		for {
			e, err := l.Receive()
			if err != nil {
				r.ended <- err
				return
			}
			r.events <- e
		}
	}()
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return r
}

// Next returns the next event of type E, and fails the test if another type
// comes before it or none comes in time.
func Next[E radio.Event](t testing.TB, r *Listener) E {
	t.Helper()
	e := r.any(t, reflect.TypeFor[E]().Name())
	want, ok := e.(E)
	if !ok {
		t.Fatalf("got event %T %+v, want %T", e, e, want)
	}
	return want
}

// Await returns the next event of type E, and leaves out those before it.
func Await[E radio.Event](t testing.TB, r *Listener) E {
	t.Helper()
	for {
		if e, ok := r.any(t, reflect.TypeFor[E]().Name()).(E); ok {
			return e
		}
	}
}

func (r *Listener) any(t testing.TB, want string) radio.Event {
	t.Helper()
	e, ok := r.Within(r.Limit)
	if !ok {
		t.Fatalf("no event within %v, want %s", r.Limit, want)
	}
	return e
}

// Within returns the next event if there is one within a time.
func (r *Listener) Within(limit time.Duration) (radio.Event, bool) {
	wait := time.NewTimer(max(0, limit))
	defer wait.Stop()
	select {
	case e := <-r.events:
		return e, true
	case <-wait.C:
		return nil, false
	}
}

// Send sends a frame to all in reach and fails the test on an error.
func (r *Listener) Send(t testing.TB, data []byte) {
	t.Helper()
	if err := r.Link.Send(radio.Frame{Data: data}); err != nil {
		t.Fatalf("send %d bytes: %v", len(data), err)
	}
}

// Ended waits until Receive said that the link is closed.
func (r *Listener) Ended(t testing.TB) {
	t.Helper()
	limit := time.NewTimer(r.Limit)
	defer limit.Stop()
	select {
	case err := <-r.ended:
		if !errors.Is(err, radio.ErrClosed) {
			t.Fatalf("Receive ended with %v, want %v", err, radio.ErrClosed)
		}
	case <-limit.C:
		t.Fatalf("Receive still waits %v after Close", r.Limit)
	}
}
