package live

import (
	"errors"
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/radio"
)

// transmitter commits and transmits for each submission, and at once for each
// link event that is not a completion.
func transmitter(ev mesh.Event) []mesh.Effect {
	if s, ok := ev.(mesh.Submit); ok {
		return []mesh.Effect{commit(s.Text), mesh.Transmit{Frame: radio.Frame{Data: []byte(s.Text)}}, mesh.Accepted{Ref: s.Ref}}
	}
	return nil
}

func linkStep(t *testing.T, w *world) radio.Event {
	t.Helper()
	for {
		if ev, ok := take(t, "a link event", w.steps).(mesh.LinkEvent); ok {
			return ev.Event
		}
	}
}

func up(w *world) { w.wire.events <- radio.Up{Profile: w.wire.Profile()} }

// TestDownAnswersWhatWaits: a frame made before the link went down was given
// up by the node then; sending it after the link came back would disturb what
// the node sends now.
func TestDownAnswersWhatWaits(t *testing.T) {
	w := start(t, transmitter)
	defer w.node.Close()
	up(w)
	linkStep(t, w)
	answered := w.submit("old")
	disk := w.write()
	w.wire.events <- radio.Down{Err: errTest}
	up(w)
	linkStep(t, w)
	linkStep(t, w)
	disk.end <- nil
	take(t, "the answer", answered)
	none(t, "a frame from before the Down was sent", w.wire.sent)
	w.submit("new")
	w.write().end <- nil
	if f := take(t, "a frame", w.wire.sent); string(f.Data) != "new" {
		t.Fatalf("sent %q", f.Data)
	}
}

func TestFrameNotTakenIsReported(t *testing.T) {
	w := start(t, transmitter)
	defer w.node.Close()
	w.wire.refuse = radio.ErrTooLong
	up(w)
	linkStep(t, w)
	w.submit("x")
	w.write().end <- nil
	if s, ok := linkStep(t, w).(radio.Sent); !ok || !errors.Is(s.Err, radio.ErrTooLong) {
		t.Fatalf("told %+v", s)
	}
}

// TestRebuiltNodeWaitsForLink: the frame that the old node sent is still on
// the air; the new one is told of the link when it is free.
func TestRebuiltNodeWaitsForLink(t *testing.T) {
	w := start(t, transmitter)
	defer w.node.Close()
	take(t, "the first build", w.built)
	up(w)
	linkStep(t, w)
	w.submit("sent")
	w.write().end <- nil
	take(t, "the frame", w.wire.sent)
	w.submit("failing")
	w.write().end <- errTest
	take(t, "the rebuild", w.built)
	w.settled()
	for len(w.steps) > 0 {
		if ev, ok := (<-w.steps).(mesh.LinkEvent); ok {
			t.Fatalf("told %+v while a frame is outstanding", ev)
		}
	}
	w.wire.events <- radio.Sent{}
	if _, ok := linkStep(t, w).(radio.Up); !ok {
		t.Fatal("the first thing told is not Up")
	}
	w.wire.events <- radio.Sent{} // nothing is outstanding: swallowed
	w.wire.events <- radio.Heard{Data: []byte("h")}
	if _, ok := linkStep(t, w).(radio.Heard); !ok {
		t.Fatal("want Heard")
	}
}

func TestSubmissionToBusyLoopIsRefused(t *testing.T) {
	n := &Node{requests: make(chan func(*loop), 1), stop: make(chan struct{}), done: make(chan struct{}), hub: newHub()}
	n.requests <- func(*loop) {}
	if _, err := n.Submit(t.Context(), mesh.Submit{}); !errors.Is(err, ErrOverloaded) {
		t.Fatal(err)
	}
}

// TestLinkThatNeverOpenedShows: a radio that is missing from the start is what
// a person looks for in the status.
func TestLinkThatNeverOpenedShows(t *testing.T) {
	w := start(t, transmitter)
	defer w.node.Close()
	w.wire.events <- radio.Down{Err: errTest}
	w.wire.events <- radio.Contact{} // taken only once the Down was handed over
	links := w.settled().Links
	if len(links) != 1 || links[0].Up || links[0].Profile.Name != "wire" {
		t.Fatalf("links %+v", links)
	}
	if links[0].Down != errTest.Error() && links[0].Down != "not opened yet" {
		t.Errorf("down because %q", links[0].Down)
	}
	up(w)
	if _, ok := linkStep(t, w).(radio.Up); !ok {
		t.Error("the node was told of a link that it does not know before it was up")
	}
}
