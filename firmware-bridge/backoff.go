package bridge

import (
	"math/rand/v2"
	"time"
)

// Defaults of a Backoff.
const (
	FirstWait = 200 * time.Millisecond
	MaxWait   = 10 * time.Second
)

// Backoff is the row of waits between attempts to open a device: doubling from
// First to Max, each drawn from its upper half, so that the many links of a
// machine that starts do not knock in step. The zero value has the defaults.
type Backoff struct {
	First  time.Duration // 0: FirstWait
	Max    time.Duration // 0: MaxWait
	Jitter *rand.Rand    // nil: seeded by the system
	wait   time.Duration
}

// Next returns how long to wait before the next attempt.
func (b *Backoff) Next() time.Duration {
	first, limit := b.First, b.Max
	if first <= 0 {
		first = FirstWait
	}
	if limit <= 0 {
		limit = MaxWait
	}
	if b.Jitter == nil {
		b.Jitter = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	switch {
	case b.wait == 0:
		b.wait = min(first, limit)
	case b.wait < limit/2:
		b.wait *= 2
	default:
		b.wait = limit
	}
	half := b.wait / 2
	return half + time.Duration(b.Jitter.Int64N(int64(b.wait-half)+1))
}

// Reset starts the row anew after an opening that lasted.
func (b *Backoff) Reset() { b.wait = 0 }
