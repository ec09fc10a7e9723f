package at

import (
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
)

// Verdict says what a line is to a step.
type Verdict uint8

const (
	Other Verdict = iota // no answer to this step
	More                 // an answer, and a further line belongs to it
	Done                 // the answer
	Again                // not now: the line is to be said again after a pause
)

// Step is one line that is said to a radio, and its answer.
type Step struct {
	Name   string        // for people, of what is asked
	Say    string        // the line without its end; "" waits only
	Line   func() string // instead of Say, for a line that is known when its turn comes
	Wait   time.Duration // for the answer; 0: Patience
	Tries  int           // how often it is said to a radio that does not answer; 0: once
	Silent error         // what the radio's silence means; nil: that it stopped answering
	Unless func() bool   // leaves the step out, as known when its turn comes; nil: never
	// Take says what a line is to this step. An error ends the opening of the
	// port, or while a frame is transmitted says why it has not left.
	Take func(line []byte) (Verdict, error)
}

// Patience is how long a radio may take for an answer unless a step says
// otherwise.
const Patience = 2 * time.Second

// Event is what a line means that answers no step.
type Event struct {
	Known  bool          // else it is counted as of no use
	Heard  *bridge.Heard // a frame arrived; its Data is the driver's
	Bad    bool          // a packet that is none of ours
	Ask    []Step        // what the radio has to be told or asked now, once it is idle
	Failed error         // ends the opening of the port, once the radio was found
}

// Radio is what a family knows of its radios. Its functions are called by one
// Driver in the order of the conversation.
type Radio interface {
	// Start forgets the radio and returns the steps until it works.
	Start() []Step
	// Ready describes a radio that was started.
	Ready() bridge.Ready
	// Transmit returns the steps after which a frame has left. It keeps nothing
	// of data.
	Transmit(data []byte) []Step
	// Rest returns the steps after a frame, whether it left or not.
	Rest() []Step
	// Look returns the steps that show whether the radio is still there.
	Look() []Step
	// Event takes a line that answers no step. idle says that no step waits.
	Event(line []byte, idle bool) Event
	// Longest is how long the longest transmission of a radio takes that does not
	// listen before it transmits; 0 for one that does. It is asked once the radio
	// was started.
	Longest() time.Duration
	// Leave is what a radio hears last; "": nothing.
	Leave() string
	// Length returns how many bytes of any value follow what there is of a line,
	// as far as it has begun; 0: none, or it is not known yet.
	Length(begun []byte) int
}
