package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// How wrong a time that a person confirms may be.
const (
	defaultWithin = time.Minute
	minWithin     = time.Second
	maxWithin     = time.Hour
)

// clock turns what a node knows about the time into what programs are told.
func (s *Server) clock(r clock.Report) wire.Clock {
	w := wire.Clock{
		Source: r.Source.String(), Quality: r.Quality.String(),
		OffsetS: seconds(r.Offset), Jumps: r.Jumps, JumpS: seconds(r.Jump), JumpAgoS: seconds(r.JumpAge),
	}
	if r.Source > clock.Stated {
		seen := seconds(r.Seen)
		w.SeenAgoS = &seen
	}
	if r.Conflict != clock.None {
		w.Conflict = r.Conflict.String()
	}
	if r.Earliest > 0 {
		t := r.Earliest.Time()
		w.NotBefore = &t
	}
	if s.cfg.ClockDevice != nil {
		w.Device = s.cfg.ClockDevice()
	}
	return w
}

func (s *Server) postClock(w http.ResponseWriter, r *http.Request) {
	c, err := readConfirmation(r)
	if err != nil {
		refuseErr(w, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	report, err := s.cfg.Node.ConfirmTime(ctx, c)
	if err != nil {
		refuseErr(w, err)
		return
	}
	answer(w, http.StatusOK, wire.ClockState{Time: report.Wall.Time(), ClockBoundS: report.Bound.Seconds(), Clock: s.clock(report)})
}

func readConfirmation(r *http.Request) (live.Confirmation, error) {
	c, err := readAs(r, DecodeConfirmation)
	if err != nil {
		return live.Confirmation{}, err
	}
	return confirmation(c)
}

// DecodeConfirmation reads the body of POST /v1/clock. It is as strict as
// DecodeSubmission.
func DecodeConfirmation(body []byte) (wire.Confirmation, error) {
	var c wire.Confirmation
	return c, decodeStrings(body, map[string]*string{"time": &c.Time, "within": &c.Within})
}

// confirmation turns what was sent into what the node takes.
func confirmation(c wire.Confirmation) (live.Confirmation, error) {
	out := live.Confirmation{Within: defaultWithin, By: "local API"}
	if c.Time != "" {
		t, err := time.Parse(time.RFC3339, c.Time)
		if err != nil {
			return out, badRequest(fmt.Sprintf("%q is not a time", c.Time), "write it like 2026-05-04T10:11:12Z")
		}
		if out.Time = clock.WallOf(t); out.Time <= 0 {
			return out, badRequest(fmt.Sprintf("%q is before 1970", c.Time), "look at the date again")
		}
	}
	if c.Within != "" {
		d, err := time.ParseDuration(c.Within)
		if err != nil || d < minWithin || d > maxWithin {
			return out, badRequest(fmt.Sprintf("within %q is not possible", c.Within), "use something like 30s or 2m, from 1s to 1h")
		}
		out.Within = d
	}
	return out, nil
}
