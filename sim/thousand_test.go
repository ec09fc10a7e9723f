package sim

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// siegeOfWeeks is five weeks of a large network: a tree of LANs of five, whose links
// work for a minute or two now and then, with a tenth of all frames lost.
type siegeOfWeeks struct {
	t       *testing.T
	w       *World
	first   int   // nodes at the beginning
	blocks  int   // key blocks beside the first
	out     []int // how many are locked out by the second, third and fourth block
	newest  []int // nodes that were enrolled in between
	asleep  []int // down while ten blocks are made
	away    []int // five weeks without a link
	thieves [][]int
}

// treeOfLANs joins node i and its four children by a LAN each.
func treeOfLANs(n int) (lans []LAN) {
	for i := 0; 4*i+1 < n; i++ {
		l := LAN{Nodes: []int{i}, Delay: [2]time.Duration{time.Millisecond, 5 * time.Millisecond}}
		for c := 4*i + 1; c <= 4*i+4 && c < n; c++ {
			l.Nodes = append(l.Nodes, c)
		}
		lans = append(lans, l)
	}
	return lans
}

func newSiegeOfWeeks(t *testing.T, seed uint64, first int, out []int, each int) *siegeOfWeeks {
	s := &siegeOfWeeks{t: t, first: first, blocks: 12, out: out}
	s.w = newWorld(t, Options{Seed: seed, Nodes: first, LANs: treeOfLANs(first), Disk: [2]time.Duration{time.Millisecond, 10 * time.Millisecond}, Bound: time.Second})
	luck := source(seed, "fates", 0)
	leaves := luck.Perm(first - first/4 - 2)
	take := func(n int) (list []int) {
		for range n {
			list, leaves = append(list, first/4+2+leaves[0]), leaves[1:]
		}
		slices.Sort(list)
		return list
	}
	for _, n := range out {
		s.thieves = append(s.thieves, take(n))
	}
	s.asleep, s.away = take(each), take(each)
	s.w.Faults.Loss = 0.1
	return s
}

// others returns all nodes but those of some fates.
func (s *siegeOfWeeks) others(but ...[]int) (list []int) {
	for i := range s.w.hosts {
		if !slices.ContainsFunc(but, func(l []int) bool { return slices.Contains(l, i) }) {
			list = append(list, i)
		}
	}
	return list
}

// silence ends the links of all for a while, and lets the time pass.
func (s *siegeOfWeeks) silence(d time.Duration) {
	s.w.Hush(d, s.others(s.away)...)
	s.w.RunFor(d + time.Second)
}

// block has the authority make the next key block and gives it to one node; others
// have to get it from there.
func (s *siegeOfWeeks) block(k int) {
	var out []int
	if k < len(s.thieves) {
		out = s.thieves[k]
		s.w.Attack(Attack{Power: Revoked, Nodes: out, For: 100 * 24 * time.Hour, Acts: []string{}})
	}
	if _, err := s.w.LockOut([]int{0}, out...); err != nil {
		s.t.Fatal(err)
	}
	newest := uint32(len(s.w.operator.blocks))
	moved := func() bool {
		for _, i := range s.others(append(slices.Clone(s.thieves), s.asleep, s.away)...) {
			if s.w.hosts[i].serial < newest {
				return false
			}
		}
		return true
	}
	if !s.w.RunUntil(5*time.Minute, moved) {
		want(s.t, s.w, false, fmt.Sprintf("block %d reaches all that can be reached", newest))
	}
}

func (s *siegeOfWeeks) enrol(n int) {
	for range n {
		parent := s.newParent()
		i, err := s.w.Enrol(parent)
		if err != nil {
			s.t.Fatal(err)
		}
		s.newest = append(s.newest, i)
	}
	s.w.Publish(s.others(s.asleep)...)
	s.w.RunFor(20 * time.Second)
}

// newParent is the LAN that the next node joins.
func (s *siegeOfWeeks) newParent() int { return len(s.newest) % len(s.w.lans) }

// write has the fates write to each other, and someone with the right administer.
func (s *siegeOfWeeks) write(from, to []int) {
	for i, f := range from {
		s.w.Submit(Message{From: f, To: node(to[i%len(to)]), Precedence: bundle.Routine, Lifetime: 14 * 24 * time.Hour, Text: "five weeks"})
	}
}

// probe is a bundle as somebody writes it on one of the last days.
func (s *siegeOfWeeks) probes() (list []*bundle.Bundle) {
	w := s.w
	o := w.operator
	keys := seal.NewKeys(1, o.Private[0], o.Roster, seal.Secrets{Bootstrap: o.bootstrap, Epochs: o.epochs, Groups: o.groups()})
	for back := range clock.Day(14) {
		day := w.day() - back
		h := bundle.Header{ID: bundle.ID{Origin: 1, Day: day, Seq: 9}, To: everyone, Precedence: bundle.Routine, Created: day.Start(), Lifetime: bundle.MaxLifetime}
		b, err := bundle.Compose(keys, o.Private[0], h, bundle.Content{Body: []byte("alive")})
		if err != nil {
			s.t.Fatal(err)
		}
		list = append(list, b)
	}
	return list
}

