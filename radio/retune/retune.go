package retune

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Channel is where a link is.
type Channel uint8

// The two channels.
const (
	Former Channel = iota
	New
)

// String returns the channel's name.
func (c Channel) String() string {
	if c == New {
		return "new"
	}
	return "former"
}

const (
	slots     = 4  // of a cycle
	rarest    = 64 // cycles between looks for who was lacking for long
	maxMet    = 64 // neighbours that are remembered
	slotParts = 2  // slots in the patience
)

// Terms are what the plan says.
type Terms struct {
	From     clock.Wall    // when the new channel begins to count; 0: at once
	Until    clock.Wall    // when the former one ends; 0: never
	Patience time.Duration // above 0
}

// Slot is how long a node is on one channel at least, but when it comes home.
func (t Terms) Slot() time.Duration { return t.Patience / slotParts }

// Machine is one link's state. Make it with Start.
type Machine struct {
	terms    Terms
	on       Channel
	notYet   clock.Instant    // from here on the moment may count
	came     bool             // somebody was heard on the new channel
	due      bool             // the new channel is home
	atHome   clock.Instant    // since when it is what it is
	heard    [2]clock.Instant // when somebody was heard last, by channel
	met      map[ident.Number]sighting
	lacking  bool
	lackedAt int64                 // the cycle in which that began
	helped   map[ident.Number]bool // on whose account it began anew
	look     int64                 // the slot, counted from 1970, of the last look at the other channel
}

type sighting struct {
	on Channel
	at clock.Instant
}

// Start makes a machine. known are the neighbours of the former channel. A node
// that has just got the plan gives its lead, in which it hands the plan on before it
// leaves on account of it; one that starts anew gives 0.
func Start(t Terms, now clock.Reading, known []ident.Number, lead time.Duration) *Machine {
	m := &Machine{terms: t, notYet: now.Mono.Add(lead), atHome: now.Mono, heard: [2]clock.Instant{now.Mono, now.Mono}, met: make(map[ident.Number]sighting), helped: make(map[ident.Number]bool)}
	for _, n := range known {
		m.see(n, Former, now.Mono)
	}
	m.on = m.want(now)
	return m
}

// On returns the channel that Step gave last.
func (m *Machine) On() Channel { return m.on }

// Step returns where to be from now on. heard is who was heard on the channel of the
// Step before, and proved that it is he. Call it every few seconds.
func (m *Machine) Step(now clock.Reading, heard []ident.Number) Channel {
	for _, n := range heard {
		before, known := m.met[n]
		if m.due && m.on == Former && (!known || before.on == Former) && !m.helped[n] {
			// It needs help: come again soon. Once for each, or a member that stays there
			// would keep everybody who hears it for a quarter of the time.
			m.helped[n], m.lackedAt = true, m.cycle(now)
		}
		m.see(n, m.on, now.Mono)
		m.heard[m.on] = now.Mono
		m.came = m.came || m.on == New
	}
	m.on = m.want(now)
	return m.on
}

// see remembers a neighbour; of too many the one seen longest ago goes.
func (m *Machine) see(n ident.Number, on Channel, at clock.Instant) {
	if _, known := m.met[n]; !known && len(m.met) >= maxMet {
		oldest := n
		for other, s := range m.met { // order: the number decides between equals
			if o, ok := m.met[oldest]; !ok || s.at < o.at || s.at == o.at && other < oldest {
				oldest = other
			}
		}
		delete(m.met, oldest)
	}
	m.met[n] = sighting{on, at}
}

func (m *Machine) want(now clock.Reading) Channel {
	t := m.terms
	if t.Until != 0 && now.Surely(t.Until) {
		return New
	}
	past := t.From == 0 || now.Surely(t.From)
	if !past && now.Wall.Add(now.Bound) < t.From {
		// Surely not yet. A clock that was set right since has the last word, also on what
		// was heard meanwhile: who was there had a wrong one, too.
		m.due, m.came = false, false
		return Former
	}
	if !m.due && (m.came || past && now.Mono >= m.notYet) {
		m.due, m.atHome, m.lacking = true, now.Mono, false
	}
	home := Former
	if m.due {
		home = New
	}
	count := int64(now.Wall) / t.Slot().Milliseconds()
	slot := count % slots
	if m.look == count && m.on != home {
		return m.on // to the end of the slot: who was found there needs time
	}
	if now.Mono.Sub(max(m.heard[home], m.atHome)) >= t.Patience {
		if slot == 0 {
			return Former
		}
		return New
	}
	// Who waits on the former channel and once missed somebody goes on looking: they
	// may be there only because they look for it.
	if !m.lacks(now) && (m.due || !m.lacking) {
		m.lacking = false
		return home
	}
	cycle := m.cycle(now)
	if !m.lacking || cycle < m.lackedAt {
		m.lacking, m.lackedAt = true, cycle
	}
	where := int64(0)
	if !m.due {
		where = 1 + cycle%(slots-1)
	}
	if m.looks(cycle) && slot == where {
		m.look = count
		return New - home
	}
	return home
}

func (m *Machine) cycle(now clock.Reading) int64 {
	return int64(now.Wall) / m.terms.Slot().Milliseconds() / slots
}

// looks reports whether this is a cycle in which to look for who is lacking.
func (m *Machine) looks(cycle int64) bool {
	n := cycle - m.lackedAt
	return n > 0 && (n&(n-1) == 0 && n < rarest || n%rarest == 0)
}

// lacks reports whether a neighbour is not where it should be. A node that waits on
// the former channel, and whose clock says with whatever doubt that the moment is past,
// lacks somebody, too.
func (m *Machine) lacks(now clock.Reading) bool {
	patience := m.terms.Patience
	if m.due && now.Mono.Sub(m.atHome) < patience {
		return false // they are still coming
	}
	if !m.due && now.Wall > m.terms.From.Add(patience) && now.Mono >= m.notYet.Add(patience) {
		return true
	}
	for _, s := range m.met { // order: any one is enough
		if s.on == Former && (m.due || now.Mono.Sub(s.at) >= patience) {
			return true
		}
	}
	return false
}
