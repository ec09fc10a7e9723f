package mesh

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// moveWindow is for how long after a key block a node still hears those who
// have not got it yet. Who comes later is heard under the bootstrap key.
const moveWindow = 24 * time.Hour

// linkEpoch says under which day's key of which epoch frames are sealed.
type linkEpoch struct {
	serial uint32
	day    clock.Day
}

// linkKeys is the keys of frames, made ready.
type linkKeys struct {
	now    linkEpoch // what this node sends is sealed under it
	moving bool      // the epoch before is heard, too
	hints  [2]linkEpoch

	seal, boot *frame.Key
	set        *frame.KeySet            // frames are opened under one of these
	of         map[*frame.Key]linkEpoch // without boot
}

// frameKeys returns the keys of frames as of now.
func (n *Node) frameKeys() *linkKeys {
	serial, day := n.keys.At(n.today())
	want := linkKeys{
		now:    linkEpoch{serial, day},
		moving: n.now.Mono < n.movedAt.Add(moveWindow), hints: n.hints,
	}
	if a := &n.air; a.set != nil && a.now == want.now && a.moving == want.moving && a.hints == want.hints {
		return a
	}
	want.boot = frame.NewBootstrapKey(n.keys.Bootstrap())
	want.of = make(map[*frame.Key]linkEpoch)
	var list []*frame.Key
	add := func(serial uint32, day clock.Day) {
		e := linkEpoch{serial, day}
		for _, k := range list {
			if want.of[k] == e {
				return
			}
		}
		if k, ok := n.keys.Link(serial, day); ok && len(list) < frame.MaxKeys-1 {
			key := frame.NewKey(k)
			list, want.of[key] = append(list, key), e
		}
	}
	add(serial, day)
	add(serial, day-1)
	add(serial, day+1)
	for _, other := range n.keys.Serials() {
		if s, on := n.keys.At(day + 1); other == s && other != serial {
			add(s, on) // the epoch that begins tomorrow has begun for those who are ahead
		}
	}
	for _, h := range n.hints {
		add(h.serial, h.day)
	}
	if before := n.keys.Before(serial); before != 0 && want.moving {
		add(before, day)
		add(before, day-1)
	}
	want.seal = list[0]
	want.set = frame.NewKeySet(append(list, want.boot)...)
	n.air = want
	return &n.air
}

// hint notes the day of a neighbour whose clock is far from this node's, as it
// says under the bootstrap key. Anybody who was ever a member can say so, so the
// last hint that opened a frame stays, and only the other one gives way.
//
// A day far ahead takes thousands of steps to derive, so there is one hint a
// second at most.
func (n *Node) hint(e linkEpoch) {
	if n.now.Mono < n.hintNext {
		return
	}
	n.hintNext = n.now.Mono.Add(time.Second)
	for _, known := range n.frameKeys().of { // order: any of them
		if known == e {
			return
		}
	}
	if _, ok := n.keys.Link(e.serial, e.day); ok {
		n.hints[1] = e
	}
}

// confirm notes under which key a frame was opened.
func (n *Node) confirm(e linkEpoch) {
	if e == n.hints[1] {
		n.hints[0], n.hints[1] = n.hints[1], n.hints[0]
	}
}
