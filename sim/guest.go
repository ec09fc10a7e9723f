package sim

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/reference"
)

// A guest is an actor of a reference protocol in the place of a node: on the same
// machine, the same radios and LANs, with the same people, and under the same
// faults. It has no disk, so a crash takes all that it knew; its links are up
// whenever it runs, unless their device is gone. What the checkers know of Blackstart's
// frames and stores does not hold for it.

// startGuest starts the actor of a host.
func (w *World) startGuest(h *host) {
	links := make([]reference.Link, len(h.ports))
	for i, p := range h.ports {
		p.up, p.busy = p.pulled == 0, false
		w.power(p, p.up)
		links[i] = w.guestLink(p)
	}
	w.story.note(w.now, h.index, "start", nil, nil)
	h.guest = w.opts.Protocol.New(reference.Node{
		Self: h.index, Nodes: w.opts.Nodes, Links: links,
		Luck: source(w.opts.Seed, fmt.Sprintf("guest %d", h.index), int(h.life)),
	})
	w.arm(h)
}

// guestLink is what an actor knows of a port.
func (w *World) guestLink(p *port) reference.Link {
	profile := w.profile(p)
	l := reference.Link{MTU: profile.MTU, Contacts: profile.Contacts}
	if p.channel == nil {
		l.Airtime = p.lan.took
		l.Busy = func() bool { return p.busy }
		return l
	}
	l.Airtime = func(n int) time.Duration { return p.channel.medium.Airtime(p.station, n) }
	if r := p.channel.about.Radio.Receiver; r != nil {
		l.Sensitivity = r.Modes[0].Sensitivity
	}
	l.Busy = func() bool { return p.channel.medium.Busy(w.now, p.station) }
	return l
}

// stepGuest hands an actor an event and carries out what it wants, at once: it has
// no disk to wait for.
func (w *World) stepGuest(h *host, ev reference.Event) {
	what, bytes := guestEvent(ev)
	w.story.note(w.now, h.index, what, bytes, ev)
	for _, a := range h.guest.Step(w.now, ev) {
		if w.dies(h) || h.guest == nil || w.stop {
			break
		}
		w.performGuest(h, a)
	}
	w.arm(h)
}

// guestEvent says in bytes what an event is about, for the hash.
func guestEvent(ev reference.Event) (what string, bytes []byte) {
	number := func(n ...int) (out []byte) {
		for _, n := range n {
			out = binary.AppendVarint(out, int64(n))
		}
		return out
	}
	switch ev := ev.(type) {
	case reference.Submit:
		return "submit", number(ev.Message.N)
	case reference.Heard:
		return "heard", ev.Data
	case reference.Sent:
		if ev.OK {
			return "sent", number(ev.Link)
		}
		return "not sent", number(ev.Link)
	case reference.Contact:
		if ev.Up {
			return "contact", number(ev.Link, ev.Node)
		}
		return "contact gone", number(ev.Link, ev.Node)
	}
	return "wake", nil
}

// performGuest carries out one action.
func (w *World) performGuest(h *host, a reference.Action) {
	switch a := a.(type) {
	case reference.Transmit:
		w.guestTransmit(h, a)
	case reference.Deliver:
		w.note(h, "deliver", a.N)
		if s := w.guestMessage(h, a.N); s != nil && !w.arrived(s, h.index) {
			w.violate("node %d shows message %d, which is not for it", h.number, a.N)
		}
	case reference.Acknowledged:
		w.note(h, "acknowledged", a.N)
		if s := w.guestMessage(h, a.N); s != nil {
			w.knew(s)
		}
	case reference.Failed:
		w.note(h, "failed", a.N)
		if s := w.guestMessage(h, a.N); s != nil {
			s.failed = true
		}
	default:
		w.violate("node %d wants %T", h.number, a)
	}
}

// note tells the story of something that happened at a host with a message.
func (w *World) note(h *host, what string, n int) {
	w.story.note(w.now, h.index, what, binary.AppendVarint(nil, int64(n)), n)
}

// guestMessage is the message that an actor speaks of, if there is one.
func (w *World) guestMessage(h *host, n int) *sent {
	if n < 0 || n >= len(w.traffic) || !w.traffic[n].asked {
		w.violate("node %d speaks of message %d, which nobody wrote", h.number, n)
		return nil
	}
	return w.traffic[n]
}

// guestTransmit hands a frame of an actor to a link. One that does not go is answered
// by a Sent that says so.
func (w *World) guestTransmit(h *host, t reference.Transmit) {
	if t.Link < 0 || t.Link >= len(h.ports) {
		w.violate("node %d transmits on link %d", h.number, t.Link)
		return
	}
	p := h.ports[t.Link]
	switch {
	case p.busy:
		w.violate("node %d transmits on link %d while a frame is outstanding", h.number, t.Link)
		return
	case len(t.Data) == 0 || len(t.Data) > w.profile(p).MTU:
		w.violate("node %d transmits %d bytes on a link with an MTU of %d", h.number, len(t.Data), w.profile(p).MTU)
		return
	}
	p.busy = true
	if !p.up {
		w.after(0, event{kind: evSent, node: h.index, link: t.Link, n: 1, life: h.life})
		return
	}
	w.launch(h, p, t.To+1, slices.Clone(t.Data))
}

// guestSubmit has an actor's user write a message.
func (w *World) guestSubmit(h *host, s *sent, n int) {
	to := reference.Everyone
	if s.To.Node != 0 {
		to = int(s.To.Node) - 1
	}
	s.asked, s.accepted, s.life = true, true, h.life
	s.dies = w.now.Add(s.lifetime())
	w.stepGuest(h, reference.Submit{Message: reference.Message{
		N: n, From: s.From, To: to, Bytes: s.size(), Expires: s.dies,
	}})
}

// guestsLack says which messages of guests are under way, up to limit: those that
// have not expired, and have not come to all for whom they are.
func (w *World) guestsLack(limit int) (out []string) {
	for n, s := range w.traffic {
		if len(out) >= limit {
			break
		}
		if s.left > 0 && (!s.asked || w.now < s.dies) {
			out = append(out, fmt.Sprintf("message %d from node %d to %s is not at %d of its addressees", n, s.From+1, s.To, s.left))
		}
	}
	return out
}
