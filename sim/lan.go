package sim

import (
	"cmp"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/reference"
	"github.com/blackstart-mesh/blackstart/sim/segment"
)

// lan is a LAN, or another network of fast links, with the ports on it, by station.
type lan struct {
	index    int
	about    LAN
	segment  *segment.Segment
	ports    []*port
	hosts    []*host
	stations map[int]int // by the node's index
	taps     []*tap
	alarm    alarm
	apart    map[link]bool    // pairs that have no connection by the schedule, lower index first
	out      map[int]int      // how many outages a node is in
	changes  []contact.Change // to come
}

func (w *World) addLAN(about LAN) {
	if about.BitsPerSecond == 0 {
		about.BitsPerSecond = lanBits
	}
	if about.MTU == 0 {
		about.MTU = lanMTU
	}
	notice := reviewDelay
	if about.Step > 0 {
		notice = 0
	}
	l := &lan{index: len(w.lans), about: about, alarm: unset(), stations: make(map[int]int), apart: make(map[link]bool), out: make(map[int]int)}
	l.segment = segment.New(segment.Config{
		BitsPerSecond: about.BitsPerSecond, Delay: [2]time.Duration{about.Delay[0], max(about.Delay[0], about.Delay[1])},
		Loss: about.Loss, MTU: about.MTU, Uncharged: about.Uncharged, HalfDuplex: about.HalfDuplex, Step: about.Step,
		Notice: notice, Broadcast: true,
	})
	w.lans = append(w.lans, l)
	if about.Traced {
		for i, a := range about.Nodes {
			for _, b := range about.Nodes[:i] {
				l.apart[pairOf(a, b)] = true
			}
		}
	}
	for _, n := range about.Nodes {
		w.joinLAN(l, w.hosts[n])
	}
	l.changes = l.schedule()
	w.nextContact(l)
}

// pairOf names two nodes, whichever is which.
func pairOf(a, b int) link { return link{min(a, b), max(a, b)} }

func (w *World) joinLAN(l *lan, h *host) {
	s := l.segment.Join(source(w.opts.Seed, "LAN "+ident.Number(h.index+1).String(), l.index))
	l.segment.Off(w.now, s)
	p := &port{link: len(h.ports), lan: l, station: s}
	h.ports = append(h.ports, p)
	l.ports, l.hosts = append(l.ports, p), append(l.hosts, h)
	l.stations[h.index] = s
	for _, other := range l.hosts[:s] {
		w.settle(l, h.index, other.index)
	}
}

// settle gives two nodes their connection, or takes it, as things stand.
func (w *World) settle(l *lan, a, b int) {
	sa, onA := l.stations[a]
	sb, onB := l.stations[b]
	switch {
	case !onA || !onB:
		return
	case l.apart[pairOf(a, b)] || l.out[a]+l.out[b] > 0 || w.isCut(a, b):
		l.segment.Disconnect(w.now, sa, sb)
	default:
		l.segment.Connect(w.now, sa, sb)
	}
	w.watchLAN(l)
}

// schedule is who meets and parts when, in order of time.
func (l *lan) schedule() []contact.Change {
	list := slices.Clone(l.about.Contacts)
	for i, c := range list {
		list[i].A, list[i].B = min(c.A, c.B), max(c.A, c.B)
	}
	slices.SortStableFunc(list, func(a, b contact.Change) int { return cmp.Compare(a.At, b.At) })
	return list
}

// nextContact puts the next change of a LAN's schedule into the timeline.
func (w *World) nextContact(l *lan) {
	if len(l.changes) > 0 {
		w.after(l.changes[0].At-w.Now(), event{kind: evContact, link: l.index})
	}
}

// meet makes all changes of the schedule that are due.
func (w *World) meet(l *lan) {
	for len(l.changes) > 0 && l.changes[0].At <= w.Now() {
		c := l.changes[0]
		l.changes = l.changes[1:]
		l.apart[pairOf(c.A, c.B)] = !c.Up
		w.settle(l, c.A, c.B)
	}
	w.nextContact(l)
}

