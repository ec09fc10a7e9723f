package api

import (
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
)

func TestDecodeSuspend(t *testing.T) {
	s, err := DecodeSuspend([]byte(`{"act":"suspend","node":"crew-3","reason":"stolen"}`))
	if err != nil || s.Act != "suspend" || s.Node != "crew-3" || s.Reason != "stolen" {
		t.Errorf("%+v, %v", s, err)
	}
	for body, want := range map[string]string{
		`{"act":"suspend","node":"x","nodes":"y"}`: `"nodes"`,
		`{"act":"suspend","node":7}`:               `"node"`,
		`[]`:                                       "object",
	} {
		if _, err := DecodeSuspend([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// Who reads of a suspension reads a name, too, and the reason as it was written.
func TestSuspensionsNameTheNode(t *testing.T) {
	n := names{self: 1, roster: testRoster(t)}
	for want, act := range map[string]bundle.Suspension{
		"suspends node 2 (Crew South): stolen: see node 3": {Node: 2, Reason: "stolen: see node 3"},
		"suspends node 2 (Crew South)":                     {Node: 2},
		"lifts the suspension of node 2 (Crew South)":      {Node: 2, Lift: true},
		"suspends node 9: stolen":                          {Node: 9, Reason: "stolen"},
	} {
		if got := n.text(mesh.Message{Act: bundle.ContentSuspension, Text: act.String()}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	const typed = "suspends node 2: not an act"
	if got := n.text(mesh.Message{Text: typed}); got != typed {
		t.Errorf("a text was changed: %q", got)
	}
}

// FuzzDecodeSuspend: nothing panics.
func FuzzDecodeSuspend(f *testing.F) {
	f.Add([]byte(`{"act":"lift","node":"crew-3"}`))
	f.Fuzz(func(_ *testing.T, body []byte) { _, _ = DecodeSuspend(body) })
}
