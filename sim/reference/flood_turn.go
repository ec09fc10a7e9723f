package reference

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// floodRadio is one radio and what waits for it.
type floodRadio struct {
	index   int
	link    Link
	waiting []floodPacket // the first has drawn its wait, the others have not
	sending bool          // the first is on the air
	wake    clock.Instant // when the first looks at the channel
}

// queue hands a packet to every radio that has room for it.
func (a *flooder) queue(now clock.Instant, p floodPacket) {
	for i := range a.radios {
		r := &a.radios[i]
		if a.Queue > 0 && len(r.waiting) >= a.Queue {
			continue
		}
		r.waiting = append(r.waiting, p)
		if len(r.waiting) == 1 {
			r.wake = now.Add(a.draw(now, p))
		}
	}
}

// draw returns how long a packet waits before it looks at the channel: by the ratio at
// which it was heard last, so that those at the edge go first, or, if it is new, by how
// much the channel is in use.
func (a *flooder) draw(now clock.Instant, p floodPacket) time.Duration {
	place := a.share(now)
	if k, ok := a.known.get(p.id); ok && k.copies > 0 {
		ratio := k.snr
		if a.Noise != 0 {
			ratio = k.rssi - a.Noise
		}
		ratio = min(max(ratio, a.Weakest), a.Strongest)
		place = (ratio - a.Weakest) / (a.Strongest - a.Weakest)
	}
	return time.Duration(a.node.Luck.Int64N(1<<a.width(place))) * a.Slot
}

// contend looks at the channel for the first of the queue. If it is busy, a new wait is
// drawn; if the packet was heard too often meanwhile, the next one's turn has come.
func (a *flooder) contend(now clock.Instant, r *floodRadio) {
	r.wake = clock.Never
	for len(r.waiting) > 0 && !r.sending {
		p := r.waiting[0]
		if a.busy(r) {
			if wait := a.draw(now, p); wait > 0 {
				r.wake = now.Add(wait)
				return
			}
			continue // a wait of no slots looks again at once, and finds what it found but for false alarms
		}
		if k, _ := a.known.get(p.id); k.copies >= a.Copies {
			if a.Requeue {
				k.relayed = false
				a.known.put(p.id, k)
			}
			a.next(now, r)
			if r.wake > now {
				return
			}
			continue
		}
		r.sending = true
		a.inUse += r.link.Airtime(p.size)
		a.actions = append(a.actions, Transmit{Link: r.index, To: Everyone, Data: p.encode()})
	}
}

func (a *flooder) busy(r *floodRadio) bool {
	return a.node.Luck.Float64() < a.FalseBusy || r.link.Busy()
}

// next drops the first of the queue and lets the second draw its wait.
func (a *flooder) next(now clock.Instant, r *floodRadio) {
	r.waiting = r.waiting[1:]
	r.wake = clock.Never
	if len(r.waiting) > 0 {
		r.wake = now.Add(a.draw(now, r.waiting[0]))
	}
}

func (a *flooder) sent(now clock.Instant, ev Sent) {
	for i := range a.radios {
		r := &a.radios[i]
		if r.index == ev.Link && r.sending {
			r.sending = false
			a.next(now, r)
		}
	}
}
