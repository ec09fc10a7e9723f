package oracle

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Search asks when a message that is at node From at the time At can be elsewhere.
type Search struct {
	From  int
	At    time.Duration
	Until time.Duration   // what comes later does not count; 0: whatever comes
	Took  []time.Duration // by kind of link: what a transmission of this message takes beside Edge.Took; 0 of those not listed
}

// Hop is one transmission on the way of a message.
type Hop struct {
	From, To   int
	Begin, End time.Duration
}

// search is the memory of a search, kept for the next one.
type search struct {
	best   []time.Duration // earliest arrival found; Forever+1 if none
	begin  []time.Duration // of the transmission that brings it
	via    []int32         // and its lane; -1: none
	coming clock.Agenda[int32]
}

// Earliest returns by node the earliest time at which it can have what is at node from
// at a time, or Never.
func (o *Oracle) Earliest(from int, at time.Duration) []time.Duration {
	return o.All(Search{From: from, At: at})
}

// All returns by node the earliest time at which it can have a message, or Never.
func (o *Oracle) All(q Search) []time.Duration {
	o.run(q, -1)
	out := slices.Clone(o.scratch.best)
	for i := range out {
		if out[i] > Forever {
			out[i] = Never
		}
	}
	return out
}

// One returns the earliest time at which one node can have a message, or Never. It
// looks no further than it has to.
func (o *Oracle) One(q Search, to int) time.Duration {
	o.run(q, to)
	if at := o.scratch.best[to]; at <= Forever {
		return at
	}
	return Never
}

// Way returns transmissions that bring a message to a node at the earliest time; none
// if it cannot come, or is there.
func (o *Oracle) Way(q Search, to int) []Hop {
	o.run(q, to)
	var hops []Hop
	for s := &o.scratch; s.via[to] >= 0; {
		l := o.lanes[s.via[to]]
		hops = append(hops, Hop{From: int(l.from), To: to, Begin: s.begin[to], End: s.best[to]})
		to = int(l.from)
	}
	slices.Reverse(hops)
	return hops
}

// run searches until the arrival at node to is final, or everything is if that is -1.
func (o *Oracle) run(q Search, to int) {
	nodes := len(o.first) - 1
	if !within(q.From, nodes) || to >= nodes || q.At < 0 || q.At > Forever {
		panic(fmt.Sprintf("oracle: search %+v to node %d in a world of %d nodes", q, to, nodes))
	}
	if q.Until <= 0 || q.Until > Forever {
		q.Until = Forever
	}
	s := &o.scratch
	if s.best == nil {
		s.best, s.begin, s.via = make([]time.Duration, nodes), make([]time.Duration, nodes), make([]int32, nodes)
	}
	for i := range s.best {
		s.best[i], s.via[i] = Forever+1, -1
	}
	s.coming.Clear()
	s.best[q.From] = q.At
	s.coming.Put(clock.Instant(q.At), 0, int32(q.From))
	for s.coming.Len() > 0 {
		at, node := s.coming.Take()
		if int(node) == to {
			return
		}
		if time.Duration(at) == s.best[node] { // no better one has come
			o.spread(&q, node)
		}
	}
}

// spread passes the message on from a node to its neighbours.
func (o *Oracle) spread(q *Search, node int32) {
	s := &o.scratch
	for i := o.first[node]; i < o.first[node+1]; i++ {
		l := &o.lanes[i]
		before := min(s.best[l.to], q.Until+1)
		begin, end := o.board(l, q, s.best[node], before)
		if end >= before {
			continue
		}
		s.best[l.to], s.begin[l.to], s.via[l.to] = end, begin, i
		s.coming.Put(clock.Instant(end), 0, l.to)
	}
}

// board returns when the first transmission on a lane that begins at a time or later
// begins and ends, if it ends before another time; otherwise its end is not.
func (o *Oracle) board(l *lane, q *Search, from, before time.Duration) (begin, end time.Duration) {
	took := l.took
	if int(l.kind) < len(q.Took) {
		took = min(took+q.Took[l.kind], Forever)
	}
	if from+took >= before {
		return 0, before
	}
	open := o.windows[l.first:l.last]
	if open[0].end < from+took { // those that are over
		open = open[sort.Search(len(open), func(i int) bool { return open[i].end >= from+took }):]
	}
	for i := range open {
		begin = o.awake(l, max(from, open[i].begin), took)
		if begin+took >= before {
			break // later windows do not begin earlier
		}
		if begin+took <= open[i].end {
			return begin, begin + took
		}
	}
	return 0, before
}

// awake returns the first time, from one on, at which both ends of a lane are on for
// as long as a transmission takes.
func (o *Oracle) awake(l *lane, at, took time.Duration) time.Duration {
	from, to := o.down[l.from], o.down[l.to]
	if len(from) == 0 && len(to) == 0 {
		return at
	}
	for {
		next := past(to, past(from, at, took), took)
		if next == at {
			return at
		}
		at = next
	}
}

// past returns the first time, from one on, such that nothing of a list falls into
// the time that a transmission takes.
func past(down []window, at, took time.Duration) time.Duration {
	for i := sort.Search(len(down), func(i int) bool { return down[i].end > at }); i < len(down) && down[i].begin < at+took; i++ {
		at = down[i].end
	}
	return at
}
