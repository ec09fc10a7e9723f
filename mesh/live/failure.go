package live

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/store"
)

// trouble is what went wrong with the store, until a write succeeds.
//
//	running --commit failed, read failed--> no machine --back-off--> rebuilt
//	   ^                                        ^                       |
//	   |                                        '------ failed again ---|
//	   '------------------------ a write succeeded ---------------------'
type trouble struct {
	state   State
	cause   error
	retryAt clock.Instant
	backoff time.Duration
	count   int         // failures in a row that waiting for room does not mend
	last    mesh.Status // of the node that was discarded
}

func (t *trouble) reason() string {
	if t.cause == nil || t.state == Running {
		return ""
	}
	return t.cause.Error()
}

// recovered notes that a write succeeded.
func (t *trouble) recovered(log *slog.Logger) {
	if t.cause != nil {
		log.Info("the store works again", "was", t.state.String())
	}
	*t = trouble{last: t.last}
}

// refusal says why there is no node to submit to.
func (l *loop) refusal() error {
	if l.trouble.state == DiskFull {
		return fmt.Errorf("%w: %w", ErrDiskFull, l.trouble.cause)
	}
	return fmt.Errorf("%w: %w", ErrNotRunning, l.trouble.cause)
}

// fail discards the node and everything that has not left, and refuses what
// waits for an answer: none of it is durable. (A write that is under way may
// still succeed. Then a message that was refused here is sent all the same:
// the error says not stored for sure only after a failed write.)
func (l *loop) fail(cause error) {
	t := &l.trouble
	if l.machine != nil {
		t.last = l.machine.Status()
	}
	for _, e := range l.stream.entries[l.stream.head:] {
		if e.done != nil {
			e.done <- answer{err: fmt.Errorf("%w: %w", ErrNotStored, cause)}
		}
	}
	l.machine, l.stream, l.own = nil, stream{}, nil
	t.cause, t.state = cause, Broken
	if errors.Is(cause, store.ErrFull) {
		t.state = DiskFull
	}
	// A store that keeps an error has to be opened again: waiting for room
	// does not help it, even if a full disk was what broke it.
	if t.state != DiskFull || l.cfg.Store.Err() != nil {
		t.count++
	}
	t.backoff = min(max(2*t.backoff, firstRetry), lastRetry)
	t.retryAt = l.now().Mono.Add(t.backoff)
	l.log.Error("the store failed; the node is rebuilt from it",
		"state", t.state.String(), "reason", cause, "retry_in", t.backoff, "refused", len(l.waiting))
	l.refuseWaiting(cause)
	if t.count >= failuresToTell {
		select {
		case l.face.failed <- cause:
		default: // told already
		}
	}
}

func (l *loop) refuseWaiting(cause error) {
	err := fmt.Errorf("%w: %w", ErrNotStored, cause)
	switch {
	case l.writing:
		err = fmt.Errorf("%w: %w", ErrUnknown, cause)
	case l.trouble.state == DiskFull:
		err = fmt.Errorf("%w: %w", ErrDiskFull, cause)
	}
	for ref, w := range l.waiting { // the order does not show: each has a channel of its own
		delete(l.waiting, ref)
		w <- answer{err: err}
	}
}

// build makes the node from what is committed.
func (l *loop) build() error {
	m, err := l.cfg.Build(l.now(), l.cfg.Store)
	if err != nil {
		return err
	}
	if err := l.cfg.Store.Err(); err != nil {
		return fmt.Errorf("read the store: %w", err)
	}
	l.machine = m
	return nil
}

// rebuild builds the node again and announces the links that work.
func (l *loop) rebuild() {
	if err := l.build(); err != nil {
		l.fail(err)
		return
	}
	if l.trouble.state == Broken {
		l.trouble.state = Running // a full disk stays one until a write succeeds
	}
	l.log.Info("the node was rebuilt from its store")
	for _, k := range l.links {
		k.announced, k.known = false, false
		l.announce(k)
	}
}
