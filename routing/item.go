package routing

import (
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// Prefix is the beginning of a bundle's hash, by which bundles of one id are told
// apart where a full hash would be too long. Whoever poses as an origin can make
// two of his own bundles share one, and not one of his and one that he has not seen.
type Prefix [8]byte

// Item is a live bundle of this node, as far as routing needs to know it.
type Item struct {
	ID          bundle.ID
	To          bundle.Destination
	Precedence  bundle.Precedence
	Expires     clock.Wall
	Size        int    // bytes of the encoded bundle
	Hash        Prefix // of the bundle
	Record      uint64 // its number in this node's record, or 0 if it only passes through
	Own         bool   // this node is the origin
	Stored      bool   // it was held when this life of the node began
	NoReceipt   bool   // nobody waits for its receipt: the addressee's acceptance ends it
	Signed      bool   // it carries its origin's signature
	Disputed    bool   // a receipt came that does not fit it
	Variant     bool   // another bundle of its id was here first
	Quarantined bool   // not shown or acted upon until its origin proves it
	Holders     Nodes  // who accepted custody of it, as far as this node was told
}

// Task returns the key of the task that sends the bundle.
func (it *Item) Task() Key {
	k := Key{ID: it.ID, Kind: SendBundle}
	if it.Variant {
		k.Variant = it.Hash
	}
	return k
}

// Kind is what a task sends.
type Kind uint8

const (
	SendBundle  Kind = iota // the bundle itself
	SendReceipt             // the receipt of a direct bundle
)

// Key names a task: a link's queue has at most one of each.
type Key struct {
	ID      bundle.ID
	Kind    Kind
	Variant Prefix // zero for the first bundle of its id that came here, and for its receipt
}

// Task is something to be sent on one link.
type Task struct {
	Key
	Item     *Item             // nil for a receipt
	Class    bundle.Precedence // the queue it waits in
	Needs    Nodes             // neighbours believed to lack it
	Attempts int               // complete transmissions since it was last armed
	Parts    *frame.Sender     // of a bundle that no frame of the link holds whole
	Yielding clock.Instant     // since when it lets another send its bundle, or 0
	Sent     clock.Instant     // when the last transmission was handed over
	Asked    Nodes             // those of them for whom it was queued on the word of their vector
	Urgent   bool              // it may use the airtime that is reserved for FLASH and IMMEDIATE
	Flash    bool              // and the part of that which is for FLASH alone
	Answer   bool              // the receipt of this node's own, which has the first turn: package mesh
	Asks     bool              // sent only to learn who has it: package mesh
	Held     bool              // until one of those proves himself: package mesh
	due      clock.Instant     // not before
	order    uint64            // arrival, the tie-breaker
	place    int               // index in the heap of waiting tasks, or inReady, or gone
}

// UnderWay reports whether the task goes on with something, rather than making
// one more bundle wait for its acceptance: some of it has been transmitted
// already, or it is a receipt, which nobody accepts.
func (t *Task) UnderWay() bool { return t.Attempts > 0 || t.Parts != nil || t.Kind == SendReceipt }

// For adds a neighbour to those who need the task.
func (t *Task) For(n ident.Number) bool { return t.Needs.Add(n) }
