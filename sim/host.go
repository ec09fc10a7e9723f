package sim

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/sim/reference"
	"github.com/blackstart-mesh/blackstart/store/mem"
)

// host is a machine on which a node runs: its disk survives what the node does
// not.
type host struct {
	index    int
	number   ident.Number // another host may have it, too: see World.Copy
	private  *ident.Private
	trust    mesh.Trust
	corrupt  bool          // an attacker has its keys: nothing that it says or shows counts
	serial   uint32        // of the newest key block in its vault
	movedAt  clock.Instant // when that came
	enrolled clock.Instant
	disk     *mem.Store
	vault    *mem.Vault
	skew     time.Duration
	time     timekeeper
	luck     *rand.Rand // of the machine: disk, timers, crashes
	ports    []*port

	node    Machine         // nil while it is down, and on a host of a guest
	guest   reference.Actor // in its place where another protocol runs; nil while it is down
	life    uint32          // counts the lives of the node, from 1
	born    clock.Instant
	queue   []mesh.Effect // the one ordered stream: what has not left yet
	joined  int           // commits under way at the disk, the first ones in the queue
	crashes int
	doomed  bool // it crashes at its next effect but spare
	spare   int
	down    time.Duration // and stays down for this long
	off     int           // incidents that keep it without power
	full    int           // and its disk full
	quartz  quartz
	wakeAt  clock.Instant // the wake in the timeline
	wakes   int           // its number; those before it are void
	spins   int
	spunAt  clock.Instant
}

// port is a host's end of a link.
type port struct {
	link    int // the node's number for it
	channel *channel
	station int
	lan     *lan
	up      bool
	busy    bool   // a frame is outstanding
	pulled  int    // incidents that keep its device away
	to      int    // to whom the outstanding frame goes on a LAN
	frame   []byte // and what it is
}

func newHost(w *World, index int) (*host, error) {
	h := w.machine(index, ident.Number(index+1))
	if w.opts.Protocol != nil {
		return h, nil
	}
	var err error
	h.vault, err = w.operator.Vault(index, w.day())
	return h, err
}

// machine is a host with an empty disk, on which the node of a number will run.
func (w *World) machine(index int, number ident.Number) *host {
	h := &host{
		index: index, number: number, disk: mem.New(),
		luck: source(w.opts.Seed, "machine", index), enrolled: w.now,
	}
	if w.operator != nil {
		h.private, h.trust = w.operator.Private[number-1], w.operator.Trust()
	}
	if w.opts.Skew > 0 {
		h.skew = time.Duration(h.luck.Int64N(2*int64(w.opts.Skew))) - w.opts.Skew
	}
	if w.opts.Clocks != nil {
		h.time.wrong, h.time.synchronised = w.opts.Clocks(index)
	}
	return h
}

// notice notes which key block is the newest in the vault.
func (h *host) notice(now clock.Instant, ring *keyring.State) {
	if newest := ring.Newest(); newest != h.serial {
		h.serial, h.movedAt = newest, now
	}
}

// reading is what the host's clocks say. The monotonic one starts with the
// node, at an odd value.
func (w *World) reading(h *host) clock.Reading {
	if h.time.estimator != nil {
		return h.time.estimator.Read(w.sample(h))
	}
	return clock.Reading{
		Mono:  h.quartz.local(w.now) - h.born,
		Wall:  w.opts.Start.Add(time.Duration(h.quartz.local(w.now)) + h.skew),
		Bound: w.opts.Bound,
	}
}

// Start starts a node that is down, from what its disk holds.
func (w *World) Start(index int) {
	h := w.hosts[index]
	if h.running() || h.off > 0 {
		return
	}
	w.past.regained(index, w.Now())
	h.life++
	h.wakeAt, h.spins = clock.Never, 0
	if w.opts.Protocol != nil {
		w.startGuest(h)
		return
	}
	h.born = h.quartz.local(w.now) - clock.Instant(h.luck.Int64N(int64(time.Hour)))
	w.beginTime(h)
	ring, err := keyring.Decode(h.vault.Load())
	if err != nil {
		w.violate("node %d does not find its own keys: %v", h.number, err)
		return
	}
	h.notice(w.now, ring)
	cfg := mesh.Config{
		Self: h.number, Ring: ring, Private: h.private, Trust: h.trust, Verifier: w.memory,
		View: h.disk, Jitter: source(w.opts.Seed, "jitter "+ident.Number(index+1).String(), int(h.life)), Signing: w.opts.Signing,
	}
	node, err := w.opts.Build(index, w.reading(h), cfg)
	w.story.note(w.now, index, "start", nil, nil)
	if err != nil {
		w.violate("node %d does not start from its own store: %v", h.number, err)
		return
	}
	h.node = node
	for _, p := range h.ports {
		w.after(upDelay+time.Duration(h.luck.Int64N(int64(upDelay))), event{kind: evUp, node: index, link: p.link, life: h.life})
	}
	w.arm(h)
}

