package sim

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// delivered checks a message that a user is shown: it is what was sent, for
// him, in time, once, and durable.
func (w *World) delivered(h *host, m mesh.Message) {
	if h.corrupt {
		return
	}
	n, ok := w.byText[m.Text]
	if !ok {
		w.checkForgery(h, m)
		return
	}
	s := w.traffic[n]
	key := toldKey{h.index, m.Text}
	stored, durable := s.as(h, m.ID)
	switch {
	case !s.asked:
		w.violate("node %d shows message %d before it was sent", h.number, n)
	case !slices.Contains(w.addressees(s), h.index) && !w.copied[h.number]:
		w.violate("node %d shows message %d, which is for %s", h.number, n, s.To)
	case m.From != w.hosts[s.From].number || m.ID.Origin != m.From || m.To != s.To || m.Precedence != s.Precedence || m.Outgoing:
		w.violate("node %d shows message %d with another's head: %+v", h.number, n, m)
	case contradicted(m) && !w.copied[m.From]:
		w.violate("node %d shows message %d, which is true, as contradicted", h.number, n)
	case w.shown[key] && !w.copied[h.number]:
		w.violate("node %d shows message %d twice", h.number, n)
	case !durable || stored.Text != m.Text:
		w.violate("node %d shows message %d, which is not durable there", h.number, n)
	case m.Recorded.Add(-w.opts.Bound) > m.Expires: // not now: the commit took its time
		w.violate("node %d shows message %d, which has expired", h.number, n)
	}
	w.shown[key] = true
}

// updated checks what a user is told of a message.
func (w *World) updated(h *host, m mesh.Message) {
	switch n, ok := w.byText[m.Text]; {
	case h.corrupt:
	case !m.Outgoing && !ok:
		w.checkForgery(h, m)
	case !m.Outgoing && contradicted(m) && !w.copied[m.From]:
		w.violate("node %d shows message %d, which is true, as contradicted", h.number, n)
	case m.Outgoing:
		w.checkMessage(h, m)
	}
}

// checkMessage checks that the state of a node's own message is true, and
// durable before it is told.
func (w *World) checkMessage(h *host, m mesh.Message) {
	n, ok := w.byText[m.Text]
	if !ok || w.hosts[w.traffic[n].From].number != h.number {
		w.violate("node %d reports on a message that it was not given: %q", h.number, m.Text)
		return
	}
	s := w.traffic[n]
	if stored, ok := s.as(h, m.ID); !ok || !reaches(stored, m) {
		w.violate("node %d reports message %d as %s; its disk says %s", h.number, n, m.State, stored.State)
	}
	if m.State < s.state && !w.copied[h.number] && !(s.state == mesh.Expired && m.State == mesh.Delivered) { // proof may come late
		w.violate("message %d went back from %s to %s", n, s.state, m.State)
	}
	s.state = m.State
	for _, by := range m.Delivered {
		if _, ok := s.as(w.hosts[by-1], m.ID); !ok && !w.excused(by) {
			w.violate("message %d is said to be delivered to node %d, which does not have it", n, by)
		}
	}
	if m.State == mesh.Delivered {
		for _, i := range w.addressees(s) {
			if _, ok := s.as(w.hosts[i], m.ID); !ok && !w.excused(w.hosts[i].number) {
				w.violate("message %d is said to be delivered; node %d does not have it", n, i+1)
			}
		}
	}
	for _, by := range m.Held {
		if !w.excused(by) && !w.held[heldKey{by, m.ID}] && !mesh.Holds(w.hosts[by-1].disk, m.ID) {
			w.violate("message %d is said to be held by node %d, which never was so", n, by)
		}
	}
	if m.State == mesh.Held && len(m.Held) == 0 {
		w.violate("message %d is said to be held by nobody", n)
	}
	if m.State == mesh.Expired && !w.reading(h).Surely(m.Expires) {
		w.violate("message %d is said to be expired before its time", n)
	}
}

// excused reports whether what a node says of itself proves nothing: an attacker
// has it, or its store was put back to an older state.
func (w *World) excused(num ident.Number) bool { return w.hosts[num-1].corrupt || w.copied[num] }

// contradicted reports whether the origin of a message is shown to have denied it.
func contradicted(m mesh.Message) bool { return m.Proof == mesh.Contradicted }

// reaches reports whether a stored message says at least what was told.
func reaches(stored, told mesh.Message) bool {
	overtaken := told.State == mesh.Expired && stored.State == mesh.Delivered // a receipt came after all
	if stored.State < told.State && !overtaken || stored.Text != told.Text {
		return false
	}
	for _, n := range told.Held {
		if !slices.Contains(stored.Held, n) {
			return false
		}
	}
	for _, n := range told.Delivered {
		if !slices.Contains(stored.Delivered, n) {
			return false
		}
	}
	return true
}

// checkStores looks through all disks: no accepted message is lost, none is in
// a record twice, and none is in that of somebody for whom it is not.
func (w *World) checkStores() {
	if w.opts.Protocol != nil || w.opts.Unchecked {
		return
	}
	for _, h := range w.hosts {
		if h.corrupt {
			continue
		}
		seen := make(map[string]bool)
		for _, m := range mesh.Messages(h.disk, 0, 1<<30) {
			n, ok := w.byText[m.Text]
			switch {
			case !ok:
				w.checkForgery(h, m)
				continue
			case seen[m.Text]:
				w.violate("the record of node %d holds message %d twice", h.number, n)
			case m.Outgoing != (w.hosts[w.traffic[n].From].number == h.number), !m.Outgoing && !slices.Contains(w.addressees(w.traffic[n]), h.index) && !w.copied[h.number]:
				w.violate("the record of node %d holds message %d, which is not its own", h.number, n)
			}
			seen[m.Text] = true
		}
	}
	for n, s := range w.traffic {
		if s.accepted && !s.lost && !w.safe(s) {
			w.violate("message %d (%s from node %d to %s) is lost: its state is %s", n, s.id, s.From+1, s.To, s.state)
		}
	}
}

// safe reports whether an accepted message is where it has to be: at its
// origin, until that has proof of delivery or the message expires.
func (w *World) safe(s *sent) bool {
	h := w.hosts[s.From]
	m, ok := s.at(h)
	if !ok {
		return false
	}
	switch m.State {
	case mesh.Expired:
		return w.reading(h).Surely(s.expires)
	case mesh.Delivered:
		return w.complete(s)
	}
	return mesh.Holds(h.disk, s.id)
}

// complete reports whether every addressee has a message in its record.
func (w *World) complete(s *sent) bool {
	for _, i := range w.addressees(s) {
		if _, ok := s.at(w.hosts[i]); !ok && !w.excused(w.hosts[i].number) {
			return false
		}
	}
	return true
}
