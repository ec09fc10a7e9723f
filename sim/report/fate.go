package report

import "time"

// Fate is what became of a copy.
type Fate string

// Fates of copies. A loss is the world's (Impossible) or the protocol's (the rest).
const (
	Delivered  Fate = "delivered"
	Impossible Fate = "impossible" // nothing could have brought it within its lifetime, nor before the run ended
	Late       Fate = "late"       // it came after its lifetime
	Refused    Fate = "refused"    // the sender's own node did not take the message
	Ours       Fate = "ours"       // it could have come, and did not: the loss of the protocol
	Open       Fate = "open"       // it had time left when the run was broken off
)

// end is when a message is worth nothing any more, or Never.
func (m *Message) end() time.Duration {
	if m.Lifetime <= 0 {
		return Never
	}
	return m.At + m.Lifetime
}

// possible says whether anything could have brought a copy in time. What arrived in
// time was possible, whatever the oracle says; see early.
func (m *Message) possible(c Copy) bool {
	return m.within(c.Possible) || m.within(c.Arrived)
}

// within says whether an instant came, and before the message's end.
func (m *Message) within(at time.Duration) bool {
	end := m.end()
	return at != Never && (end == Never || at <= end)
}

// early says that a copy arrived before the oracle thought that it could: the oracle or
// the world is wrong.
func (c Copy) early() bool {
	return c.Arrived != Never && (c.Possible == Never || c.Arrived < c.Possible)
}

// FateOf says what became of a copy of a message of the run.
func (r *Run) FateOf(m *Message, c Copy) Fate {
	switch {
	case m.within(c.Arrived):
		return Delivered
	case r.Partial && c.Arrived == Never && m.Refused == "" && (m.end() == Never || m.end() > r.Simulated):
		return Open
	case !m.possible(c):
		return Impossible
	case c.Arrived != Never:
		return Late
	case m.Refused != "":
		return Refused
	default:
		return Ours
	}
}
