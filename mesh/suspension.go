package mesh

import (
	"cmp"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// When the root key is in a safe and a laptop is stolen at three in the
// morning, whoever has the right may suspend the laptop: relays and readers
// refuse what comes from it, until the authority's next key block makes it
// final, somebody lifts the suspension, or its time is over.

const (
	// aloneLimit is how many nodes may be suspended at a time on the word of one
	// person each. Who wants more out needs a second person to say the same.
	aloneLimit = 5
	// suspensionLife is how long a suspension counts. Who wants it longer says
	// it again, or has the authority revoke.
	suspensionLife = bundle.MaxLifetime
	// maxStatements bounds what is kept of suspensions. The oldest give way.
	maxStatements = 1024
)

// statement is what one node said about another.
type statement struct {
	id      bundle.ID
	created clock.Wall // by its author's clock
	bundle.Suspension
}

func compareStatements(a, b statement) int {
	return cmp.Or(cmp.Compare(a.created, b.created), a.id.Compare(b.id))
}

// suspensions is all that was said about suspensions, in order of its authors'
// clocks, and who is suspended by it. The order makes all nodes that heard the
// same statements agree, whatever way they came.
type suspensions struct {
	said []statement // ascending by compareStatements
	out  map[ident.Number]SuspensionStatus
}

// SuspensionStatus says that a node is suspended, or that one person more must
// say so.
type SuspensionStatus struct {
	Node    ident.Number
	By      []ident.Number // who said so since it was lifted last, ascending
	Since   clock.Wall
	Reason  string // of the first
	Waiting bool   // not in force: a second person must say the same
}

// add takes a statement, and reports whether it was new.
func (s *suspensions) add(st statement) bool {
	i, found := slices.BinarySearchFunc(s.said, st, compareStatements)
	if found {
		return false
	}
	s.said = slices.Insert(s.said, i, st)
	s.replay()
	return true
}

// drop forgets the statements that count no longer, the oldest beyond the
// bound, and those about nodes for which it says so. It returns what it dropped.
func (s *suspensions) drop(now clock.Reading, decided func(ident.Number) bool) (dropped []statement) {
	over := len(s.said) - maxStatements
	kept := s.said[:0:0]
	for i, st := range s.said {
		if i < over || now.Surely(st.created.Add(suspensionLife)) || decided(st.Node) {
			dropped = append(dropped, st)
		} else {
			kept = append(kept, st)
		}
	}
	if len(dropped) > 0 {
		s.said = kept
		s.replay()
	}
	return dropped
}

// replay works out who is suspended.
//
// A thief may have the right to suspend, too, and a clock of his own making. So
// what he says about others counts until they are lifted, like anybody's, up to
// aloneLimit; but a lift by somebody who is or was suspended never counts, or
// two thieves could lift each other.
func (s *suspensions) replay() {
	accused := make(map[ident.Number]bool)
	for _, st := range s.said {
		if !st.Lift && st.id.Origin != st.Node {
			accused[st.Node] = true
		}
	}
	s.out = make(map[ident.Number]SuspensionStatus)
	for _, st := range s.said {
		author := st.id.Origin
		switch {
		case author == st.Node:
		case !st.Lift:
			s.accuse(author, st)
		case !accused[author]:
			delete(s.out, st.Node)
		}
	}
}

// accuse counts one statement that suspends.
func (s *suspensions) accuse(author ident.Number, st statement) {
	now, known := s.out[st.Node]
	if !known {
		now = SuspensionStatus{Node: st.Node, Since: st.created, Reason: st.Reason, Waiting: s.inForce() >= aloneLimit}
	}
	if i, found := slices.BinarySearch(now.By, author); !found {
		now.By = slices.Insert(slices.Clone(now.By), i, author)
	}
	now.Waiting = now.Waiting && len(now.By) < 2
	s.out[st.Node] = now
}

// inForce counts the nodes that are suspended.
func (s *suspensions) inForce() (n int) {
	for _, st := range s.out { // order: counted
		if !st.Waiting {
			n++
		}
	}
	return n
}

func (s *suspensions) suspended(num ident.Number) bool {
	st, ok := s.out[num]
	return ok && !st.Waiting
}

// list returns who is suspended or waits to be, ascending by node.
func (s *suspensions) list() []SuspensionStatus {
	list := make([]SuspensionStatus, 0, len(s.out))
	for _, st := range s.out { // order: sorted below
		list = append(list, st)
	}
	slices.SortFunc(list, func(a, b SuspensionStatus) int { return cmp.Compare(a.Node, b.Node) })
	return list
}
