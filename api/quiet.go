package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/radio"
)

// minQuiet is the shortest silence that is worth the word.
const minQuiet = time.Second

// DecodeQuiet reads the body of POST /v1/quiet, as strictly as DecodeSubmission.
func DecodeQuiet(body []byte) (wire.QuietRequest, error) {
	var q wire.QuietRequest
	return q, decodeStrings(body, map[string]*string{"act": &q.Act, "for": &q.For, "link": &q.Link})
}

func (s *Server) postQuiet(w http.ResponseWriter, r *http.Request) {
	asked, err := readAs(r, DecodeQuiet)
	if err != nil {
		refuseErr(w, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	st, err := s.nodeStatus(ctx)
	if err != nil {
		refuseErr(w, err)
		return
	}
	q, err := quiet(asked, st)
	if err == nil {
		err = s.cfg.Node.Quiet(ctx, q)
	}
	if err == nil {
		st, err = s.nodeStatus(ctx)
	}
	if err != nil {
		refuseErr(w, err)
		return
	}
	answer(w, http.StatusOK, wire.QuietState{Quiet: silences(st)})
}

// quiet turns what was sent into what the node takes.
func quiet(asked wire.QuietRequest, st live.Status) (mesh.Quiet, error) {
	q := mesh.Quiet{On: asked.Act == "on", By: "local API"}
	if asked.Act != "on" && asked.Act != "off" {
		return q, badRequest(fmt.Sprintf("the act %q is unknown", asked.Act), "use on or off")
	}
	if asked.For != "" {
		d, err := time.ParseDuration(asked.For)
		switch {
		case !q.On:
			return q, badRequest("off has no time", "leave out how long")
		case err != nil || d < minQuiet || d > mesh.MaxQuiet:
			return q, badRequest(fmt.Sprintf("for %q is not possible", asked.For), fmt.Sprintf("use something like 30m, from %v to %v", minQuiet, mesh.MaxQuiet))
		}
		q.For = d
	}
	if asked.Link == "" {
		return q, nil
	}
	for _, l := range st.Links {
		if strconv.Itoa(l.Link) == asked.Link {
			q.Link = l.Profile.Name
			return q, mayBeQuiet(q, l, st.Quiet)
		}
	}
	return q, badRequest(fmt.Sprintf("there is no link %q", asked.Link), "use a number of blackstart radio who")
}

func mayBeQuiet(q mesh.Quiet, l mesh.LinkStatus, now []mesh.QuietStatus) error {
	if l.Profile.Secure {
		return badRequest(fmt.Sprintf("link %d is no radio", l.Link), "radio silence is for radios; stop the node to leave the LAN")
	}
	for _, s := range now {
		if s.Link == "" && !q.On {
			return badRequest("all radios are silent, one of them cannot be let off", "end the silence of all: blackstart quiet off")
		}
	}
	return nil
}

// silences is the radio silence that holds.
func silences(st live.Status) []wire.Quiet {
	out := []wire.Quiet{}
	for _, s := range st.Quiet {
		w := wire.Quiet{Name: s.Link, Since: s.Since.Time()}
		if s.Until != 0 {
			until := s.Until.Time()
			w.Until = &until
		}
		for _, l := range st.Links {
			if s.Link != "" && radio.Device(l.Profile.Name) == s.Link {
				number := l.Link
				w.Link = &number
			}
		}
		out = append(out, w)
	}
	return out
}
