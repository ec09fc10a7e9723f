package reference

import (
	"math"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// delayedFlood is a flood that arrived and will be looked at.
type delayedFlood struct {
	packet meshcorePacket
	due    clock.Instant
}

// listen takes a packet in. Floods may wait: the worse they came in, the longer, so
// that a copy that took a better way is looked at first. The wait is airtime times
// (base^(0.85-score) - 1), the score growing by 1 for each 10 dB above the sensitivity
// and shrinking with the packet's length.
func (a *meshcore) listen(now clock.Instant, ev Heard, p meshcorePacket) {
	if p.flood && a.ScoreBase > 0 {
		size := len(ev.Data)
		score := (ev.RSSI - a.link.Sensitivity) / 10 * (1 - float64(size)/256)
		score = min(max(score, 0), 1)
		// To a millionth: what a power comes to differs between machines in the last bit.
		factor := math.Round((math.Pow(a.ScoreBase, 0.85-score)-1)*1e6) / 1e6
		wait := time.Duration(factor*float64(a.link.Airtime(size)/time.Millisecond)) * time.Millisecond
		if wait >= leastListen && len(a.in) < meshcoreQueue {
			a.in = append(a.in, delayedFlood{p, now.Add(min(wait, mostListen))})
			return
		}
	}
	a.take(now, p)
}

// look takes in the floods whose wait is over.
func (a *meshcore) look(now clock.Instant) {
	for i := 0; i < len(a.in); i++ {
		if in := a.in[i]; in.due <= now {
			a.in = append(a.in[:i], a.in[i+1:]...)
			a.take(now, in.packet)
			i--
		}
	}
}

// remember reports whether a packet is new, and keeps that it is not any more.
func (a *meshcore) remember(p meshcorePacket) bool {
	key := p.key()
	if _, ok := a.seen.get(key); ok {
		return false
	}
	a.seen.put(key, struct{}{})
	return true
}

func (a *meshcore) take(now clock.Instant, p meshcorePacket) {
	if !p.flood && len(p.path) > 0 {
		a.passAlong(now, p)
		return
	}
	if !a.remember(p) {
		return
	}
	mine := p.to == a.node.Self
	switch p.kind {
	case mcGroup:
		a.show(p.message)
	case mcAck:
		if to, ok := a.answered(p.message); ok {
			mine = true
			if way, known := a.ways[to]; known && p.flood {
				// It floods though it was told the way: tell it again.
				a.along(now, a.wayBack(to, p.path), way, 1, wayBackLate)
			}
		}
	case mcText:
		if mine {
			a.show(p.message)
			a.answer(now, p)
		}
	case mcPath:
		if mine {
			a.learn(now, p)
		}
	}
	if p.flood && !mine {
		a.passOn(now, p)
	}
}

// passAlong is told of a packet on its way along a path.
func (a *meshcore) passAlong(now clock.Instant, p meshcorePacket) {
	if p.kind == mcAck {
		a.answered(p.message) // overheard before it came
	}
	if p.path[0] != hashOf(a.node.Self) || !a.repeats || !a.remember(p) {
		return
	}
	p.path = p.path[1:]
	if p.kind == mcAck {
		a.queue(p, 0, now)
		return
	}
	a.queue(p, 0, now.Add(a.spread(p, a.DirectSpan)))
}

// passOn relays a flood, with this node added to its path; the further it has come, the
// more it has to wait for what else there is.
func (a *meshcore) passOn(now clock.Instant, p meshcorePacket) {
	if !a.repeats || len(p.path) >= min(a.Hops, meshcorePath) {
		return
	}
	wait := a.spread(p, a.FloodSpan) // by the length with which it came
	p.path = append(slices.Clip(p.path), hashOf(a.node.Self))
	a.queue(p, len(p.path), now.Add(wait))
}

// show gives the user a message, once.
func (a *meshcore) show(n int) {
	if _, ok := a.got.get(n); !ok {
		a.got.put(n, struct{}{})
		a.actions = append(a.actions, Deliver{n})
	}
}

// answer acknowledges a message: by a flood with the way that it took, or, if it came
// along one, along the way back where that is known.
func (a *meshcore) answer(now clock.Instant, p meshcorePacket) {
	salt := byte(a.node.Luck.IntN(256))
	if p.flood {
		r := a.wayBack(p.from, p.path)
		r.ack, r.message, r.try, r.salt = true, p.message, p.try, salt
		r.payload = wayPayload(len(p.path), 6)
		a.flood(now, r, 2, answerDelay)
		return
	}
	ack := meshcorePacket{kind: mcAck, from: a.node.Self, to: Everyone, message: p.message, try: p.try, salt: salt, payload: mcAckPayload}
	if way, ok := a.ways[p.from]; ok {
		a.along(now, ack, way, 0, answerDelay)
		return
	}
	a.flood(now, ack, 1, answerDelay)
}

// wayBack tells somebody the way that his packet took.
func (a *meshcore) wayBack(to int, way []byte) meshcorePacket {
	return meshcorePacket{kind: mcPath, from: a.node.Self, to: to, way: way, salt: byte(a.node.Luck.IntN(256)), payload: wayPayload(len(way), 4)}
}

// learn takes in the way to somebody, and what he acknowledges with it. Who floods it
// does not know the way back, and is told.
func (a *meshcore) learn(now clock.Instant, p meshcorePacket) {
	a.ways[p.from] = p.way
	if p.ack {
		a.answered(p.message)
	}
	if p.flood {
		a.along(now, a.wayBack(p.from, p.path), p.way, 1, wayBackDelay)
	}
}
