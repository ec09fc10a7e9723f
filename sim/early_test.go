package sim

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/reference"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// shifting is a small world on whose radio paths and fast links nothing lasts.
func shifting(luck *rand.Rand, p reference.Protocol) Options {
	const until = 600
	n := 3 + luck.IntN(4)
	c := vhf([]int{1200, 9600}[luck.IntN(2)], All(0, n), nil)
	if luck.IntN(2) == 0 { // a channel of powers, most of them near the weakest that is heard
		c = powered(n)
		c.Pairs, c.Paths, c.Radio.Receiver.Fading = nil, nil, float64(luck.IntN(4))
	}
	c.Radio.Delay = time.Duration(luck.IntN(3)) * 40 * time.Millisecond
	for range 10 + luck.IntN(50) {
		l := link{luck.IntN(n), luck.IntN(n)}
		if l.from == l.to {
			continue
		}
		c.Changes = append(c.Changes, Change{At: time.Duration(luck.IntN(until)) * time.Second, Path: Path{From: l.from, To: l.to, Path: medium.Path{Power: -150 + float64(luck.IntN(45))}}, Gone: luck.IntN(3) == 0})
	}
	l := LAN{
		Nodes: All(0, n), Traced: true, BitsPerSecond: []int{8000, 1_000_000}[luck.IntN(2)], MTU: 400, HalfDuplex: luck.IntN(2) == 0,
		Delay: [2]time.Duration{20 * time.Millisecond, 300 * time.Millisecond},
	}
	for range luck.IntN(30) {
		a, b := luck.IntN(n), luck.IntN(n)
		begin := luck.IntN(until)
		end := begin + 1 + luck.IntN(40)
		if a == b || meets(l.Contacts, a, b, begin, end) {
			continue
		}
		l.Contacts = append(l.Contacts, contact.Change{At: time.Duration(begin) * time.Second, A: min(a, b), B: max(a, b), Up: true},
			contact.Change{At: time.Duration(end) * time.Second, A: min(a, b), B: max(a, b)})
	}
	return Options{Seed: luck.Uint64(), Nodes: n, Protocol: p, Channels: []Channel{c}, LANs: []LAN{l}}
}

// meets reports whether two nodes meet within a time, or touch it.
func meets(list []contact.Change, a, b, begin, end int) bool {
	for i := 0; i < len(list); i += 2 {
		if pairOf(list[i].A, list[i].B) == pairOf(a, b) && list[i].At <= time.Duration(end)*time.Second && list[i+1].At >= time.Duration(begin)*time.Second {
			return true
		}
	}
	return false
}

// TestNothingComesEarly: whatever comes and goes, no protocol beats the oracle. If it
// does, one of the two does not know the world.
func TestNothingComesEarly(t *testing.T) {
	protocols := []reference.Protocol{gossip{}, nil}
	for _, name := range reference.Names() {
		p, err := reference.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		protocols = append(protocols, p)
	}
	seeds := uint64(300)
	if testing.Short() {
		seeds = 32
	}
	came, lost, never := 0, 0, 0
	for seed := range seeds {
		luck := rand.New(rand.NewPCG(seed, 21))
		w := newWorld(t, shifting(luck, protocols[seed%uint64(len(protocols))]))
		n := len(w.hosts)
		for range 12 {
			m := Message{At: time.Duration(luck.IntN(500)) * time.Second, From: luck.IntN(n), To: everyone, Bytes: 1 + luck.IntN(200), Lifetime: time.Duration(1+luck.IntN(15)) * time.Minute}
			if to := luck.IntN(n); to != m.From {
				m.To = node(to)
			}
			w.Submit(m)
		}
		for range 8 {
			w.RunFor(time.Duration(1+luck.IntN(80)) * time.Second)
			switch a, b := luck.IntN(n), luck.IntN(n); luck.IntN(6) {
			case 0:
				w.Crash(a)
			case 1:
				w.Start(a)
			case 2:
				w.Cut(a, (a+1)%n)
			case 3:
				w.Mend(a, b)
			case 4:
				w.pull(w.hosts[a], w.hosts[a].ports[b%2])
			case 5:
				if p := w.hosts[a].ports[b%2]; p.pulled > 0 {
					w.plug(w.hosts[a], p)
				}
			}
		}
		w.RunFor(2 * time.Minute)
		r := w.Result()
		if len(r.Violations) > 0 {
			t.Fatalf("seed %d: %q", seed, r.Violations)
		}
		for _, m := range r.Messages {
			for _, c := range m.Copies {
				switch {
				case c.Arrived != report.Never:
					came++
				case c.Possible != report.Never:
					lost++
				default:
					never++
				}
			}
		}
	}
	if came < 50 || lost < 50 || never < 50 {
		t.Errorf("%d came, %d were lost, %d could not come: the worlds show little", came, lost, never)
	}
}
