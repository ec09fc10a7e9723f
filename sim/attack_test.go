package sim

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// besieged is two crews on two radio channels, with a relay between them and a LAN
// at one end. Nodes 6 and 7 have no rights, and are those that attackers have. It is
// late in the day: a window that a member spoiled is of use again under the link
// key of the next.
func besieged(seed uint64) Options {
	return Options{
		Seed: seed, Nodes: 8, Plain: []int{6, 7}, Disk: disk, Bound: 5 * time.Second, Signing: mesh.SignRequired,
		Start:    (defaultStart.Day() + 1).Start().Add(-45 * time.Minute),
		Channels: []Channel{vhf(9600, []int{0, 1, 2, 6}, Clique(0, 1, 2, 6)), vhf(9600, []int{2, 3, 4, 7}, Clique(2, 3, 4, 7))},
		LANs:     []LAN{{Nodes: []int{4, 5}, Delay: [2]time.Duration{time.Millisecond, 5 * time.Millisecond}}},
	}
}

// chatter has honest users write to each other and to all for a while.
func chatter(w *World, seed uint64, span time.Duration, count int) {
	luck := source(seed, "talk", len(w.traffic))
	for range count {
		from, to := luck.IntN(6), luck.IntN(5)
		if to >= from {
			to++
		}
		m := Message{
			At: time.Duration(luck.Int64N(int64(span))), From: from, To: node(to), Lifetime: 13 * 24 * time.Hour,
			Precedence: bundle.Precedence(luck.IntN(int(bundle.Precedences))), Text: strings.Repeat("so it goes ", luck.IntN(12)),
		}
		if luck.IntN(3) == 0 {
			m.To = everyone
		}
		w.Submit(m)
	}
}

// siege lets an attacker loose for a while, with honest traffic before, during and
// after, and demands that nothing false is shown meanwhile and that everything
// true arrives in the end.
func siege(t *testing.T, seed uint64, about Attack, turn func(w *World)) *Attacker {
	t.Helper()
	w := newWorld(t, besieged(seed))
	chatter(w, seed, 2*time.Minute, 3)
	w.RunFor(2 * time.Minute)
	about.Channels, about.Every, about.Worm = []int{0, 1}, 2*time.Second, max(about.Worm, 0.1)
	a := w.Attack(about)
	w.Faults = Faults{Loss: 0.02}
	if turn != nil {
		turn(w)
	}
	chatter(w, seed, about.For, 8)
	w.RunFor(about.For)
	w.Heal()
	chatter(w, seed, time.Minute, 3)
	w.RunFor(time.Minute)
	done := w.RunUntil(30*time.Hour, func() bool { return w.Complete(true) })
	if v := w.Violations(); len(v) > 0 || !done || testing.Verbose() {
		t.Logf("seed %d: %v, %d bytes; %v", seed, w.Now(), a.Bytes, a.Done)
		for _, c := range w.Outcomes() {
			t.Logf("%8d %s", c.Count, c.Name)
		}
	}
	want(t, w, done, fmt.Sprintf("seed %d: everything arrives after the attack", seed))
	for range 36 {
		if len(w.Believed()) == 0 {
			break
		}
		w.RunFor(5 * time.Minute)
	}
	want(t, w, len(w.Believed()) == 0, fmt.Sprintf("seed %d: posers are contradicted: %s", seed, strings.Join(w.Believed(), "\n")))
	return a
}

// attackSeeds calls f with a few seeds, or with that of the flag.
func attackSeeds(t *testing.T, short, long int, f func(t *testing.T, seed uint64)) {
	if testing.Short() {
		long = short
	}
	for seed := range uint64(long) {
		if *oneSeed != 0 && *oneSeed != seed+1 {
			continue
		}
		t.Run(fmt.Sprint(seed+1), func(t *testing.T) {
			t.Parallel()
			f(t, seed+1)
		})
	}
}

func TestOutsider(t *testing.T) {
	attackSeeds(t, 1, 6, func(t *testing.T, seed uint64) {
		siege(t, seed, Attack{Power: Outsider, For: 10 * time.Minute}, nil)
	})
}

func TestRevokedNode(t *testing.T) {
	attackSeeds(t, 1, 6, func(t *testing.T, seed uint64) {
		siege(t, seed, Attack{Power: Revoked, Nodes: []int{6}, For: 20 * time.Minute}, func(w *World) {
			w.after(2*time.Minute, event{kind: evAdmit})
			w.RunFor(2 * time.Minute)
			if _, err := w.LockOut([]int{0}, 6); err != nil {
				t.Fatal(err)
			}
			w.RunFor(3 * time.Minute)
		})
	})
}

// TestMemberHelpsARevokedNode: he has the keys of today from his friend.
func TestMemberHelpsARevokedNode(t *testing.T) {
	attackSeeds(t, 1, 4, func(t *testing.T, seed uint64) {
		siege(t, seed, Attack{Power: Member, Nodes: []int{6, 7}, For: 15 * time.Minute}, func(w *World) {
			if _, err := w.LockOut([]int{0}, 6); err != nil {
				t.Fatal(err)
			}
			w.RunFor(3 * time.Minute)
		})
	})
}

// TestWormhole: the only way between two crews is an outsider, who lets some frames
// through, late and in another order, and the rest not.
func TestWormhole(t *testing.T) {
	attackSeeds(t, 1, 4, func(t *testing.T, seed uint64) {
		siege(t, seed, Attack{Power: Outsider, For: 10 * time.Minute, Worm: 0.6, Acts: []string{"replay", "flip a bit"}}, func(w *World) {
			for _, far := range []int{3, 4, 7} {
				w.Cut(2, far)
			}
		})
	})
}

func TestMember(t *testing.T) {
	attackSeeds(t, 1, 6, func(t *testing.T, seed uint64) {
		siege(t, seed, Attack{Power: Member, Nodes: []int{6}, For: 15 * time.Minute}, nil)
	})
}

func TestPair(t *testing.T) {
	attackSeeds(t, 1, 6, func(t *testing.T, seed uint64) {
		siege(t, seed, Attack{Power: Member, Nodes: []int{6, 7}, For: 15 * time.Minute}, nil)
	})
}
