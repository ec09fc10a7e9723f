package sim

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// crew is five nodes on a radio channel.
func crew(seed uint64) Options {
	return Options{Seed: seed, Nodes: 5, Disk: disk, Bound: 5 * time.Second, Signing: mesh.Signing(seed % 2),
		Channels: []Channel{vhf(9600, All(0, 5), Clique(0, 1, 2, 3, 4))}}
}

// busy has nodes write to one and to all, a number of times.
func busy(w *World, span time.Duration, count int, from ...int) {
	for i := range count {
		for _, f := range from {
			at := span * time.Duration(i) / time.Duration(count)
			w.Submit(Message{At: at, From: f, To: everyone, Precedence: bundle.Routine, Text: fmt.Sprint("to all ", i)})
			w.Submit(Message{At: at, From: f, To: node(4), Precedence: bundle.Priority, Text: strings.Repeat("to one ", 1+i%50)})
		}
	}
}

// TestCopiesRepeatNoNonce: a disk is copied while the node is at work, and both
// machines run side by side: apart at first, each with its own users, and then in
// each other's hearing. They use counters and numbers twice; no nonce.
func TestCopiesRepeatNoNonce(t *testing.T) {
	attackSeeds(t, 2, 20, func(t *testing.T, seed uint64) {
		w := newWorld(t, crew(seed))
		busy(w, time.Minute, 4, 1, 2)
		w.RunFor(2*time.Minute + time.Duration(seed)*37*time.Millisecond)
		twin := w.Copy(1, w.Backup(1))
		w.Cut(1, twin)
		for _, other := range []int{2, 3, 4} {
			w.Cut(other, twin)
		}
		busy(w, 3*time.Minute, 6, 1, twin, 2)
		for i := range 6 {
			w.after(time.Duration(20+25*i)*time.Second, event{kind: evCrash, node: []int{1, twin}[i%2], n: i, span: 3 * time.Second})
		}
		w.RunFor(4 * time.Minute)
		w.Heal()
		busy(w, 3*time.Minute, 6, 2, 3)
		busy(w, 3*time.Minute, 6, 1, twin)
		w.RunFor(30 * time.Minute)
		want(t, w, true, "nothing is wrong")
		if w.repeated == 0 || w.renumbered == 0 {
			t.Errorf("%d counters and %d numbers were used twice: this run shows nothing", w.repeated, w.renumbered)
		}
		for _, i := range []int{1, twin} {
			alarms := w.hosts[i].node.(*mesh.Node).Status().Alarms
			if len(alarms) == 0 {
				t.Errorf("machine %d has noticed nothing", i+1)
			}
		}
	})
}

// TestRestoredDisksRepeatNoNonce: a backup is put back while the network lives on:
// with the vault of then or of now, noticed by the program or not.
func TestRestoredDisksRepeatNoNonce(t *testing.T) {
	attackSeeds(t, 1, 10, func(t *testing.T, seed uint64) {
		for _, vault := range []bool{false, true} {
			for _, known := range []bool{false, true} {
				w := newWorld(t, crew(seed))
				busy(w, time.Minute, 4, 1, 2)
				w.RunFor(90*time.Second + time.Duration(seed)*41*time.Millisecond)
				b := w.Backup(1)
				busy(w, time.Minute, 4, 1, 2)
				w.RunFor(time.Minute)
				if _, err := w.LockOut([]int{0}, 3); err != nil {
					t.Fatal(err)
				}
				w.hosts[3].corrupt = true // it is out, and its users wait in vain
				busy(w, time.Minute, 3, 1, 2)
				w.RunFor(2 * time.Minute)
				w.CrashSoon(1, int(seed%4), 0)
				w.RunFor(time.Minute)
				w.Restore(1, b, vault, known)
				busy(w, 2*time.Minute, 6, 1, 2)
				w.RunFor(5 * time.Minute)
				w.RunUntil(2*time.Hour, func() bool { return w.Complete(true) })
				want(t, w, w.Complete(true), fmt.Sprintf("vault %v, known %v: all arrives", vault, known))
				if !known && w.repeated+w.renumbered == 0 {
					t.Error("no counter or number was used twice: this run shows nothing")
				}
			}
		}
	})
}
