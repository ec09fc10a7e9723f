package sim

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/elsewhere"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// faded is a LoRa channel whose paths have powers around what a receiver needs, fade,
// and change.
func faded(nodes int) Channel {
	c := powered(nodes)
	c.Radio.Receiver.Fading = 2.5
	luck := source(8, "powers", 0)
	for i := range c.Paths {
		p := &c.Paths[i]
		p.Power = -118 - 18*luck.Float64()
		c.Changes = append(c.Changes, Change{
			At:   time.Duration(luck.Int64N(int64(20 * time.Minute))),
			Path: Path{From: p.From, To: p.To, Path: medium.Path{Power: -118 - 18*luck.Float64()}},
		})
	}
	return c
}

// everything is a world with all that there is: nodes or guests, powers that fade, a LAN,
// incidents of each kind.
func everything(guests bool) Scenario {
	s := Scenario{Plague: Plague{For: 6 * time.Minute, Crashes: 1, Down: [2]time.Duration{time.Second, time.Minute}}}
	s.Options = Options{
		Seed: 21, Nodes: 9, Disk: disk, Bound: 5 * time.Second, Skew: time.Second,
		Channels:  []Channel{faded(8)},
		LANs:      []LAN{{Nodes: []int{6, 7, 8}, Delay: [2]time.Duration{time.Millisecond, 5 * time.Millisecond}, Loss: 0.1}},
		Incidents: oneOfEach(),
	}
	s.Incidents[len(s.Incidents)-1].Nodes = []int{8}
	if guests {
		s.Protocol = gossip{answers: true}
	}
	for i := range 20 {
		m := Message{At: time.Duration(10*i) * time.Second, From: i % 9, To: node((i + 4) % 9), Precedence: bundle.Precedence(i % 4), Bytes: 20 + 30*i}
		if i%5 == 4 && !guests {
			m.To = everyone
		}
		if guests {
			m.Bytes = 20 + i
		}
		s.Traffic = append(s.Traffic, m)
	}
	return s
}

// hashes runs what the hash must be the same of everywhere, and says what it is.
func hashes(t *testing.T) (lines []string) {
	for _, run := range []struct {
		name string
		s    Scenario
	}{{"storm", storm(77, 12)}, {"guests in a storm", guests(77, 20)}, {"everything", everything(false)}, {"everything, guests", everything(true)}} {
		r, err := Run(run.s)
		if err != nil || len(r.Violations) > 0 || r.Events == 0 {
			t.Fatalf("%s: %v, %v", run.name, err, r)
		}
		heard := 0
		for _, c := range r.Result.Channels {
			heard += int(c.Heard)
		}
		if heard == 0 {
			t.Fatalf("%s: nobody heard anything", run.name)
		}
		lines = append(lines, fmt.Sprintf("hash of %s: %d events, %x", run.name, r.Events, r.Hash))
	}
	return lines
}

func TestHashes(t *testing.T) {
	for _, l := range hashes(t) {
		t.Log(l)
	}
}

// TestSameHashOnOneProcessorAndTwo: how many processors the program has shows nowhere.
func TestSameHashOnOneProcessorAndTwo(t *testing.T) {
	var first []string
	for _, procs := range []int{1, 2} {
		was := runtime.GOMAXPROCS(procs)
		lines := hashes(t)
		runtime.GOMAXPROCS(was)
		if first == nil {
			first = lines
		} else if strings.Join(first, "\n") != strings.Join(lines, "\n") {
			t.Errorf("on one:\n%s\non %d:\n%s", strings.Join(first, "\n"), procs, strings.Join(lines, "\n"))
		}
	}
}

// TestSameHashEverywhere: on other processors it is the same run.
func TestSameHashEverywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	elsewhere.Same(t, "TestHashes", hashes(t))
}
