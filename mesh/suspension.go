package mesh

import (
	"cmp"
	"slices"
	"time"

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
	// person each. Who wants more out needs a second person to say the same, or
	// lifts one and says it again.
	aloneLimit = 5
	// suspensionLife is how long a suspension counts. Who wants it longer says
	// it again, or has the authority revoke.
	suspensionLife = bundle.MaxLifetime
	// statementAhead is how far beyond doubt ahead of time a statement may be
	// dated. One that is more counts before nothing that could answer it: it is
	// refused, and comes again when its time has come.
	statementAhead = 5 * time.Minute
	// maxStatements and maxStatementsPer bound what is kept, in all and of one
	// author: nobody pushes out what others said. The oldest give way.
	maxStatements    = 8192
	maxStatementsPer = 128
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
	said    []statement // ascending by compareStatements
	out     map[ident.Number]SuspensionStatus
	void    map[bundle.ID]bool              // statements that suspend, and count for nothing
	accused map[ident.Number][]ident.Number // by whom, ascending; void statements left out
}

// SuspensionStatus says that a node is suspended, or that one person more must
// say so.
type SuspensionStatus struct {
	Node    ident.Number
	By      []ident.Number // who said so since it was lifted last, ascending
	Since   clock.Wall
	Reason  string // of the first
	Waiting bool   // not in force: a second person must say the same, or the first again when there is room
}

// add takes a statement, and reports whether it was new.
func (s *suspensions) add(st statement) bool {
	if !s.insert(st) {
		return false
	}
	s.replay()
	return true
}

// insert is add for many statements, behind which replay is called.
func (s *suspensions) insert(st statement) bool {
	i, found := slices.BinarySearchFunc(s.said, st, compareStatements)
	if !found {
		s.said = slices.Insert(s.said, i, st)
	}
	return !found
}

// drop forgets the statements that count no longer, the oldest beyond the
// bounds, and those by and about nodes for which it says so. What a node said that
// counts for nothing goes with what suspended that node, or it would count from
// then on. It returns what it dropped.
func (s *suspensions) drop(now clock.Reading, decided func(ident.Number) bool) (dropped []statement) {
	by, free := make(map[ident.Number]int), make(map[ident.Number]bool)
	kept := make([]statement, 0, len(s.said))
	for _, st := range slices.Backward(s.said) {
		author := st.id.Origin
		over := len(kept) >= maxStatements || by[author] >= maxStatementsPer
		switch {
		case decided(st.Node) || decided(author):
			dropped = append(dropped, st)
		case over || now.Surely(st.created.Add(suspensionLife)):
			dropped = append(dropped, st)
			free[st.Node] = free[st.Node] || !st.Lift
		default:
			kept = append(kept, st)
			by[author]++
		}
	}
	if len(dropped) > 0 {
		idle := func(st statement) bool { return free[st.id.Origin] && s.idle(st) }
		for _, st := range kept {
			if idle(st) {
				dropped = append(dropped, st)
			}
		}
		kept = slices.DeleteFunc(kept, idle)
		slices.Reverse(kept)
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
// two thieves could lift each other. What he says while he is suspended is void,
// also after he was lifted, and makes nobody one who was suspended. So two rounds:
// what is void hangs on who is out, and who is out on whose lifts count.
func (s *suspensions) replay() {
	s.void = nil
	all := s.accusers()
	for range 2 {
		s.accused = s.accusers()
		s.round(all)
	}
}

// accusers returns who suspended whom, by words that are not void.
func (s *suspensions) accusers() map[ident.Number][]ident.Number {
	accused := make(map[ident.Number][]ident.Number)
	for _, st := range s.said {
		author := st.id.Origin
		if st.Lift || author == st.Node || s.void[st.id] {
			continue
		}
		if i, found := slices.BinarySearch(accused[st.Node], author); !found {
			accused[st.Node] = slices.Insert(accused[st.Node], i, author)
		}
	}
	return accused
}

// round goes through all statements in order.
func (s *suspensions) round(all map[ident.Number][]ident.Number) {
	s.out, s.void = make(map[ident.Number]SuspensionStatus), make(map[bundle.ID]bool)
	for _, st := range s.said {
		author := st.id.Origin
		switch {
		case author == st.Node:
		case !st.Lift && s.silenced(author, all):
			s.void[st.id] = true
		case !st.Lift:
			s.accuse(author, st)
		case len(s.accused[author]) == 0:
			delete(s.out, st.Node)
		}
	}
}

// silenced reports whether an author is suspended, by somebody of whom at most
// the author himself says the same: else a thief could date a statement back
// against those who had a second thief suspended, and so set him free.
func (s *suspensions) silenced(author ident.Number, all map[ident.Number][]ident.Number) bool {
	return s.suspended(author) && slices.ContainsFunc(s.out[author].By, func(by ident.Number) bool {
		return !slices.ContainsFunc(all[by], func(num ident.Number) bool { return num != author })
	})
}

// idle reports whether a statement counts for nothing, because of its author.
func (s *suspensions) idle(st statement) bool {
	if st.Lift {
		return len(s.accused[st.id.Origin]) > 0
	}
	return s.void[st.id]
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
	now.Waiting = now.Waiting && len(now.By) < 2 && s.inForce() >= aloneLimit // there may be room by now
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
