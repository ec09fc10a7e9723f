package main

import (
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
