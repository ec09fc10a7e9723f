package people

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// Everyone is the addressee of a message to all nodes. Nodes are counted from 0.
const Everyone = -1

// Source is one habit of writing. Times are since the start of the run.
type Source struct {
	Name string // its luck hangs on it: no other source of the workload has it
	From []int  // who writes

	// Either each writer writes every so often, or (Shared) all of them together
	// do, a random one each time; or at given times, each of them.
	Every  time.Duration // 1 ms or more
	Shared bool
	At     []time.Duration

	// With Every, the intervals are all the same, with a random beginning, or begin
	// together at Begin (InStep); or they are uniform within Every ± Jitter; or
	// exponential with that mean (Poisson).
	InStep  bool
	Jitter  time.Duration // less than Every
	Poisson bool

	Begin, End time.Duration // he writes from Begin on, and until before End; End 0: to the end of the run

	Burst int           // messages at a time; 0 means 1
	Gap   time.Duration // between two of a burst

	Precedence [bundle.Precedences]int // of so many shares; the sum must not be 0
	Bytes      Range                   // of text
	To         []Share
	Lifetime   [bundle.Precedences]time.Duration // 0: bundle.DefaultLifetime
}

// Range is uniform from Least to Most, both included.
type Range struct{ Least, Most int }

// Share says to whom some messages of a source go: of so many shares, to one of To.
// The writer never writes to himself.
type Share struct {
	Of int
	To []int // nil: to everyone
	// Same: a writer writes to the same node each time, his own centre as it were;
	// otherwise each message goes to a random one.
	Same bool
}

// Surge multiplies how often people write for a while. It stretches or shrinks the
// intervals: those between given times (Source.At) it leaves.
type Surge struct {
	Begin, End time.Duration
	Percent    int      // 100 changes nothing, 1000 is ten times as often, 0 is silence; at most 10,000
	Sources    []string // by name; nil: all
	From       []int    // of these writers; nil: all. It then leaves shared sources of which others are part
}

// Workload is what the people of a run do.
type Workload struct {
	Nodes   int
	End     time.Duration // of the run, at most a year
	Sources []Source
	Surges  []Surge
}

// Writing is one message that a user writes.
type Writing struct {
	At         time.Duration
	From       int
	To         int // or Everyone
	Precedence bundle.Precedence
	Bytes      int // of text
	Lifetime   time.Duration
	Source     string // its name
}
