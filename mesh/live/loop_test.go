package live

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

func TestDurableBeforeVisible(t *testing.T) {
	w := start(t, func(ev mesh.Event) []mesh.Effect {
		s, ok := ev.(mesh.Submit)
		if !ok {
			return nil
		}
		m := mesh.Message{Number: 1}
		return []mesh.Effect{
			mesh.Transmit{Frame: radio.Frame{Data: []byte("before")}},
			commit("a"),
			mesh.Transmit{Frame: radio.Frame{Data: []byte("after")}},
			mesh.Accepted{Ref: s.Ref, Message: m},
			mesh.Deliver{Message: mesh.Message{Number: 2}},
			mesh.Update{Message: m},
		}
	})
	defer w.node.Close()
	events, cancel, err := w.node.Subscribe()
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	answered := w.submit("x")
	disk := w.write()
	if f := take(t, "the frame ahead of the commit", w.wire.sent); string(f.Data) != "before" {
		t.Fatalf("sent %q", f.Data)
	}
	if s := w.settled(); s.Waiting != 5 || s.Last != 0 { // the loop goes on while the disk writes
		t.Errorf("waiting %d, last %d", s.Waiting, s.Last)
	}
	none(t, "frame sent before it was durable", w.wire.sent)
	none(t, "event told before it was durable", events)
	none(t, "answered before it was durable", answered)

	disk.end <- nil
	if f := take(t, "the frame after the commit", w.wire.sent); string(f.Data) != "after" {
		t.Fatalf("sent %q", f.Data)
	}
	if r := take(t, "the answer", answered); r.err != nil || r.message.Number != 1 {
		t.Fatalf("answer %+v", r)
	}
	for _, want := range []Event{{NewMessage, mesh.Message{Number: 1}}, {NewMessage, mesh.Message{Number: 2}}, {Changed, mesh.Message{Number: 1}}} {
		if e := take(t, "an event", events); e.Kind != want.Kind || e.Message.Number != want.Message.Number {
			t.Errorf("event %+v, want %+v", e, want)
		}
	}
	if s := w.settled(); s.Last != 2 || s.Self != 7 || s.State != Running {
		t.Errorf("status %+v", s)
	}
}

func TestCommitsAreJoined(t *testing.T) {
	w := start(t, simple)
	defer w.node.Close()
	var answers []<-chan result
	answers = append(answers, w.submit("a"))
	first := w.write()
	w.expectKeys(first, "a")
	for _, text := range []string{"b", "c", "d"} {
		answers = append(answers, w.submit(text))
	}
	seen := 0
	for seen < 4 {
		if _, ok := take(t, "a step", w.steps).(mesh.Submit); ok {
			seen++
		}
	}
	first.end <- nil
	second := w.write()
	slices.Sort(second.keys) // three goroutines race to submit
	w.expectKeys(second, "b", "c", "d")
	second.end <- nil
	for _, a := range answers {
		if r := take(t, "an answer", a); r.err != nil {
			t.Error(r.err)
		}
	}
	committed := 0
	for committed < 4 {
		if _, ok := take(t, "a step", w.steps).(mesh.Committed); ok {
			committed++
		}
	}
}

func TestDeadlineWakes(t *testing.T) {
	woken := 0
	w := start(t, func(ev mesh.Event) []mesh.Effect {
		if _, ok := ev.(mesh.Wake); ok {
			woken++
		}
		return nil
	}, func(_ *Config, m *scripted) {
		m.deadline = func() (clock.Instant, bool) { return clock.Instant(5 * time.Millisecond), woken < 3 }
	})
	defer w.node.Close()
	for range 3 { // a deadline that stays in the past is served, not spun on
		if ev := take(t, "a wake", w.steps); ev != (mesh.Wake{}) {
			t.Fatalf("stepped %T", ev)
		}
	}
}

func TestRefusalByNode(t *testing.T) {
	w := start(t, func(ev mesh.Event) []mesh.Effect {
		if s, ok := ev.(mesh.Submit); ok {
			return []mesh.Effect{mesh.Refused{Ref: s.Ref, Err: mesh.ErrRight}}
		}
		return nil
	})
	defer w.node.Close()
	if r := take(t, "the refusal", w.submit("x")); !errors.Is(r.err, mesh.ErrRight) {
		t.Fatal(r.err)
	}
}

func TestOverloadRefuses(t *testing.T) {
	w := start(t, func(ev mesh.Event) []mesh.Effect {
		s, ok := ev.(mesh.Submit)
		if !ok {
			return nil
		}
		effects := []mesh.Effect{commit(s.Text)}
		for range maxStream {
			effects = append(effects, mesh.Trace{What: "filler"})
		}
		return append(effects, mesh.Accepted{Ref: s.Ref})
	})
	defer w.node.Close()
	first := w.submit("a")
	disk := w.write()
	if r := take(t, "a refusal", w.submit("b")); !errors.Is(r.err, ErrOverloaded) {
		t.Fatal(r.err)
	}
	w.settled() // still answers
	disk.end <- nil
	if r := take(t, "the answer", first); r.err != nil {
		t.Fatal(r.err)
	}
	second := w.submit("c")
	w.write().end <- nil
	if r := take(t, "the answer", second); r.err != nil {
		t.Fatal(r.err)
	}
}

func TestCloseFinishesWhatWasStepped(t *testing.T) {
	w := start(t, simple)
	answered := w.submit("a")
	disk := w.write()
	closed := make(chan error, 1)
	go func() { closed <- w.node.Close() }()
	<-w.node.stop
	if r := take(t, "a refusal", w.submit("late")); !errors.Is(r.err, ErrClosed) {
		t.Fatal(r.err)
	}
	none(t, "closed before the disk was done", closed)
	disk.end <- nil
	if r := take(t, "the answer", answered); r.err != nil {
		t.Fatal(r.err)
	}
	if err := take(t, "the end", closed); err != nil {
		t.Fatal(err)
	}
	if _, err := w.node.Status(t.Context()); !errors.Is(err, ErrClosed) {
		t.Error("status after Close:", err)
	}
	if _, _, err := w.node.Subscribe(); !errors.Is(err, ErrClosed) {
		t.Error("subscribed after Close:", err)
	}
	if err := w.node.Close(); err != nil {
		t.Error("second Close:", err)
	}
}
