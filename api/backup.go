package api

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// postBackup streams a backup. It is sealed under a key that comes from the node's
// master key, so the token alone opens nothing of it. A stream that ends early does
// not pass for a backup; there is no other sign of an error once it has begun.
func (s *Server) postBackup(w http.ResponseWriter, r *http.Request) {
	if _, err := query(r); err != nil {
		refuseErr(w, err)
		return
	}
	if s.cfg.Backup == nil {
		refuse(w, http.StatusNotImplemented, "this node makes no backups", "stop it and run: blackstart backup FILE")
		return
	}
	select {
	case s.backups <- struct{}{}:
		defer func() { <-s.backups }()
	default:
		refuse(w, http.StatusServiceUnavailable, "a backup is being made already", "try again when it is done")
		return
	}
	ctx, done := s.waiting(r)
	defer done()
	out := &slowWriter{ctx: ctx, w: w, rc: http.NewResponseController(w)}
	w.Header().Set("Content-Type", "application/octet-stream")
	if err := s.cfg.Backup(ctx, out); err != nil {
		s.log.Warn("a backup was not finished", "reason", err)
		if !out.begun {
			refuseErr(w, err)
			return
		}
		panic(http.ErrAbortHandler) // breaks the connection: the client must not take it for the end
	}
}

// slowWriter gives each write its own time, and ends with the server.
type slowWriter struct {
	ctx   context.Context
	w     http.ResponseWriter
	rc    *http.ResponseController
	begun bool
}

func (s *slowWriter) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	if err := s.rc.SetWriteDeadline(time.Now().Add(requestTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	s.begun = true
	return s.w.Write(p)
}
