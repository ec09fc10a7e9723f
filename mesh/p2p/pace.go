package p2p

import "time"

// pace is a token bucket in two currencies, frames and bytes, that holds one
// second's worth of each. The zero value is not ready; newPace is.
type pace struct {
	last          time.Time
	frames, bytes float64 // what may be sent now; below zero: to be waited for
}

func newPace(now time.Time) pace { return pace{now, peerFrames, peerBytes} }

// take books one frame of n bytes and returns how long to wait before the next.
func (p *pace) take(now time.Time, n int) time.Duration {
	passed := now.Sub(p.last).Seconds()
	p.last = now
	p.frames = min(p.frames+passed*peerFrames, peerFrames) - 1
	p.bytes = min(p.bytes+passed*peerBytes, peerBytes) - float64(n)
	owed := max(-p.frames/peerFrames, -p.bytes/peerBytes, 0)
	return time.Duration(owed * float64(time.Second))
}
