package api

import (
	"encoding/json"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestDecodeSubmissionRefuses(t *testing.T) {
	for _, body := range []string{
		``, `null`, `[]`, `"x"`, `{`, `{"to"`, `{"to":}`, `{"to":1}`, `{"to":null}`, `{"to":["a"]}`, `{"text":{"a":"b"}}`,
		`{"to":"a","to":"b"}`, `{"TO":"a"}`, `{"from":"a"}`, `{"to":"a"} {}`, `{"to":"a"}x`, `{"to":"a",}`, "{\"to\":\"\xff\"}", `{"to":"\ud800"}`,
	} {
		if s, err := DecodeSubmission([]byte(body)); err == nil {
			t.Errorf("%s: taken as %+v", body, s)
		}
	}
}

// FuzzDecodeSubmission: what is taken decodes to the same again when encoded.
func FuzzDecodeSubmission(f *testing.F) {
	f.Add([]byte(`{"to":"Control Centre","precedence":"FLASH","text":"a\nb","lifetime":"4h"}`))
	f.Add([]byte(`{"text":"\u00e4 \ud83d\ude00","to":"group:All"}`))
	f.Add([]byte(`{"to":"a","to":"b"}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := DecodeSubmission(body)
		if err != nil {
			return
		}
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		same, err := DecodeSubmission(again)
		if err != nil || same != s {
			t.Fatalf("%q decodes to %+v, and that to %+v, %v", body, s, same, err)
		}
	})
}

func TestDestination(t *testing.T) {
	certs := []*ident.Certificate{}
	for i, name := range []string{"Crew", "3", "All", "Relay"} {
		c := &ident.Certificate{Number: ident.Number(i + 1), Name: name, Groups: ident.Groups(1, 5), From: 1, Until: 60000}
		c.Sign[0], c.Box[0] = byte(i+1), byte(i+1)
		certs = append(certs, c)
	}
	r, err := ident.NewRoster(ident.OperatorID{}, ident.SignKey{9}, []ident.Group{{ID: 1, Name: "All"}, {ID: 5, Name: "node:4"}}, certs)
	if err != nil {
		t.Fatal(err)
	}
	n := names{self: 1, roster: r}
	for _, c := range []struct {
		to   string
		want bundle.Destination // zero: refused
	}{
		{"Relay", bundle.Destination{Node: 4}},
		{"4", bundle.Destination{Node: 4}},
		{"node:4", bundle.Destination{Node: 4}},
		{"group:All", bundle.Destination{Group: 1}},
		{"node:All", bundle.Destination{Node: 3}},
		{"2", bundle.Destination{Node: 2}},
		{"group:node:4", bundle.Destination{Group: 5}},
		{"All", bundle.Destination{}},  // a group and a node
		{"3", bundle.Destination{}},    // a name and another's number
		{"Crew", bundle.Destination{}}, // itself
		{"1", bundle.Destination{}},
		{"", bundle.Destination{}},
		{"relay", bundle.Destination{}},
		{"group:Relay", bundle.Destination{}},
		{"99999999999999999999", bundle.Destination{}},
	} {
		got, err := n.destination(c.to)
		if (err == nil) != (c.want != bundle.Destination{}) || err == nil && got != c.want {
			t.Errorf("%q: %+v, %v", c.to, got, err)
		}
	}
}
