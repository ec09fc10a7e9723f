package mesh

import (
	"encoding/hex"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Message is one entry of a node's record: a message that it sent or received.
type Message struct {
	Number      uint64 // position in this node's record, from 1
	ID          bundle.ID
	From        ident.Number
	To          bundle.Destination
	Precedence  bundle.Precedence
	Text        string
	Act         bundle.ContentType // not 0: it administers or orders, and Text says what
	Order       *Order             `json:",omitempty"` // with Act ContentOrder
	Role        string             `json:",omitempty"` // own messages: the role that it was written to
	SentOn      bundle.ID          // own messages: the one that went to whoever has the duty now
	SentFor     bundle.ID          // the message that this one repeats, for SentForNode
	Hops        int                `json:",omitempty"` // how often it was sent on
	Copies      int                `json:",omitempty"` // in the answer to a Submit: to how many nodes it went in all
	SentForNode ident.Number       `json:",omitempty"`
	Created     clock.Wall         // by the sender's clock
	Expires     clock.Wall         // by the sender's clock
	Recorded    clock.Wall         // by this node's clock, when it entered the record
	Outgoing    bool
	Proof       Proof
	Hash        BundleHash // of the bundle in which it came
	Signed      bool       // that bundle carries the sender's own signature
	Head        bundle.ID  `json:",omitzero"` // of the head that signed it in arrears
	Twin        BundleHash `json:",omitzero"` // of a second bundle with the same message, with a signature where the first has none, or the other way round
	State       State
	Held        []ident.Number // own messages: who accepted custody, ascending
	Delivered   []ident.Number // own messages: who proved delivery, ascending
}

// BundleHash is the SHA-256 of a bundle's bytes; hexadecimal in JSON.
type BundleHash [32]byte

// MarshalText writes the hash in hexadecimal.
func (h BundleHash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads what MarshalText wrote.
func (h *BundleHash) UnmarshalText(text []byte) error {
	if len(text) != 2*len(h) {
		return fmt.Errorf("hash of %d digits, want %d", len(text), 2*len(h))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// State is what is known of a message's way. It only climbs, but for Expired,
// which ends what was not delivered; if proof of delivery comes after that, it is
// Delivered after all.
type State uint8

const (
	Queued    State = iota // durable here, not yet transmitted
	OnAir                  // handed to a link at least once
	Held                   // a neighbour accepted custody
	Delivered              // the addressee, or every member of the group, proved delivery
	Received               // incoming, shown to this node's users
	Expired                // its lifetime ended before delivery was proven, or its addressee left for good
)

// Proof says how sure the sender of a message is.
type Proof uint8

const (
	ByMember     Proof = iota // sealed with the group's key: some member wrote it
	ByPair                    // sealed between two nodes: the other one wrote it
	Proven                    // carries the sender's own signature, or a head of his signs it
	Contradicted              // the sender signed that he wrote something else, or nothing, under its number
)

var stateNames = [...]string{"queued", "on air", "held", "delivered", "received", "expired"}

// String returns the state as users read it.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown"
}

var proofNames = [...]string{"member", "pair", "proven", "contradicted"}

// String returns the proof as users read it.
func (p Proof) String() string {
	if int(p) < len(proofNames) {
		return proofNames[p]
	}
	return "unknown"
}
