package mesh

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// audited returns how many audit events of a node speak of radio silence.
func (w *world) audited(m *member) (n int) {
	for _, e := range Audit(m.store, 0, 10_000) {
		if e.Action == ActionAdmin && strings.HasPrefix(e.Detail, "radio silence") {
			n++
		}
	}
	return n
}

// TestRadioSilence: nothing leaves, FLASH neither, over a restart; what others say is
// heard; and when the time is over all of it leaves.
func TestRadioSilence(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	secure := radio.Profile{Name: "lan", MTU: radio.MaxMTU, BitsPerSecond: 1e6, Secure: true}
	w.channel(secure, 1, 1, 3)
	w.run(time.Minute)
	m := w.nodes[1]
	w.step(m, Quiet{On: true, For: time.Hour, By: "test"})
	w.run(time.Minute) // what the radio has already goes out
	onRadio := func() uint64 { return m.node.Status().Links[0].TxFrames }
	before := onRadio()
	w.submit(1, toAll, bundle.Flash, "nobody on the radio hears this yet")
	w.submit(2, toAll, bundle.Routine, "the silent one hears this")
	w.run(20 * time.Minute)
	w.start(1)
	if q := m.node.Status().Quiet; len(q) != 1 || q[0].Link != "" || q[0].Until == 0 || q[0].By != "test" {
		t.Errorf("after a restart: %+v", q)
	}
	w.run(35 * time.Minute)
	if sent := onRadio(); sent != before && sent != 0 { // a restarted node counts from 0
		t.Errorf("%d frames in the silence", sent-before)
	}
	if len(w.nodes[3].got) != 2 || len(w.nodes[2].got) != 0 || len(m.got) != 1 {
		t.Errorf("on the LAN %q, by radio %q, at the silent one %q", texts(w.nodes[3].got), texts(w.nodes[2].got), texts(m.got))
	}
	w.run(20 * time.Minute)
	if q := m.node.Status().Quiet; len(q) != 0 {
		t.Errorf("when it is over: %+v", q)
	}
	if len(w.nodes[2].got) != 1 {
		t.Errorf("by radio %q", texts(w.nodes[2].got))
	}
	if n := w.audited(m); n != 2 {
		t.Errorf("%d audit events", n)
	}
	w.sound()
}

// TestSilenceOfOneRadio: the other goes on, and off ends it.
func TestSilenceOfOneRadio(t *testing.T) {
	w := newWorld(t, 3)
	other := radio1200
	other.Name = "other"
	w.channel(radio1200, 0, 1, 2)
	w.channel(other, 1, 1, 3)
	w.run(time.Minute)
	m := w.nodes[1]
	w.step(m, Quiet{Link: "radio", On: true, By: "test"})
	w.submit(1, toAll, bundle.Flash, "x")
	w.run(time.Hour)
	w.start(1)
	w.run(time.Hour)
	if len(w.nodes[2].got) != 0 || len(w.nodes[3].got) != 1 {
		t.Errorf("%q, %q", texts(w.nodes[2].got), texts(w.nodes[3].got))
	}
	w.step(m, Quiet{By: "test"})
	w.run(10 * time.Minute)
	if len(w.nodes[2].got) != 1 || len(m.node.Status().Quiet) != 0 {
		t.Errorf("%q, %+v", texts(w.nodes[2].got), m.node.Status().Quiet)
	}
	w.sound()
}

// TestSilenceOfARadioHoldsOnAllItsChannels: over a retune, a restart and off.
func TestSilenceOfARadioHoldsOnAllItsChannels(t *testing.T) {
	w := newWorld(t, 2)
	p := radio1200
	p.Name = "rnode:///dev/a?freq=869.525M&sf=8"
	c := w.channel(p, 0, 1, 2)
	w.run(time.Minute)
	m := w.nodes[1]
	w.step(m, Quiet{Link: p.Name, On: true, By: "test"})
	c.profile.Name = "rnode:///dev/a?freq=868.1M&sf=8"
	w.step(m, LinkEvent{Link: 0, Event: radio.Up{Profile: c.profile}})
	before := len(m.frames)
	w.run(20 * time.Minute)
	c.profile.Name = "rnode:///dev/a?freq=867.1M&sf=8"
	w.start(1)
	w.run(20 * time.Minute)
	if sent := len(m.frames) - before; sent != 0 {
		t.Errorf("%d frames in the silence", sent)
	}
	w.step(m, Quiet{Link: c.profile.Name, By: "test"})
	w.run(20 * time.Minute)
	if len(m.frames) == before || len(m.node.Status().Quiet) != 0 {
		t.Errorf("%d frames when it was over, %+v", len(m.frames)-before, m.node.Status().Quiet)
	}
}

