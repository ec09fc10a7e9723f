package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh/live"
)

// How often a stream tells the node's status: when something happened, at most
// every statusSoon; otherwise every statusBeat, which shows that it lives.
const (
	statusSoon = time.Second
	statusBeat = 5 * time.Second
)

// stream is one reader of GET /v1/events.
type stream struct {
	s        *Server
	w        http.ResponseWriter
	rc       *http.ResponseController
	position uint64 // highest number that this reader was told of
}

// getEvents tells a reader what happens. With after it first tells what is in
// the record above that number; without, it begins now. The id of a message
// event is its number, so a reader that lost the connection goes on with it.
func (s *Server) getEvents(w http.ResponseWriter, r *http.Request) {
	q, err := query(r, "after")
	if err != nil {
		refuseErr(w, err)
		return
	}
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		refuseErr(w, fmt.Errorf("%w: %d event streams are open", live.ErrOverloaded, maxStreams))
		return
	}
	events, cancel, err := s.cfg.Node.Subscribe()
	if err != nil {
		refuseErr(w, err)
		return
	}
	defer cancel()
	st := &stream{s: s, w: w, rc: http.NewResponseController(w), position: q.after}
	if !r.URL.Query().Has("after") {
		st.position = s.cfg.Node.Last()
	}
	_ = st.rc.SetReadDeadline(time.Time{}) // the request was read; only the other end may end it
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	ctx, done := s.waiting(r)
	defer done()
	_ = st.run(ctx, events) // the reader went, or the node stops
}

var errEnded = errors.New("the node ended the stream")

func (st *stream) run(ctx context.Context, events <-chan live.Event) error {
	if err := errors.Join(st.catchUp(ctx), st.status(ctx)); err != nil {
		return err
	}
	beat := time.NewTicker(statusSoon)
	defer beat.Stop()
	news, quiet := false, time.Duration(0)
	for {
		select {
		case e, ok := <-events:
			if !ok {
				return errEnded
			}
			news = true
			if err := st.event(ctx, e); err != nil {
				return err
			}
		case <-beat.C:
			quiet += statusSoon
			if !news && quiet < statusBeat {
				continue
			}
			news, quiet = false, 0
			if err := st.status(ctx); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// catchUp tells what the record holds above the position.
func (st *stream) catchUp(ctx context.Context) error {
	for ctx.Err() == nil {
		chunk := st.s.cfg.Node.Messages(st.position, maxPage)
		for _, m := range chunk {
			if err := st.message(live.Event{Kind: live.NewMessage, Message: m}); err != nil {
				return err
			}
		}
		if len(chunk) < maxPage {
			return nil
		}
	}
	return ctx.Err()
}

func (st *stream) event(ctx context.Context, e live.Event) error {
	switch e.Kind {
	case live.Missed:
		if err := st.write(wire.EventMissed, 0, struct{}{}); err != nil {
			return err
		}
		return st.catchUp(ctx)
	case live.NewMessage:
		if e.Message.Number <= st.position {
			return nil // told while catching up
		}
	}
	return st.message(e)
}

func (st *stream) message(e live.Event) error {
	m := st.s.names().message(e.Message)
	if e.Kind == live.Changed {
		return st.write(wire.EventUpdate, 0, m)
	}
	st.position = m.Number
	return st.write(wire.EventMessage, m.Number, m)
}

func (st *stream) status(ctx context.Context) error {
	now, err := st.s.nodeStatus(ctx)
	if err != nil {
		return err
	}
	return st.write(wire.EventStatus, 0, st.s.status(st.s.names(), now))
}

// write sends one event. JSON holds no line breaks, so its data is one line.
func (st *stream) write(name string, id uint64, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // the types of package wire always encode
	}
	out := "event: " + name + "\n"
	if id > 0 {
		out += "id: " + strconv.FormatUint(id, 10) + "\n"
	}
	if err := st.rc.SetWriteDeadline(time.Now().Add(requestTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := st.w.Write(append([]byte(out+"data: "), append(data, "\n\n"...)...)); err != nil {
		return err
	}
	return st.rc.Flush()
}
