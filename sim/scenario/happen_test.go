package scenario

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// village is a small world with a radio and a LAN, to which events are added.
const village = `name: village
story: Four houses, two of which share a LAN.
lasts: 40 min
nodes:
  - {name: east, count: 2, place: line, from: 0 x 0, to: 1 km x 0, radios: lora, power: ups, battery: 10 min}
  - {name: west, count: 2, place: line, from: 2 km x 0, to: 3 km x 0, radios: lora}
radios:
  - {name: lora, kind: lora, preset: short-fast, reach: 1.5 km}
links:
  - {name: lan, nodes: east}
people:
  - {who: everyone, to: everyone, every: 5 min, timing: regular, until: t+20min, precedence: {flash: 20 %, routine: 80 %}}
events:
`

func run(t *testing.T, text, protocol string, seed uint64) report.Run {
	t.Helper()
	s, err := Parse("village.yaml", []byte(text), nothing)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(How{Protocol: protocol, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Violations {
		t.Errorf("%s, seed %d: %s", protocol, seed, v)
	}
	return r
}

// TestEveryEvent runs each kind of event, with our own nodes and with a protocol of
// others. Nothing may be found wrong.
func TestEveryEvent(t *testing.T) {
	quiet := map[string]string{}
	for _, protocol := range []string{Blackstart, "flood"} {
		quiet[protocol] = run(t, strings.TrimSuffix(village, "events:\n"), protocol, 1).Hash
	}
	for _, k := range eventKinds() {
		event := "  - {at: t+4min, what: " + k.what
		for key, value := range map[string]string{"who": "west", "with": "east", "radio": "lora", "drift": "0.01 %", "for": "10 min", "loss": "30 %", "busy": "30 %"} {
			if slices.Contains(k.needs, key) || slices.Contains(k.takes, key) {
				if k.what == Outage && key == "who" {
					value = "lan"
				}
				event += ", " + key + ": " + value
			}
		}
		for _, protocol := range []string{Blackstart, "flood"} {
			t.Run(k.what+" "+protocol, func(t *testing.T) {
				r := run(t, village+event+"}\n", protocol, 1)
				// Floods use no LAN, and have neither keys nor disks nor clocks.
				ours := slices.Contains([]string{DiskFull, ClockJump, ClockDrift, Twin, LockOut, Outage}, k.what)
				if r.Hash == quiet[protocol] && (protocol == Blackstart || !ours) {
					t.Error("it changes nothing")
				}
			})
		}
	}
}

// TestFaultsOfAllTime: all of them at once, and what was accepted arrives for all that.
// A node that dies before it has answered its user accepted nothing.
func TestFaultsOfAllTime(t *testing.T) {
	text := strings.Replace(strings.TrimSuffix(village, "events:\n"), "lasts: 40 min", "lasts: 2 h", 1) + "faults: {loss: 10 %, flip: 5 %, duplicate: 10 %, reorder: 5 %, replay: 5 %, disk: 5 %, clocks: 10 min, reboot: 30 min}\n" +
		"expect: [{delivered: 90 %}]\n"
	r := run(t, text, Blackstart, 2)
	if e := r.Expectations; len(e) != 1 || !e[0].Held {
		t.Errorf("seed 2: %+v", e)
	}
}

// TestSameRun: a run follows from scenario and seed.
func TestSameRun(t *testing.T) {
	event := village + "  - {at: t+4min, what: power-cut, who: west, share: 50 %, for: 1 min}\n"
	for _, protocol := range []string{Blackstart, "flood"} {
		one, same, other := run(t, event, protocol, 1), run(t, event, protocol, 1), run(t, event, protocol, 2)
		if one.Hash != same.Hash || one.Hash == other.Hash {
			t.Errorf("%s: %s, %s, and with another seed %s", protocol, one.Hash, same.Hash, other.Hash)
		}
	}
}

// TestPower: who has no battery is off when the mains fail, who has one when it is
// empty, and a power cut takes all.
func TestPower(t *testing.T) {
	for event, want := range map[string]string{
		"{at: t+5min, what: blackout, for: 20 min}":                  "[0] 15m0s 10m0s [1] 15m0s 10m0s [2] 5m0s 20m0s [3] 5m0s 20m0s ",
		"{at: t+5min, what: blackout, for: 9 min}":                   "[2] 5m0s 9m0s [3] 5m0s 9m0s ",
		"{at: t+5min, what: power-cut, who: east}":                   "[0] 5m0s 0s [1] 5m0s 0s ",
		"{at: t+5min, what: power-cut, who: [east, west], for: 1 s}": "[0] 5m0s 1s [1] 5m0s 1s [2] 5m0s 1s [3] 5m0s 1s ",
	} {
		s, err := Parse("village.yaml", []byte(village+"  - "+event+"\n"), nothing)
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.plan(How{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(p.options.Incidents, func(a, b sim.Incident) int { return a.Nodes[0] - b.Nodes[0] })
		got := ""
		for _, in := range p.options.Incidents {
			got += fmt.Sprintf("%v %v %v ", in.Nodes, in.At, in.For)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", event, got, want)
		}
	}
}

// TestBatteries: who lives on batteries is off from when one is empty until somebody
// brings another one, or for good.
func TestBatteries(t *testing.T) {
	for swap, want := range map[string]string{
		", swap: 30 min": "1h0m0s 30m0s, 2h30m0s 30m0s, ",
		"":               "1h0m0s 0s, ",
	} {
		p := planned(t, "nodes: [{name: a, power: battery, battery: 1 h"+swap+"}]\n", 1, nothing)
		got := ""
		for _, in := range p.options.Incidents {
			got += fmt.Sprintf("%v %v, ", in.At, in.For)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", swap, got, want)
		}
	}
}

// TestShareIsNested: who is hit by a small share is hit by a larger one, and one is hit
// at least.
func TestShareIsNested(t *testing.T) {
	p := &plan{seed: 5}
	list := []int{3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	var last []int
	for _, c := range []struct {
		share Share
		want  int
	}{{1000, 1}, {100_000, 1}, {250_000, 3}, {500_000, 5}, {whole100, 10}} {
		got := p.draw("test", list, c.share)
		if len(got) != c.want || !slices.IsSorted(got) {
			t.Errorf("%d millionths: %v", c.share, got)
		}
		for _, n := range last {
			if !slices.Contains(got, n) {
				t.Errorf("%d is not among %v", n, got)
			}
		}
		last = got
	}
}

// TestStep: fast nodes are looked at more often, within bounds.
func TestStep(t *testing.T) {
	for speed, want := range map[float64]time.Duration{0: 30, 1: 30, 10: 10, 16.7: 5, 80: 5} {
		if got := step(speed); got != want*time.Second {
			t.Errorf("%v m/s: %v", speed, got)
		}
	}
}
