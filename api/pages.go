package api

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
)

// page reads one answer's worth of the record.
func (s *Server) page(q request) wire.Messages {
	n := s.names()
	found, position, more := s.forward(q)
	if q.backwards {
		found, position, more = s.backward(q)
	}
	out := wire.Messages{Messages: make([]wire.Message, 0, len(found)), Position: position, More: more}
	for _, m := range found {
		out.Messages = append(out.Messages, n.message(m))
	}
	return out
}

func inBox(box string, m mesh.Message) bool {
	return box == "all" || m.Outgoing == (box == "out")
}

// forward collects what is above after. It looks through a bounded number of
// entries, so that a box with little in it costs no more than a full one.
func (s *Server) forward(q request) (found []mesh.Message, position uint64, more bool) {
	position = q.after
	for scanned := 0; scanned < maxScan; {
		chunk := s.cfg.Node.Messages(position, q.limit)
		for _, m := range chunk {
			if len(found) == q.limit {
				return found, position, true
			}
			position = m.Number
			if inBox(q.box, m) {
				found = append(found, m)
			}
		}
		if len(chunk) < q.limit {
			return found, position, false
		}
		scanned += len(chunk)
	}
	return found, position, true
}

// backward collects the newest below before (0: of all), still ascending.
// Position is then the lowest number looked at: pass it as before to go on.
func (s *Server) backward(q request) (found []mesh.Message, position uint64, more bool) {
	position = q.before
	if last := s.cfg.Node.Last(); position == 0 || position > last+1 {
		position = last + 1
	}
	for scanned := 0; position > 1 && scanned < maxScan; {
		from := position - min(position-1, uint64(q.limit)) // lowest number of this chunk
		chunk := s.cfg.Node.Messages(from-1, q.limit)
		for _, m := range slices.Backward(chunk) {
			if m.Number >= position || !inBox(q.box, m) {
				continue
			}
			if found = append(found, m); len(found) == q.limit {
				slices.Reverse(found)
				return found, m.Number, m.Number > 1
			}
		}
		scanned += q.limit
		position = from
	}
	slices.Reverse(found)
	return found, position, position > 1
}
