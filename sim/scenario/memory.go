package scenario

import (
	"fmt"
	"time"
)

// Part is something that takes memory in a run.
type Part struct {
	What   string
	Bytes  int64
	Remedy string
}

// What things take, in bytes, rounded up from runs: a thousand real nodes on one LoRa
// channel took 510 MB after 20 minutes with 20 messages to all.
const (
	realNode   = 400 << 10
	realHour   = 200 << 10 // of a node, with what the checkers remember of its frames
	actorNode  = 20 << 10
	perCopy    = 48  // of a message, per addressee, in the report
	perKept    = 600 // of a message, per node that stores it
	perPath    = 64  // of a path between two radios
	perContact = 96
	perPair    = 1300 // of two nodes on one LAN: 1.4 GB were measured for 1500 nodes
	perFailure = 400  // of each of their connections that ends or begins: 800 MB for two million
)

// Parts estimates what a run with a protocol takes, before it is built. Paths are
// counted as if everybody heard everybody.
func (s *Scenario) Parts(protocol string) []Part {
	n := int64(s.Count())
	parts := []Part{{What: "nodes", Bytes: n * actorNode, Remedy: "take fewer nodes"}}
	if protocol == Blackstart {
		parts[0].Bytes = n * realNode
		if s.Checkers == "yes" {
			parts[0].Bytes += n * realHour * int64((s.Lasts+time.Hour-1)/time.Hour)
		}
		parts[0].Remedy = "take fewer nodes or a shorter time"
	}
	for i := range s.Radios {
		c := &s.Radios[i]
		on := int64(len(s.with(c.Name)))
		parts = append(parts, Part{fmt.Sprintf("paths of the radio %q", c.Name), on * on * perPath, "let fewer nodes have it, or make several radios of it"})
	}
	for i := range s.Links {
		l := &s.Links[i]
		n := int64(len(s.named(l.Nodes)))
		each := n
		if l.Each > 0 {
			each = int64(l.Each)
		}
		pairs, ends := n*(each-1)/2, int64(0)
		if l.Works[1] > 0 {
			ends = 4 * int64((l.Until-l.From)/(l.Works[0]+l.Works[1]+l.Fails[0]+l.Fails[1]))
		}
		parts = append(parts, Part{fmt.Sprintf("connections of the link %q", l.Name), pairs * (perPair + ends*perFailure), "let fewer nodes be on it, or fail less often"})
	}
	messages, copies := s.volume()
	parts = append(parts, Part{"messages", copies*perCopy + messages*n*perKept, "let people write less, or to fewer"})
	if s.Contacts.Range > 0 {
		// Walkers meet some once in two minutes where a tenth of the area's width is in range.
		met := n * n / 4 * int64(s.Lasts/time.Hour+1)
		parts = append(parts, Part{"contacts", met * perContact, "take fewer nodes, a shorter range or a shorter time"})
	}
	parts = append(parts, Part{"contacts of the file", int64(len(s.Files.Contacts)) * perContact, "cut the file into shorter ones"})
	return parts
}

// volume returns how many messages are written, and how many copies of them have to
// arrive.
func (s *Scenario) volume() (messages, copies int64) {
	n := int64(s.Count())
	for i := range s.People {
		p := &s.People[i]
		m := int64((p.Until-p.From)/p.Every+1) * int64(p.Burst)
		if p.Together != "yes" {
			m *= int64(len(s.named(p.Who)))
		}
		messages += m
		if p.To[0] == Everyone {
			m *= n
		}
		copies += m
	}
	m := int64(len(s.Files.Messages))
	return messages + m, copies + m
}

// Fits refuses a scenario that would take more memory than there is, in bytes, for a
// run with a protocol. It names what takes most.
func (s *Scenario) Fits(protocol string, memory int64) error {
	var sum int64
	var largest Part
	for _, p := range s.Parts(protocol) {
		sum += p.Bytes
		if p.Bytes > largest.Bytes {
			largest = p
		}
	}
	if sum <= memory {
		return nil
	}
	return Mistakes{{File: s.file, Line: s.lines[&s.Nodes], What: fmt.Sprintf("a run with %s takes about %s of memory, and there is %s; %s take most, %s",
		protocol, rough(sum), rough(memory), largest.What, rough(largest.Bytes)), Remedy: largest.Remedy}}
}

// rough writes a number of bytes with one digit behind the point.
func rough(n int64) string {
	for _, unit := range []string{"kB", "MB", "GB"} {
		if n = (n + 50) / 100 * 100; n < 1_000_000 || unit == "GB" {
			return fmt.Sprintf("%d.%d %s", n/1000, n%1000/100, unit)
		}
		n /= 1000
	}
	panic("internal error: no unit")
}
