package power

import "time"

// Change is a node that goes on or off. Times are since the start of the run, at which
// all nodes are on, but for those that change at 0.
type Change struct {
	At   time.Duration
	Node int
	On   bool
}

// Span is a pair of times. As a range of draws, both ends are included and each draw is
// uniform; as a time during which something is so, the end is not.
type Span struct{ Least, Most time.Duration }

// Plan is what happens to the power of a run.
type Plan struct {
	Nodes    int
	End      time.Duration // of the run, at most a year
	Supplies []Supply
	Strikes  []Strike
	Restarts []Restart
}

// Supply is what some nodes live on. A node of no supply has mains and no battery. The
// luck of each part of a plan hangs on its name, which no other of its kind has.
type Supply struct {
	Name  string
	Nodes []int

	// Battery is how long a full one lasts, drawn for each node; no battery if 0.
	Battery Span
	Without int // so many percent of the nodes have no battery that works
	// Charge is how long an empty battery takes until it is full; 0: no time. Part
	// of the time gives part of the charge.
	Charge time.Duration

	// Portable nodes have no mains. When the battery is empty they are off until
	// somebody has brought a full one, after a time drawn from Swap; for good if
	// that is 0.
	Portable bool
	Swap     Span

	Boot time.Duration // from when there is power again until the node is on
}

// Strike hits some of its nodes at a time.
type Strike struct {
	Name    string
	Nodes   []int
	Percent int  // of the nodes; 0 means all
	Mains   bool // it takes their mains; otherwise they are off whatever feeds them

	At     time.Duration
	Spread time.Duration // each is hit up to so much later, as a front passes
	Lasts  Span          // at each node; 0: until the run ends

	// Returns bring back, at given times, shares of those hit, in percent of all
	// that were. They add up to at most 100. Those left stay away as long as Lasts says.
	Returns []Return
}

// Return is a time at which a strike ends for a share of those it hit.
type Return struct {
	At      time.Duration
	Percent int
}

// Restart has nodes go off and come back by themselves: on for a time, off for a time,
// and so on.
type Restart struct {
	Name  string
	Nodes []int

	// Either they are on for exponential times of this mean, or for uniform ones.
	Every time.Duration
	Up    Span
	Down  Span

	Begin, End time.Duration // none goes off before, and none after; End 0: to the end of the run
}
