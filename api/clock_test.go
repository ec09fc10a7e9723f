package api

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

func TestConfirmTime(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	got := into[wire.ClockState](t, ask(t, s, "POST", "/v1/clock", `{"time":"2026-05-04T12:11:12+02:00","within":"5s"}`), http.StatusOK)
	want := time.Date(2026, 5, 4, 10, 11, 12, 0, time.UTC)
	if !got.Time.Equal(want) || got.ClockBoundS != 5 || got.Clock.Source != "operator" || got.Clock.Quality != "certain" || got.Clock.Conflict != "gps" {
		t.Errorf("answer %+v", got)
	}
	ask(t, s, "POST", "/v1/clock", `{}`)
	if len(f.confirmed) != 2 || f.confirmed[0] != (live.Confirmation{Time: clock.WallOf(want), Within: 5 * time.Second, By: "local API"}) ||
		f.confirmed[1] != (live.Confirmation{Within: time.Minute, By: "local API"}) {
		t.Errorf("the node was told %+v", f.confirmed)
	}
	for _, body := range []string{`{`, `[]`, `{"time":"today"}`, `{"time":"1969-05-04T10:11:12Z"}`, `{"time":5}`, `{"within":"0s"}`, `{"within":"2h"}`, `{"withhin":"1m"}`} {
		into[wire.Failure](t, ask(t, s, "POST", "/v1/clock", body), http.StatusBadRequest)
	}
	f.refuse = live.ErrTime
	into[wire.Failure](t, ask(t, s, "POST", "/v1/clock", `{}`), http.StatusUnprocessableEntity)
	if len(f.confirmed) != 3 {
		t.Errorf("the node was told %+v", f.confirmed)
	}
}

func TestStatusNamesTheClock(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	if got := into[wire.Status](t, ask(t, s, "GET", "/v1/status", ""), http.StatusOK).Clock; got != (wire.Clock{Source: "none", Quality: "unknown"}) {
		t.Errorf("of nobody: %+v", got)
	}
	s.cfg.ClockDevice = func() *wire.ClockDevice { return &wire.ClockDevice{URL: "gps:///COM4", Satellites: 5} }
	f.status.Clock = clock.Report{Reading: clock.Reading{Source: clock.GPS, Quality: clock.Believed, Earliest: 1000},
		Offset: -time.Hour, Seen: 4 * time.Second, Conflict: clock.Stated, Jumps: 1, Jump: time.Minute, JumpAge: time.Second}
	got := into[wire.Status](t, ask(t, s, "GET", "/v1/status", ""), http.StatusOK).Clock
	if got.SeenAgoS == nil || *got.SeenAgoS != 4 || got.NotBefore == nil || got.NotBefore.Unix() != 1 || got.Device == nil || got.Device.Satellites != 5 {
		t.Fatalf("of a receiver: %+v", got)
	}
	got.SeenAgoS, got.NotBefore, got.Device = nil, nil, nil
	if want := (wire.Clock{Source: "gps", Quality: "believed", OffsetS: -3600, Conflict: "node.yaml", Jumps: 1, JumpS: 60, JumpAgoS: 1}); got != want {
		t.Errorf("of a receiver: %+v, want %+v", got, want)
	}
}

// FuzzDecodeConfirmation: what is taken decodes to the same again when encoded.
func FuzzDecodeConfirmation(f *testing.F) {
	f.Add([]byte(`{"time":"2026-05-04T10:11:12Z","within":"30s"}`))
	f.Add([]byte(`{"time":"a","time":"b"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := DecodeConfirmation(body)
		if err != nil {
			return
		}
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := DecodeConfirmation(again); err != nil || same != c {
			t.Fatalf("%q decodes to %+v, and that to %+v, %v", body, c, same, err)
		}
		if n, err := confirmation(c); err == nil && (n.Within < minWithin || n.Within > maxWithin || n.Time < 0) {
			t.Fatalf("%+v becomes %+v", c, n)
		}
	})
}