// Crash takes a node's power at once: its memory, its effects that have not
// left, and with even odds the commit under way.
func (w *World) Crash(index int) {
	h := w.hosts[index]
	w.past.lost(index, w.Now())
	if !h.running() {
		return
	}
	w.story.note(w.now, index, "crash", nil, len(h.queue))
	h.crashes++
	switch {
	case h.joined == 0 || h.luck.IntN(2) == 0:
	case h.luck.IntN(2) == 0:
		w.saveKeys(h)
	default:
		w.commit(h)
	}
	w.fell(h)
}

// fell clears what a dead node leaves behind.
func (w *World) fell(h *host) {
	h.node, h.guest, h.queue, h.joined, h.doomed = nil, nil, nil, 0, false
	for _, p := range h.ports {
		p.up, p.busy = false, false
		w.power(p, false)
	}
}

// Up reports whether a node runs.
func (w *World) Up(index int) bool { return w.hosts[index].running() }

// running reports whether a node or a guest runs on the host.
func (h *host) running() bool { return h.node != nil || h.guest != nil }

// deadline is when whoever runs on the host wants to be woken, by the world's clock.
func (h *host) deadline() (clock.Instant, bool) {
	if h.guest != nil {
		return h.guest.Deadline()
	}
	due, ok := h.node.Deadline()
	if due == clock.Never {
		return due, false
	}
	return h.quartz.world(due + h.born), ok
}

// step hands a node an event, and carries out what may be.
func (w *World) step(h *host, ev mesh.Event) {
	w.take(h, ev)
	w.release(h)
	w.arm(h)
}

// take hands a node an event and appends its effects to the stream.
func (w *World) take(h *host, ev mesh.Event) {
	switch ev := ev.(type) {
	case mesh.LinkEvent:
		var data []byte
		if heard, ok := ev.Event.(radio.Heard); ok {
			data = heard.Data
		}
		w.story.note(w.now, h.index, "link event", data, ev)
	default:
		w.story.note(w.now, h.index, "event", fmt.Appendf(nil, "%T", ev), ev)
	}
	effects := h.node.Step(w.reading(h), ev)
	for _, e := range effects {
		w.story.effect(w.now, h.index, e)
	}
	h.queue = append(h.queue, effects...)
}

// release carries out effects from the front of the stream, one by one, until
// it is empty, a commit stands in front, or the node crashes.
func (w *World) release(h *host) {
	for h.node != nil && len(h.queue) > 0 && !w.stop {
		if w.dies(h) {
			return
		}
		e := h.queue[0]
		if _, ok := e.(mesh.Commit); ok {
			w.startCommit(h)
			return
		}
		h.queue = h.queue[1:]
		w.perform(h, e)
	}
}

// dies reports whether a host that is doomed crashes now, before its next effect.
func (w *World) dies(h *host) bool {
	if !h.doomed {
		return false
	}
	if h.spare > 0 {
		h.spare--
		return false
	}
	if h.down > 0 {
		w.after(h.down, event{kind: evStart, node: h.index})
	}
	w.Crash(h.index)
	return true
}

// perform carries out one effect.
func (w *World) perform(h *host, e mesh.Effect) {
	if w.watcher != nil {
		w.watcher(h, e)
	}
	switch e := e.(type) {
	case mesh.Transmit:
		w.transmit(h, e)
	case mesh.Deliver:
		w.told(h, e.Message)
		if !w.opts.Unchecked {
			w.delivered(h, e.Message)
		}
	case mesh.Update:
		w.told(h, e.Message)
		if !w.opts.Unchecked {
			w.updated(h, e.Message)
		}
	case mesh.Accepted:
		w.accepted(h, e)
	case mesh.Refused:
		w.refused(h, e)
	case mesh.LearnTime, mesh.Past:
		w.learnTime(h, e)
	case mesh.Trace, mesh.Excluded, mesh.Planned: // the world cuts no links, and has no channels
	default:
		w.violate("node %d wants %T", h.number, e)
	}
}

// arm puts the node's deadline into the timeline. A timer fires a little late.
func (w *World) arm(h *host) {
	if !h.running() {
		return
	}
	due, ok := h.deadline()
	if !ok {
		return
	}
	at := max(due, w.now)
	if at >= h.wakeAt {
		return
	}
	h.wakeAt = at
	h.wakes++
	late := time.Duration(0)
	if h.guest == nil { // rules are tried as they are written
		late = time.Duration(h.luck.Int64N(int64(wakeLate)))
	}
	w.after(at.Sub(w.now)+late, event{kind: evWake, node: h.index, n: h.wakes, life: h.life})
}

// wake steps a node whose deadline has come; one whose deadline has moved is
// armed again.
func (w *World) wake(h *host, number int) {
	if number != h.wakes {
		return
	}
	h.wakeAt = clock.Never
	due, ok := h.deadline()
	if !ok || due > w.now {
		w.arm(h)
		return
	}
	if h.spunAt != w.now/clock.Instant(time.Second) {
		h.spins, h.spunAt = 0, w.now/clock.Instant(time.Second)
	}
	if h.spins++; h.spins > maxSpin {
		w.violate("node %d wakes %d times in a second; its deadline is %v ago", h.number, h.spins, w.now.Sub(due))
		return
	}
	if h.guest != nil {
		w.stepGuest(h, reference.Wake{})
		return
	}
	w.step(h, mesh.Wake{})
}
