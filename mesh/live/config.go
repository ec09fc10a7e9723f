package live

import (
	"errors"
	"log/slog"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/store"
)

// Machine is what live needs of a node; *mesh.Node is one.
type Machine interface {
	Step(now clock.Reading, ev mesh.Event) []mesh.Effect
	Deadline() (clock.Instant, bool)
	Status() mesh.Status
}

// Vault keeps a node's key ring apart from the store, in a place that is
// overwritten: what was erased from the ring is gone once Save returns nil. Save
// keeps no hold of ring, which is cleared then.
type Vault interface {
	Save(ring []byte) error
}

// Config says what to drive. Build and Store are required.
type Config struct {
	// Build makes the node from what is committed. It is called at the start
	// and again after each failure of the store.
	Build func(now clock.Reading, view store.View) (Machine, error)
	// Store must be safe for use by several goroutines. It stays the caller's:
	// close it after Close of the node.
	Store store.Store
	// Vault keeps the node's key ring. It may be nil if the node never commits
	// one.
	Vault Vault
	// Links are driven and, at the end, closed. Their index is the node's
	// number for them.
	Links []radio.Link
	// Log receives what an operator should know; nil discards it.
	Log *slog.Logger
	// Excluded, if not nil, is told which nodes are locked out, whenever that
	// changes. It is called by the loop and must not wait.
	Excluded func([]ident.Number)
	// Planned, if not nil, is told which radio plan the node has, as Excluded is.
	Planned func(mesh.Planned)
	// JoinBytes is how much (by store.Batch.Cost) one disk write may join; 0
	// means DefaultJoinBytes. One batch is written even if it is larger.
	JoinBytes int
	// ClockBound is how wrong the system's clock is at most, if the machine's
	// keeper vouches for it. 0: nobody does, and it is believed as far as the
	// operating system, or another source of time, bears it out.
	ClockBound time.Duration
	// NotBefore is past on the authority's word; 0: it says nothing.
	NotBefore clock.Wall
	// Clocks looks at the machine's clocks; nil means this machine's.
	Clocks func() clock.Sample
	// Kernel asks the operating system about its clock; nil means this one.
	Kernel func() clock.Kernel
}

// DefaultJoinBytes is the default of Config.JoinBytes.
const DefaultJoinBytes = store.MaxCommitBytes

// Bounds of what waits here.
const (
	maxRequests    = 256  // requests not yet seen by the loop
	maxWaiting     = 1024 // submissions stepped and not yet durable
	maxStream      = 8192 // effects waiting for the disk; above it nothing new is taken
	linkQueue      = 64   // events of one link not yet seen by the loop
	subscriberSize = 256  // events not yet taken by one subscriber
	maxSubscribers = 64
	maxDrain       = 64 // events stepped before a disk write is begun
)

// How a failing store is tried again.
const (
	firstRetry     = 500 * time.Millisecond
	lastRetry      = 30 * time.Second
	failuresToTell = 5 // rebuilds in a row that failed to read before Failed reports it
)

// Errors of Submit and of the other requests.
var (
	ErrClosed     = errors.New("the node is closed")
	ErrOverloaded = errors.New("too many requests are waiting")
	ErrDiskFull   = errors.New("the disk is full")
	ErrNotStored  = errors.New("the message could not be stored")
	ErrUnknown    = errors.New("no answer yet; the message may still be accepted")
	ErrNotRunning = errors.New("the node is being rebuilt from its store")
	ErrTime       = errors.New("this cannot be the time")

	errNoVault = errors.New("there is no place for the node's keys")
)

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.JoinBytes <= 0 {
		c.JoinBytes = DefaultJoinBytes
	}
	if c.Clocks == nil {
		c.Clocks = newClocks().sample
	}
	if c.Kernel == nil {
		c.Kernel = askKernel
	}
	return c
}

func (c Config) check() error {
	if c.Build == nil || c.Store == nil {
		return errors.New("live: Build and Store are required")
	}
	if len(c.Links) > mesh.MaxLinks {
		return errors.New("live: more links than a node can drive")
	}
	return nil
}
