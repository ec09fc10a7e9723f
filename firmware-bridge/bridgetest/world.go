package bridgetest

import (
	"bytes"
	"container/heap"
	"fmt"
	"math/rand/v2"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// reopen is how long a host waits before it opens a port again.
const reopen = time.Second

// host is a driver at one end of a serial line, as bridge.Link drives it, with
// what it told its node.
type host struct {
	reckoned time.Duration // on the air, by the profile
	driver   bridge.Driver
	name     string

	plugged bool
	session int // counts the openings of the port; 0: never opened
	open    bool
	free    [2]clock.Instant // when the line is free again, by direction
	wakes   int              // counts the Wakes, so that an old one is known
	writes  int              // counts the steps that wrote

	up      bool
	about   string
	profile radio.Profile
	waiting []byte        // the outstanding frame, nil: none
	since   clock.Instant // of it
	heard   [][]byte
	sent    int // frames that have left
	unsent  int // and those that have not
	failure error
	noisy   bool // its line, or the other's device, was disturbed since all was well
}

// directions of a serial line.
const (
	toDevice = iota
	toHost
)

// world joins hosts with emulated devices by serial lines, in time that passes
// as fast as the processor allows. The same seed gives the same run.
type world struct {
	now   clock.Instant
	rng   *rand.Rand
	site  *emulator.Site
	hosts []*host
	baud  int
	lose  float64 // chance of each byte to the host to get lost
	line  moments
	seq   int
	flown map[string]*host // who sent a frame
	heard map[*host][]byte // what came to the hosts that are in it
	fault func(format string, args ...any)
}

func newWorld(seed uint64, cfg medium.Config, baud int, fault func(string, ...any)) *world {
	return &world{rng: rand.New(rand.NewPCG(seed, 77)), site: emulator.NewSite(cfg, seed), baud: baud, flown: map[string]*host{}, fault: fault}
}

// join adds a device, switched on, and a host that opens its port.
func (w *world) join(d bridge.Driver, e emulator.Device) *host {
	h := &host{driver: d, name: fmt.Sprintf("host %d", len(w.hosts)), plugged: true}
	w.site.PowerOn(w.now, w.site.Add(w.now, e))
	w.hosts = append(w.hosts, h)
	w.after(0, func() { w.opening(h) })
	return h
}

// run lets a time pass.
func (w *world) run(d time.Duration) {
	end := w.now.Add(d)
	for {
		at, ok := w.site.Next()
		if len(w.line) > 0 && (!ok || w.line[0].at < at) {
			if w.line[0].at > end {
				break
			}
			m := heap.Pop(&w.line).(moment)
			w.now = max(w.now, m.at)
			m.do()
			continue
		}
		if !ok || at > end {
			break
		}
		w.now = max(w.now, at)
		for _, s := range w.site.Advance(w.now) {
			w.carry(w.hosts[s.Station], toHost, s.Data)
		}
	}
	w.now = end
}

func (w *world) after(d time.Duration, do func()) {
	w.seq++
	heap.Push(&w.line, moment{at: w.now.Add(d), seq: w.seq, do: do})
}

// opening opens a host's port, if it is there.
func (w *world) opening(h *host) {
	if h.open || !h.plugged {
		return
	}
	h.session++
	h.open, h.free = true, [2]clock.Instant{w.now, w.now}
	w.step(h, bridge.Opened{})
}

// ended ends a host's session, as bridge.Link does.
func (w *world) ended(h *host, err error) {
	if !h.open {
		return
	}
	h.open, h.up, h.failure = false, false, err
	h.session++
	if h.waiting != nil {
		h.waiting = nil
		h.unsent++
	}
	w.after(reopen, func() { w.opening(h) })
}

// unplug takes a port away; plug brings it back.
func (w *world) unplug(h *host) {
	h.plugged = false
	w.ended(h, nil)
}

func (w *world) plug(h *host) {
	h.plugged = true
	w.after(reopen, func() { w.opening(h) })
}

// transmit hands a frame over, if the host takes one now.
func (w *world) transmit(h *host, data []byte) bool {
	if !h.up || h.waiting != nil || len(data) > h.profile.MTU {
		return false
	}
	h.waiting, h.since = data, w.now
	h.reckoned += h.profile.Airtime(len(data))
	w.flown[string(data)] = h
	w.step(h, bridge.Transmit{Data: data})
	return true
}

// check looks at a frame that a host heard: somebody else sent it, and it comes
// once. Where the protocol has no checksum, noise may pass for a frame.
func (w *world) check(h *host, data []byte) {
	from, flown := w.flown[string(data)]
	switch {
	case !flown && !h.noisy:
		w.fault("%s heard what nobody sent: %x", h.name, data)
	case from == h:
		w.fault("%s heard itself: %x", h.name, data)
	case flown && h.count(data) > 1:
		w.fault("%s heard a frame again: %x", h.name, data)
	}
}

// count tells how often a host heard a frame.
func (h *host) count(data []byte) int {
	n := 0
	for _, d := range h.heard {
		if bytes.Equal(d, data) {
			n++
		}
	}
	return n
}

// carry sends bytes over a serial line in pieces of random sizes, at its speed.
func (w *world) carry(h *host, direction int, data []byte) {
	if !h.open {
		return
	}
	session, station := h.session, w.station(h)
	for len(data) > 0 {
		piece := append([]byte(nil), data[:1+w.rng.IntN(min(len(data), 40))]...)
		data = data[len(piece):]
		if direction == toHost && w.lose > 0 {
			piece = w.thin(h, piece)
		}
		if _, ok := w.heard[h]; ok && direction == toHost {
			w.heard[h] = append(w.heard[h], piece...)
		}
		at := max(h.free[direction], w.now).Add(time.Duration(len(piece)) * 10 * time.Second / time.Duration(w.baud))
		h.free[direction] = at
		w.after(at.Sub(w.now), func() {
			if h.session != session {
				return
			}
			if direction == toHost {
				w.step(h, bridge.Bytes{Data: piece})
			} else {
				w.site.FromHost(w.now, station, piece)
			}
		})
	}
}

// thin loses some bytes.
func (w *world) thin(h *host, data []byte) []byte {
	kept := data[:0]
	for _, b := range data {
		if w.rng.Float64() < w.lose {
			h.noisy = true
			continue
		}
		kept = append(kept, b)
	}
	return kept
}

func (w *world) station(h *host) int {
	for i, o := range w.hosts {
		if o == h {
			return i
		}
	}
	panic("not a host of this world")
}

// step carries an input to a driver, and out what it says about it.
func (w *world) step(h *host, in bridge.Input) {
	wrote := false
	for _, o := range h.driver.Step(w.now, in) {
		switch o := o.(type) {
		case bridge.Write:
			wrote = true
			w.carry(h, toDevice, o.Data)
		case bridge.Wake:
			w.wake(h, o.At)
		case bridge.Ready:
			h.up, h.profile, h.about = true, o.Profile, o.About
		case bridge.Heard:
			h.heard = append(h.heard, o.Data)
			w.check(h, o.Data)
		case bridge.Sent:
			w.done(h, o.Err)
		case bridge.Fail:
			w.ended(h, o.Err)
			return
		}
	}
	if wrote {
		h.writes++
		session, writes := h.session, h.writes
		w.after(max(0, h.free[toDevice].Sub(w.now)), func() {
			if h.session == session && h.writes == writes { // nothing was written since
				w.step(h, bridge.Written{})
			}
		})
	}
}

func (w *world) wake(h *host, at clock.Instant) {
	h.wakes++
	if session, wakes := h.session, h.wakes; at != clock.Never {
		w.after(max(0, at.Sub(w.now)), func() {
			if h.session == session && h.wakes == wakes {
				w.step(h, bridge.Tick{})
			}
		})
	}
}

// done takes in what became of the outstanding frame.
func (w *world) done(h *host, err error) {
	switch {
	case h.waiting == nil:
		w.fault("%s says Sent with no frame outstanding", h.name)
	case err == nil:
		h.sent++
	default:
		h.unsent++
	}
	h.waiting = nil
}

// moment is something that happens later.
type moment struct {
	at  clock.Instant
	seq int
	do  func()
}

type moments []moment

func (m moments) Len() int { return len(m) }
func (m moments) Less(i, j int) bool {
	return m[i].at < m[j].at || m[i].at == m[j].at && m[i].seq < m[j].seq
}
func (m moments) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *moments) Push(x any)   { *m = append(*m, x.(moment)) }
func (m *moments) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
