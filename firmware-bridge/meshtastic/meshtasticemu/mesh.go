package meshtasticemu

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// received takes a packet off the air.
func (r *Radio) received(now clock.Instant, p packet, in emulator.FromAir) {
	if p.from == r.Number { // somebody repeats what is ours
		r.repeated(now, p.id)
		return
	}
	k := key{p.from, p.id}
	if slices.Contains(r.seen, k) {
		return
	}
	r.seen = append(r.seen, k)
	r.seen = r.seen[max(0, len(r.seen)-seenAir):]
	index := -1
	for i := range 8 {
		if r.role(i) > 0 && hash(byte(i)) == p.channel {
			index = i
		}
	}
	r.packetFor(now, received(p, index, in.Signal.RSSI, in.Signal.SNR, 0))
	if p.hopLimit > 0 && p.to == everybody && !r.CoreOnly {
		p.hopLimit--
		p.relay = byte(r.Number)
		p.data = append([]byte(nil), p.data...)
		r.after(now, slot*time.Duration(1+p.id%8), func(clock.Instant) {
			if r.queue < queueMost {
				r.air(p)
			}
		})
	}
}

// repeated tells the host that its packet was passed on, if it wants to know.
func (r *Radio) repeated(now clock.Instant, id uint32) {
	i := slices.IndexFunc(r.waiting, func(p pending) bool { return p.id == id })
	if i < 0 {
		return
	}
	index := r.waiting[i].index
	r.waiting = slices.Delete(r.waiting, i, i+1)
	r.packetFor(now, routing(r.Number, r.Number, r.newID(), id, index, 0))
}

// unheard sends a packet again that nobody repeated, or gives up.
func (r *Radio) unheard(now clock.Instant, id uint32) {
	i := slices.IndexFunc(r.waiting, func(p pending) bool { return p.id == id })
	if i < 0 {
		return
	}
	p := &r.waiting[i]
	if p.tries++; p.tries < ackTries {
		if r.queue < queueMost {
			r.air(p.packet)
		}
		r.after(now, ackTimeout, func(now clock.Instant) { r.unheard(now, id) })
		return
	}
	index := p.index
	r.waiting = slices.Delete(r.waiting, i, i+1)
	const maxRetransmit = 5
	r.packetFor(now, routing(r.Number, r.Number, r.newID(), id, index, maxRetransmit))
}
