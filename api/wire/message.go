package wire

import "time"

// Party is a node with its name from the roster; the name is empty if the
// roster does not know the number.
type Party struct {
	Number uint16 `json:"number"`
	Name   string `json:"name,omitempty"`
}

// Address is where a message goes: exactly one of Node and Group is not zero.
type Address struct {
	Node  uint16 `json:"node,omitempty"`
	Group uint8  `json:"group,omitempty"`
	Name  string `json:"name,omitempty"`
}

// Message is one entry of the node's record.
type Message struct {
	Number     uint64    `json:"number"` // position in this node's record, from 1
	ID         string    `json:"id"`     // origin/day/sequence, the same at every node
	From       Party     `json:"from"`
	To         Address   `json:"to"`
	Precedence string    `json:"precedence"` // FLASH, IMMEDIATE, PRIORITY, ROUTINE
	Text       string    `json:"text"`
	Created    time.Time `json:"created"`  // by the sender's clock
	Expires    time.Time `json:"expires"`  // by the sender's clock
	Recorded   time.Time `json:"recorded"` // by this node's clock
	Outgoing   bool      `json:"outgoing"`
	State      string    `json:"state"`           // queued, on air, held, delivered, received, expired
	Held       []Party   `json:"held"`            // own messages: who accepted custody
	Delivered  []Party   `json:"delivered"`       // own messages: who proved delivery
	Expected   int       `json:"expected"`        // own messages: how many are to prove it
	Proof      string    `json:"proof,omitempty"` // member, pair, proven, contradicted

	Kind    string   `json:"kind,omitempty"`     // if it is no plain text: order, readback, cancellation, shift, suspension, group key
	Order   *Order   `json:"order,omitempty"`    // of kind order
	Role    string   `json:"role,omitempty"`     // own messages: the role that it was written to
	SentOn  string   `json:"sent_on,omitempty"`  // own messages: id of the one that went to who has the duty now
	SentFor *SentFor `json:"sent_for,omitempty"` // it was for another node at first
	Copies  int      `json:"copies,omitempty"`   // in the answer to a renewal: how many nodes get it
}

// SentFor names the message that another one repeats.
type SentFor struct {
	ID string `json:"id"`
	To Party  `json:"to"`
}

// Messages is a page of the record, ascending by number.
type Messages struct {
	Messages []Message `json:"messages"`
	// Position is the number up to which the record was looked through: pass
	// it as after to go on.
	Position uint64 `json:"position"`
	// More says that there is more above Position.
	More bool `json:"more"`
}

// Submission asks for a message to be sent.
type Submission struct {
	To         string `json:"to"`                   // a node's name or number, a group's name or a role; "node:", "group:" or "role:" before it settles doubt
	Precedence string `json:"precedence,omitempty"` // ROUTINE if left out
	Text       string `json:"text"`
	Lifetime   string `json:"lifetime,omitempty"` // as in 90m or 4h; the precedence's default if left out
}

// Failure is the body of every answer that is not a success.
type Failure struct {
	Error Problem `json:"error"`
}

// Problem says what went wrong and what to do about it.
type Problem struct {
	What string `json:"what"`
	Hint string `json:"hint,omitempty"`
}
