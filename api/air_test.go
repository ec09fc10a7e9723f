package api

import (
	"testing"
	"time"

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
