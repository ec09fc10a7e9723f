package live

import (
	"errors"
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh"
)

func TestSlowSubscriberIsTold(t *testing.T) {
	h := newHub()
	events, cancel, err := h.subscribe()
	if err != nil {
		t.Fatal(err)
	}
	publish := func(from, to int) {
		for i := from; i < to; i++ {
			h.publish(Event{Kind: NewMessage, Message: mesh.Message{Number: uint64(i)}})
		}
	}
	publish(0, subscriberSize+100)
	for i := range subscriberSize {
		if e := <-events; e.Kind != NewMessage || e.Message.Number != uint64(i) {
			t.Fatalf("event %d is %+v", i, e)
		}
	}
	publish(1000, 1001) // Missed is not taken yet: the reading to come covers it
	if e := <-events; e.Kind != Missed {
		t.Fatalf("told %+v, want Missed", e)
	}
	publish(2000, 2001)
	if e := <-events; e.Kind != NewMessage || e.Message.Number != 2000 {
		t.Fatalf("told %+v after the reading", e)
	}
	cancel()
	cancel()
	if _, ok := <-events; ok {
		t.Error("the channel stays open")
	}
	publish(3000, 3001)
}

func TestSubscribersAreBounded(t *testing.T) {
	h := newHub()
	for range maxSubscribers {
		if _, _, err := h.subscribe(); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := h.subscribe(); !errors.Is(err, ErrOverloaded) {
		t.Fatal(err)
	}
	h.close()
}