// TestAClockThatMayBeAheadEndsNoSilence before its time, and the node says until when it
// holds.
func TestAClockThatMayBeAheadEndsNoSilence(t *testing.T) {
	w := newWorld(t, 1)
	m := w.nodes[1]
	w.step(m, Quiet{On: true, For: time.Hour})
	w.run(10 * time.Minute)
	w.base, w.bound = w.base.Add(30*time.Minute), 20*time.Minute
	w.start(1)
	if q := m.node.Status().Quiet; len(q) != 1 || q[0].Until != w.reading().Wall.Add(40*time.Minute) {
		t.Fatalf("at %v: %+v", w.reading().Wall, q)
	}
	w.run(39 * time.Minute)
	if len(m.node.Status().Quiet) != 1 {
		t.Error("it ended while it may not be over")
	}
	w.run(2 * time.Minute)
	if q := m.node.Status().Quiet; len(q) != 0 {
		t.Errorf("%+v", q)
	}
}

// TestSilencesOfRadiosThatAreGoneMakeRoom for those of radios that are there.
func TestSilencesOfRadiosThatAreGoneMakeRoom(t *testing.T) {
	w := newWorld(t, 1)
	w.channel(radio1200, 0, 1)
	m := w.nodes[1]
	for i := range MaxLinks + 1 {
		w.step(m, Quiet{Link: fmt.Sprint("kiss:///dev/gone", i), On: true, By: "test"})
	}
	w.step(m, Quiet{Link: radio1200.Name, On: true, By: "test"})
	w.step(m, Quiet{On: true, By: "test"})
	w.start(1)
	q := m.node.Status().Quiet
	if len(q) != MaxLinks+1 || q[len(q)-2].Link != radio1200.Name || q[len(q)-1].Link != "" {
		t.Errorf("%+v", q)
	}
	if n := w.audited(m); n != MaxLinks+3+2 {
		t.Errorf("%d audit events", n)
	}
}

// TestAClockSetBackMakesNoLongerSilence: nor does one set ahead keep it from ending.
func TestAClockSetBackMakesNoLongerSilence(t *testing.T) {
	for _, by := range []time.Duration{-1000 * time.Hour, 1000 * time.Hour} {
		w := newWorld(t, 1)
		m := w.nodes[1]
		w.step(m, Quiet{On: true, For: time.Hour})
		w.base = w.base.Add(by)
		w.start(1)
		w.run(61 * time.Minute)
		if q := m.node.Status().Quiet; len(q) != 0 {
			t.Errorf("%v: %+v", by, q)
		}
	}
}

// TestBursts: a link with a bound falls silent for its pause before it would be on the
// air for longer, and one without does not.
func TestBursts(t *testing.T) {
	p := radio1200
	p.Burst, p.Pause = 7*time.Second, 4*time.Second
	l := &link{profile: p}
	l.burst.size = p.MTU // 2 s on the air
	now := clock.Instant(time.Minute)
	for i, c := range []struct{ before, pause time.Duration }{
		{0, 0}, {time.Second, 0}, {time.Second, p.Pause}, // a fourth frame would be too much
		{p.Pause, 0}, {0, 0}, {p.Pause, 0}, // it was silent for long enough by itself
		{0, 0}, {0, p.Pause},
	} {
		now = now.Add(c.before + p.Airtime(p.MTU))
		if got := l.aired(now); got != c.pause {
			t.Errorf("frame %d: a pause of %v, want %v", i, got, c.pause)
		}
	}
	if got := (&link{profile: radio1200}).aired(now); got != 0 {
		t.Errorf("without a bound: %v", got)
	}
	w := newWorld(t, 2)
	w.channel(p, 0, 1, 2)
	w.run(time.Minute)
	for range 12 {
		w.submit(1, toAll, bundle.Routine, strings.Repeat("a long text ", 12))
	}
	w.run(20 * time.Minute)
	if got := len(w.nodes[2].got); got != 12 {
		t.Errorf("%d of 12 arrived", got)
	}
}

// TestTheBurstsPauseHoldsWhateverTheDeviceDoes: a frame that is reported as not sent may
// have been, and a link that comes up again is no other.
func TestTheBurstsPauseHoldsWhateverTheDeviceDoes(t *testing.T) {
	p := radio1200
	p.Burst, p.Pause = 7*time.Second, time.Minute
	for name, last := range map[string]radio.Event{"sent": radio.Sent{}, "not sent": radio.Sent{Err: radio.ErrDown}, "down": radio.Down{}} {
		w := newWorld(t, 1)
		w.channel(p, 0, 1)
		m := w.nodes[1]
		w.run(time.Minute)
		l := m.node.links[0]
		l.busy, l.burst = true, burst{used: 4 * time.Second, end: w.now.Add(-p.Airtime(p.MTU)), size: p.MTU}
		w.step(m, LinkEvent{Link: 0, Event: last})
		w.step(m, LinkEvent{Link: 0, Event: radio.Up{Profile: p}})
		if got := m.node.links[0].quietUntil.Sub(w.now); got != p.Pause {
			t.Errorf("%s: a pause of %v, want %v", name, got, p.Pause)
		}
	}
}
