package reference

import (
	"math"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// rememberedPackets bounds what a node remembers, as a device has to.
const rememberedPackets = 4096

type flooder struct {
	Flood
	node    Node
	radios  []floodRadio
	known   memory[packetID, heard]
	pending []attempt // own messages that nobody was heard to pass on yet
	last    uint32
	inUse   time.Duration // airtime sent and heard since the start
	actions []Action
}

// heard is what a node remembers of a packet.
type heard struct {
	copies  int
	rssi    float64 // of the newest copy
	snr     float64
	relayed bool // by this node, or queued for it
	done    bool // own: somebody passed it on, or the addressee answered
	told    bool // own: the user was told that it arrived
}

// attempt is a message of this node's between its first and its last transmission.
type attempt struct {
	packet floodPacket
	again  int
	due    clock.Instant
}

// Step implements Actor.
func (a *flooder) Step(now clock.Instant, ev Event) []Action {
	a.actions = nil
	switch ev := ev.(type) {
	case Submit:
		a.submit(now, ev.Message)
	case Heard:
		if p, ok := decodeFlood(ev.Data); ok {
			a.hear(now, ev, p)
		}
	case Sent:
		a.sent(now, ev)
	case Wake:
		a.sendAgain(now)
		for i := range a.radios {
			if a.radios[i].wake <= now {
				a.contend(now, &a.radios[i])
			}
		}
	}
	return a.actions
}

// Deadline implements Actor.
func (a *flooder) Deadline() (clock.Instant, bool) {
	at := clock.Never
	for _, r := range a.radios {
		at = min(at, r.wake)
	}
	for _, p := range a.pending {
		at = min(at, p.due)
	}
	return at, at != clock.Never
}

func (a *flooder) submit(now clock.Instant, m Message) {
	size := a.Header + m.Bytes + a.Text
	if m.To != Everyone {
		size = a.Header + m.Bytes + a.Direct
	}
	p := floodPacket{id: a.number(now), to: m.To, hops: a.Hops, message: m.N, size: max(size, floodHeader)}
	if !a.fits(p) {
		a.actions = append(a.actions, Failed{m.N})
		return
	}
	a.known.put(p.id, heard{})
	a.queue(now, p)
	a.pending = append(a.pending, attempt{packet: p, again: a.Again, due: now.Add(a.patience(now, p))})
}

// number names a new packet. A node that starts again has forgotten the numbers that it
// used, but others have not: they follow the time, in 1/16 s.
func (a *flooder) number(now clock.Instant) packetID {
	a.last = max(a.last+1, uint32(now/clock.Instant(time.Second/16)))
	return packetID{a.node.Self, a.last}
}

func (a *flooder) fits(p floodPacket) bool {
	for _, r := range a.radios {
		if p.size > r.link.MTU {
			return false
		}
	}
	return len(a.radios) > 0
}

// hear is told of every frame that arrives.
func (a *flooder) hear(now clock.Instant, ev Heard, p floodPacket) {
	a.inUse += a.node.Links[ev.Link].Airtime(len(ev.Data))
	k, _ := a.known.get(p.id)
	k.copies++
	k.rssi, k.snr = ev.RSSI, ev.SNR
	own, mine := p.id.from == a.node.Self, p.to == a.node.Self
	relay := !own && !mine && !k.relayed && p.hops > 0
	k.done = k.done || own // a neighbour passes on what is ours
	k.relayed = k.relayed || relay
	a.known.put(p.id, k) // before it is queued: its wait follows from how it was heard
	if first := k.copies == 1; first && !own {
		switch {
		case mine:
			a.arrive(now, p)
		case p.to == Everyone:
			a.actions = append(a.actions, Deliver{p.message})
		}
	}
	if relay {
		p.hops--
		a.queue(now, p)
	}
}

// arrive is told of the first copy of a packet for this node.
func (a *flooder) arrive(now clock.Instant, p floodPacket) {
	if !p.ack {
		a.actions = append(a.actions, Deliver{p.message})
		ack := floodPacket{id: a.number(now), to: p.id.from, hops: a.Hops, ack: true, message: p.message,
			of: p.id.n, size: max(a.Header+a.Ack, floodHeader)}
		a.known.put(ack.id, heard{})
		a.queue(now, ack)
		return
	}
	own := packetID{a.node.Self, p.of}
	if k, ok := a.known.get(own); ok && !k.told {
		k.done, k.told = true, true
		a.known.put(own, k)
		a.actions = append(a.actions, Acknowledged{p.message})
	}
}

// sendAgain looks after own messages that nobody passed on in time.
func (a *flooder) sendAgain(now clock.Instant) {
	kept := a.pending[:0]
	for _, p := range a.pending {
		if p.due > now {
			kept = append(kept, p)
			continue
		}
		if k, _ := a.known.get(p.packet.id); k.done {
			continue
		}
		if p.again == 0 {
			a.actions = append(a.actions, Failed{p.packet.message})
			continue
		}
		a.queue(now, p.packet)
		p.again--
		p.due = now.Add(a.patience(now, p.packet))
		kept = append(kept, p)
	}
	a.pending = kept
}

// patience is how long a writer waits for a neighbour to pass a packet on: two
// airtimes, its own widest wait, that of a relay of middling reception, and time to
// think.
func (a *flooder) patience(now clock.Instant, p floodPacket) time.Duration {
	slots := 1<<a.width(a.share(now)) + 1<<((a.Wide+a.Narrow)/2)
	return 2*a.airtime(p) + time.Duration(slots)*a.Slot + a.Patience
}

func (a *flooder) airtime(p floodPacket) time.Duration {
	var longest time.Duration
	for _, r := range a.radios {
		longest = max(longest, r.link.Airtime(p.size))
	}
	return longest
}

// share is the part of the time so far, 0..1, in which frames were on the air here.
func (a *flooder) share(now clock.Instant) float64 {
	if now <= 0 {
		return 0
	}
	return min(float64(a.inUse)/float64(now), 1)
}

// width is the exponent of the window at a place between Narrow and Wide, 0..1.
func (a *flooder) width(place float64) int {
	return int(math.Floor(float64(place*float64(a.Wide-a.Narrow)) + float64(a.Narrow)))
}
