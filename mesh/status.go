package mesh

import (
	"cmp"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Status is a snapshot of a node for people and programs.
type Status struct {
	Self       ident.Number
	Now        clock.Reading
	Links      []LinkStatus
	Neighbours []NeighbourStatus // ascending by node, then link
	Live       int               // bundles held and neither expired nor purged
	LiveBytes  int
	LiveBy     [bundle.Precedences]int // the same by precedence
	Alarms     []Alarm                 // what needs a person, in the order in which it was found
	Counters   []Counter               // outcomes that happened at least once, by name
	Suspended  []SuspensionStatus      // ascending by node
	Shifts     []ShiftStatus           // who works where, ascending by device
	Persons    int                     // how many the network file knows
	Stamp      clock.Wall              // what this node writes on a message now
	Keys       KeyStatus
	Plan       *plan.Plan    // the radio plan held; nil: none. It is not to be changed
	FormerPlan *plan.Plan    // which counted when that came
	Quiet      []QuietStatus // radio silence that holds
}

// KeyStatus is what a node knows of the network's keys.
type KeyStatus struct {
	Block      uint32         // serial of the newest key block applied
	Generation uint16         // of the key tree
	Epochs     int            // key blocks whose keys are held
	Skipped    int            // key blocks that are yet to be heard
	Window     clock.Day      // the first day whose keys are held
	Revoked    []ident.Number // locked out for good, ascending
}

// LinkStatus is the state of one link.
type LinkStatus struct {
	Link      int
	Up        bool
	Down      string // why, while it is down
	Profile   radio.Profile
	Queued    [bundle.Precedences]int // bundles waiting for this link
	TxFrames  uint64
	TxBytes   uint64
	RxFrames  uint64
	RxBytes   uint64
	Saturated bool // a sent frame has not been reported yet
	Air       AirStatus
}

// NeighbourStatus is one node heard directly on one link.
type NeighbourStatus struct {
	Node   ident.Number
	Name   string
	Link   int
	Heard  clock.Instant
	Proven bool          // it proved since the link came up that it is there
	Signal *radio.Signal // of its last frame
	In     *Hearing      // how well it is heard; nil on links that secure themselves
	Out    *Hearing      // how well it hears this node, by its own word; nil: it has not said
}

// Counter counts one kind of outcome since the node started.
type Counter struct {
	Name  string
	Count uint64
}

// sortNeighbours orders by node, then link.
func sortNeighbours(list []NeighbourStatus) {
	slices.SortFunc(list, func(a, b NeighbourStatus) int {
		return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.Link, b.Link))
	})
}
