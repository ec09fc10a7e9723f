package api

import (
	"net/http"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

func TestAir(t *testing.T) {
	now := clock.Reading{Mono: clock.Instant(time.Hour), Wall: clock.WallOf(time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))}
	if air(mesh.AirStatus{}, now) != nil {
		t.Error("a link that is no radio has airtime")
	}
	a := mesh.AirStatus{Rule: ledger.Rule{Name: "eu868 P", Window: time.Hour, Limit: 360 * time.Second}, Window: time.Hour, Used: 290 * time.Second,
		LeftUrgent: 22 * time.Second, LeftFlash: 70 * time.Second, Reached: true, Until: now.Mono.Add(time.Minute), Urgent: now.Mono}
	w := air(a, now)
	if w.Rule != "eu868 P: 10 % of the time" || w.UsedS != 290 || w.LimitS != 360 || w.WindowS != 3600 || w.LeftUrgentS != 22 || w.LeftFlashS != 70 || !w.Reached || w.UrgentToo || w.UrgentUntil != nil || w.FlashToo || w.FlashUntil != nil {
		t.Errorf("%+v", w)
	}
	if w.Until == nil || !w.Until.Equal(time.Date(2026, 11, 25, 12, 1, 0, 0, time.UTC)) {
		t.Errorf("until %v", w.Until)
	}
	a.UrgentToo, a.Urgent, a.FlashToo, a.Flash = true, now.Mono.Add(2*time.Minute), true, now.Mono.Add(3*time.Minute)
	if w := air(a, now); !w.UrgentToo || !w.FlashToo || w.UrgentUntil.Sub(*w.Until) != time.Minute || w.FlashUntil.Sub(*w.Until) != 2*time.Minute {
		t.Errorf("%+v", w)
	}
	a.Until = clock.Never
	if w := air(a, now); !w.Reached || w.Until != nil {
		t.Errorf("%+v", w)
	}
}

// What is behind a link and what its driver dropped stands in the status.
func TestStatusNamesDevices(t *testing.T) {
	f := newFake()
	f.status.Links = []mesh.LinkStatus{{Link: 0}, {Link: 1}}
	s := testServer(t, f)
	s.cfg.LinkDevice = func(link int) (string, []wire.Counter) {
		return []string{"", "RNode, firmware 1.86"}[link], []wire.Counter{{Name: "dropped: node busy", Count: uint64(7 + link)}}
	}
	got := into[wire.Status](t, ask(t, s, "GET", "/v1/status", ""), http.StatusOK).Links
	if len(got) != 2 || got[0].Radio != "" || got[1].Radio != "RNode, firmware 1.86" {
		t.Fatalf("%+v", got)
	}
	if c := got[1].Counters; len(c) != 1 || c[0] != (wire.Counter{Name: "dropped: node busy", Count: 8}) {
		t.Errorf("counters %+v", c)
	}
}
