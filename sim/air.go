package sim

import (
	"errors"
	"math"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim/law"
	"github.com/blackstart-mesh/blackstart/sim/reference"
)

// channel is a radio channel with the ports on it, by station.
type channel struct {
	index    int
	about    Channel
	medium   *medium.Medium
	stations map[int]int          // by the node's index
	paths    map[link]medium.Path // as they are now, if nothing is cut
	changes  []Change             // to come
	ports    []*port              // nil where an attacker has his radio, and so below
	hosts    []*host
	taps     []*tap
	alarm    alarm
	spent    []time.Duration // what the law knows that its radios transmitted, by station
	law      *law.Watch
}

var (
	errUnplugged = errors.New("device unplugged")
	errModem     = errors.New("modem has no room")
	errGone      = errors.New("neighbour is gone")
)

func (w *World) addChannel(about Channel) {
	c := &channel{
		index: len(w.channels), about: about, medium: medium.New(about.Radio), alarm: unset(),
		stations: make(map[int]int), paths: make(map[link]medium.Path),
	}
	w.channels = append(w.channels, c)
	for _, n := range about.Nodes {
		w.joinChannel(c, w.hosts[n])
	}
	w.layPaths(c)
}

// joinChannel gives a host a radio on a channel, and returns its station, which
// hears nobody yet.
func (w *World) joinChannel(c *channel, h *host) int {
	p := &port{link: len(h.ports), channel: c, station: c.medium.Join(source(w.opts.Seed, "channel "+ident.Number(h.index+1).String(), c.index))}
	c.medium.Off(w.now, p.station)
	h.ports = append(h.ports, p)
	c.ports, c.hosts, c.taps = append(c.ports, p), append(c.hosts, h), append(c.taps, nil)
	c.stations[h.index] = p.station
	return p.station
}

// profile is how the link presents itself to the node.
func (w *World) profile(p *port) radio.Profile {
	if p.lan != nil {
		return radio.Profile{Name: "ip://", MTU: p.lan.about.MTU, BitsPerSecond: p.lan.about.BitsPerSecond, Secure: true, Contacts: true}
	}
	r := p.channel.about.Radio
	return radio.Profile{Name: "kiss+tcp://sim", MTU: p.channel.about.MTU, BitsPerSecond: r.BitsPerSecond, Overhead: r.Overhead, Listens: r.Sense < Deaf,
		Air: p.channel.about.Air, Band: p.channel.about.Band}
}

// linkUp brings a link of a running node up.
func (w *World) linkUp(h *host, link int) {
	p := h.ports[link]
	if p.up || p.pulled > 0 {
		return
	}
	p.up, p.busy = true, false
	w.unplugged(h, p, false)
	w.power(p, true)
	if h.guest == nil {
		w.step(h, mesh.LinkEvent{Link: link, Event: radio.Up{Profile: w.profile(p)}})
	}
}

// unplug takes a link's device away for a while.
func (w *World) unplug(h *host, link int, d time.Duration) {
	if w.lose(h, link) {
		w.unplugged(h, h.ports[link], true)
		w.after(d, event{kind: evUp, node: h.index, link: link, life: h.life})
	}
}

// lose tells whoever runs on a host that a link's device is gone, if it was there.
func (w *World) lose(h *host, link int) bool {
	p := h.ports[link]
	if !h.running() || !p.up {
		return false
	}
	outstanding := p.busy
	p.up, p.busy = false, false
	w.power(p, false)
	if h.guest != nil {
		if outstanding {
			w.frameSent(h, p, errUnplugged)
		}
		return true
	}
	// The Down speaks for every frame made before it, those still waiting for
	// a commit included.
	h.queue = slices.DeleteFunc(h.queue, func(e mesh.Effect) bool {
		t, ok := e.(mesh.Transmit)
		return ok && t.Link == link
	})
	w.step(h, mesh.LinkEvent{Link: link, Event: radio.Down{Err: errUnplugged}})
	return true
}

// transmit hands a frame to a link.
func (w *World) transmit(h *host, t mesh.Transmit) {
	if t.Link < 0 || t.Link >= len(h.ports) {
		w.violate("node %d transmits on link %d", h.number, t.Link)
		return
	}
	p := h.ports[t.Link]
	if !p.up {
		return // the Down event has told the node, or will
	}
	if p.busy {
		w.violate("node %d transmits on link %d while a frame is outstanding", h.number, t.Link)
		return
	}
	if mtu := w.profile(p).MTU; len(t.Frame.Data) > mtu || len(t.Frame.Data) == 0 {
		w.violate("node %d transmits %d bytes on a link with an MTU of %d", h.number, len(t.Frame.Data), mtu)
		return
	}
	if !w.opts.Unchecked {
		w.onAir(h, t.Frame.Data)
		w.spyOn(h, t.Frame.Data)
	}
	p.busy = true
	w.launch(h, p, int(t.Frame.To), t.Frame.Data)
}

