package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

func TestEvidence(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	f.put(mesh.Message{From: 2, To: bundle.Destination{Group: 1}, Precedence: bundle.Flash, Text: "evacuate"})
	f.put(mesh.Message{From: 2, To: bundle.Destination{Group: 1}, Precedence: bundle.Routine, Text: "lunch"})
	for _, c := range []struct {
		path   string
		status int
		want   string
	}{
		{"/v1/evidence/1", http.StatusOK, mesh.ExhibitFormat},
		{"/v1/evidence/2", http.StatusNotFound, "no evidence"},
		{"/v1/evidence/3", http.StatusNotFound, "no message"},
		{"/v1/evidence/1?x=1", http.StatusBadRequest, ""},
	} {
		got := ask(t, s, http.MethodGet, c.path, "")
		if got.Code != c.status || !strings.Contains(got.Body.String(), c.want) {
			t.Errorf("%s: %d %s", c.path, got.Code, got.Body)
		}
	}
}