// behind says which nodes do not open what is alive, with what their vaults hold.
func (s *siegeOfWeeks) behind(probes []*bundle.Bundle) (out []string) {
	w := s.w
	newest := w.operator.epochs[len(w.operator.epochs)-1].Serial
	for i, h := range w.hosts {
		if h.corrupt {
			continue
		}
		ring, err := keyring.Decode(h.vault.Load())
		if err != nil || ring.Newest() != newest {
			out = append(out, fmt.Sprintf("node %d has block %d of %d, %v", i+1, ring.Newest(), newest, err))
			continue
		}
		keys := seal.NewKeys(h.number, h.private, w.operator.Roster, ring.Secrets())
		since := w.opts.Start.Add(time.Duration(h.enrolled)).Day()
		for _, b := range probes {
			if o, err := b.Open(keys); (err != nil || string(o.Body) != "alive") && b.ID.Day >= since {
				out = append(out, fmt.Sprintf("node %d does not open what was written on day %d: %v", i+1, b.ID.Day, err))
				break
			}
		}
	}
	return out
}

// readers demands that every node soon opens what is alive, and that those who were
// locked out do not, with all that they ever had.
func (s *siegeOfWeeks) readers() {
	w, probes := s.w, s.probes()
	late := s.behind(probes)
	for range 20 {
		if len(late) == 0 {
			break
		}
		w.RunFor(30 * time.Second)
		late = s.behind(probes)
	}
	want(s.t, w, len(late) == 0, fmt.Sprint("all open what is alive: ", late))
	closed := 0
	for _, a := range w.enemies {
		for _, l := range a.loot {
			l.read(w)
			for _, b := range probes {
				if w.operator.serialOn(b.ID.Day) < l.locked(w) {
					continue // it was a member then
				}
				if _, err := b.Open(l.keys); err == nil {
					s.t.Errorf("node %d, locked out by block %d, opens what was written on day %d", l.host.number, l.locked(w), b.ID.Day)
				}
				closed++
			}
			for _, b := range w.operator.blocks[l.locked(w)-1:] {
				s.pry(l, b.Serial)
			}
		}
	}
	s.t.Logf("%d nodes open %d bundles of the last days; %d tries of those who are out failed", len(w.hosts), len(probes), closed)
}

// pry lets one who is out try all his keys on a later block.
func (s *siegeOfWeeks) pry(l *loot, serial uint32) {
	ring, err := keyring.Decode(l.host.vault.Load())
	if err != nil {
		s.t.Fatal(err)
	}
	b := s.w.operator.blocks[serial-1]
	if e, err := b.Open(s.w.operator.Roster.Operator(), ring.Path); err == nil {
		s.t.Errorf("node %d opens block %d: %+v", l.host.number, serial, e.Serial)
	}
	lie := *b // as if he were not named in it: then another vertex would be his
	lie.Revoked = slices.DeleteFunc(slices.Clone(b.Revoked), func(n ident.Number) bool { return n == l.host.number })
	if _, err := lie.Open(s.w.operator.Roster.Operator(), ring.Path); err == nil {
		s.t.Errorf("node %d opens block %d as if it were not named in it", l.host.number, serial)
	}
}

// TestAThousandNodesMove: five weeks, twelve key blocks, one node locked out, then
// five, then fifty; others asleep for ten blocks, without a link for five weeks, or
// enrolled in between. Whoever is not out moves, and opens what is alive.
func TestAThousandNodesMove(t *testing.T) {
	t.Parallel()
	first, out, each, pause := 982, []int{1, 5, 50}, 20, 69*time.Hour
	if testing.Short() {
		first, out, each, pause = 94, []int{1, 2, 5}, 4, 30*time.Hour
	}
	s := newSiegeOfWeeks(t, 3, first, out, each)
	w := s.w
	w.RunFor(30 * time.Second)
	w.Hush(36*24*time.Hour, s.away...)
	for _, i := range s.asleep {
		w.Crash(i)
	}
	for k := range s.blocks {
		s.silence(pause)
		s.block(k)
		if k%4 == 3 {
			s.enrol(each / 3)
		}
		if k == s.blocks-3 { // a week before the end: to those who are not there
			s.write(s.asleep, s.away) // who are down: they write when they wake
			s.write(s.others(append(slices.Clone(s.thieves), s.asleep, s.away)...)[:each], slices.Concat(s.asleep, s.away, s.newest))
			s.write(s.away, s.newest)
			w.RunFor(20 * time.Second)
		}
	}
	s.silence(24 * time.Hour)
	for _, i := range s.asleep {
		w.hosts[i].trust.Roster = w.operator.Roster // but no key block
		w.Start(i)
	}
	for _, i := range s.away {
		h := w.hosts[i]
		h.trust.Roster = w.operator.Roster
		w.step(h, mesh.NewRoster{Trust: h.trust, By: "sim"})
		for link := range w.hosts[i].ports {
			w.linkUp(w.hosts[i], link)
		}
	}
	act := bundle.Suspension{Node: w.hosts[s.newest[0]].number, Lift: true}
	w.Submit(Message{From: 0, To: bundle.Destination{Group: ident.NetworkGroup}, Precedence: bundle.Routine, Act: act})
	done := w.RunUntil(20*time.Minute, func() bool { return w.Complete(true) })
	want(t, w, done, "everything arrives in the end")
	s.readers()
	t.Logf("%v, %d events, %d messages", w.Now(), w.Events(), len(w.traffic))
}
