package live

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

var noon = clock.WallOf(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC))

// fakeClocks are a machine's clocks, which stand still until a test moves them.
type fakeClocks struct {
	mu     sync.Mutex
	s      clock.Sample
	kernel clock.Kernel
	asked  int
}

func (f *fakeClocks) sample() clock.Sample {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.s.Mono++ // two looks are never at one moment
	return f.s
}

func (f *fakeClocks) ask() clock.Kernel {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	return f.kernel
}

func (f *fakeClocks) move(mono, wall time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.s.Mono = f.s.Mono.Add(mono)
	f.s.Wall = f.s.Wall.Add(wall)
}

func startClocks(t *testing.T, answer func(mesh.Event) []mesh.Effect, change func(*Config, *fakeClocks)) (*world, *fakeClocks) {
	t.Helper()
	f := &fakeClocks{s: clock.Sample{Wall: noon, SleepCounted: true}}
	w := start(t, answer, func(c *Config, _ *scripted) {
		c.Clocks, c.Kernel = f.sample, f.ask
		if change != nil {
			change(c, f)
		}
	})
	w.disk.always(t)
	t.Cleanup(func() { _ = w.node.Close() })
	return w, f
}

func TestClockOfNobody(t *testing.T) {
	w, f := startClocks(t, simple, nil)
	if s := w.settled(); s.Now.Quality != clock.Unknown || s.Now.Bound != clock.Unsure || s.Now.Wall != noon {
		t.Errorf("status %+v", s.Clock)
	}
	f.move(0, -56*365*24*time.Hour)
	if s := w.settled(); s.Clock.Jumps != 1 || s.Now.Surely(noon) {
		t.Errorf("after it was set to 1970: %+v", s.Clock)
	}
}

func TestClockAsStated(t *testing.T) {
	w, f := startClocks(t, simple, func(c *Config, _ *fakeClocks) { c.ClockBound = time.Minute })
	if s := w.settled(); s.Now.Bound != time.Minute || s.Now.Source != clock.Stated {
		t.Errorf("status %+v", s.Clock)
	}
	f.move(0, 30*24*time.Hour)
	if s := w.settled(); s.Now.Bound < 30*24*time.Hour || s.Now.Surely(noon) {
		t.Errorf("after it was set ahead: %+v", s.Clock)
	}
}

func TestKernelIsAskedEachMinute(t *testing.T) {
	w, f := startClocks(t, simple, nil)
	f.mu.Lock()
	f.kernel = clock.Kernel{Synchronised: true, MaxError: 3 * time.Second}
	f.mu.Unlock()
	f.move(kernelEvery, kernelEvery)
	take(t, "the answer", w.submit("wake")) // the timer was set by clocks that stood still; any event sets it anew
	for range 1000 {
		s := w.settled()
		if s.Now.Source == clock.System {
			if s.Now.Quality != clock.Believed || s.Now.Bound < 3*time.Second || s.Now.Bound > 4*time.Second {
				t.Errorf("status %+v", s.Clock)
			}
			return
		}
	}
	t.Errorf("the kernel was asked %d times, and not believed", f.asked)
}

func TestLearnTime(t *testing.T) {
	w, _ := startClocks(t, simple, func(c *Config, _ *fakeClocks) { c.NotBefore = noon.Add(-24 * time.Hour) })
	if err := w.node.LearnTime(t.Context(), time.Now(), clock.Around(clock.GPS, noon.Add(time.Hour), time.Second)); err != nil {
		t.Fatal(err)
	}
	if s := w.settled(); s.Now.Source != clock.GPS || s.Now.Quality != clock.Believed || s.Clock.Offset < 59*time.Minute {
		t.Errorf("status %+v", s.Clock)
	}
	err := w.node.LearnTime(t.Context(), time.Now(), clock.Around(clock.GPS, noon.Add(-48*time.Hour), time.Second))
	if !errors.Is(err, clock.ErrPast) {
		t.Errorf("a time before what the authority says: %v", err)
	}
}

func TestTheNodeLearnsTheTime(t *testing.T) {
	answer := func(ev mesh.Event) []mesh.Effect {
		if s, ok := ev.(mesh.Submit); ok {
			return []mesh.Effect{mesh.Past{Wall: noon.Add(-time.Hour)},
				mesh.LearnTime{Fix: clock.Around(clock.Station, noon.Add(time.Minute), time.Second)}, mesh.Accepted{Ref: s.Ref}}
		}
		return nil
	}
	w, _ := startClocks(t, answer, nil)
	take(t, "the answer", w.submit("x"))
	if s := w.settled(); s.Now.Source != clock.Station || s.Now.Quality != clock.Believed || s.Now.Earliest == 0 {
		t.Errorf("status %+v", s.Clock)
	}
}

func TestConfirmTime(t *testing.T) {
	w, f := startClocks(t, simple, nil)
	r, err := w.node.ConfirmTime(t.Context(), Confirmation{Time: noon.Add(time.Hour), Within: time.Minute, By: "keeper"})
	if err != nil || r.Source != clock.Operator || r.Quality != clock.Certain || r.Bound > 61*time.Second {
		t.Errorf("%+v, %v", r, err)
	}
	note, ok := take(t, "the audit event", w.steps).(mesh.Note)
	if !ok || note.Event.By != "keeper" || !strings.Contains(note.Event.Detail, "2026-05-04T13:00:00Z") {
		t.Errorf("audit event %+v", note)
	}
	f.move(time.Hour, -time.Hour) // and nobody is disturbed by a clock that is set
	r, err = w.node.ConfirmTime(t.Context(), Confirmation{Within: time.Second})
	if d := r.Wall - noon.Add(2*time.Hour); err != nil || max(d, -d) > 1000 {
		t.Errorf("what is shown was confirmed as %v, %v", r.Wall.Time(), err)
	}
	if _, err = w.node.ConfirmTime(t.Context(), Confirmation{Time: -1, Within: time.Second}); !errors.Is(err, ErrTime) {
		t.Errorf("a time before 1970: %v", err)
	}
}

func TestThisMachinesClocks(t *testing.T) {
	c := newClocks()
	for range 1000 {
		if s := c.sample(); s.Slept != 0 || s.Mono < 0 {
			t.Fatalf("sample %+v of a machine that is awake", s)
		}
	}
	if k := askKernel(); k.Synchronised && k.MaxError > 16*time.Second {
		t.Errorf("the kernel says %+v", k)
	}
}
