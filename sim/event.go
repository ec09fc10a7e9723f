package sim

import "time"

// kind is what an event of the simulator is about.
type kind uint8

const (
	evSubmit  kind = iota // traffic n is submitted
	evWake                // a node's deadline
	evDurable             // a node's commit is durable
	evUp                  // a node's link comes up
	evChannel             // something happens on radio channel link
	evHeard               // a frame reaches a node on a link
	evSent                // a link has refused a node's frame
	evLAN                 // something happens on LAN link
	evContact             // the schedule of LAN link changes
	evTurn                // a node tries again to send what waits for its turn
	evCrash               // a node is to crash at its next effect but n
	evStart               // a node starts again
	evCut                 // a link between two nodes is cut
	evMend                // and works again
	evUnplug              // a node's link loses its device
	evAdmit               // the checkers look at everything
	evAct                 // attacker n does something
	evPath                // paths of channel link change
	evBegin               // incident n begins
	evEnd                 // incident n ends
	evGhost               // transmitter other of incident n acts
	evInject              // attacker n sends a frame that he held back, by his radio link
)

// event is one thing to come, by value.
type event struct {
	kind       kind
	node       int
	link       int
	other      int           // the other node
	n          int           // see kind
	span       time.Duration // how long it lasts, if it does
	life       uint32        // the life of the node for which this is meant; 0: any
	data       []byte
	power, snr float64 // with which data was heard
}
