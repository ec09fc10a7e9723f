package mesh

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

// Whoever took a message of this node says so, and where frames collide that is lost
// as easily as anything else, perhaps as often as the bundle is repeated. The vectors
// then show nothing lacking, nobody speaks of it again, and the user would be told for
// ever that nobody is known to hold it. So this node sends it again, or one fragment
// of it, which who has it answers: a few times, and the same after twice the time,
// until somebody has proven custody, or it ends.

const (
	unheldRetries = 32 // the first wait, in retries of the link: by then a task rests
	unheldRestart = 5 * time.Minute
	custodyTries  = 3 // transmissions each time, at most
)

// unheld is an own message that was on the air and that nobody is known to hold.
type unheld struct {
	it   *routing.Item
	due  clock.Instant
	wait time.Duration
}

// watchCustody has this node ask who holds a message, if nobody says so meanwhile.
func (n *Node) watchCustody(it *routing.Item, wait time.Duration) {
	if len(it.Holders) > 0 || slices.ContainsFunc(n.unheld, func(u unheld) bool { return u.it == it }) {
		return
	}
	u := unheld{it: it, wait: wait}
	u.due = n.now.Mono.Add(wait + n.spreadOver(wait))
	n.unheld = append(n.unheld, u)
	n.unheldAt = min(n.unheldAt, u.due)
}

// loadUnheld watches what an earlier life may have left without an answer. What was
// on the air then, the record says when the time comes.
func (n *Node) loadUnheld() {
	n.unheldAt = clock.Never
	for _, it := range n.live.order {
		if it.Own && it.Record != 0 {
			n.unheld = append(n.unheld, unheld{it: it, due: n.now.Mono.Add(unheldRestart + n.spreadOver(unheldRestart)), wait: unheldRestart})
			n.unheldAt = min(n.unheldAt, n.unheld[len(n.unheld)-1].due)
		}
	}
}

// askCustody sends what nobody is known to hold again, where its time has come.
func (n *Node) askCustody() {
	if n.unheldAt > n.now.Mono {
		return
	}
	n.unheldAt = clock.Never
	n.unheld = slices.DeleteFunc(n.unheld, func(u unheld) bool { return len(u.it.Holders) > 0 || !n.live.holds(u.it) })
	for i := 0; i < len(n.unheld); i++ {
		u := &n.unheld[i]
		if u.due <= n.now.Mono {
			if m, ok := n.message(u.it.Record); !ok || m.State != OnAir {
				n.unheld = slices.Delete(n.unheld, i, i+1) // it is watched when it was on the air
				i--
				continue
			}
			if n.askWho(u.it) {
				u.wait = min(2*u.wait, bundle.MaxLifetime)
			}
			u.due = n.now.Mono.Add(u.wait + n.spreadOver(u.wait))
		}
		n.unheldAt = min(n.unheldAt, u.due)
	}
}

// askWho queues a message to be sent for those who may hold it. It reports
// whether there was anybody, and no task of it left over.
func (n *Node) askWho(it *routing.Item) (asks bool) {
	for _, l := range n.links {
		if l != nil && l.queue.Get(it.Task()) != nil {
			return false
		}
	}
	n.spreadBy(it, 0, nil, func(l *link, num ident.Number, k routing.Key, it *routing.Item, delay time.Duration) {
		n.lacks(l, num, k, it, delay)
		l.queue.Get(k).Asks = true
		asks = true
	})
	return asks
}
