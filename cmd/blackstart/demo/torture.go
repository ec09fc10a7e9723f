package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Bounds of the moments at which nodes are ended.
const (
	burst    = 3               // messages between two moments
	longest  = 2 * time.Second // between two moments
	downtime = time.Second     // of a node, at most
)

var precedences = [...]string{"FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"}

// torture sends messages between all nodes and ends nodes as a power cut
// would, at moments that the seed decides. Each time one message is on its way
// into the node that is ended.
func (w *world) torture(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, w.Limit)
	defer cancel()
	w.tell("seed %d", w.Seed)
	if err := w.meet(ctx); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(w.Seed, 1))
	for kill := range w.Kills {
		// The LAN is away for the middle third.
		if kill == w.Kills/3 {
			w.lan.setCut(true)
			w.tell("the LAN is cut")
		}
		if kill == w.Kills*2/3 {
			w.lan.setCut(false)
			w.tell("the LAN is mended")
		}
		for range burst {
			if err := w.sendAny(ctx, r, r.IntN(nodeCount)); err != nil {
				return err
			}
		}
		if err := pause(ctx, time.Duration(r.Int64N(int64(longest)))); err != nil {
			return err
		}
		victim := r.IntN(nodeCount)
		if err := w.killBusy(ctx, r, victim); err != nil {
			return err
		}
		w.tell("kill -9 of %s (%d of %d)", nodeNames[victim], kill+1, w.Kills)
		if err := w.sendAny(ctx, r, (victim+1)%nodeCount); err != nil {
			return err
		}
		if err := pause(ctx, time.Duration(r.Int64N(int64(downtime)))); err != nil {
			return err
		}
		if err := w.nodes[victim].start(ctx); err != nil {
			return err
		}
	}
	w.lan.setCut(false)
	w.tell("no more kills; %d messages were sent meanwhile", len(w.sent))
	return nil
}

// killBusy ends a node while it takes a message.
func (w *world) killBusy(ctx context.Context, r *rand.Rand, victim int) error {
	to, precedence, text := w.any(r, victim)
	s := w.note(victim, to, text)
	api := w.nodes[victim].api
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.submit(ctx, api, to, precedence) // whether it was taken, the record will tell
	}()
	if err := pause(ctx, time.Duration(r.Int64N(int64(20*time.Millisecond)))); err != nil {
		return err
	}
	err := w.nodes[victim].kill()
	<-done
	w.flown++
	return err
}

// sendAny has a node send something to somebody.
func (w *world) sendAny(ctx context.Context, r *rand.Rand, from int) error {
	to, precedence, text := w.any(r, from)
	_, err := w.send(ctx, from, to, precedence, text)
	return err
}

// any draws an addressee, a precedence, and a text that was not sent before.
func (w *world) any(r *rand.Rand, from int) (to, precedence, text string) {
	to = groupName
	if i := r.IntN(nodeCount + 1); i < nodeCount && i != from {
		to = nodeNames[i]
	}
	text = fmt.Sprintf("Message %d. %s", len(w.sent)+1, strings.Repeat("All quiet here. ", r.IntN(10)))
	return to, precedences[r.IntN(len(precedences))], strings.TrimSpace(text)
}

// pause waits.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
