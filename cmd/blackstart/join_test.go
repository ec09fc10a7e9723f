package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// A certificate that is not valid today is warned of, with what to do, and not
// a word is lost on one that is.
func TestWarnDay(t *testing.T) {
	cert := &ident.Certificate{Number: 1, Name: "crew-1", From: 20000, Until: 20100}
	roster, err := ident.NewRoster(ident.OperatorID{}, ident.SignKey{}, nil, []*ident.Certificate{cert})
	if err != nil {
		t.Fatal(err)
	}
	n := &enrol.Network{Self: 1, Roster: roster}
	for day, want := range map[string]string{
		"1970-01-02": "not valid yet: from 2024-10-04 on, and the clock says 1970-01-02\nblackstart: hint: set this machine's clock",
		"2024-10-04": "", "2025-01-12": "",
		"2025-01-13": "has ended: on 2025-01-12, and the clock says 2025-01-13\nblackstart: hint: have it renewed",
	} {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		warnDay(&world{err: &out, now: func() time.Time { return now }}, n)
		if got := out.String(); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("on %s: %q", day, got)
		}
	}
}
