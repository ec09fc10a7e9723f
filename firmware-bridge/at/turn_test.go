package at

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

const longest = 400 * time.Millisecond

func TestTurns(t *testing.T) {
	begin := clock.Instant(time.Hour)
	fresh, listens := turn{longest: longest}, turn{}
	listens.sent(begin)
	if fresh.of(begin, []byte("a")) != begin || listens.of(begin, []byte("a")) != begin {
		t.Error("a frame waits where nothing is to be waited for")
	}
	for name, c := range map[string]struct {
		after    func(*turn)
		low, top time.Duration
	}{
		"heard":                 {func(u *turn) { u.heard(begin) }, settle, settle + 2*longest},
		"sent":                  {func(u *turn) { u.sent(begin) }, settle + 3*longest, settle + 5*longest},
		"sent, then heard":      {func(u *turn) { u.sent(begin.Add(-longest)); u.heard(begin) }, settle, settle + 2*longest},
		"sent long before that": {func(u *turn) { u.sent(begin.Add(-settle - 5*longest)) }, 0, 0},
	} {
		seen := map[clock.Instant]bool{}
		for i := range 200 {
			u := turn{longest: longest}
			c.after(&u)
			at := u.of(begin, []byte{byte(i), 1, 2, 3})
			if d := at.Sub(begin); d < c.low || d > c.top {
				t.Fatalf("%s: begins after %v, want %v..%v", name, d, c.low, c.top)
			}
			seen[at] = true
			if again := u.of(begin, []byte{byte(i), 1, 2, 3}); c.top > 0 && again == at {
				t.Errorf("%s: the same frame draws the same time again", name)
			}
		}
		if c.top > 0 && len(seen) < 190 {
			t.Errorf("%s: 200 frames draw %d times", name, len(seen))
		}
	}
}
