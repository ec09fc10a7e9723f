package bench

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
)

// textHead begins each text: the phase, and when the message was due, in
// nanoseconds of the wall clock, which all processes share.
const textHead = "phase %d, due %d: "

// load submits messages and says how it went.
func (n *lanNode) load(ctx context.Context, l lanLoad) {
	due := make(chan time.Time)
	var submitters sync.WaitGroup
	var accepted, refused atomic.Int64
	var why atomic.Pointer[string]
	for range l.Submitters {
		submitters.Go(func() {
			for at := range due {
				m, err := n.node.Submit(ctx, toEveryone(filler(fmt.Sprintf(textHead, l.Phase, at.UnixNano()), l.Bytes)))
				if err != nil {
					refused.Add(1)
					text := err.Error()
					why.Store(&text)
					pause(ctx, refusedPause)
					continue
				}
				accepted.Add(1)
				n.mu.Lock()
				n.accepted = append(n.accepted, lanIDOf(m.ID))
				n.mu.Unlock()
			}
		})
	}
	l.pace(ctx, due)
	close(due)
	submitters.Wait()
	done := lanLoaded{Accepted: int(accepted.Load()), Refused: int(refused.Load())}
	if text := why.Load(); text != nil {
		done.Why = *text
	}
	_ = n.say(lanWord{Loaded: &done}) // who does not hear it has closed the input
}

// refusedPause is how long a submitter rests after a refusal, as a program
// would that is told to try again later.
const refusedPause = 10 * time.Millisecond

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// pace hands out the times at which messages are due. With a rate they do not
// depend on how fast messages are taken, so that what waits for a slow node
// counts as its latency.
func (l lanLoad) pace(ctx context.Context, due chan<- time.Time) {
	start := time.Now()
	for i := range l.Limit {
		at := time.Now()
		if l.Rate > 0 {
			at = start.Add(time.Duration(float64(i) / l.Rate * float64(time.Second)))
			pause(ctx, time.Until(at))
		}
		if at.Sub(start) >= l.Duration {
			return
		}
		select {
		case due <- at:
		case <-ctx.Done():
			return
		}
	}
}

// watch notes when each message of another node became durable here. What the
// queue of events missed is read from the record.
func (n *lanNode) watch(ctx context.Context, events <-chan live.Event, last uint64) {
	for {
		var e live.Event
		select {
		case <-ctx.Done():
			return
		case e = <-events:
		}
		switch {
		case e.Kind == live.NewMessage && e.Message.Number == last+1:
			n.note(e.Message)
			last++
		case e.Kind == live.Missed || e.Kind == live.NewMessage && e.Message.Number > last:
			for _, m := range n.node.Messages(last, 1<<30) {
				n.note(m)
				last = m.Number
			}
		}
	}
}

func (n *lanNode) note(m mesh.Message) {
	now := time.Now().UnixNano()
	var phase int
	var due int64
	if m.Outgoing {
		return
	}
	if _, err := fmt.Sscanf(m.Text, textHead, &phase, &due); err != nil {
		return // not a text of the bench
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.delays[phase] = append(n.delays[phase], int32(min((now-due)/1000, 1<<31-1)))
}
