package sim

import (
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// loraSF8 is a LoRa channel at 868.1 MHz, of which each radio may use 1 %.
func loraSF8(nodes []int, pairs [][2]int) Channel {
	l := airtime.LoRa{Spreading: 8, Bandwidth: 125_000, Coding: 5, Preamble: 18}
	return Channel{
		Radio: medium.Config{
			BitsPerSecond: l.BitsPerSecond(), OnAir: func(n int) time.Duration { return l.OnAir(n + 1) },
			Sense: 2 * l.Symbol(), Slot: 24 * time.Millisecond, Persistence: 0.125,
		},
		MTU: 254, Nodes: nodes, Pairs: pairs,
		Air:     radio.Air{LoRa: l, Added: 1},
		Band:    radio.Band{Centre: 868_100_000, Bandwidth: 125_000},
		Allowed: 36 * time.Second,
	}
}

// TestTenTimesTheAirtime: four nodes in a line have ten times as much to send as the
// law allows, for a day; they lose power every few hours, in the middle of
// whatever they do, and with odd seeds have no clock that says how long they were
// away. The channel's own count of what each radio transmitted is held against the
// limit in every rolling hour. Each FLASH arrives.
func TestTenTimesTheAirtime(t *testing.T) {
	day, runs := 24*time.Hour, uint64(2)
	if testing.Short() {
		day, runs = 3*time.Hour, 1
	}
	for seed := uint64(1); seed <= runs; seed++ {
		overload(t, seed, day)
	}
}

func overload(t *testing.T, seed uint64, day time.Duration) {
	const n = 4
	o := Options{Seed: seed, Nodes: n, Bound: time.Minute, Channels: []Channel{loraSF8(All(0, n), Line(0, n))}}
	if seed%2 == 1 {
		o.Bound = 100 * 365 * 24 * time.Hour
	}
	w, luck := newWorld(t, o), source(seed, "overload", 0)
	other := func(i int) int { return (i + 1 + luck.IntN(n-1)) % n }
	// A thousand bytes are five fragments of 0.6 s: 3 of the 36 s of an hour. Ten
	// times as much are 120 such messages of each node.
	for at := time.Minute; at < day; at += time.Hour / 120 {
		for i := range n {
			w.Submit(Message{At: at, From: i, To: node(other(i)), Precedence: bundle.Routine, Lifetime: time.Hour, Text: strings.Repeat("0123456789", 100)})
		}
	}
	var flashes []int
	for at := 10 * time.Minute; at < day-time.Hour; at += 20 * time.Minute {
		i := luck.IntN(n)
		flashes = append(flashes, w.Submit(Message{At: at, From: i, To: node(other(i)), Precedence: bundle.Flash, Lifetime: 12 * time.Hour, Text: "STOP WORK on line 4-N"}))
	}
	for at := time.Hour; at < day; at += time.Hour {
		w.after(at+time.Duration(luck.Int64N(int64(time.Hour))), event{kind: evCrash, node: luck.IntN(n), n: luck.IntN(20), span: time.Duration(1+luck.IntN(600)) * time.Second})
	}
	w.RunFor(day)
	if v := w.Violations(); len(v) > 0 {
		t.Fatalf("seed %d: %s", seed, strings.Join(v, "\n"))
	}
	var slowest, sum time.Duration
	lost := 0
	for _, f := range flashes {
		s := w.traffic[f]
		if !s.accepted {
			lost++ // its user was told nothing when the node lost power
			continue
		}
		m, ok := mesh.Find(w.hosts[s.To.Node-1].disk, s.id)
		if !ok {
			t.Errorf("seed %d: FLASH %d of node %d to node %d has not arrived, submitted at %v", seed, f, s.From+1, s.To.Node, time.Duration(s.due))
			continue
		}
		took := time.Duration(m.Recorded-m.Created) * time.Millisecond
		slowest, sum = max(slowest, took), sum+took
	}
	crashes := 0
	for i, h := range w.hosts {
		crashes += h.crashes
		if most := w.Spent(0, i); most < 36*time.Second*7/10 {
			t.Errorf("seed %d: node %d used %v of 36 s at most: this proves nothing", seed, i+1, most)
		} else {
			t.Logf("seed %d: node %d used %v of 36 s in its fullest hour", seed, i+1, most)
		}
	}
	arrived := 0
	for i := range w.hosts {
		for _, m := range w.Inbox(i) {
			if !m.Outgoing && m.Precedence == bundle.Routine {
				arrived++
			}
		}
	}
	t.Logf("seed %d: %d of %d ROUTINE arrived; %d crashes, %d FLASH, in the mean after %v, at most %v; %+v", seed, arrived, len(w.traffic)-len(flashes), crashes, len(flashes)-lost, sum/time.Duration(len(flashes)-lost), slowest, w.Air(0))
	if o.Bound == time.Minute && day >= 24*time.Hour && arrived < 70 { // who knows the time begins nothing in vain
		t.Errorf("seed %d: only %d ROUTINE arrived", seed, arrived)
	}
	if crashes == 0 || lost > len(flashes)/10 {
		t.Errorf("seed %d: %d crashes, and %d FLASH of %d were not accepted", seed, crashes, lost, len(flashes))
	}
}

// The checker sees what nodes do that know of no limit.
func TestTooMuchAirtimeIsSeen(t *testing.T) {
	c := loraSF8(All(0, 2), Line(0, 2))
	c.Air, c.Band = radio.Air{}, radio.Band{}
	w := newWorld(t, Options{Seed: 1, Nodes: 2, Channels: []Channel{c}})
	for range 60 {
		w.Submit(Message{At: time.Minute, From: 0, To: node(1), Precedence: bundle.Routine, Text: strings.Repeat("0123456789", 100)})
	}
	w.RunFor(time.Hour)
	if v := w.Violations(); len(v) == 0 || !strings.Contains(v[0], "within an hour, allowed are 36s") {
		t.Errorf("after %v on the air: %q", w.Spent(0, 0), v)
	}
}
