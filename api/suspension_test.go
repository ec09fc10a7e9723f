package api

import (
	"strings"
	"testing"
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

// FuzzDecodeSuspend: nothing panics.
func FuzzDecodeSuspend(f *testing.F) {
	f.Add([]byte(`{"act":"lift","node":"crew-3"}`))
	f.Fuzz(func(_ *testing.T, body []byte) { _, _ = DecodeSuspend(body) })
}
