package mesh

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// burst is how long a link was on the air at a stretch. Where it shares its channel
// with voice, it falls silent after a while, so that people get a word in.
type burst struct {
	used time.Duration
	end  clock.Instant // of the last transmission
	size int           // of the outstanding frame
}

// aired notes that the outstanding frame has left just now, or may have, and returns how long the
// link has to be silent for the sake of others: for its pause, if another frame, of
// any length, would make the burst too long.
func (l *link) aired(now clock.Instant) time.Duration {
	p, b := l.profile, &l.burst
	if p.Burst <= 0 {
		return 0
	}
	on := p.Airtime(b.size)
	if now.Add(-on).Sub(b.end) >= p.Pause {
		b.used = 0
	}
	b.used, b.end = b.used+on, now
	if b.used+p.Airtime(p.MTU) > p.Burst {
		b.used = 0
		return p.Pause
	}
	return 0
}
