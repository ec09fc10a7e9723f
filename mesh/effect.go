package mesh

import (
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/store"
)

// Commit asks for a batch to be made durable; a Committed event answers it.
//
// Keys, if not nil, is the node's key ring as it is now. The driver overwrites
// with it what its vault holds, and that is durable before the batch is. A ring
// that is newer than the batch does no harm: keys come before what they open,
// and only what nothing needs is erased.
type Commit struct {
	Batch *store.Batch
	Keys  []byte
}

// Transmit hands a frame to a link.
type Transmit struct {
	Link  int
	Frame radio.Frame
}

// Deliver tells the user of a new message for this node. The record is in the
// store already.
type Deliver struct{ Message Message }

// Update tells the user that the state of a message changed.
type Update struct{ Message Message }

// Accepted answers a Submit: the message is durable here.
type Accepted struct {
	Ref     uint64
	Message Message
}

// Refused answers a Submit that was not taken, with what to do about it.
type Refused struct {
	Ref uint64
	Err error // one of the Err values of this package, wrapped with the value that was wrong
}

// Excluded says which nodes are locked out now: revoked, suspended, or guests
// whose time is over. A driver ends the sessions of its links with them. The
// node says so once after it was built, and whenever it changes.
type Excluded struct{ Nodes []ident.Number } // ascending

// Trace is a line for the log of whoever looks into the node; it has no other use.
type Trace struct {
	What string
	Args []any // alternating key, value, as in log/slog
}

func (Commit) effect()   {}
func (Transmit) effect() {}
func (Deliver) effect()  {}
func (Update) effect()   {}
func (Accepted) effect() {}
func (Refused) effect()  {}
func (Excluded) effect() {}
func (Trace) effect()    {}
