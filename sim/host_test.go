package sim

import (
	"fmt"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/store"
)

// scripted is a stand-in for a node: at each wake it counts one up, in its
// store and then on the air, as commit, frame, commit, frame.
type scripted struct {
	view    store.View
	at      clock.Instant
	next    byte
	pending int // commits not yet reported
	events  []string
}

func newScripted(now clock.Reading, view store.View) *scripted {
	s := &scripted{view: view, at: now.Mono.Add(time.Second), next: 1}
	for {
		if _, ok := view.Get([]byte{s.next}); !ok {
			return s
		}
		s.next++
	}
}

func (s *scripted) Deadline() (clock.Instant, bool) { return s.at, true }

func (s *scripted) Step(now clock.Reading, ev mesh.Event) (out []mesh.Effect) {
	switch ev := ev.(type) {
	case mesh.Committed:
		s.pending--
	case mesh.LinkEvent:
		s.events = append(s.events, fmt.Sprintf("%T", ev.Event))
	case mesh.Wake:
		if now.Mono < s.at {
			panic("woken early")
		}
		s.at = now.Mono.Add(time.Second)
		for range 2 {
			b := new(store.Batch)
			b.Put([]byte{s.next}, nil)
			s.pending++
			out = append(out, mesh.Commit{Batch: b}, mesh.Trace{What: fmt.Sprint(s.next)})
			s.next++
		}
	}
	return out
}

// script makes a world of one scripted node and returns what left it: the
// numbers of its traces, in order, checked against its disk.
func script(t *testing.T, o Options, f Faults, run func(w *World)) (left []int, w *World) {
	t.Helper()
	o.Nodes, o.Disk = 1, [2]time.Duration{10 * time.Millisecond, 1500 * time.Millisecond}
	o.Build = func(_ int, now clock.Reading, cfg mesh.Config) (Machine, error) {
		return newScripted(now, cfg.View), nil
	}
	w = newWorld(t, o)
	w.Faults = f
	w.watcher = func(h *host, e mesh.Effect) {
		tr, ok := e.(mesh.Trace)
		if !ok {
			return
		}
		var n int
		fmt.Sscan(tr.What, &n)
		if _, ok := h.disk.Get([]byte{byte(n)}); !ok {
			t.Fatalf("seed %d: %d is visible before it is durable", o.Seed, n)
		}
		left = append(left, n)
	}
	run(w)
	return left, w
}

func TestDurableBeforeVisible(t *testing.T) {
	for seed := range uint64(50) {
		left, w := script(t, Options{Seed: seed}, Faults{CommitOne: seed%2 == 0}, func(w *World) { w.RunFor(30 * time.Second) })
		for i, n := range left {
			if n != i+1 {
				t.Fatalf("seed %d: effects left in the order %v", seed, left)
			}
		}
		if s := w.hosts[0].node.(*scripted); len(left) < 15 || s.pending < 0 {
			t.Fatalf("seed %d: %d effects left, %d commits not reported", seed, len(left), s.pending)
		}
	}
}

// TestCrashBetweenEffects: just as many effects leave as were spared, and what
// was durable stays.
func TestCrashBetweenEffects(t *testing.T) {
	for seed := range uint64(60) {
		spare := int(seed % 6)
		left, w := script(t, Options{Seed: seed}, Faults{}, func(w *World) {
			w.CrashSoon(0, spare, 0)
			w.RunFor(20 * time.Second)
			if w.Up(0) {
				t.Fatalf("seed %d: it runs on", seed)
			}
		})
		last := 0
		if len(left) > 0 {
			last = left[len(left)-1]
		}
		if len(left) > spare || w.hosts[0].disk.Len() < last {
			t.Fatalf("seed %d: of %d effects %v left; %d are durable", seed, spare, left, w.hosts[0].disk.Len())
		}
		before := w.hosts[0].disk.Len()
		w.Start(0)
		w.RunFor(10 * time.Second)
		if w.hosts[0].disk.Len() <= before {
			t.Fatalf("seed %d: nothing more after the restart", seed)
		}
	}
}

// TestFailedCommitRebuilds: a node whose commit fails is built anew from what
// is durable, and nothing that stood behind the commit leaves.
func TestFailedCommitRebuilds(t *testing.T) {
	lives := uint32(0)
	for seed := range uint64(20) {
		left, w := script(t, Options{Seed: seed}, Faults{CommitFail: 0.3}, func(w *World) { w.RunFor(60 * time.Second) })
		for i := 1; i < len(left); i++ {
			if left[i] <= left[i-1] {
				t.Fatalf("seed %d: effects left in the order %v", seed, left)
			}
		}
		lives += w.hosts[0].life
	}
	if lives < 60 {
		t.Errorf("%d lives of 20 nodes: commits do not fail", lives)
	}
}

// TestLinksOfAMachine: a machine is told of its link, of its loss and of its
// return, and of neighbours on a LAN.
func TestLinksOfAMachine(t *testing.T) {
	machines := make([]*scripted, 2)
	w := newWorld(t, Options{Nodes: 2, LANs: []LAN{{Nodes: All(0, 2)}},
		Build: func(i int, now clock.Reading, cfg mesh.Config) (Machine, error) {
			machines[i] = newScripted(now, cfg.View)
			return machines[i], nil
		}})
	w.RunFor(time.Second)
	w.unplug(w.hosts[0], 0, time.Second)
	w.RunFor(3 * time.Second)
	w.Crash(0)
	w.RunFor(time.Second)
	up, down, contact := fmt.Sprintf("%T", radio.Up{}), fmt.Sprintf("%T", radio.Down{}), fmt.Sprintf("%T", radio.Contact{})
	if got, want := fmt.Sprint(machines[0].events), fmt.Sprint([]string{up, contact, down, up, contact}); got != want {
		t.Errorf("the one: %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(machines[1].events), fmt.Sprint([]string{up, contact, contact, contact, contact}); got != want {
		t.Errorf("the other: %s, want %s", got, want)
	}
}
