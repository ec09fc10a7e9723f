package main

import (
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// A foreman is told what to look at next, by what is known of both directions.
func TestWhatToLookAt(t *testing.T) {
	hearing := func(how string) *wire.Hearing {
		if how == "" {
			return nil
		}
		return &wire.Hearing{How: how}
	}
	for name, c := range map[string]struct {
		up        bool
		rx        uint64
		in, out   string // how the one neighbour is heard, and hears; "": there is none
		expect    int
		want      string
		satisfied bool
	}{
		"down":            {want: "the radio is down: no such device"},
		"nothing heard":   {up: true, expect: 3, want: "the antenna, and that it is on the right socket"},
		"foreign frames":  {up: true, rx: 9, want: "9 frames were heard and 5 did not open"},
		"all is well":     {up: true, rx: 9, in: "well", out: "well", expect: 1, satisfied: true},
		"nobody expects":  {up: true, rx: 9, in: "badly", out: "badly", satisfied: true},
		"not heard there": {up: true, rx: 9, in: "well", out: "not", expect: 1, want: "you hear crew-2 but are not heard there: your power and antenna"},
		"heard badly":     {up: true, rx: 9, in: "well", out: "badly", want: "you are heard badly by crew-2", satisfied: true},
		"noise here":      {up: true, rx: 9, in: "badly", out: "well", want: "you hear crew-2 badly: noise near your antenna", satisfied: true},
		"one is missing":  {up: true, rx: 9, in: "well", out: "well", expect: 2, want: "whether the others run"},
	} {
		s := wire.Status{
			Links:    []wire.Link{{Name: "kiss:///dev/ttyUSB0", Up: c.up, Down: "no such device", RxFrames: c.rx}, {Link: 1, Name: "ip://", Up: true, Secure: true}},
			Counters: []wire.Counter{{Name: "frame not authentic", Count: 5}},
		}
		if c.in != "" {
			s.Neighbours = []wire.Neighbour{{Node: wire.Party{Number: 2, Name: "crew-2"}, YouHear: hearing(c.in), HearsYou: hearing(c.out)}}
		}
		r := who(s, c.expect, -1)
		if len(r.Links) != 1 {
			t.Fatalf("%s: %d radios", name, len(r.Links))
		}
		all := strings.Join(r.Links[0].Look, "\n")
		if !strings.HasPrefix(all, c.want) || c.want == "" && all != "" {
			t.Errorf("%s: %q, want %q", name, all, c.want)
		}
		if err := r.verdict(); (err == nil) != (c.satisfied || c.expect == 0) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
