package bridge

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/blackstart-mesh/blackstart/radio"
)

func TestEventsDropFramesAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEvents()
		const more = 10
		for i := range MaxEvents + more {
			e.Put(radio.Heard{Data: []byte{byte(i)}})
		}
		if e.Dropped() != more {
			t.Errorf("dropped %d, want %d", e.Dropped(), more)
		}
		go e.Put(radio.Up{}) // waits for room
		synctest.Wait()
		for i := range MaxEvents {
			got, err := e.Receive()
			if h, ok := got.(radio.Heard); err != nil || !ok || h.Data[0] != byte(i) {
				t.Fatalf("event %d is %+v, %v", i, got, err)
			}
		}
		if got, err := e.Receive(); err != nil || got != (radio.Up{}) {
			t.Fatalf("got %+v, %v; want Up", got, err)
		}
	})
}

func TestEventsClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEvents()
		received := make(chan error)
		go func() { _, err := e.Receive(); received <- err }()
		synctest.Wait()
		e.Close()
		e.Close()
		if err := <-received; !errors.Is(err, radio.ErrClosed) {
			t.Errorf("waiting Receive: %v", err)
		}
		for range MaxEvents + 1 {
			e.Put(radio.Up{}) // none may block
		}
		if _, err := e.Receive(); !errors.Is(err, radio.ErrClosed) {
			t.Errorf("Receive after Close: %v", err)
		}
	})
}
