package reference

import (
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Everyone is the addressee of a broadcast. Nodes are counted from 0.
const Everyone = -1

// Message is what a user writes. Its text is not carried, only its number and so
// many bytes.
type Message struct {
	N       int // its number in the run
	From    int
	To      int // or Everyone
	Bytes   int
	Expires clock.Instant
}

// Event is one of Submit, Heard, Sent, Contact, Wake.
type Event interface{ event() }

// Submit: the node's user writes a message.
type Submit struct{ Message Message }

// Heard: a frame arrived. From is Everyone unless the link names its neighbours; RSSI
// and SNR are 0 on such links.
type Heard struct {
	Link int
	From int
	Data []byte
	RSSI float64 // dBm
	SNR  float64 // dB
}

// Sent: the outstanding frame of a link has left, or broke off.
type Sent struct {
	Link int
	OK   bool
}

// Contact: a neighbour came or went on a link that names them.
type Contact struct {
	Link int
	Node int
	Up   bool
}

// Wake: the deadline has come.
type Wake struct{}

func (Submit) event()  {}
func (Heard) event()   {}
func (Sent) event()    {}
func (Contact) event() {}
func (Wake) event()    {}

// Action is one of Transmit, Deliver, Acknowledged, Failed.
type Action interface{ action() }

// Transmit hands a link a frame for one neighbour, or for all in reach. One frame is
// outstanding per link; its Sent event follows.
type Transmit struct {
	Link int
	To   int
	Data []byte
}

// Deliver: the node's user gets a message.
type Deliver struct{ N int }

// Acknowledged: the node's user is told that a message of his arrived.
type Acknowledged struct{ N int }

// Failed: the node's user is told that it probably did not.
type Failed struct{ N int }

func (Transmit) action()     {}
func (Deliver) action()      {}
func (Acknowledged) action() {}
func (Failed) action()       {}

// Actor is a protocol at one node. It has no clock, lock or randomness but what Node
// gave it; events come one at a time, in order.
type Actor interface {
	Step(now clock.Instant, ev Event) []Action
	// Deadline returns when the actor wants to be woken; it may be past.
	Deadline() (clock.Instant, bool)
}

// Node is what an actor knows of the node it is on.
type Node struct {
	Self  int
	Nodes int // in the world
	Luck  *rand.Rand
	Links []Link
}

// Link is what an actor knows of a link.
type Link struct {
	MTU         int
	Contacts    bool                          // the link names its neighbours
	Airtime     func(bytes int) time.Duration // of a frame
	Busy        func() bool                   // the radio notices a carrier now (channel activity detection), or transmits
	Sensitivity float64                       // dBm; 0 on links that name their neighbours
}

// Protocol makes the actors of one run.
type Protocol interface {
	Name() string   // as --protocols names it
	Source() string // where its rules are published, and what is left out, in a sentence or two
	New(Node) Actor
}
