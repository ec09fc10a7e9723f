package sim

import (
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// arrival is what became of a message, of whatever protocol: when each addressee's
// user was shown it for the first time, and what its sender's user was told.
type arrival struct {
	came   []clock.Instant // by the node's index if it is for a group, else one; notYet
	left   int             // addressees that lack it
	knows  clock.Instant   // when the sender was told that it arrived; notYet
	failed bool            // he was told that it did not
}

// notYet is the instant of what did not happen.
const notYet = clock.Instant(-1)

func newArrival(m Message, nodes int) arrival {
	a := arrival{knows: notYet, left: 1, came: []clock.Instant{notYet}}
	if m.To.Node == 0 {
		a.came, a.left = make([]clock.Instant, nodes), nodes-1
		for i := range a.came {
			a.came[i] = notYet
		}
	}
	return a
}

// arrived notes that a user is shown a message; it reports false if that is not one
// for whom it is.
func (w *World) arrived(s *sent, index int) bool {
	place := index
	switch {
	case s.To.Node != 0 && int(s.To.Node) != index+1, s.To.Node == 0 && index == s.From:
		return false
	case s.To.Node != 0:
		place = 0
	}
	if place < len(s.came) && s.came[place] == notYet {
		s.came[place] = w.now
		s.left--
	}
	return true
}

// knew notes that a message's sender was told that it arrived.
func (w *World) knew(s *sent) {
	if s.knows == notYet {
		s.knows = w.now
	}
	s.failed = false
}

// told keeps book of what a node tells its users.
func (w *World) told(h *host, m mesh.Message) {
	n, ok := w.byText[m.Text]
	if !ok || h.corrupt {
		return
	}
	s := w.traffic[n]
	switch {
	case !m.Outgoing:
		w.arrived(s, h.index)
	case h.index != s.From:
	case m.State == mesh.Delivered || w.knows(s, m):
		w.knew(s)
	case m.State == mesh.Expired:
		s.failed = true
	}
}

// Arrived returns how long after it was written a message was shown to the user of
// an addressee, and whether it was.
func (w *World) Arrived(n, index int) (took time.Duration, ok bool) {
	s := w.traffic[n]
	if s.To.Node != 0 {
		if int(s.To.Node) != index+1 {
			return 0, false
		}
		index = 0
	}
	if index >= len(s.came) || s.came[index] == notYet {
		return 0, false
	}
	return s.came[index].Sub(s.due), true
}
