package bench

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// maxShards ends a trial that would not.
const maxShards = 10_000

// radioAir is a channel with one sender and several listeners, all of whom hear
// each other but for what is lost. One transmits at a time; who waited longest
// is next.
type radioAir struct {
	radioCase
	trial
	now       clock.Instant
	luck      *rand.Rand
	timing    routing.Timing
	whole     []byte
	sender    *frame.Sender
	ready     clock.Instant // when the sender wants to transmit, or to nudge
	nudges    int
	listeners []*radioListener
}

type radioListener struct {
	parts    *frame.Reassembler
	losses   *rand.Rand // of shards: one draw for each that is sent
	ask      *frame.Ask // waits for the channel
	have     bool
	accept   clock.Instant // when it wants to say so, or Never
	accepted bool          // the sender heard it
}

func newRadioAir(c radioCase, seed uint64) *radioAir {
	a := &radioAir{radioCase: c, luck: rand.New(rand.NewPCG(seed, 1)), timing: c.timing()}
	a.whole = make([]byte, c.pieces*fragmentData-1)
	for i := range a.whole {
		a.whole[i] = byte(a.luck.Uint32())
	}
	a.sender = frame.NewSender(a.whole, radioProfile.MTU-frame.FirstOverhead)
	a.sender.Begin()
	for i := range c.receivers {
		a.listeners = append(a.listeners, &radioListener{
			parts: frame.NewReassembler(uint64(i)), losses: c.losses(seed, i), accept: clock.Never,
		})
	}
	a.ideal = c.idealShards(seed)
	return a
}

// losses draws which shards one receiver loses.
func (c radioCase) losses(seed uint64, receiver int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(2+receiver)))
}

func (c radioCase) lost(luck *rand.Rand) bool { return luck.IntN(100) < c.loss }

// idealShards is how many shards it takes until each receiver has any as many as
// there are pieces.
func (c radioCase) idealShards(seed uint64) (most int) {
	for i := range c.receivers {
		losses, sent := c.losses(seed, i), 0
		for have := 0; have < c.pieces; sent++ {
			if !c.lost(losses) {
				have++
			}
		}
		most = max(most, sent)
	}
	return most
}

// run lets the transfer go on until the sender knows that all have it.
func (a *radioAir) run() (trial, error) {
	for !a.done() {
		if a.sent > maxShards {
			return trial{}, fmt.Errorf("no end after %d shards", a.sent)
		}
		if err := a.step(); err != nil {
			return trial{}, err
		}
	}
	return a.trial, nil
}

func (a *radioAir) done() bool {
	for _, l := range a.listeners {
		if !l.accepted {
			return false
		}
	}
	return true
}

// step lets the next one transmit, or lets a listener find that it lacks some.
func (a *radioAir) step() error {
	pace := a.timing.Pace(a.receivers)
	next, say := a.ready, a.shard
	for _, l := range a.listeners {
		if l.accept < next {
			next, say = l.accept, func() error { return a.acceptance(l) }
		}
		if l.ask == nil {
			if t, ok := l.parts.NextStale(pace); ok && t < next {
				next, say = t, func() error { return l.want(a.now, pace) }
			}
		} else if _, ok := l.parts.Need(*l.ask); !ok {
			l.ask = nil
			return nil
		} else if a.now < next {
			next, say = a.now, func() error { return a.need(l) }
		}
	}
	a.now = max(a.now, next)
	return say()
}

// want notes that a listener has to ask for more, once the channel is free.
func (l *radioListener) want(now clock.Instant, p frame.Pace) error {
	for _, ask := range l.parts.Stale(now, p) {
		l.ask = &ask
	}
	return nil
}

// transmit occupies the channel with an item and returns the bytes on the air.
func (a *radioAir) transmit(item frame.Item) int {
	size := frame.Size(frame.Frame{From: 1, Items: []frame.Item{item}})
	a.now = a.now.Add(radioProfile.Airtime(size))
	return size
}

// spread returns a random duration below d.
func (a *radioAir) spread(d time.Duration) time.Duration {
	return time.Duration(a.luck.Int64N(max(1, int64(d))))
}

// shard transmits the next shard, and sets when the sender goes on: after a gap, or
// when nobody said anything.
func (a *radioAir) shard() error {
	if a.sender.Owed() == 0 {
		a.sender.Nudge()
		a.nudges++
	}
	f := a.sender.Next(a.whole)
	a.transmit(frame.Item{Kind: frame.KindFragment, Body: f.Append(nil)})
	a.sent++
	missing := false
	for _, l := range a.listeners {
		if !a.lost(l.losses) {
			if err := l.hear(a, f); err != nil {
				return err
			}
		}
		missing = missing || !l.have
	}
	if !missing && a.frames == 0 {
		a.frames, a.took = a.sent, time.Duration(a.now)
	}
	if wait := a.timing.Gap/2 + a.spread(a.timing.Gap); a.sender.Owed() > 0 {
		a.ready = a.now.Add(wait)
		return nil
	}
	wait := routing.Backoff(a.timing.Retry+a.timing.Answers(a.receivers), 1+a.nudges)
	a.ready = a.now.Add(wait + a.spread(wait/2) + a.timing.Pace(a.receivers).Listen())
	return nil
}

// hear takes a shard as package mesh does.
func (l *radioListener) hear(a *radioAir, f frame.Fragment) error {
	whole, done, err := l.parts.Add(a.now, 1, f)
	if done && !bytes.Equal(whole, a.whole) || err != nil && !errors.Is(err, frame.ErrFinished) {
		return errors.Join(errSlip, err)
	}
	l.have = l.have || done
	if l.have && l.parts.Tell(a.now, f.TransferKey(), a.timing.Retry) {
		l.accept = a.now.Add(a.spread(a.timing.AcceptSlot * time.Duration(a.receivers)))
	}
	return nil
}

// acceptance transmits that a listener has all.
func (a *radioAir) acceptance(l *radioListener) error {
	l.accept = clock.Never
	a.transmit(frame.Item{Kind: frame.KindAccept, Body: frame.Accept{To: 1, IDs: []bundle.ID{{Origin: 1}}}.Append(nil)})
	l.accepted = l.accepted || !a.lost(a.luck)
	return nil
}

// need transmits a request; the sender and the other listeners may hear it.
func (a *radioAir) need(asker *radioListener) error {
	n, _ := asker.parts.Need(*asker.ask)
	asker.ask = nil
	a.needBytes += a.transmit(frame.Item{Kind: frame.KindNeed, Body: n.Append(nil)})
	a.needs++
	for _, l := range a.listeners {
		if l != asker && !a.lost(a.luck) {
			l.parts.Overhear(a.now, n)
		}
	}
	if a.lost(a.luck) {
		return nil
	}
	a.nudges = 0
	wait := time.Duration(0)
	if a.waiting() > 1 {
		wait = a.timing.Pace(a.receivers).Window
	}
	a.ready = a.sender.Need(a.now, n.More, wait)
	return nil
}

// waiting is for how many acceptances the sender waits.
func (a *radioAir) waiting() (n int) {
	for _, l := range a.listeners {
		if !l.accepted {
			n++
		}
	}
	return n
}
