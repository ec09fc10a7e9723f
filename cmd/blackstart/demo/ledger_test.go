package demo

import (
	"errors"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// records is what the nodes hold, written by hand.
type records [nodeCount]map[string]wire.Message

func (r records) check(s *sent) error { return s.check(r[s.from][s.id], r) }

func TestCheckFindsLies(t *testing.T) {
	s := &sent{id: "1/2/3", from: crew1, to: []int{crew2, control}, text: "x"}
	both := []wire.Party{{Number: 2}, {Number: 4}}
	for name, c := range map[string]struct {
		state     string
		delivered []wire.Party
		at        []int // who has it
		open      bool  // it may still come right
		ok        bool
	}{
		"all well":              {state: "delivered", delivered: both, at: []int{crew2, control}, ok: true},
		"on its way":            {state: "held", at: []int{crew2}, open: true},
		"sender does not know":  {state: "held", delivered: both[:1], at: []int{crew2, control}, open: true},
		"nobody has it":         {state: "queued", open: true},
		"sender believes a lie": {state: "delivered", delivered: both, at: []int{crew2}},
	} {
		var r records
		r[crew1] = map[string]wire.Message{s.id: {ID: s.id, State: c.state, Delivered: c.delivered, Outgoing: true}}
		for _, i := range c.at {
			r[i] = map[string]wire.Message{s.id: {ID: s.id, Text: s.text}}
		}
		err := r.check(s)
		if (err == nil) != c.ok || errors.Is(err, errOpen) != c.open {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExpectedRefusesStrangers(t *testing.T) {
	w := &world{sent: []*sent{
		{id: "1/2/3", from: crew1, to: []int{crew2}, text: "x"},
		{from: crew2, to: []int{crew1}, text: "taken or not"},
	}}
	for name, c := range map[string]struct {
		node int
		m    wire.Message
		ok   bool
	}{
		"addressee":            {crew2, wire.Message{ID: "1/2/3", Text: "x"}, true},
		"sender":               {crew1, wire.Message{ID: "1/2/3", Text: "x", Outgoing: true}, true},
		"answer was lost":      {crew1, wire.Message{ID: "2/2/9", Text: "taken or not"}, true},
		"somebody else":        {control, wire.Message{ID: "1/2/3", Text: "x"}, false},
		"another text":         {crew2, wire.Message{ID: "1/2/3", Text: "y"}, false},
		"nobody sent it":       {crew2, wire.Message{ID: "1/2/4", Text: "x"}, false},
		"received by sender":   {crew1, wire.Message{ID: "1/2/3", Text: "x"}, false},
		"own, of another node": {crew2, wire.Message{ID: "1/2/3", Text: "x", Outgoing: true}, false},
	} {
		if err := w.expected(c.node, c.m); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAdopt(t *testing.T) {
	s := &sent{from: crew1, text: "x"}
	if s.adopt(map[string]wire.Message{"1/1/1": {Text: "y"}}) {
		t.Error("a message was taken for another one")
	}
	if !s.adopt(map[string]wire.Message{"1/1/1": {Text: "y"}, "1/1/2": {Text: "x"}}) || s.id != "1/1/2" {
		t.Errorf("adopted as %q", s.id)
	}
}

func TestNote(t *testing.T) {
	w := &world{}
	for to, want := range map[string]string{nodeNames[control]: "3", groupName: "0 2 3", "nobody": ""} {
		var got []string
		for _, i := range w.note(crew2, to, "x").to {
			got = append(got, string(rune('0'+i)))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("to %s: %v, want %s", to, got, want)
		}
	}
}
