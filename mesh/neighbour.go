package mesh

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// neighbour is a node heard on a link.
type neighbour struct {
	heard   clock.Instant
	day     clock.Day     // whose key its frames are sealed under; 0: none heard
	flags   uint8         // of its last beacon
	contact bool          // the link itself says that it is there
	silent  int           // repetitions sent to it since it was heard
	asked   clock.Instant // when the last of them was sent
	ignored int           // repetitions sent to it since it last answered this node
	since   clock.Instant // when the first of them was sent
	deaf    clock.Instant // until then it is taken to hear nothing of this node
	signal  *radio.Signal
	sum     uint32        // the summary in its last beacon
	said    clock.Instant // when it sent that; 0: it did not
	moved   bool          // it has taken or ended something since
	quality quality
	proof
	hearsAll clock.Instant                  // when it last named all whom it hears
	names    map[ident.Number]clock.Instant // whom it says that it hears, however badly
	hears    map[ident.Number]clock.Instant // whom it says that it hears well, or whose bundles it was heard to accept
}

// hear notes that a neighbour is there.
func (n *Node) hear(l *link, num ident.Number, s *radio.Signal) *neighbour {
	nb := l.neighbours[num]
	if nb == nil {
		if len(l.neighbours) >= MaxNeighbours {
			return new(neighbour) // it is heard, but not remembered
		}
		nb = &neighbour{proof: proof{proven: l.profile.Secure}}
		l.neighbours[num] = nb
		l.charge(num, frame.HelloSize) // the beacon that greets it
		l.reach.Add(num)
		i, _ := slices.BinarySearch(l.reach, num)
		l.near = slices.Insert(l.near, i, nb)
		l.vectorGap = l.timing.VectorGap
		l.vectorNext = n.now.Mono
		l.helloSoon(n.now.Mono.Add(n.spreadOver(l.timing.HelloMin / 8)))
		n.after(Trace{What: "neighbour", Args: []any{"node", num, "link", l.profile.Name}})
	}
	nb.heard, nb.silent = n.now.Mono, 0
	if s != nil {
		nb.signal = s
	}
	return nb
}

// lose forgets a neighbour that is gone from a link.
func (n *Node) lose(l *link, num ident.Number) {
	nb := l.neighbours[num]
	if nb == nil {
		return
	}
	if nb.proven {
		n.freshNonce(l) // its echo was heard by others, who could repeat it
	}
	delete(l.neighbours, num)
	l.near = slices.DeleteFunc(l.near, func(other *neighbour) bool { return other == nb })
	l.reach.Remove(num)
	for _, other := range l.near {
		delete(other.hears, num)
		delete(other.names, num)
	}
	lost := l.neededBy(num)
	l.forsake(num, nil)
	n.after(Trace{What: "neighbour lost", Args: []any{"node", num, "link", l.profile.Name}})
	n.reroute(lost, num)
}

// lostAt returns when a neighbour counts as gone if it stays silent: after a
// few repetitions that it did not answer, or after a long time. Nothing more
// is sent to it until it is heard again, and then its vector tells what it
// lacks.
func (n *Node) lostAt(nb *neighbour, l *link) clock.Instant {
	switch {
	case nb.contact:
		return clock.Never
	case nb.silent >= maxSilent:
		return nb.asked.Add(2 * n.retry(l))
	default:
		return nb.heard.Add(l.timing.Lost)
	}
}
