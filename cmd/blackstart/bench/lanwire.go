package bench

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// A node of the LAN bench is a process that takes orders on its standard input
// and speaks on its standard output, one JSON value after the other.

// lanSpec is the first value on the input: which node this is.
type lanSpec struct {
	Index, Nodes int
	Seed         uint64
	Day          clock.Day // around which the operator's certificates are valid
	Dir          string    // of the store, which is made if it is not there
	Peers        []string
}

// lanOrder is each further value on the input. Exactly one field is set.
type lanOrder struct {
	Load   *lanLoad `json:",omitempty"`
	Tell   bool     `json:",omitempty"` // how it stands
	Delays int      `json:",omitempty"` // the latencies of a phase
}

// lanLoad is messages to be submitted in this node.
type lanLoad struct {
	Phase      int // from 1; marks the texts, to tell the latencies of phases apart
	Rate       float64
	Submitters int // at a time; with Rate 0 each sends one message after the other
	Limit      int // messages in all
	Bytes      int // of each text
	Duration   time.Duration
}

// lanWord is what a node says: an answer to an order, or, unasked, what it
// accepted meanwhile. Exactly one field besides Accepted is set in an answer.
type lanWord struct {
	Accepted  []lanID    `json:",omitempty"` // since the last word
	Listening []string   `json:",omitempty"` // answers lanSpec
	Loaded    *lanLoaded `json:",omitempty"` // answers Load, when it is over
	Stands    *lanStands `json:",omitempty"` // answers Tell
	Delays    *[]int32   `json:",omitempty"` // answers Delays: microseconds
}

// lanLoaded says how a load went.
type lanLoaded struct {
	Accepted, Refused int
	Why               string // the last refusal
}

// lanStands says how a node stands.
type lanStands struct {
	Neighbours int
	Record     uint64 // messages in the record
	Queued     int    // bundles to be sent
	State      string
	Counters   map[string]uint64
}

// lanID is a bundle's id within its origin: day and sequence number.
type lanID uint32

func lanIDOf(id bundle.ID) lanID { return lanID(id.Day)<<16 | lanID(id.Seq) }

func (i lanID) of(origin ident.Number) bundle.ID {
	return bundle.ID{Origin: origin, Day: clock.Day(i >> 16), Seq: uint16(i)}
}
