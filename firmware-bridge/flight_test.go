package bridge

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// A device that hears frames without an end does not keep ours waiting without one.
func TestFlightEnds(t *testing.T) {
	start := clock.Instant(time.Hour)
	f := Flight{Start: start, Draws: time.Second, Length: 2 * time.Second, Tail: 100 * time.Millisecond}
	now := start
	for ; now < f.Done(); now = now.Add(time.Second) {
		if f.Heard(now, time.Second); now.Sub(start) > 10*time.Minute {
			t.Fatalf("after %v it is done in %v", now.Sub(start), f.Done().Sub(now))
		}
	}
	if took := now.Sub(start); took < longestBusy || took > longestBusy+5*time.Second {
		t.Errorf("done after %v, want a little more than %v", took, longestBusy)
	}
}
