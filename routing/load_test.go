package routing

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// TestLoadAgainstList holds a Load against a list of all frames: it lies between what
// was heard in the last span and twice as much as in the last two.
func TestLoadAgainstList(t *testing.T) {
	type heard struct {
		at clock.Instant
		d  time.Duration
	}
	for seed := range uint64(50) {
		luck := rand.New(rand.NewPCG(seed, 1))
		span := time.Duration(1+luck.IntN(120)) * time.Second
		var load Load
		var list []heard
		now := clock.Instant(luck.Int64N(int64(time.Hour)))
		since := func(d time.Duration) (sum time.Duration) {
			for _, h := range list {
				if now.Sub(h.at) < d {
					sum += h.d
				}
			}
			return sum
		}
		for range 300 {
			now = now.Add(time.Duration(luck.Int64N(int64(span) / 10 * (1 + luck.Int64N(40)))))
			if luck.IntN(3) > 0 {
				d := time.Duration(luck.Int64N(int64(span) / 8))
				load.Add(now, d, span)
				list = append(list, heard{now, d})
			}
			got, most := load.Share(now, span), min(1000, int64(since(2*span))*1000/int64(span))
			if got < 0 || got > most+1 {
				t.Fatalf("seed %d: %d of 1000, at most %d were heard in two spans", seed, got, most)
			}
			if busy := since(2 * span); busy == 0 && got != 0 {
				t.Fatalf("seed %d: %d of 1000 after two spans of silence", seed, got)
			}
		}
	}
}

// A channel that is filled evenly is measured so.
func TestLoadOfAnEvenlyFilledChannel(t *testing.T) {
	for _, percent := range []int{10, 50, 90} {
		var load Load
		for s := range 600 {
			now := clock.Instant(0).Add(time.Duration(s) * time.Second)
			load.Add(now, time.Duration(percent)*10*time.Millisecond, time.Minute)
			if got := int(load.Share(now, time.Minute)); s > 120 && (got < percent*10-20 || got > percent*10+20) {
				t.Fatalf("after %d s: %d of 1000 for %d %%", s, got, percent)
			}
		}
	}
}
