package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// nodeStatus asks the node how it is, and waits for requestTimeout at most.
func (s *Server) nodeStatus(ctx context.Context) (live.Status, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	return s.cfg.Node.Status(ctx)
}

func (s *Server) getStatus(w http.ResponseWriter, r *http.Request) {
	if _, err := query(r); err != nil {
		refuseErr(w, err)
		return
	}
	st, err := s.nodeStatus(r.Context())
	if err != nil {
		refuseErr(w, err)
		return
	}
	answer(w, http.StatusOK, s.status(s.names(), st))
}

func (s *Server) getRoster(w http.ResponseWriter, r *http.Request) {
	if _, err := query(r); err != nil {
		refuseErr(w, err)
		return
	}
	n := s.names()
	out := roster(n)
	out.Duties = n.duties(s.shifts(r.Context()))
	answer(w, http.StatusOK, out)
}

func (s *Server) getAudit(w http.ResponseWriter, r *http.Request) {
	q, err := query(r, "after", "limit")
	if err != nil {
		refuseErr(w, err)
		return
	}
	events := s.cfg.Node.Audit(q.after, q.limit+1)
	out := wire.Audit{Events: make([]wire.AuditEvent, 0, len(events)), Position: q.after, More: len(events) > q.limit}
	for _, e := range events[:min(len(events), q.limit)] {
		out.Events = append(out.Events, auditEvent(e))
		out.Position = e.Number
	}
	answer(w, http.StatusOK, out)
}

// whichMessage says how to name a message; programs have the id too.
const whichMessage = "use a number of blackstart inbox --all, or an id"

func (s *Server) getMessage(w http.ResponseWriter, r *http.Request) {
	if _, err := query(r); err != nil {
		refuseErr(w, err)
		return
	}
	m, ok := s.find(r.PathValue("id"))
	if !ok {
		refuse(w, http.StatusNotFound, fmt.Sprintf("there is no message %q here", r.PathValue("id")),
			whichMessage)
		return
	}
	answer(w, http.StatusOK, s.names().message(m))
}

// find takes a number of the record, or an id as origin/day/sequence.
func (s *Server) find(id string) (mesh.Message, bool) {
	if b, err := bundle.ParseID(id); err == nil {
		return s.cfg.Node.Find(b)
	}
	number, err := decimal(id)
	if err != nil || number == 0 {
		return mesh.Message{}, false
	}
	if ms := s.cfg.Node.Messages(number-1, 1); len(ms) == 1 && ms[0].Number == number {
		return ms[0], true
	}
	return mesh.Message{}, false
}

func (s *Server) postMessage(w http.ResponseWriter, r *http.Request) {
	submit, err := s.readSubmission(r)
	if err != nil {
		refuseErr(w, err)
		return
	}
	s.submit(w, r, submit)
}

// submit hands something to the node and answers with its message.
func (s *Server) submit(w http.ResponseWriter, r *http.Request, submit mesh.Submit) {
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	m, err := s.cfg.Node.Submit(ctx, submit)
	if err != nil {
		refuseErr(w, err)
		return
	}
	w.Header().Set("Location", fmt.Sprintf("/v1/messages/%d", m.Number))
	answer(w, http.StatusCreated, s.names().message(m))
}

func (s *Server) readSubmission(r *http.Request) (mesh.Submit, error) {
	sub, err := readAs(r, DecodeSubmission)
	if err != nil {
		return mesh.Submit{}, err
	}
	return s.names().submit(sub)
}

// readAs reads the body of a POST with the decoder of what it should hold.
func readAs[T any](r *http.Request, decode func([]byte) (T, error)) (asked T, err error) {
	body, err := readBody(r)
	if err != nil {
		return asked, err
	}
	if asked, err = decode(body); err != nil {
		return asked, badRequest(err.Error(), "see docs/api.md")
	}
	return asked, nil
}

// readBody reads the body of a POST.
func readBody(r *http.Request) ([]byte, error) {
	if _, err := query(r); err != nil {
		return nil, err
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, &problem{http.StatusUnsupportedMediaType, "the body is not declared as JSON", "send Content-Type: application/json"}
	}
	body, err := io.ReadAll(r.Body)
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return nil, &problem{http.StatusRequestEntityTooLarge, "the body is too long", "send a shorter message"}
	} else if err != nil {
		return nil, badRequest("the body could not be read", "send it again")
	}
	return body, nil
}

func (s *Server) getMessages(w http.ResponseWriter, r *http.Request) {
	q, err := query(r, "after", "before", "limit", "box", "wait")
	if err != nil {
		refuseErr(w, err)
		return
	}
	page := s.page(q)
	if len(page.Messages) == 0 && q.wait > 0 {
		ctx, done := s.waiting(r)
		defer done()
		page, err = s.waitForPage(ctx, q)
		if err != nil {
			refuseErr(w, err)
			return
		}
	}
	answer(w, http.StatusOK, page)
}

// waitForPage waits until there is something to show, or the time is over.
func (s *Server) waitForPage(ctx context.Context, q request) (wire.Messages, error) {
	events, cancel, err := s.cfg.Node.Subscribe()
	if err != nil {
		return wire.Messages{}, err
	}
	defer cancel()
	limit := time.NewTimer(q.wait)
	defer limit.Stop()
	for {
		page := s.page(q) // after Subscribe: nothing falls between the two
		if len(page.Messages) > 0 {
			return page, nil
		}
		select {
		case _, ok := <-events:
			if !ok {
				return page, nil
			}
		case <-limit.C:
			return page, nil
		case <-ctx.Done():
			return page, nil
		}
	}
}
