package sim

import (
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/sim/reference"
)

// lan is a LAN with the ports on it.
type lan struct {
	index int
	about LAN
	ports []*port
	hosts []*host
	taps  []*tap

	frames, bytes uint64
}

func (l *lan) bits() int {
	if l.about.BitsPerSecond > 0 {
		return l.about.BitsPerSecond
	}
	return lanBits
}

func (w *World) addLAN(about LAN) {
	l := &lan{index: len(w.lans), about: about}
	w.lans = append(w.lans, l)
	for _, n := range about.Nodes {
		l.join(w.hosts[n])
	}
}

func (l *lan) join(h *host) {
	p := &port{link: len(h.ports), lan: l, contacts: make(map[ident.Number]uint32)}
	h.ports = append(h.ports, p)
	l.ports, l.hosts = append(l.ports, p), append(l.hosts, h)
}

// lanSend puts a frame on its way to one neighbour or to all of them.
func (w *World) lanSend(h *host, p *port, to int, data []byte) {
	took := p.lan.took(len(data))
	p.lan.frames++
	p.lan.bytes += uint64(len(data))
	w.after(took, event{kind: evSent, node: h.index, link: p.link, life: h.life})
	for _, t := range p.lan.taps {
		t.attacker.hear(t, data)
	}
	for i, other := range p.lan.hosts {
		if other == h || to != 0 && to != int(other.number) || w.isCut(h.index, other.index) {
			continue
		}
		delay := p.lan.about.Delay[0]
		if span := p.lan.about.Delay[1] - delay; span > 0 {
			delay += time.Duration(h.luck.Int64N(int64(span)))
		}
		if w.Faults.Loss > 0 && w.chance.Float64() < w.Faults.Loss {
			continue
		}
		w.after(took+delay, event{kind: evHeard, node: other.index, link: p.lan.ports[i].link, other: int(h.number), data: data})
	}
}

// lanSent tells a node that its frame has left, or that the modem had no room.
func (w *World) lanSent(h *host, link int, refused bool) {
	p := h.ports[link]
	if !p.busy {
		return
	}
	if refused {
		w.frameSent(h, p, errModem)
	} else if p.up {
		w.frameSent(h, p, nil)
	}
}

// took is how long a frame occupies its sender.
func (l *lan) took(n int) time.Duration {
	return time.Duration(int64(n) * 8 * int64(time.Second) / int64(l.bits()))
}

// reviewAll has a node and everybody else on a LAN look at each other soon.
func (w *World) reviewAll(l *lan, index int) {
	for _, other := range l.hosts {
		if other.index != index {
			w.after(reviewDelay, event{kind: evReview, node: index, link: l.index, other: other.index})
		}
	}
}

// review tells two nodes on a LAN whether they are connected, if that differs
// from what they believe. One that was restarted counts as gone and come.
func (w *World) review(l *lan, a, b int) {
	pa, pb := l.port(a), l.port(b)
	connected := pa.up && pb.up && !w.isCut(a, b)
	w.tell(w.hosts[a], pa, w.hosts[b], connected)
	w.tell(w.hosts[b], pb, w.hosts[a], connected)
}

func (w *World) tell(h *host, p *port, other *host, connected bool) {
	if !p.up {
		return
	}
	want := uint32(0)
	if connected {
		want = other.life
	}
	have := p.contacts[other.number]
	if have == want {
		return
	}
	p.contacts[other.number] = want
	if have != 0 {
		w.contact(h, p, other, false)
	}
	if want != 0 && p.up && h.running() {
		w.contact(h, p, other, true)
	}
}

func (w *World) contact(h *host, p *port, other *host, up bool) {
	if h.guest != nil {
		w.stepGuest(h, reference.Contact{Link: p.link, Node: other.index, Up: up})
		return
	}
	w.step(h, mesh.LinkEvent{Link: p.link, Event: radio.Contact{Node: other.number, Up: up}})
}

func (l *lan) port(index int) *port {
	for i, h := range l.hosts {
		if h.index == index {
			return l.ports[i]
		}
	}
	return nil
}
