package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/store"
)

// Node is a running node. Its methods may be called from any goroutine.
type Node struct {
	store    store.Store
	requests chan func(*loop) // run by the loop, which they must not block
	stop     chan struct{}    // closed by Close
	stopOnce sync.Once
	done     chan struct{} // closed when nothing runs any more
	failed   chan error
	hub      *hub
	last     atomic.Uint64
}

// Start builds the node from the store and drives it until Close. The error is
// that of Build or of a Config that cannot be driven; the links are then not
// touched.
func Start(cfg Config) (*Node, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	n := &Node{
		store:    cfg.Store,
		requests: make(chan func(*loop), maxRequests),
		stop:     make(chan struct{}),
		done:     make(chan struct{}),
		failed:   make(chan error, 1),
		hub:      newHub(),
	}
	n.last.Store(mesh.LastMessage(cfg.Store))
	l := newLoop(cfg, n)
	if err := l.build(); err != nil {
		return nil, err
	}
	go l.run()
	return n, nil
}

// Submit hands a message to the node and waits until it is durable here. Ref
// is chosen by live. The error is the node's reason for refusing, or one of
// ErrOverloaded, ErrDiskFull, ErrNotStored, ErrNotRunning, ErrClosed, all of
// which mean that the message was not taken; ErrUnknown says that ctx ended
// while the answer was still open.
func (n *Node) Submit(ctx context.Context, s mesh.Submit) (mesh.Message, error) {
	reply := make(chan answer, 1)
	a, err := n.ask(ctx, reply, func(l *loop) { l.submit(s, reply) })
	if err != nil {
		return mesh.Message{}, err
	}
	return a.message, a.err
}

// Status returns a snapshot of the node.
func (n *Node) Status(ctx context.Context) (Status, error) {
	reply := make(chan answer, 1)
	a, err := n.ask(ctx, reply, func(l *loop) { reply <- answer{status: l.status()} })
	if errors.Is(err, ErrUnknown) {
		err = ctx.Err()
	}
	return a.status, err
}

// NewRoster gives the node new certificates and keys. The caller sees to it
// that Build uses them from now on. It returns when what they brought is in the
// vault.
func (n *Node) NewRoster(ctx context.Context, r mesh.NewRoster) error { return n.give(ctx, r) }

// Note appends an event to the audit record. It returns when it is durable.
func (n *Node) Note(ctx context.Context, e mesh.AuditEvent) error {
	return n.give(ctx, mesh.Note{Event: e})
}

// Raise raises an alarm, one of the mesh.Alarm values. It returns when the audit
// event of it is durable.
func (n *Node) Raise(ctx context.Context, what, detail string) error {
	return n.give(ctx, mesh.Raise{What: what, Detail: detail})
}

// Quiet switches radio silence on or off. It returns when that is durable.
func (n *Node) Quiet(ctx context.Context, q mesh.Quiet) error { return n.give(ctx, q) }

// give has the loop step an event that nothing answers, and waits until all that
// follows from it is durable.
func (n *Node) give(ctx context.Context, ev mesh.Event) error {
	reply := make(chan answer, 1)
	a, err := n.ask(ctx, reply, func(l *loop) {
		if l.closing {
			reply <- answer{err: ErrClosed}
			return
		}
		if l.machine == nil {
			reply <- answer{err: l.refusal()}
			return
		}
		l.step(ev)
		if l.machine == nil {
			reply <- answer{err: l.refusal()}
			return
		}
		l.stream.push(entry{effect: mesh.Trace{What: "taken"}, done: reply})
		l.release()
	})
	if err != nil {
		return err
	}
	return a.err
}

// Subscribe returns a bounded queue of what happens from now on. The channel
// is closed by cancel and when the node is closed. A subscriber that falls
// behind finds a Missed event in it and reads the record again.
func (n *Node) Subscribe() (events <-chan Event, cancel func(), err error) {
	return n.hub.subscribe()
}

// Failed reports, once, that the store fails again and again for a reason that
// room on the disk does not mend, so that only a person or a restart can help.
// The node keeps trying meanwhile.
func (n *Node) Failed() <-chan error { return n.failed }

// Close stops the node: what was stepped becomes durable and is answered, what
// was not is refused, links are closed. It returns when all of it is done, and
// may be called more than once.
func (n *Node) Close() error {
	n.stopOnce.Do(func() { close(n.stop) })
	<-n.done
	return nil
}

type answer struct {
	message mesh.Message
	status  Status
	err     error
}

// ask has the loop run do and waits for its reply. A full queue refuses at
// once: it never blocks the caller either.
func (n *Node) ask(ctx context.Context, reply chan answer, do func(*loop)) (answer, error) {
	select {
	case <-n.stop:
		return answer{}, ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return answer{}, err
	}
	select {
	case n.requests <- do:
	default:
		return answer{}, fmt.Errorf("%w (%d)", ErrOverloaded, maxRequests)
	}
	select {
	case a := <-reply:
		return a, nil
	case <-ctx.Done():
		return answer{}, fmt.Errorf("%w: %w", ErrUnknown, ctx.Err())
	case <-n.done:
	}
	select {
	case a := <-reply:
		return a, nil
	default:
		return answer{}, ErrClosed
	}
}

// seen notes the highest number of the record that was shown to anyone.
func (n *Node) seen(number uint64) {
	if number > n.last.Load() { // the loop is the only writer
		n.last.Store(number)
	}
}

// Status is a snapshot of a running node.
type Status struct {
	mesh.Status               // of the last node that ran, while there is none
	Clock       clock.Report  // Now, and what is known about it
	State       State         //
	Reason      string        // why it is not Running; empty otherwise
	Uptime      time.Duration // since Start
	Waiting     int           // effects that wait for the disk
	Last        uint64        // highest number in the record
}

// State says whether a node takes messages.
type State uint8

const (
	Running  State = iota // it does
	DiskFull              // the disk has no room; submissions are refused
	Broken                // the store cannot be read or written; it is tried again
)

var stateNames = [...]string{"running", "disk full", "broken"}

// String returns the state as users read it.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown"
}
