package main

import (
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

func TestKeyLine(t *testing.T) {
	quiet := wire.Status{Keys: wire.Keys{Block: 3, Generation: 1, Window: "2026-05-01"}}
	busy := wire.Status{
		Keys:      wire.Keys{Block: 12, Generation: 2, Window: "2026-05-01", Skipped: 2, Revoked: make([]wire.Party, 3)},
		Suspended: []wire.Suspension{{}, {Waiting: true}, {}},
	}
	for _, c := range []struct {
		s    wire.Status
		want string
	}{
		{quiet, "block 3, from 2026-05-01 on"},
		{busy, "block 12, from 2026-05-01 on, generation 2; 2 older blocks are yet to be heard; 3 revoked; 2 SUSPENDED, see blackstart suspend; 1 wait for a second person, see blackstart suspend"},
	} {
		if got := keyLine(c.s); got != c.want {
			t.Errorf("%q\nwant %q", got, c.want)
		}
	}
}

// TestASuspendedNodeIsTold: not by a count alone, and not for a suspension that
// waits for a second person.
func TestASuspendedNodeIsTold(t *testing.T) {
	self, by := wire.Party{Number: 7, Name: "crew-7"}, []wire.Party{{Number: 2, Name: "control"}}
	for _, waiting := range []bool{false, true} {
		var out strings.Builder
		err := (&world{out: &out}).printStatus(wire.Status{Self: self, Suspended: []wire.Suspension{
			{Node: wire.Party{Number: 8}, By: by, Reason: "another"}, {Node: self, By: by, Reason: "stolen\n\x1b", Waiting: waiting}}})
		if err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(out.String(), "\nSUSPENDED   this node, by control since "); told == waiting {
			t.Errorf("waiting %v:\n%s", waiting, out.String())
		}
		if strings.Contains(out.String(), "another") || strings.ContainsRune(out.String(), '\x1b') {
			t.Errorf("says too much: %q", out.String())
		}
	}
}
