package contact

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Bounds of what a trace may hold. The longest of the published ones, Infocom 2006,
// has 341,202 changes among 98 nodes.
const (
	MaxNodes   = 65_536
	MaxChanges = 4_000_000
)

// Change is a connection of two nodes that comes up or goes down.
type Change struct {
	At   time.Duration // since the start of the run, not negative
	A, B int           // A < B
	Up   bool
}

// Span is how long two nodes were connected: from Begin until before End.
type Span struct {
	A, B       int // A < B
	Begin, End time.Duration
}

// Nodes returns how many nodes a list speaks of: one more than the greatest number.
func Nodes(changes []Change) (n int) {
	for _, c := range changes {
		n = max(n, c.A+1, c.B+1)
	}
	return n
}

// Check says what is wrong with the first change that cannot be: a pair that is
// none, a node that is not among so many, a time before that of the one before, up
// twice, down without up. A list ends as it likes: who is connected then stays so.
func Check(changes []Change, nodes int) error {
	c := checker{nodes: nodes}
	for i, change := range changes {
		if err := c.next(change); err != nil {
			return fmt.Errorf("change %d: %w", i+1, err)
		}
	}
	return nil
}

// Spans returns the time of each connection, in the order in which they begin. Those
// that are up when the list ends, end then. The list must pass Check.
func Spans(changes []Change, end time.Duration) []Span {
	open := map[[2]int]int{} // place in the answer
	spans := make([]Span, 0, len(changes)/2+1)
	for _, c := range changes {
		pair := [2]int{c.A, c.B}
		if c.Up {
			open[pair] = len(spans)
			spans = append(spans, Span{A: c.A, B: c.B, Begin: c.At, End: max(c.At, end)})
		} else {
			spans[open[pair]].End = c.At
		}
	}
	return spans
}

// Sort puts a list into the order in which it is written: by time, what goes down
// first, then by nodes. A pair that goes down and comes up in the same instant was
// never apart; who makes a list leaves both out.
func Sort(changes []Change) {
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
}

func rank(c Change) int {
	if c.Up {
		return 1
	}
	return 0
}

// checker takes changes one by one.
type checker struct {
	nodes int // 0: any number
	last  time.Duration
	count int
	up    map[[2]int]bool
}

func (c *checker) next(change Change) error {
	pair := [2]int{change.A, change.B}
	switch {
	case change.At < 0:
		return fmt.Errorf("the time is %s; a run begins at 0", change.At)
	case change.A < 0 || change.B < 0:
		return fmt.Errorf("node %d; nodes are counted from 0", min(change.A, change.B))
	case change.A == change.B:
		return fmt.Errorf("node %d meets itself; remove it", change.A)
	case change.A > change.B:
		return fmt.Errorf("nodes %d and %d; name the lower one first", change.A, change.B)
	case change.B >= c.limit():
		return fmt.Errorf("there is no node %d among %d, which are counted from 0; give the run at least %d nodes, or remove the line", change.B, c.limit(), change.B+1)
	case change.At < c.last:
		return fmt.Errorf("%s is before %s, the time of the one before it; sort the list by time (for a file: sort -s -n -k 1,1)", change.At, c.last)
	case c.count >= MaxChanges:
		return fmt.Errorf("more than %d changes; cut the list into shorter runs", MaxChanges)
	case change.Up && c.up[pair]:
		return fmt.Errorf("%d and %d are connected already; remove it, or add the line with down before it", change.A, change.B)
	case !change.Up && !c.up[pair]:
		return fmt.Errorf("%d and %d are not connected; remove it, or add the line with up before it (at 0, if they met before the list begins)", change.A, change.B)
	}
	if c.up == nil {
		c.up = map[[2]int]bool{}
	}
	if change.Up {
		c.up[pair] = true
	} else {
		delete(c.up, pair)
	}
	c.last = change.At
	c.count++
	return nil
}

func (c *checker) limit() int {
	if c.nodes <= 0 {
		return MaxNodes
	}
	return min(c.nodes, MaxNodes)
}
