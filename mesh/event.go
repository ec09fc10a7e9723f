package mesh

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Event is what happened: LinkEvent, Submit, Committed, Wake, NewRoster, Note, Raise
// or Quiet.
type Event interface{ event() }

// LinkEvent is an event of one link.
type LinkEvent struct {
	Link  int // the driver's number for the link, 0..MaxLinks-1
	Event radio.Event
}

// Submit asks the node to send a message. The answer is one Accepted or
// Refused effect with the same Ref.
type Submit struct {
	Ref        uint64
	To         bundle.Destination
	Precedence bundle.Precedence
	Text       string
	Role       string        // instead of To: whoever has this role now
	Act        bundle.Act    // instead of Text; the node fills in who says it, and where it has to go
	Members    *Members      // with a GroupSecret: who gets it; nil: all members
	Lifetime   time.Duration // 0: the default of the precedence
	By         string        // who asked, for the audit event
}

// Members says which members of a group get its secret.
type Members struct {
	Without []ident.Number // they do not get the new one
	Only    []ident.Number // they get the one of now; it is not renewed
}

// Committed says that the oldest Commit not yet reported is durable.
type Committed struct{}

// Wake says that the time of the last Deadline has come.
type Wake struct{}

// NewRoster brings what a newer network file says. By says who did it, for the
// audit event.
type NewRoster struct {
	Trust   Trust
	Package *keyring.Package // of this node in the file; nil where it is not at hand
	By      string
}

// Note appends an event to the audit record: something was done with the running
// node that it does not notice by itself.
type Note struct{ Event AuditEvent }

// Raise is an alarm about something that the node does not see by itself. What is
// one of the Alarm values; one that stands already stays as it is.
type Raise struct{ What, Detail string }

func (LinkEvent) event() {}
func (Submit) event()    {}
func (Committed) event() {}
func (Wake) event()      {}
func (NewRoster) event() {}
func (Note) event()      {}
func (Raise) event()     {}

// Effect is what the driver has to do: Commit, Transmit, Deliver, Update,
// Accepted, Refused, Excluded, Planned, LearnTime, Past or Trace.
type Effect interface{ effect() }
