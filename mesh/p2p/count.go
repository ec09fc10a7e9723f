package p2p

import "sync/atomic"

// outcome is something that happened on the way of a frame or a peer.
type outcome int

const (
	refusedPeer   outcome = iota // a connection of a key that is not in the roster
	refusedFull                  // a connection above MaxNeighbours
	rejectedHello                // a Hello that did not decode or was not admitted
	notAdmitted                  // a connection closed since nobody was admitted in time
	malformed                    // a record that a session cannot hold
	silent                       // a session that ended since nothing was heard
	stalled                      // a session that ended since the peer took nothing
	queueFull                    // a frame not sent to one slow peer
	noNeighbour                  // a frame for a node that is not admitted
	gossipDropped                // a gossip message lost in a full queue on this side
	gossipRefused                // a gossip message refused: its sender, size or topic
	duplicate                    // a frame for all that was heard before
	sentDirect                   // a frame for all, over the sessions
	sentGossip                   // a frame for all, published
	fileGiven                    // a network file handed to a neighbour
	fileTaken                    // a newer network file taken from a neighbour
	fileRefused                  // a network file from a neighbour that was refused
	fileDenied                   // a network file asked for by a peer without a session
	outcomes
)

var outcomeNames = [outcomes]string{
	"peer refused: not in roster", "peer refused: too many", "hello rejected", "not admitted in time",
	"malformed record", "peer silent", "peer stalled", "queue full", "no such neighbour",
	"gossip dropped", "gossip refused", "duplicate", "broadcast over sessions", "broadcast by gossip",
	"network file given", "network file taken", "network file refused", "network file denied",
}

// Counter counts one kind of outcome since Open.
type Counter struct {
	Name  string
	Count uint64
}

type counters [outcomes]atomic.Uint64

func (c *counters) count(o outcome) { c[o].Add(1) }

// Counters returns the outcomes that happened at least once, in a fixed order.
func (l *Link) Counters() []Counter {
	var all []Counter
	for o := range outcomes {
		if n := l.counters[o].Load(); n > 0 {
			all = append(all, Counter{outcomeNames[o], n})
		}
	}
	return all
}
