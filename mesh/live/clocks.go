package live

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// sleepNoticed is the least time asleep that is told apart from the time that
// passes between two looks at two clocks.
const sleepNoticed = time.Second

// clocks are this machine's.
type clocks struct {
	start time.Time
	awake time.Duration // at the start, of the clock that counts sleep
	known bool          // there is such a clock
	slept time.Duration
}

func newClocks() *clocks {
	c := &clocks{start: time.Now()}
	c.awake, c.known = sleepClock()
	return c
}

// sample looks at all clocks. Only the loop calls it.
func (c *clocks) sample() clock.Sample {
	now := time.Now()
	mono := now.Sub(c.start)
	if counting, ok := sleepClock(); ok && c.known {
		// A process that waits for the processor here would look asleep, so the
		// second look has to be near the first.
		if slept := counting - c.awake - mono; slept > c.slept+sleepNoticed && time.Since(now) < sleepNoticed/4 {
			c.slept = slept
		}
	}
	return clock.Sample{Mono: clock.Instant(mono), Wall: clock.WallOf(now), Slept: c.slept, SleepCounted: c.known}
}
