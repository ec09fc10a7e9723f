package api

import (
	"net/http"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

// DecodePlan reads the body of POST /v1/plan. It is as strict as DecodeSubmission.
func DecodePlan(body []byte) (wire.PlanFile, error) {
	var p wire.PlanFile
	return p, decodeStrings(body, map[string]*string{"plan": &p.Plan})
}

// postPlan takes a radio plan that somebody brought as a file, and has the node pass
// it on.
func (s *Server) postPlan(w http.ResponseWriter, r *http.Request) {
	asked, err := readAs(r, DecodePlan)
	if err != nil {
		refuseErr(w, err)
		return
	}
	p, err := plan.Parse([]byte(asked.Plan))
	if err != nil {
		refuseErr(w, badRequest(err.Error(), "copy the whole file, from its BEGIN line to its END line"))
		return
	}
	s.submit(w, r, mesh.Submit{Act: bundle.RadioPlan{Plan: p}, By: "local API"})
}

func (s *Server) getPlan(w http.ResponseWriter, r *http.Request) {
	if _, err := query(r); err != nil {
		refuseErr(w, err)
		return
	}
	st, err := s.nodeStatus(r.Context())
	if err != nil {
		refuseErr(w, err)
		return
	}
	answer(w, http.StatusOK, wire.PlanState{Plan: planText(st.Plan), Former: planText(st.FormerPlan)})
}

func planText(p *plan.Plan) string {
	if p == nil {
		return ""
	}
	return string(p.Text())
}
