package reference

import (
	"math"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Flood is managed flooding, the way in which Meshtastic's radios pass on every
// message: each that hears one waits the longer the better it heard it, and passes it
// on unless it heard it a second time meanwhile. The writer takes a neighbour's
// relaying for an acknowledgement and otherwise sends again; the addressee of a direct
// message floods one of its own.
type Flood struct {
	Hops   int // how often a message may be relayed
	Again  int // how often its writer sends it again at most
	Copies int // a message heard so often is not passed on any more

	// Requeue lets a relay that dropped a message wait its turn again when it hears a
	// further copy, only to drop that, too. It costs what waits behind some time.
	Requeue bool

	// A wait is a number of slots drawn from 0..2^c-1; c grows from Narrow to Wide with the
	// signal-to-noise ratio between Weakest and Strongest, or with the share of the time
	// that the channel was in use, for what was not heard.
	Narrow, Wide       int
	Slot               time.Duration
	Weakest, Strongest float64 // dB
	Noise              float64 // dBm against which RSSI is held; 0: the ratio that the radio tells
	FalseBusy          float64 // share of looks at the channel that find it busy for no reason

	Patience time.Duration // of the writer, beside airtimes and waits
	Header   int           // bytes before the payload of a frame
	Text     int           // bytes that a broadcast's payload has beside the text
	Direct   int           // bytes that a direct message's payload has
	Ack      int           // bytes of an acknowledgement's payload
}

// Meshtastic returns managed flooding with the frames of Meshtastic 2.8: 82 B for a
// broadcast of 60 characters, 94 B for a direct message under a key of the pair, 29 B
// for its acknowledgement.
func Meshtastic() Flood {
	f := Meshtasticator()
	f.Requeue, f.Noise, f.FalseBusy = false, 0, 0
	f.Text, f.Direct, f.Ack = 6, 18, 13
	return f
}

// Meshtasticator returns managed flooding exactly as the simulator Meshtasticator has
// it: payloads as they are, acknowledgements of 2 bytes, a noise floor of -119.25 dBm,
// every tenth look at the channel finds it busy with others' traffic, and what was
// dropped waits again. Its writers also take it for an acknowledgement when any relay,
// anywhere, hears another; that is no rule of a radio and is left out.
func Meshtasticator() Flood {
	return Flood{
		Hops: 3, Again: 3, Copies: 2, Requeue: true,
		Narrow: 2, Wide: 8, Slot: ContentionSlot(8192 * time.Microsecond),
		Weakest: -20, Strongest: 15, Noise: -119.25, FalseBusy: 0.1,
		Patience: 4500 * time.Millisecond, Header: 16, Ack: 2,
	}
}

// ContentionSlot returns Meshtastic's slot time for a LoRa symbol (2^SF/bandwidth):
// 8.5 symbols to detect activity, 7.6 ms to turn round and to think.
func ContentionSlot(symbol time.Duration) time.Duration {
	return symbol*17/2 + 7600*time.Microsecond
}

// Name implements Protocol.
func (f Flood) Name() string { return "flood" }

// Source implements Protocol.
func (f Flood) Source() string {
	return "Meshtastic's firmware and its simulator Meshtasticator (meshtastic/Meshtasticator a304b7d, lib/node.py, mac.py): " +
		"managed flooding of clients. Left out: roles, next-hop routing of direct messages (2.6), " +
		"telemetry and positions, limits of the duty cycle."
}

// New implements Protocol. Links that name their neighbours are not used.
func (f Flood) New(n Node) Actor {
	a := &flooder{Flood: f, node: n, known: newMemory[packetID, heard](rememberedPackets)}
	for i, l := range n.Links {
		if !l.Contacts {
			a.radios = append(a.radios, floodRadio{index: i, link: l, wake: clock.Never})
		}
	}
	return a
}

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
	a.last++
	p := floodPacket{id: packetID{a.node.Self, a.last}, to: m.To, hops: a.Hops, message: m.N, size: max(size, floodHeader)}
	if !a.fits(p) {
		a.actions = append(a.actions, Failed{m.N})
		return
	}
	a.known.put(p.id, heard{})
	a.queue(now, p)
	a.pending = append(a.pending, attempt{packet: p, again: a.Again, due: now.Add(a.patience(now, p))})
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
		a.last++
		ack := floodPacket{id: packetID{a.node.Self, a.last}, to: p.id.from, hops: a.Hops, ack: true, message: p.message,
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
