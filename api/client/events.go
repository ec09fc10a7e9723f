package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// Event is one thing that happened: exactly one of Message, Update, Status,
// Missed and Lost is set.
type Event struct {
	Message *wire.Message // new in the record
	Update  *wire.Message // its state changed
	Status  *wire.Status
	Missed  bool  // updates were lost: read the messages of interest again
	Lost    error // the connection is lost; it is being opened again
}

const (
	firstRetry = 250 * time.Millisecond
	lastRetry  = 10 * time.Second
	silence    = 20 * time.Second // the node speaks every few seconds
	maxEvent   = 1 << 20
)

// Events calls handle for each event until ctx ends or handle returns an
// error, which it returns. It begins with the record above after (pass the
// status' position to begin now), and when the connection is lost it opens it
// again and goes on where it was: each message is told exactly once, in order.
// An answer that no repetition can change (a wrong token) ends it.
func (c *Client) Events(ctx context.Context, after uint64, handle func(Event) error) error {
	backoff := firstRetry
	for {
		start := after
		err := c.follow(ctx, &after, handle)
		var stop *handleError
		var answer *Error
		switch {
		case errors.As(err, &stop):
			return stop.err
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &answer) && answer.Status >= 400 && answer.Status < 500:
			return err
		}
		if err := handle(Event{Lost: err}); err != nil {
			return err
		}
		if after > start {
			backoff = firstRetry
		}
		select {
		case <-time.After(backoff):
		case <-ctx.Done():
			return ctx.Err()
		}
		backoff = min(2*backoff, lastRetry)
	}
}

// handleError marks an error of the caller's function.
type handleError struct{ err error }

func (e *handleError) Error() string { return e.err.Error() }

// follow reads one connection's events.
func (c *Client) follow(ctx context.Context, after *uint64, handle func(Event) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	resp, err := c.open(ctx, http.MethodGet, "/v1/events?after="+strconv.FormatUint(*after, 10), nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	watchdog := time.AfterFunc(silence, cancel)
	defer watchdog.Stop()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, maxEvent)
	var name, data string
	for lines.Scan() {
		watchdog.Reset(silence)
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "event: "):
			name = line[len("event: "):]
		case strings.HasPrefix(line, "data: "):
			data = line[len("data: "):]
		case line == "":
			if err := dispatch(name, data, after, handle); err != nil {
				return err
			}
			name, data = "", ""
		}
	}
	return fmt.Errorf("the event stream ended: %w", errors.Join(lines.Err(), errEnded))
}

var errEnded = errors.New("the node is stopping or busy")

func dispatch(name, data string, after *uint64, handle func(Event) error) error {
	var e Event
	var into any
	switch name {
	case wire.EventMessage:
		e.Message = new(wire.Message)
		into = e.Message
	case wire.EventUpdate:
		e.Update = new(wire.Message)
		into = e.Update
	case wire.EventStatus:
		e.Status = new(wire.Status)
		into = e.Status
	case wire.EventMissed:
		e.Missed = true
		into = &struct{}{}
	default:
		return nil // of a later version
	}
	if err := json.Unmarshal([]byte(data), into); err != nil {
		return fmt.Errorf("event %q: %w", name, err)
	}
	if err := handle(e); err != nil {
		return &handleError{err}
	}
	if e.Message != nil {
		*after = max(*after, e.Message.Number)
	}
	return nil
}
