package sim

import (
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/reference"
	"github.com/blackstart-mesh/blackstart/store"
)

// Options is what a World is made of. Nodes are counted from 0; the node with
// index i has number i+1.
type Options struct {
	Seed     uint64
	Nodes    int
	Channels []Channel
	LANs     []LAN
	Signing  mesh.Signing
	Plain    []int // nodes whose certificates grant no rights

	Incidents []Incident // what goes wrong, in any order

	// Protocol, if not nil, runs in the place of Blackstart's node on all machines.
	Protocol reference.Protocol

	Start clock.Wall    // wall time at instant 0; 0 means a fixed day
	Skew  time.Duration // each node's wall clock is wrong by up to this much either way
	Bound time.Duration // what the nodes believe their clocks' error to be; at least Skew, and what incidents do to clocks is added

	// Clocks, if not nil, says how wrong the system clock of a node is at the
	// start and whether the kernel vouches for it. The nodes then go by an
	// estimate of the time, as in mesh/live, and not by Skew and Bound.
	Clocks func(index int) (wrong time.Duration, synchronised bool)

	Disk [2]time.Duration // a commit takes between these

	// Progress, if not nil, is told about once a simulated minute how far the run has
	// come, and may end it there: what came of it is partial then.
	Progress func(now time.Duration) (stop bool)

	// Story, if not nil, gets all that happens, as one line of text each.
	Story func(line string)

	// Unchecked leaves out what looks into each frame and store for something wrong: a
	// run that measures. What came when is known all the same.
	Unchecked bool

	// Build makes a node; nil means mesh.New. Tests put faulty ones here.
	Build func(index int, now clock.Reading, cfg mesh.Config) (Machine, error)
}

// Machine is what the simulator runs: a *mesh.Node, or a stand-in for one.
type Machine interface {
	Step(now clock.Reading, ev mesh.Event) []mesh.Effect
	Deadline() (clock.Instant, bool)
}

// Channel is a shared radio channel.
type Channel struct {
	Name    string
	Radio   medium.Config
	MTU     int
	Nodes   []int    // who has a radio on it
	Pairs   [][2]int // who hears whom, both ways and equally well
	Paths   []Path   // who hears whom, one way, and how well
	Changes []Change // of either, in any order

	Air     radio.Air // what the nodes are told of the radio, and where it transmits
	Band    radio.Band
	Allowed time.Duration // most that a radio may transmit in any hour; 0: it is not checked
}

// Deaf is the Sense of a radio that does not listen before it talks, as it does not
// notice another's carrier before that ends.
const Deaf = time.Hour

// LAN is a network of fast links: Ethernet, cellular data, the Bluetooth of those who
// walk past each other. The link names its neighbours and reports when they come and go,
// as libp2p does. All nodes reach each other, or as a schedule says; see sim/segment.
type LAN struct {
	Name          string
	Nodes         []int
	Delay         [2]time.Duration // a frame takes between these, beside its transmission
	BitsPerSecond int              // at which each node sends; 0 means 100 Mbit/s
	Loss          float64          // a frame is lost on its way to one hearer
	MTU           int              // 0 means 32 KiB
	HalfDuplex    bool             // a node is in one transfer at a time
	Uncharged     int              // so many bytes at the front of a frame take no time
	Step          time.Duration    // transfers begin and end as in a simulator that moves in steps, and contacts are noticed at once; 0: at any time, and 200 ms later

	Contacts []contact.Change // when two nodes of the world meet and part
	Traced   bool             // nobody reaches anybody but as Contacts says
}

// Faults is what goes wrong. It may be changed while a World runs; the zero
// value is a perfect world.
type Faults struct {
	Loss       float64 // a frame is lost on its way to one hearer
	Reorder    float64 // it arrives late there, behind others
	Flip       float64 // a bit of it flips there
	Duplicate  float64 // it arrives twice there
	Replay     float64 // with it arrives an older one, recorded anywhere
	CommitFail float64 // a commit fails for lack of room
	CommitOne  bool    // commits are never joined
}

// Message is one piece of traffic.
type Message struct {
	At         time.Duration
	From       int
	To         bundle.Destination // of node numbers: index plus one
	Precedence bundle.Precedence
	Lifetime   time.Duration
	Text       string     // what is sent behind the marker; may be empty
	Bytes      int        // instead of Text: so long a text, if its number fits into that
	Act        bundle.Act // instead of Text: administration; To is the network's group
}

// Bounds and values that are not worth an option.
const (
	lanMTU        = 32 << 10
	lanBits       = 100_000_000
	upDelay       = 50 * time.Millisecond // from a node's start to its links
	reviewDelay   = 200 * time.Millisecond
	maxReorder    = 10 * time.Second       // by which a frame is late at most
	turnPause     = 20 * time.Millisecond  // before what waits for its turn is tried again
	rebuildDelay  = 100 * time.Millisecond // from a failed commit to the new node
	fullDelay     = 5 * time.Second        // the same on a disk that is full
	wakeLate      = 2 * time.Millisecond   // a timer fires up to this late
	submitAgain   = time.Second            // a user tries again on a node that is down
	progressEvery = time.Minute            // between words of progress
	checkEvery    = time.Minute            // between looks into all stores
	luckiest      = 8                      // standard deviations of fading that no frame exceeds
	maxViolations = 20
	maxSpin       = 1000 // wakes at one instant before a node is called stuck
	replayMemory  = 256  // frames that the replaying attacker has recorded
)

// defaultStart is 2025-11-24 09:00 UTC.
const defaultStart = clock.Wall(1_763_974_800_000)

// diskFull is what a failed commit fails with.
var diskFull error = store.ErrFull