// launch sends a frame from a port that is free, to a node by its number, or 0 for
// all in reach.
func (w *World) launch(h *host, p *port, to int, data []byte) {
	w.story.note(w.now, h.index, "transmit", data, data)
	w.record(data)
	if p.lan != nil {
		w.lanSend(h, p, to, data)
		return
	}
	if !p.channel.medium.Send(w.now, p.station, data) {
		w.after(0, event{kind: evSent, node: h.index, link: p.link, n: 1, life: h.life})
		return
	}
	w.watch(p.channel)
}

// notTaken tells whoever runs on a host that a link did not take its frame.
func (w *World) notTaken(h *host, link int) {
	if p := h.ports[link]; p.busy {
		w.frameSent(h, p, errModem)
	}
}

// frameSent tells whoever runs on a host that its frame has left, or has not.
func (w *World) frameSent(h *host, p *port, err error) {
	p.busy = false
	if h.guest != nil {
		w.stepGuest(h, reference.Sent{Link: p.link, OK: err == nil})
		return
	}
	w.step(h, mesh.LinkEvent{Link: p.link, Event: radio.Sent{Err: err}})
}

// record keeps frames for an attacker that replays them.
func (w *World) record(data []byte) {
	if w.faults().Replay <= 0 {
		return
	}
	if len(w.recorded) < replayMemory {
		w.recorded = append(w.recorded, data)
	} else {
		w.recorded[w.chance.IntN(replayMemory)] = data
	}
}

// alarm is when the timeline lets something move that keeps its own time.
type alarm struct {
	at     clock.Instant
	number int // those before it are void
}

// unset is an alarm that is not set.
func unset() alarm { return alarm{at: clock.Never} }

// watchFor puts an event into the timeline for when something moves next, unless an
// earlier one is there.
func (w *World) watchFor(a *alarm, next clock.Instant, ok bool, e event) {
	if next = max(next, w.now); ok && next < a.at {
		a.at = next
		a.number++
		e.n = a.number
		w.line.Put(next, 0, e)
	}
}

// watch sees to it that the timeline knows when the channel moves next.
func (w *World) watch(c *channel) {
	next, ok := c.medium.Next()
	w.watchFor(&c.alarm, next, ok, event{kind: evChannel, link: c.index})
}

// channelMoves lets a channel do what is due, and tells the nodes.
func (w *World) channelMoves(c *channel, number int) {
	if number != c.alarm.number {
		return
	}
	c.alarm.at = clock.Never
	notices := c.medium.Notices(w.now)
	for i := range notices {
		n := &notices[i]
		if tap := c.taps[n.Station]; tap != nil {
			if n.From != medium.Nobody && tap.attacker != nil {
				tap.attacker.hear(tap, n.Data)
			}
			continue
		}
		h, p := c.hosts[n.Station], c.ports[n.Station]
		if n.From != medium.Nobody {
			w.arrive(h, event{link: p.link, data: n.Data, power: n.Power, snr: n.SNR})
			continue
		}
		w.checkAirtime(c, n.Station)
		if n.OK && h.running() && p.up && p.busy { // else it broke off by a crash or an unplugging: told otherwise
			w.frameSent(h, p, nil)
		}
	}
	w.watch(c)
}

// arrive lets faults have their way with a frame that reaches a node by radio, and
// hands over what they leave.
func (w *World) arrive(h *host, e event) {
	e.kind, e.node = evHeard, h.index
	f := w.faults()
	hit := func(p float64) bool { return p > 0 && w.chance.Float64() < p }
	if hit(f.Loss) {
		return
	}
	if hit(f.Replay) && len(w.recorded) > 0 {
		old := e
		old.data = w.recorded[w.chance.IntN(len(w.recorded))]
		w.after(time.Millisecond, old)
	}
	if hit(f.Duplicate) {
		w.after(time.Duration(1+w.chance.Int64N(int64(time.Second))), e)
	}
	if hit(f.Flip) {
		if h.guest != nil {
			return // the radios of those whose rules these are check frames by a CRC
		}
		e.data = slices.Clone(e.data)
		bit := w.chance.IntN(len(e.data) * 8)
		e.data[bit/8] ^= 1 << (bit % 8)
	}
	if hit(f.Reorder) {
		w.after(time.Duration(1+w.chance.Int64N(int64(maxReorder))), e)
		return
	}
	w.heard(h, e)
}

// heard hands a frame to a node, if it is there to hear it.
func (w *World) heard(h *host, e event) {
	if !h.running() || !h.ports[e.link].up {
		return
	}
	if h.guest != nil {
		w.stepGuest(h, reference.Heard{Link: e.link, From: e.other - 1, Data: e.data, RSSI: e.power, SNR: e.snr})
		return
	}
	heard := radio.Heard{From: ident.Number(e.other), Data: e.data}
	if c := h.ports[e.link].channel; c != nil && c.about.Radio.Receiver != nil {
		// As LoRa modems tell it: whole dBm, and quarters of a dB.
		heard.Signal = &radio.Signal{RSSI: int(math.Round(e.power)), SNR: math.Round(4*e.snr) / 4}
	}
	w.step(h, mesh.LinkEvent{Link: e.link, Event: heard})
}
