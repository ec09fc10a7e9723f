package sim

import (
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/mesh"
)

// Complete reports whether every accepted message has arrived wherever it
// should, and every sender of a direct message knows. What has expired at its
// sender is excused. Of group messages the sender must know too if asked.
func (w *World) Complete(groupsToo bool) bool { return w.missing(groupsToo, 1) == nil }

// Missing says what Complete waits for, up to twenty things.
func (w *World) Missing(groupsToo bool) []string { return w.missing(groupsToo, maxViolations) }

func (w *World) missing(groupsToo bool, limit int) (out []string) {
	if w.opts.Protocol != nil {
		return w.guestsLack(limit)
	}
	for n, s := range w.traffic {
		if len(out) >= limit {
			return out
		}
		h := w.hosts[s.From]
		if !s.asked || !s.accepted && s.refused == nil && s.life == h.life {
			out = append(out, fmt.Sprintf("message %d has not been submitted or answered yet", n))
			continue
		}
		if !s.accepted || s.lost || h.corrupt || h.node != nil && w.reading(h).Surely(s.expires) {
			continue
		}
		to := w.addressees(s)
		if s.left == 0 && len(w.copied) == 0 { // all were shown it, and no disk was put back
			to = nil
		}
		for _, i := range to {
			if _, ok := s.at(w.hosts[i]); !ok {
				out = append(out, fmt.Sprintf("message %d (%s, %s from node %d to %s) is not at node %d", n, s.id, s.Precedence, s.From+1, s.To, i+1))
			}
		}
		if s.Act != nil || s.To.Node == 0 && !groupsToo || w.excused(h.number) || s.To.Node != 0 && w.hosts[s.To.Node-1].corrupt {
			continue
		}
		if m, ok := s.at(h); !ok || m.State != mesh.Delivered && !w.knows(s, m) {
			out = append(out, fmt.Sprintf("message %d (%s from node %d to %s) is %s to its sender, delivered to %v", n, s.id, s.From+1, s.To, m.State, m.Delivered))
		}
	}
	return out
}

// knows reports whether the sender of a message was told that every addressee has
// it. Members that an attacker has may never say so.
func (w *World) knows(s *sent, m mesh.Message) bool {
	for _, i := range w.addressees(s) {
		if !slices.Contains(m.Delivered, w.hosts[i].number) {
			return false
		}
	}
	return s.To.Node == 0 || !w.excused(s.To.Node) && slices.Contains(m.Delivered, s.To.Node)
}
