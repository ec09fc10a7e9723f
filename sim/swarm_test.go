package sim

import (
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// swarm draws everything from the seed: how many nodes, on what links, with
// what clocks and disks, who sends what, and what goes wrong how often.
func swarm(seed uint64) Scenario {
	luck := source(seed, "swarm", 0)
	chance := func(most float64) float64 { return max(0, luck.Float64()*2-1) * most }
	n := 2 + luck.IntN(9)
	s := Scenario{
		Options: Options{Seed: seed, Nodes: n, Signing: mesh.Signing(luck.IntN(2)),
			Disk:  [2]time.Duration{time.Duration(luck.IntN(5)) * time.Millisecond, time.Duration(5+luck.IntN(400)) * time.Millisecond},
			Bound: time.Duration(luck.IntN(60)) * time.Second, Start: defaultStart},
		Faults: Faults{Loss: chance(0.4), Flip: chance(0.05), Duplicate: chance(0.1), Replay: chance(0.1),
			CommitFail: chance(0.02), CommitOne: luck.IntN(2) == 0},
		Plague: Plague{For: time.Duration(30+luck.IntN(300)) * time.Second, Crashes: luck.IntN(6),
			Down: [2]time.Duration{time.Millisecond, time.Duration(1+luck.IntN(60)) * time.Second},
			Cuts: luck.IntN(2 * n), CutFor: [2]time.Duration{time.Second, 2 * time.Minute}, Unplugs: luck.IntN(n)},
		Heal: 3 * time.Hour, Groups: true,
	}
	s.Skew = s.Bound
	if luck.IntN(3) == 0 { // around midnight
		s.Start = (defaultStart.Day() + 1).Start() - clock.Wall(luck.IntN(120_000))
	}
	s.Channels, s.LANs = swarmLinks(seed, n)
	for range 1 + luck.IntN(15) {
		s.Traffic = append(s.Traffic, swarmMessage(luck.IntN, n, s.Plague.For))
	}
	return s
}

// swarmLinks covers the nodes with one to three overlapping links, so that all
// are connected.
func swarmLinks(seed uint64, n int) (channels []Channel, lans []LAN) {
	luck := source(seed, "links", 0)
	for first := 0; first == 0 || first < n-1; {
		count := min(2+luck.IntN(n), n-first)
		nodes := All(first, count)
		switch luck.IntN(4) {
		case 0:
			lans = append(lans, LAN{Nodes: nodes, Delay: [2]time.Duration{time.Millisecond, time.Duration(2+luck.IntN(100)) * time.Millisecond}})
		case 1:
			channels = append(channels, vhf(9600, nodes, Line(first, count)))
		case 2:
			channels = append(channels, vhf(9600, nodes, Clique(nodes...)))
		default:
			channels = append(channels, vhf(1200, nodes, Line(first, count)))
		}
		first += count - 1
	}
	for i := range channels {
		channels[i].MTU = 50 + luck.IntN(206)
	}
	return channels, lans
}

func swarmMessage(draw func(int) int, n int, span time.Duration) Message {
	from, to := draw(n), draw(n-1)
	if to >= from {
		to++
	}
	m := Message{
		At: time.Duration(draw(int(span/time.Millisecond))) * time.Millisecond, From: from, To: node(to),
		Precedence: bundle.Precedence(draw(int(bundle.Precedences))),
		Text:       strings.Repeat("so it goes ", draw(20)),
	}
	switch draw(8) {
	case 0:
		m.Text = strings.Repeat("a long story ", draw(100))
	case 1:
		m.Lifetime = time.Duration(1+draw(10)) * time.Minute
	case 2, 3:
		m.To = everyone
	}
	return m
}

// TestSwarm runs many small worlds that have little in common.
func TestSwarm(t *testing.T) {
	everySeed(t, "TestSwarm", 60, func(seed uint64) Scenario { return swarm(seed) })
}
