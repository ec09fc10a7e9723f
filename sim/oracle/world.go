package oracle

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Times are since the start of the run.
const (
	Never   = time.Duration(-1)      // it does not come
	Forever = time.Duration(1 << 61) // an edge or outage that does not end; the latest time of all
)

// Edge is an opportunity to pass a message on from one node to another. A transmission
// may begin at any time from Begin on, and has to be over by End.
type Edge struct {
	From, To   int
	Begin, End time.Duration
	Took       time.Duration // by a transmission, whatever the message
	Kind       int           // of link: beside Took comes what a message takes on this kind; see Search
}

// Outage is a time during which a node is off: it transmits nothing and receives
// nothing, but keeps what it has. A transmission has to be over when it begins.
type Outage struct {
	Node       int
	Begin, End time.Duration
}

// Oracle knows the edges and outages of a run. It is not for use by two at once.
type Oracle struct {
	first   []int32  // lanes of node i are first[i]..first[i+1]
	lanes   []lane   // by node from which they lead
	windows []window // by lane and time; of one lane, both Begin and End ascend
	down    [][]window
	scratch search
}

// lane holds the edges from one node to another that take equally long.
type lane struct {
	from, to, kind int32
	took           time.Duration
	first, last    int32 // of windows
}

type window struct{ begin, end time.Duration }

// New makes the oracle of so many nodes. It refuses edges and outages of nodes that
// there are not, that end before they begin, or are outside of 0..Forever.
func New(nodes int, edges []Edge, outages []Outage) (*Oracle, error) {
	if nodes < 0 || len(edges) > 1<<30 || nodes > 1<<30 {
		return nil, fmt.Errorf("%d nodes with %d edges: want no more than %d of each", nodes, len(edges), 1<<30)
	}
	for i, e := range edges {
		switch {
		case !within(e.From, nodes) || !within(e.To, nodes):
			return nil, fmt.Errorf("edge %d leads from node %d to node %d: want 0 to %d", i, e.From, e.To, nodes-1)
		case e.Begin < 0 || e.End < e.Begin || e.End > Forever:
			return nil, fmt.Errorf("edge %d from node %d to node %d is open from %v to %v: want times in order, from 0 to Forever", i, e.From, e.To, e.Begin, e.End)
		case e.Took < 0 || e.Took > Forever || e.Kind < 0 || e.Kind > 1<<20:
			return nil, fmt.Errorf("edge %d from node %d to node %d takes %v on a link of kind %d: want neither below 0", i, e.From, e.To, e.Took, e.Kind)
		}
	}
	o := &Oracle{first: make([]int32, nodes+1)}
	o.sort(edges)
	return o, o.note(nodes, outages)
}

func within(node, nodes int) bool { return node >= 0 && node < nodes }

// sort puts the edges into lanes and windows. An edge within another one of its lane is
// left out: whatever it offers, that one does.
func (o *Oracle) sort(edges []Edge) {
	edges = slices.Clone(edges)
	slices.SortFunc(edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Took, b.Took),
			cmp.Compare(a.Begin, b.Begin), cmp.Compare(b.End, a.End))
	})
	for _, e := range edges {
		w := window{e.Begin, e.End}
		l := lane{from: int32(e.From), to: int32(e.To), kind: int32(e.Kind), took: e.Took, first: int32(len(o.windows))}
		if n := len(o.lanes) - 1; n < 0 || !o.lanes[n].like(l) {
			o.lanes = append(o.lanes, l)
			o.first[e.From+1]++
		} else if o.windows[len(o.windows)-1].end >= w.end {
			continue
		}
		o.windows = append(o.windows, w)
		o.lanes[len(o.lanes)-1].last = int32(len(o.windows))
	}
	for i := range len(o.first) - 1 {
		o.first[i+1] += o.first[i]
	}
}

func (a lane) like(b lane) bool {
	return a.from == b.from && a.to == b.to && a.kind == b.kind && a.took == b.took
}

// note keeps the outages of each node in order, joined where they overlap.
func (o *Oracle) note(nodes int, outages []Outage) error {
	o.down = make([][]window, nodes)
	for i, d := range outages {
		if !within(d.Node, nodes) {
			return fmt.Errorf("outage %d is of node %d: want 0 to %d", i, d.Node, nodes-1)
		}
		if d.Begin < 0 || d.End < d.Begin || d.End > Forever {
			return fmt.Errorf("outage %d of node %d lasts from %v to %v: want times in order, from 0 to Forever", i, d.Node, d.Begin, d.End)
		}
		o.down[d.Node] = append(o.down[d.Node], window{d.Begin, d.End})
	}
	for i, list := range o.down {
		slices.SortFunc(list, func(a, b window) int { return cmp.Compare(a.begin, b.begin) })
		joined := list[:0]
		for _, w := range list {
			if n := len(joined) - 1; n >= 0 && w.begin < joined[n].end {
				joined[n].end = max(joined[n].end, w.end)
			} else if w.end > w.begin {
				joined = append(joined, w)
			}
		}
		o.down[i] = joined
	}
	return nil
}
