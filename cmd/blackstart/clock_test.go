package main

import (
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

func TestParseTime(t *testing.T) {
	want := time.Date(2026, 5, 4, 10, 11, 0, 0, time.UTC)
	for text, ok := range map[string]bool{
		"2026-05-04 10:11": true, "2026-05-04 10:11:00": true, "2026-05-04T10:11:00Z": true, "2026-05-04T12:11:00+02:00": true, "2026-05-04T10:11": true,
		"10:11": false, "04.05.2026 10:11": false, "2026-05-04": false, "": false,
	} {
		if got, err := parseTime(text); (err == nil) != ok || ok && !got.Equal(want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestSpan(t *testing.T) {
	for s, want := range map[float64]string{0: "0.1 s", 0.62: "0.7 s", 1.001: "1 s", 9.99: "10 s", 59.2: "60 s", 119: "119 s", 120: "2 min", 7200: "2 h", 1e6: "12 days", 1.6e8: "6 years"} {
		if got := span(s); got != want {
			t.Errorf("%v s are %q, want %q", s, got, want)
		}
	}
}

func TestRoughly(t *testing.T) {
	for s, want := range map[float64]string{1.2: "1.2 s", 59.4: "59 s", 130: "2 min", 10800.4: "3 h", 3 * 86400.1: "3 days", 5 * 365 * 86400: "5 years"} {
		if got := roughly(s); got != want {
			t.Errorf("%v s are roughly %q, want %q", s, got, want)
		}
	}
}

func TestClockLines(t *testing.T) {
	at, seen := time.Date(2026, 5, 4, 10, 11, 12, 0, time.UTC), 4.0
	for _, c := range []struct {
		clock wire.Clock
		bound float64
		want  []string
	}{
		{wire.Clock{Source: "gps", Quality: "certain", SeenAgoS: &seen}, 0.65, []string{"2026-05-04 10:11:12 UTC, good to 0.7 s, from GPS (seen 4 s ago)"}},
		{wire.Clock{Source: "station", Quality: "believed", SeenAgoS: &seen, Conflict: "gps", Device: &wire.ClockDevice{URL: "gps:///COM4", Trouble: "no satellite fix yet"}}, 90, []string{
			"2026-05-04 10:11:12 UTC, good to 90 s, from a fixed station (seen 4 s ago)", "Not believed, since it says otherwise: GPS", "The receiver gps:///COM4: no satellite fix yet"}},
		{wire.Clock{Source: "none", Quality: "unknown"}, 6e9, []string{"NOT KNOWN: the system's clock shows 2026-05-04 10:11:12 UTC, and nobody vouches for it",
			"No message expires and no key is erased until it is.", "Look at another clock and run: blackstart clock confirm", "A satellite receiver makes it known for good: clock in node.yaml"}},
	} {
		if got, want := strings.Join(clockLines(at, c.bound, c.clock), "\n"), strings.Join(c.want, "\n"); got != want {
			t.Errorf("%+v:\n%s\nwant\n%s", c.clock, got, want)
		}
	}
}