// watchLAN sees to it that the timeline knows when the LAN moves next.
func (w *World) watchLAN(l *lan) {
	next, ok := l.segment.Next()
	w.watchFor(&l.alarm, next, ok, event{kind: evLAN, link: l.index})
}

// power gives a port's station its power, or takes it.
func (w *World) power(p *port, on bool) {
	switch {
	case p.lan != nil && on:
		p.lan.segment.On(w.now, p.station)
	case p.lan != nil:
		p.lan.segment.Off(w.now, p.station)
	case on:
		p.channel.medium.On(p.station)
	default:
		p.channel.medium.Off(w.now, p.station)
	}
	if p.lan != nil {
		w.watchLAN(p.lan)
	} else {
		w.watch(p.channel)
	}
}

// lanSend puts a frame on its way to one neighbour, or with the number 0 to all of them.
func (w *World) lanSend(h *host, p *port, to int, data []byte) {
	l, station := p.lan, segment.Everyone
	for _, t := range l.taps {
		t.attacker.hear(t, data)
	}
	if to != 0 {
		ok := false
		if station, ok = l.stations[to-1]; !ok { // a number that nobody has here
			w.after(0, event{kind: evSent, node: h.index, link: p.link, n: 1, life: h.life})
			return
		}
	}
	p.to, p.frame = to, data
	if !l.segment.Send(w.now, p.station, station, data) {
		w.after(0, event{kind: evSent, node: h.index, link: p.link, n: 1, life: h.life})
		return
	}
	w.watchLAN(l)
}

// lanMoves lets a LAN do what is due, and tells those on it.
func (w *World) lanMoves(l *lan, number int) {
	if number != l.alarm.number {
		return
	}
	l.alarm.at = clock.Never
	for _, e := range l.segment.Advance(w.now) {
		switch e := e.(type) {
		case segment.Delivered:
			if loss := w.faults().Loss; loss > 0 && w.chance.Float64() < loss {
				continue
			}
			w.heard(l.hosts[e.Station], event{link: l.ports[e.Station].link, other: int(l.hosts[e.From].number), data: e.Data})
		case segment.Sent:
			w.lanSent(l, e)
		case segment.Contact:
			if h, p := l.hosts[e.Station], l.ports[e.Station]; h.running() && p.up {
				w.contact(h, p, l.hosts[e.Other], e.Up)
			}
		}
	}
	w.watchLAN(l)
}

// lanSent tells whoever sent a frame that it has left, or has not. What finds one of both
// ends in a transfer, where a node is in one at a time, waits for its turn below the node,
// as it does in a device; actors are told, since it is their rules that say what then.
func (w *World) lanSent(l *lan, e segment.Sent) {
	h, p := l.hosts[e.Station], l.ports[e.Station]
	switch {
	case !h.running() || !p.up || !p.busy:
	case e.OK:
		w.frameSent(h, p, nil)
	case h.guest == nil && l.about.HalfDuplex && (p.to == 0 || l.segment.Connected(p.station, l.stations[p.to-1])):
		pause := turnPause/2 + time.Duration(h.luck.Int64N(int64(turnPause)))
		w.after(pause, event{kind: evTurn, node: h.index, link: p.link, life: h.life})
	default:
		w.frameSent(h, p, errGone)
	}
}

// turn tries again to send what waits for its turn.
func (w *World) turn(h *host, link int) {
	if p := h.ports[link]; p.up && p.busy {
		w.lanSend(h, p, p.to, p.frame)
	}
}

func (w *World) contact(h *host, p *port, other *host, up bool) {
	if h.guest != nil {
		w.stepGuest(h, reference.Contact{Link: p.link, Node: other.index, Up: up})
		return
	}
	w.step(h, mesh.LinkEvent{Link: p.link, Event: radio.Contact{Node: other.number, Up: up}})
}

// took is how long a frame of n bytes occupies its sender.
func (l *lan) took(n int) time.Duration { return l.segment.Config().Took(n) }
