package api

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Acts of POST /v1/shift.
const (
	actBegin = "begin"
	actEnd   = "end"
)

// DecodeShiftRequest reads the body of POST /v1/shift, as strictly as
// DecodeSubmission.
func DecodeShiftRequest(body []byte) (wire.ShiftRequest, error) {
	var s wire.ShiftRequest
	err := decodeStrings(body, map[string]*string{"act": &s.Act, "statement": &s.Statement})
	return s, err
}

func (s *Server) postShift(w http.ResponseWriter, r *http.Request) {
	asked, err := readAs(r, DecodeShiftRequest)
	if err != nil {
		refuseErr(w, err)
		return
	}
	act, err := shiftAct(asked)
	if err != nil {
		refuseErr(w, err)
		return
	}
	s.submit(w, r, mesh.Submit{Act: act, By: "local API"})
}

// shiftAct turns a request into what the node takes. The person's private key is
// not in it and never comes here.
func shiftAct(s wire.ShiftRequest) (bundle.Shift, error) {
	switch {
	case s.Act == actEnd && s.Statement == "":
		return bundle.Shift{}, nil
	case s.Act != actBegin:
		return bundle.Shift{}, badRequest(fmt.Sprintf("the act %q is unknown, or holds more than it needs", s.Act), "use begin, with a statement, or end")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(s.Statement)
	if err != nil {
		return bundle.Shift{}, badRequest("the statement is not base64", "see docs/api.md")
	}
	act, err := bundle.DecodeShift(raw)
	if err == nil && act.Ends() {
		err = fmt.Errorf("it ends a shift")
	}
	if err != nil {
		return act, badRequest("the statement cannot be read: "+err.Error(), "see docs/spec/shift.md")
	}
	return act, nil
}

func (s *Server) getShift(w http.ResponseWriter, r *http.Request) {
	if _, err := query(r); err != nil {
		refuseErr(w, err)
		return
	}
	st, err := s.nodeStatus(r.Context())
	if err != nil {
		refuseErr(w, err)
		return
	}
	n := s.names()
	out := wire.Shifts{Self: n.party(n.self), Operator: n.roster.Operator().String(), Stamp: st.Stamp.Time(),
		Shift: n.shiftOf(n.self, st.Shifts), Shifts: []wire.Shift{}, Persons: st.Persons}
	for _, x := range st.Shifts {
		out.Shifts = append(out.Shifts, n.shift(x))
	}
	answer(w, http.StatusOK, out)
}

// shifts returns who works where; nobody while the node does not answer.
func (s *Server) shifts(ctx context.Context) []mesh.ShiftStatus {
	st, err := s.nodeStatus(ctx)
	if err != nil {
		return nil
	}
	return st.Shifts
}

func (n names) shift(s mesh.ShiftStatus) wire.Shift {
	return wire.Shift{Device: n.party(s.Device), Person: *person(s.Who), Rights: rightNames(s.Rights), From: s.From.Time(), Until: s.Until.Time()}
}

// shiftOf returns who works on a device, or nil.
func (n names) shiftOf(device ident.Number, list []mesh.ShiftStatus) *wire.Shift {
	for _, s := range list {
		if s.Device == device {
			out := n.shift(s)
			return &out
		}
	}
	return nil
}

// person returns nil for nobody.
func person(w mesh.Who) *wire.Person {
	if w.Number == 0 {
		return nil
	}
	return &wire.Person{Number: uint16(w.Number), Name: w.Name, Role: w.Role}
}

func rightNames(r ident.Rights) []string {
	out := []string{}
	for _, x := range []struct {
		right ident.Rights
		name  string
	}{{ident.MayFlash, "flash"}, {ident.MayOrder, "order"}, {ident.MayAdminister, "admin"}, {ident.MaySuspend, "suspend"}} {
		if r.Has(x.right) {
			out = append(out, x.name)
		}
	}
	return out
}
