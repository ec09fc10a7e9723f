package reference

import (
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

	Queue    int           // packets that wait at a node at most, a further one is dropped; 0: any number
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
	f.Text, f.Direct, f.Ack, f.Queue = 6, 18, 13, 16
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
