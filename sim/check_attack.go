package sim

import (
	"errors"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// forgery is a text that an attacker wrote.
type forgery struct {
	attacker *Attacker
	claimed  ident.Number // in whose name
	at       clock.Instant
}

// settled is how long ago a node must have moved to a new block, so that nothing
// of what it does dates from before.
const settled = 30 * time.Second

// checkForgery checks that a node may show a message that no honest user wrote.
// Members can write what they like in their own names. In the names of others
// they can write to a group what is then shown as the word of some member; never
// as proven, nor as from one of a pair. Others cannot write anything.
func (w *World) checkForgery(h *host, m mesh.Message) {
	if m.Act != 0 {
		if !w.hosts[m.From-1].corrupt {
			w.violate("node %d acts on %q of node %d, which never said so", h.number, m.Text, m.From)
		} else if cert, ok := w.operator.Roster.Certificate(m.From); !ok || cert.Rights == 0 {
			w.violate("node %d acts on %q of node %d, which has no right to it", h.number, m.Text, m.From)
		}
		return
	}
	f := w.forged[m.Text]
	if f == nil {
		w.violate("node %d shows a text that nobody sent: %q", h.number, m.Text)
		return
	}
	unproven := m.Proof == mesh.ByMember || contradicted(m)
	switch serial := f.attacker.locked(); {
	case f.attacker.about.Power == Outsider:
		w.violate("node %d shows what an outsider wrote: %+v", h.number, m)
	case !f.attacker.holds(m.From) && !unproven:
		w.violate("node %d shows as %s by node %d what an attacker wrote: %q", h.number, m.Proof, m.From, m.Text)
	case serial != 0 && h.serial >= serial && f.at > h.movedAt.Add(settled),
		w.isOut(m.From, h) && f.at > h.movedAt.Add(settled):
		w.violate("node %d shows what one wrote who was locked out before: %+v", h.number, m)
	}
}

// isOut reports whether a block that a host has locked a number out.
func (w *World) isOut(num ident.Number, h *host) bool {
	for _, b := range w.operator.blocks {
		if b.Serial <= h.serial && b.Revokes(num) {
			return true
		}
	}
	return false
}

// locked is the serial of the block that locked all nodes of an attacker out, or 0.
func (a *Attacker) locked() (serial uint32) {
	for _, l := range a.loot {
		at := l.locked(a.w)
		if at == 0 {
			return 0
		}
		serial = max(serial, at)
	}
	return serial
}

// spyOn has all attackers that were locked out try all their keys on a frame that
// an honest node sends, wherever they are: nothing that was sealed after the block
// opens to them.
func (w *World) spyOn(h *host, data []byte) {
	if h.corrupt {
		return
	}
	tried := uint32(0) // all whom one block locked out have the same link keys
	for _, a := range w.enemies {
		for _, l := range a.loot {
			serial := l.locked(w)
			if serial == 0 || serial == tried || h.serial < serial || w.now < h.movedAt.Add(settled) {
				continue
			}
			tried = serial
			l.read(w)
			if l.newest >= serial {
				w.violate("node %d was locked out by block %d and has the secret of block %d", l.host.number, serial, l.newest)
			}
			if _, k, err := frame.NewReceiver().Open(l.set, data); !errors.Is(err, frame.ErrUnauthentic) && !k.Bootstrap() {
				w.violate("a frame of node %d, which has block %d, opens to node %d, which was locked out by block %d", h.number, h.serial, l.host.number, serial)
			}
		}
	}
}

// spyBundle does the same with a bundle that is on the air for the first time.
func (w *World) spyBundle(b *bundle.Bundle) {
	n, ok := w.byID[b.ID]
	if !ok {
		return
	}
	for _, a := range w.enemies {
		for _, l := range a.loot {
			l.read(w)
			_, err := b.Open(l.keys)
			if err != nil {
				continue
			}
			a.opened++
			if serial := l.locked(w); serial != 0 && w.traffic[n].serial >= serial {
				w.violate("message %d, sealed under block %d or later, opens to node %d, which was locked out by block %d", n, w.traffic[n].serial, l.host.number, serial)
			}
		}
	}
}

// Believed says which messages of attackers, in the names of honest nodes that
// could have written them, are not shown as contradicted everywhere: up to twenty.
// What claims to be older than the life of its alleged origin's node that origin
// does not deny: it may be from before its store was put back.
func (w *World) Believed() (out []string) {
	for _, h := range w.hosts {
		if h.corrupt {
			continue
		}
		for _, m := range mesh.Messages(h.disk, 0, 1<<30) {
			f := w.forged[m.Text]
			if f == nil || f.attacker.holds(m.From) || contradicted(m) || len(out) >= maxViolations {
				continue
			}
			day, began := m.ID.Day, w.opts.Start.Add(w.opts.Bound)
			if m.Created > began && day <= w.day() {
				out = append(out, fmt.Sprintf("node %d shows as %s: %q in the name of node %d, number %s", h.number, m.Proof, m.Text, m.From, m.ID))
			}
		}
	}
	return out
}
