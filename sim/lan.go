package sim

import (
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

// lan is a LAN with the ports on it.
type lan struct {
	index int
	about LAN
	ports []*port
	hosts []*host
	taps  []*tap
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
func (w *World) lanSend(h *host, p *port, f radio.Frame) {
	took := time.Duration(int64(len(f.Data)) * 8 * int64(time.Second) / int64(p.lan.bits()))
	w.after(took, event{kind: evSent, node: h.index, link: p.link, life: h.life})
	for _, t := range p.lan.taps {
		t.attacker.hear(t, f.Data)
	}
	for i, other := range p.lan.hosts {
		if other == h || f.To != 0 && f.To != other.number || w.isCut(h.index, other.index) {
			continue
		}
		delay := p.lan.about.Delay[0]
		if span := p.lan.about.Delay[1] - delay; span > 0 {
			delay += time.Duration(h.luck.Int64N(int64(span)))
		}
		if w.Faults.Loss > 0 && w.chance.Float64() < w.Faults.Loss {
			continue
		}
		w.after(took+delay, event{kind: evHeard, node: other.index, link: p.lan.ports[i].link, other: int(h.number), data: f.Data})
	}
}

// lanSent tells a node that its frame has left, or that the modem had no room.
func (w *World) lanSent(h *host, link int) {
	p := h.ports[link]
	if !p.up || !p.busy {
		return
	}
	p.busy = false
	sent := radio.Sent{}
	if p.channel != nil {
		sent.Err = errModem
	}
	w.step(h, mesh.LinkEvent{Link: link, Event: sent})
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
		w.step(h, mesh.LinkEvent{Link: p.link, Event: radio.Contact{Node: other.number}})
	}
	if want != 0 && p.up && h.node != nil {
		w.step(h, mesh.LinkEvent{Link: p.link, Event: radio.Contact{Node: other.number, Up: true}})
	}
}

func (l *lan) port(index int) *port {
	for i, h := range l.hosts {
		if h.index == index {
			return l.ports[i]
		}
	}
	return nil
}
