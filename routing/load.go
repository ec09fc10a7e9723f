package routing

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Load is how much of the time others fill a channel, over the last one to two spans:
// the one that runs, and of the one before the part that is less than a span ago. The
// zero value has heard nothing. Every call takes the same span.
type Load struct {
	begun         clock.Instant
	current, last time.Duration
}

// Add counts a frame that ended now and took d.
func (v *Load) Add(now clock.Instant, d, span time.Duration) {
	v.roll(now, span)
	v.current += d
}

// Share is the load in thousandths, 0 to 1000.
func (v *Load) Share(now clock.Instant, span time.Duration) int64 {
	v.roll(now, span)
	left := int64((span - now.Sub(v.begun)) / time.Microsecond)
	busy := int64(v.current/time.Microsecond) + int64(v.last/time.Microsecond)*left/int64(span/time.Microsecond)
	return min(1000, busy*1000/int64(span/time.Microsecond))
}

func (v *Load) roll(now clock.Instant, span time.Duration) {
	switch past := now.Sub(v.begun); {
	case past < span:
	case past < 2*span:
		v.begun, v.last, v.current = v.begun.Add(span), v.current, 0
	default:
		v.begun, v.last, v.current = now, 0, 0
	}
}
