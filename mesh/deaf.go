package mesh

import (
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// best returns the fastest link on which a node is heard, or nil. One on which
// it does not hear this node is the last choice.
func (n *Node) best(num ident.Number) *link {
	var best *link
	for _, l := range n.links {
		if l == nil || !l.up || l.neighbours[num] == nil {
			continue
		}
		if best == nil || n.hears(num, l) != n.hears(num, best) && n.hears(num, l) ||
			n.hears(num, l) == n.hears(num, best) && l.profile.BitsPerSecond > best.profile.BitsPerSecond {
			best = l
		}
	}
	return best
}

// hears reports whether nothing speaks against it that a neighbour hears this
// node. That it is heard here says little: radios differ in power, and a member
// can pretend to be another.
func (n *Node) hears(num ident.Number, l *link) bool { return l.neighbours[num].deaf <= n.now.Mono }

// near reports whether a node is a neighbour that may hear this node, so that
// nobody else is needed to reach it.
func (n *Node) near(num ident.Number) bool {
	l := n.best(num)
	return l != nil && n.hears(num, l)
}

// answered notes that a neighbour proved to have heard this node.
func (nb *neighbour) answered() { nb.ignored, nb.deaf = 0, 0 }

// answer is answered for the neighbour of a number, if it is one.
func (l *link) answer(num ident.Number) {
	if nb := l.neighbours[num]; nb != nil {
		nb.answered()
	}
}

// deafAt returns when a neighbour that does not answer is taken to be deaf, for
// as long as one that is not heard is taken to be there.
func (n *Node) deafAt(nb *neighbour, l *link) clock.Instant {
	if nb.ignored < maxSilent {
		return clock.Never
	}
	return nb.since.Add(4 * n.retry(l))
}

// deafen takes a neighbour to be deaf, and looks for another way to it.
func (n *Node) deafen(l *link, num ident.Number) {
	nb := l.neighbours[num]
	nb.ignored, nb.deaf = 0, n.now.Mono.Add(l.timing.Lost)
	n.after(Trace{What: "neighbour does not answer", Args: []any{"node", num, "link", l.profile.Name}})
	if n.best(num) == l {
		n.detour(num) // what is queued for it here stays
		return
	}
	tasks := l.neededBy(num)
	l.forsake(num, nil)
	n.reroute(tasks, num)
}

// repeated notes a repetition to a neighbour that has not answered.
func (n *Node) repeated(nb *neighbour) {
	if nb.silent < maxSilent {
		nb.silent++
		nb.asked = n.now.Mono
	}
	if nb.deaf > n.now.Mono {
		return
	}
	if nb.ignored++; nb.ignored == 1 {
		nb.since = n.now.Mono
	}
}
