package live

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/store"
)

func TestFailedCommitRebuilds(t *testing.T) {
	w := start(t, simple)
	defer w.node.Close()
	take(t, "the first build", w.built)
	w.wire.events <- radio.Up{Profile: w.wire.Profile()}
	w.wire.events <- radio.Contact{Node: 9, Up: true}
	w.wire.events <- radio.Contact{Node: 4, Up: true}
	w.wire.events <- radio.Contact{Node: 5, Up: true}
	w.wire.events <- radio.Contact{Node: 5}
	for range 5 {
		take(t, "a link event", w.steps)
	}
	events, cancel, _ := w.node.Subscribe()
	defer cancel()
	one := w.submit("a")
	disk := w.write()
	two := w.submit("b")
	for seen := 0; seen < 2; {
		if _, ok := take(t, "a step", w.steps).(mesh.Submit); ok {
			seen++
		}
	}
	disk.end <- errTest
	for _, a := range []<-chan result{one, two} {
		if r := take(t, "a refusal", a); !errors.Is(r.err, ErrNotStored) || !errors.Is(r.err, errTest) {
			t.Fatal(r.err)
		}
	}
	if s := w.settled(); s.State != Broken || !strings.Contains(s.Reason, errTest.Error()) || s.Self != 7 {
		t.Errorf("status %+v", s)
	}
	take(t, "the rebuild", w.built)
	up, ok := take(t, "a step", w.steps).(mesh.LinkEvent)
	if _, isUp := up.Event.(radio.Up); !ok || !isUp {
		t.Fatalf("the rebuilt node was given %+v first", up)
	}
	for _, want := range []ident.Number{4, 9} {
		ev, _ := take(t, "a contact", w.steps).(mesh.LinkEvent)
		if ev.Event != (radio.Contact{Node: want, Up: true}) {
			t.Fatalf("the rebuilt node was told %+v, want contact %v", ev, want)
		}
	}
	none(t, "a dropped effect was shown", events)
	three := w.submit("c")
	disk = w.write()
	w.expectKeys(disk, "c") // what was dropped is not written after all
	disk.end <- nil
	if r := take(t, "the answer", three); r.err != nil {
		t.Fatal(r.err)
	}
	if s := w.settled(); s.State != Running || s.Reason != "" {
		t.Errorf("status %+v", s)
	}
}

func TestDiskFull(t *testing.T) {
	w := start(t, simple)
	defer w.node.Close()
	take(t, "the first build", w.built)
	one := w.submit("a")
	w.write().end <- store.ErrFull
	if r := take(t, "a refusal", one); !errors.Is(r.err, ErrDiskFull) {
		t.Fatal(r.err)
	}
	if r := take(t, "a refusal", w.submit("b")); !errors.Is(r.err, ErrDiskFull) {
		t.Fatal(r.err)
	}
	take(t, "the rebuild", w.built)
	if s := w.settled(); s.State != DiskFull { // until a write shows that there is room
		t.Errorf("state %v", s.State)
	}
	two := w.submit("c")
	w.write().end <- nil
	if r := take(t, "the answer", two); r.err != nil {
		t.Fatal(r.err)
	}
	await.Until(t, patience, "running", func() bool { return w.settled().State == Running })
	none(t, "a full disk was reported as a failure", w.node.Failed())
}

func TestReadErrorDropsEffects(t *testing.T) {
	w := start(t, simple)
	defer w.node.Close()
	take(t, "the first build", w.built)
	w.disk.breakReading(errTest)
	if r := take(t, "a refusal", w.submit("a")); !errors.Is(r.err, ErrNotStored) {
		t.Fatal(r.err)
	}
	if r := take(t, "a refusal", w.submit("b")); !errors.Is(r.err, ErrNotRunning) {
		t.Fatal(r.err)
	}
	w.disk.breakReading(nil)
	take(t, "the rebuild", w.built)
	await.Until(t, patience, "running", func() bool { return w.settled().State == Running })
}

// TestRebuildWaitsForDisk: a node built while a write is under way would not
// see what that write is about to change.
func TestRebuildWaitsForDisk(t *testing.T) {
	w := start(t, simple)
	defer w.node.Close()
	take(t, "the first build", w.built)
	one := w.submit("a")
	disk := w.write()
	w.disk.breakReading(errTest)
	two := w.submit("b") // its step meets the error
	for _, a := range []<-chan result{one, two} {
		// The write under way may still succeed, so nobody is told that it did not.
		if r := take(t, "an answer", a); !errors.Is(r.err, ErrUnknown) {
			t.Fatal(r.err)
		}
	}
	w.disk.breakReading(nil)
	w.settled()
	none(t, "rebuilt during a write", w.built)
	disk.end <- nil
	take(t, "the rebuild", w.built)
}

func TestFailedIsTold(t *testing.T) {
	for _, c := range []struct {
		name        string
		cause, kept error
		told        bool
	}{
		{"full", store.ErrFull, nil, false},
		{"broken by a full disk", store.ErrFull, store.ErrFull, true},
		{"cannot write", errTest, nil, true},
	} {
		d := newDisk()
		d.breakReading(c.kept)
		n := &Node{failed: make(chan error, 1)}
		l := newLoop(Config{Store: d}.withDefaults(), n)
		for range failuresToTell - 1 {
			l.fail(c.cause)
		}
		none(t, c.name+": told too early", n.Failed())
		l.fail(c.cause)
		l.fail(c.cause)
		if told := len(n.failed) == 1; told != c.told {
			t.Errorf("%s: told %v, want %v", c.name, told, c.told)
		}
	}
}

func TestStartFails(t *testing.T) {
	_, err := Start(Config{Store: newDisk(), Build: func(clock.Reading, store.View) (Machine, error) { return nil, errTest }})
	if !errors.Is(err, errTest) {
		t.Fatal(err)
	}
	if _, err := Start(Config{Store: newDisk()}); err == nil {
		t.Error("started without Build")
	}
}

func TestNoGoroutineStays(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 5 {
		w := start(t, simple)
		answered := w.submit("a")
		w.write().end <- nil
		take(t, "the answer", answered)
		_ = w.node.Close()
	}
	await.Until(t, patience, "all goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
}
