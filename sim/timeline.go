package sim

import "github.com/blackstart-mesh/blackstart/message/clock"

// kind is what an event of the simulator is about.
type kind uint8

const (
	evSubmit  kind = iota // traffic n is submitted
	evWake                // a node's deadline
	evDurable             // a node's commit is durable
	evUp                  // a node's link comes up
	evChannel             // something happens on radio channel link
	evHeard               // a frame reaches a node on a link
	evSent                // a LAN has taken a node's frame
	evReview              // two nodes on a LAN notice whether they are connected
	evCrash               // a node is to crash at its next effect but n
	evStart               // a node starts again
	evCut                 // a link between two nodes is cut
	evMend                // and works again
	evUnplug              // a node's link loses its device
	evAdmit               // the checkers look at everything
	evAct                 // attacker n does something
	evInject              // attacker n sends a frame that he held back, by his radio link
)

// event is one thing to come, by value.
type event struct {
	at    clock.Instant
	seq   uint64
	kind  kind
	node  int
	link  int
	other int    // the other node
	n     int    // see kind
	life  uint32 // the life of the node for which this is meant; 0: any
	data  []byte
}

func (a *event) before(b *event) bool {
	return a.at < b.at || a.at == b.at && a.seq < b.seq
}

// timeline is a binary heap of events by value, ordered by time and then by
// when they were pushed.
type timeline struct {
	heap []event
	seq  uint64
}

func (l *timeline) push(e event) {
	l.seq++
	e.seq = l.seq
	h := append(l.heap, e)
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if !h[i].before(&h[parent]) {
			break
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
	l.heap = h
}

func (l *timeline) pop() event {
	h := l.heap
	top, last := h[0], len(h)-1
	h[0], h[last] = h[last], event{}
	h = h[:last]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if h[child].before(&h[least]) {
				least = child
			}
		}
		if least == i {
			break
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
	l.heap = h
	return top
}
