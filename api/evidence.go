package api

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/blackstart-mesh/blackstart/mesh"
)

// getEvidence answers with what proves a message to a third person, by its number
// or its id.
func (s *Server) getEvidence(w http.ResponseWriter, r *http.Request) {
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
	e, ok := s.cfg.Node.Exhibit(m)
	if !ok {
		refuse(w, http.StatusNotFound, fmt.Sprintf("no evidence of message %s is kept here", m.ID),
			"it is kept of FLASH, orders and administration; of every message with evidence: all in node.yaml, from then on")
		return
	}
	answer(w, http.StatusOK, json.RawMessage(mesh.EncodeExhibit(&e)))
}
