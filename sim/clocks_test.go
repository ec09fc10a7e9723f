package sim

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/keyring"
)

const year = 365 * 24 * time.Hour

// hostile are the system clocks of six nodes on a line.
var hostile = []time.Duration{
	0: -56 * year,          // 1970: its battery is empty
	1: 0,                   // right
	2: 5 * year,            // ahead
	3: -3 * 24 * time.Hour, // somewhat behind
	4: 2 * time.Minute,     // nearly right
	5: -20 * 365 * 24 * time.Hour,
}

// Clocks at 1970, years ahead and days behind, with and without one node whose
// clock somebody vouches for: all write to all, everything arrives, nothing ends
// before its time, and no key that anybody needs is erased. The nodes run for
// 17 days in between, long enough for the pace to erase.
func TestHostileClocks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long")
	}
	for _, sure := range []int{-1, 1} {
		t.Run(fmt.Sprint("sure ", sure), func(t *testing.T) {
			w, err := New(Options{
				Seed: 1, Nodes: len(hostile),
				Channels: []Channel{vhf(1200, All(0, len(hostile)), Line(0, len(hostile)))},
				Clocks: func(index int) (time.Duration, bool) {
					if index == sure {
						return 0, true
					}
					return hostile[index], false
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			w.RunFor(2 * time.Hour)
			talk(t, w, len(hostile), "at first")
			w.RunFor(17 * 24 * time.Hour)
			talk(t, w, len(hostile), "after the pace has begun")
			if v := w.Violations(); len(v) > 0 {
				t.Fatalf("%q", v[:min(5, len(v))])
			}
			for i, h := range w.hosts {
				ring, err := keyring.Decode(h.vault.Load())
				if err != nil {
					t.Fatal(err)
				}
				if last := w.day() - min(w.day(), keyring.KeepDays); ring.Window > last {
					t.Errorf("node %d erased the keys of day %d, which is needed until %d", i+1, ring.Window-1, last)
				}
			}
		})
	}
}

// talk has every node write to every other and to all, and demands that all of
// it arrives within an hour.
func talk(t *testing.T, w *World, n int, text string) {
	t.Helper()
	var sent []int
	for from := range n {
		sent = append(sent, w.Submit(Message{From: from, To: everyone, Precedence: bundle.Routine, Text: text}))
		for to := range n {
			if to != from {
				sent = append(sent, w.Submit(Message{From: from, To: node(to), Precedence: bundle.Routine, Text: text}))
			}
		}
	}
	if !w.RunUntil(3*time.Hour, func() bool { return w.Complete(true) }) {
		for _, v := range w.Violations() {
			t.Error(v)
		}
		late := slices.DeleteFunc(sent, func(n int) bool { s := w.traffic[n]; return w.complete(s) })
		t.Fatalf("%s: %d of %d messages are not where they belong: %d", text, len(late), len(sent), late)
	}
	for _, m := range sent {
		if s, ok := w.State(m); !ok {
			t.Errorf("%s: message %d was not accepted, %v", text, m, s)
		}
	}
}
