package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim"
)

// PreemptOptions says how often a FLASH interrupts a long message.
type PreemptOptions struct {
	Rounds int    // moments that are tried
	Seed   uint64 // of all chance
}

// The radio of the bench: a LoRa modem at SF9, 125 kHz, coding 4/5, with the longest
// payload that the chips have, and channel access as an RNode does it.
const (
	preemptMTU   = 255
	preemptText  = 4 << 10
	preemptSlot  = 24 * time.Millisecond
	preemptFlash = "FIRE in the switchroom, everybody out"

	preemptRecord = 10 // more than a node has sent

	firstMeeting  = 10 * time.Minute // of virtual time
	transferLimit = 10 * time.Minute
)

func preemptRadio() (medium.Config, radio.Profile) {
	l := airtime.LoRa{Spreading: 9, Bandwidth: 125_000, Coding: 5, Preamble: 8}
	return medium.Config{
			BitsPerSecond: l.BitsPerSecond(), OnAir: l.OnAir, Sense: 2 * l.Symbol(), Slot: preemptSlot, Persistence: 0.125, Queue: 1,
		}, radio.Profile{
			Name: "lora", MTU: preemptMTU, BitsPerSecond: l.BitsPerSecond(), Overhead: l.OnAir(0), Air: radio.Air{LoRa: l},
			Band: radio.Band{Centre: 869_525_000, Bandwidth: l.Bandwidth, Power: 14},
		}
}

// Preempt measures how long a FLASH waits behind a message of 4 kB that its node is
// sending in fragments over LoRa: from the moment of its submission until its
// transmission begins.
func Preempt(o PreemptOptions) (*Report, error) {
	channel, profile := preemptRadio()
	r := newReport("preempt")
	r.Parameters["rounds"], r.Parameters["seed"], r.Parameters["radio"] = o.Rounds, o.Seed, "LoRa SF9, 125 kHz, 4/5, at 869.525 MHz"
	r.Parameters["mtu"], r.Parameters["text"] = preemptMTU, preemptText
	base := clock.WallOf(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
	op, err := sim.NewOperator(o.Seed, 2, base.Day())
	if err != nil {
		return nil, err
	}
	var all waits
	for i := range o.Rounds {
		e, err := newEther(op, base, channel, profile, o.Seed+uint64(i)<<16)
		if err != nil {
			return nil, err
		}
		if err := all.interrupt(e, rand.New(rand.NewPCG(o.Seed, uint64(i)))); err != nil {
			return nil, fmt.Errorf("round %d of seed %d: %w", i, o.Seed, err)
		}
	}
	if err := all.read(); err != nil {
		return nil, fmt.Errorf("seed %d: %w", o.Seed, err)
	}
	r.add("preempt/wait_s", all.worst.Seconds(), "s")
	r.add("preempt/wait_mean_s", mean(int(all.sum), o.Rounds)/float64(time.Second), "s")
	r.add("preempt/fragment_s", all.fragment.Seconds(), "s")
	r.add("preempt/contention_s", all.contention.Seconds(), "s")
	r.add("preempt/fragments", float64(all.fragments), "fragments")
	r.add("preempt/overtaken", float64(all.overtaken), "fragments")
	return r, nil
}

// waits collects the rounds.
type waits struct {
	rounds     []interruption
	worst, sum time.Duration
	fragment   time.Duration // the longest on the air
	contention time.Duration // the longest pause between two fragments of which the second was ready
	fragments  int           // of the long message, where none was repeated
	overtaken  int           // the most fragments that began between a FLASH's submission and its transmission
}

// interruption is one round: when the FLASH was submitted, and what node 1 sent.
type interruption struct {
	begun  clock.Instant
	spells []spell
}

// interrupt submits a FLASH at a random moment of a long message's transfer.
func (w *waits) interrupt(e *ether, moment *rand.Rand) error {
	if err := e.until(firstMeeting, func() bool { return len(e.nodes[0].Status().Neighbours) > 0 && len(e.nodes[1].Status().Neighbours) > 0 }); err != nil {
		return err
	}
	if err := e.until(time.Minute, func() bool { return false }); err != nil { // all is quiet
		return err
	}
	long := mesh.Submit{Ref: 1, To: bundle.Destination{Node: 2}, Precedence: bundle.Routine, Text: filler("", preemptText), By: "bench"}
	if err := e.submit(0, long); err != nil {
		return err
	}
	// The pieces are even, so that the whole takes about as long as its bytes do.
	whole := e.profile.Airtime(preemptMTU) * (preemptText / preemptMTU)
	if err := e.until(time.Duration(moment.Int64N(int64(whole))), func() bool { return false }); err != nil {
		return err
	}
	begun := e.now
	flash := mesh.Submit{Ref: 2, To: bundle.Destination{Node: 2}, Precedence: bundle.Flash, Text: preemptFlash, By: "bench"}
	if err := e.submit(0, flash); err != nil {
		return err
	}
	if err := e.until(transferLimit, func() bool { return e.delivered() == 2 }); err != nil {
		return err
	}
	if n := e.delivered(); n != 2 {
		return fmt.Errorf("%d of 2 messages were delivered", n)
	}
	w.rounds = append(w.rounds, interruption{begun, slices.DeleteFunc(e.spells, func(s spell) bool { return s.from != 0 })})
	return nil
}

// delivered counts the messages of node 1 that are proven delivered.
func (e *ether) delivered() (n int) {
	for _, m := range mesh.Messages(e.stores[0], 0, preemptRecord) {
		if m.State == mesh.Delivered {
			n++
		}
	}
	return n
}

// read takes the transmissions apart. Only what a message takes at least is
// looked at for pauses: fragments that are repeated wait for an answer first.
func (w *waits) read() error {
	w.fragments = math.MaxInt
	for _, r := range w.rounds {
		w.fragments = min(w.fragments, r.count("fragment"))
	}
	for i, r := range w.rounds {
		if r.count("text") == 0 {
			return fmt.Errorf("round %d: the FLASH was not seen on the air", i)
		}
		w.round(r)
	}
	return nil
}

func (r interruption) count(what string) (n int) {
	for _, s := range r.spells {
		if s.says(what) {
			n++
		}
	}
	return n
}

func (w *waits) round(r interruption) {
	fragments, overtaken, found := 0, 0, false
	for i, s := range r.spells {
		switch {
		case s.says("fragment"):
			w.fragment = max(w.fragment, s.end.Sub(s.start))
			if fragments++; fragments <= w.fragments && i > 0 && r.spells[i-1].says("fragment") {
				w.contention = max(w.contention, s.start.Sub(r.spells[i-1].end))
			}
			if s.start >= r.begun && !found {
				overtaken++
			}
		case s.says("text") && !found:
			found = true
			wait := s.start.Sub(r.begun)
			w.worst, w.sum = max(w.worst, wait), w.sum+wait
		}
	}
	w.overtaken = max(w.overtaken, overtaken)
}
