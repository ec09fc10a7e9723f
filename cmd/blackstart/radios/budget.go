package radios

import (
	"context"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// slow is the length of a test from which on a person is told of it before.
const slow = 2 * time.Minute

// budget is what the law of its band lets a radio transmit in one test. What a node, or
// a test before, has transmitted with it in the last hour is not known here.
type budget struct {
	profile radio.Profile
	rule    ledger.Rule
	used    *ledger.Ledger
	start   time.Time
	longest int // frame that it may send, bytes
}

// allow finds out what a radio may transmit; an error says why it may not at all.
func allow(p radio.Profile, licence string) (*budget, error) {
	rule, err := ledger.For(p, licence)
	if err != nil {
		return nil, err
	}
	longest, err := rule.MTU(p)
	if err != nil {
		return nil, err
	}
	b := &budget{profile: p, rule: rule, start: time.Now(), longest: longest}
	b.used = ledger.New(b.now(), rule)
	if rule.Limited() && !rule.Stored() {
		b.used.Reported(b.now(), rule.Limit) // windows of seconds count as full, as at a node's start
	}
	return b, nil
}

func (b *budget) now() clock.Instant { return clock.Instant(time.Since(b.start)) }

// takes is how long a test of so many frames of each size takes this radio at least. It
// is an error if the band has not so much airtime in an hour, less what is reserved for
// FLASH.
func (b *budget) takes(sizes []int, frames int) (time.Duration, error) {
	var each time.Duration
	for _, n := range sizes {
		each += b.profile.Airtime(n)
	}
	whole := each * time.Duration(frames)
	switch {
	case !b.rule.Limited():
		return whole, nil
	case !b.rule.Stored():
		return b.rule.Window * time.Duration(frames*len(sizes)), nil // one frame in each
	case whole > b.rule.Routine():
		return 0, fmt.Errorf("%d frames of each size take %v on the air, and %v, of which a test may take %v: at most --frames %d", frames,
			whole.Round(100*time.Millisecond), b.rule, b.rule.Routine().Round(time.Second), int(b.rule.Routine()/each))
	}
	return whole, nil
}

// wait returns when a transmission of length d may begin, and counts it.
func (b *budget) wait(ctx context.Context, d time.Duration) error {
	now := b.now()
	// Urgent: the whole test was found to fit, and a pace would only stretch it.
	if free := b.used.Free(now, b.rule, d, ledger.Urgent); free > now {
		timer := time.NewTimer(free.Sub(now))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	b.used.Reported(b.now(), d) // an hour's window forgets it later than it must
	return nil
}
