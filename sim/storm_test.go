package sim

import (
	"flag"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

var (
	oneSeed = flag.Uint64("seed", 0, "run with this seed only, and print what came of it")
	seeds   = flag.Int("seeds", 0, "with how many seeds, if not as many as usual")
	from    = flag.Uint64("from", 1, "the first of them")
)

// storm is the scenario of the proof: n nodes scattered on a radio channel,
// every other seed with ten LANs among them; 10 % loss, every node crashing
// twice at random between effects, cuts, bit flips, repeats, replays and full
// disks; then healing. Every twentieth seed also sends a message to the group of
// all, whose n-1 receipts keep a channel busy for many minutes.
func storm(seed uint64, n int) Scenario {
	luck := source(seed, "storm", 0)
	s := Scenario{
		Options: Options{
			Seed: seed, Nodes: n, Disk: disk,
			Skew: 5 * time.Second, Bound: 10 * time.Second,
			Channels: []Channel{vhf(9600, All(0, n), Geometric(seed, n, 1.4/math.Sqrt(float64(n))))},
		},
		Faults: Faults{Loss: 0.1, Flip: 0.005, Duplicate: 0.01, Replay: 0.005, CommitFail: 0.001},
		Plague: Plague{
			For: 2 * time.Minute, Crashes: 2, Down: [2]time.Duration{time.Second, 20 * time.Second},
			Cuts: n / 5, CutFor: [2]time.Duration{10 * time.Second, 60 * time.Second}, Unplugs: n / 20,
		},
		Heal: 3 * time.Hour,
	}
	for i := 0; seed%2 == 1 && i+4 <= 2*n/5; i += 4 {
		s.LANs = append(s.LANs, LAN{Nodes: All(i, 4), Delay: [2]time.Duration{time.Millisecond, 20 * time.Millisecond}})
	}
	for range 2 + n/7 {
		from, to := luck.IntN(n), luck.IntN(n-1)
		if to >= from {
			to++
		}
		s.Traffic = append(s.Traffic, Message{
			At: time.Duration(luck.Int64N(int64(90 * time.Second))), From: from, To: node(to),
			Precedence: bundle.Precedence(luck.IntN(int(bundle.Precedences))),
			Text:       strings.Repeat("so it goes ", luck.IntN(18)),
		})
	}
	if seed%20 == 0 {
		s.Traffic = append(s.Traffic, Message{At: 10 * time.Second, From: luck.IntN(n), To: everyone, Precedence: bundle.Priority, Text: "to all"})
	}
	return s
}

// TestStorm is the proof: 100 nodes, and as many seeds as were asked for.
func TestStorm(t *testing.T) {
	everySeed(t, "TestStorm", 200, func(seed uint64) Scenario { return storm(seed, 100) })
}

// leastCrashed says how many nodes must have crashed for a run to prove
// anything.
var leastCrashed = map[string]int{"TestStorm": 95}

// everySeed runs a scenario with many seeds, as many at a time as there are
// processors; or with one, if one was asked for.
func everySeed(t *testing.T, test string, count int, scenario func(seed uint64) Scenario) {
	if *oneSeed != 0 {
		r, err := Run(scenario(*oneSeed))
		if err != nil {
			t.Fatal(err)
		}
		t.Log(r)
		for _, c := range r.Outcomes {
			t.Logf("%8d %s", c.Count, c.Name)
		}
		if !r.OK() {
			t.Fatal("trace:\n" + strings.Join(r.Trace, "\n"))
		}
		return
	}
	if *seeds > 0 {
		count = *seeds
	}
	if testing.Short() {
		count = min(count, 3)
	}
	work := seedsToRun(count)
	var crew sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		crew.Go(func() {
			for seed := range work {
				r, err := Run(scenario(seed))
				if err != nil {
					t.Errorf("seed %d: %v", seed, err)
				} else if least, ok := leastCrashed[test]; ok && r.Crashed < least {
					t.Errorf("seed %d: only %d nodes crashed", seed, r.Crashed)
				} else if !r.OK() {
					t.Errorf("to repeat: go test ./sim -run %s -v -seed %d\n%s\n%s", test, seed, r, strings.Join(r.Trace[max(0, len(r.Trace)-30):], "\n"))
				}
			}
		})
	}
	crew.Wait()
}

// seedsToRun returns the seeds to be run.
func seedsToRun(count int) <-chan uint64 {
	work := make(chan uint64, count)
	for i := range count {
		work <- *from + uint64(i)
	}
	close(work)
	return work
}
