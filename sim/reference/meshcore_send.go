package reference

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// queuedPacket is a packet that waits to be sent.
type queuedPacket struct {
	packet   meshcorePacket
	priority int // the lowest goes first
	due      clock.Instant
}

func (a *meshcore) airtime(p meshcorePacket) time.Duration { return a.link.Airtime(p.size()) }

// flood hands on a packet of this node's to all.
func (a *meshcore) flood(now clock.Instant, p meshcorePacket, priority int, delay time.Duration) {
	p.flood, p.path = true, nil
	a.remember(p) // it comes back
	a.queue(p, priority, now.Add(delay))
}

// along hands on a packet of this node's along a way.
func (a *meshcore) along(now clock.Instant, p meshcorePacket, way []byte, priority int, delay time.Duration) {
	p.flood, p.path = false, way
	a.remember(p)
	a.queue(p, priority, now.Add(delay))
}

// queue keeps a packet until its time has come; one that finds no room is dropped.
func (a *meshcore) queue(p meshcorePacket, priority int, due clock.Instant) {
	if len(a.out) < meshcoreQueue && p.size() <= a.link.MTU {
		a.out = append(a.out, queuedPacket{p, priority, due})
	}
}

// spread draws a wait of up to five times a share of a packet's airtime, in whole
// milliseconds.
func (a *meshcore) spread(p meshcorePacket, share float64) time.Duration {
	t := int64(float64(a.airtime(p)/time.Millisecond) * share)
	return time.Duration(a.node.Luck.Int64N(5*t+1)) * time.Millisecond
}

// send puts the most urgent packet on the air that is due, unless the channel is in
// use: then it looks again after 120 to 360 ms, but after 4 s it no longer cares.
func (a *meshcore) send(now clock.Instant) {
	best := -1
	for i := range a.out {
		if a.out[i].due <= now && (best < 0 || a.out[i].priority < a.out[best].priority) {
			best = i
		}
	}
	if best < 0 || a.sending || a.nextTry > now {
		return
	}
	if a.link.Busy() {
		if a.busy == notBusy {
			a.busy = now
		}
		if now.Sub(a.busy) <= forceAfter {
			a.nextTry = now.Add(time.Duration(1+a.node.Luck.Int64N(3)) * listenAgain)
			return
		}
	}
	p := a.out[best].packet
	a.out = append(a.out[:best], a.out[best+1:]...)
	a.busy, a.nextTry, a.sending = notBusy, now, true
	a.actions = append(a.actions, Transmit{Link: a.radio, To: Everyone, Data: p.encode()})
}
