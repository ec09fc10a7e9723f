package law

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// TestAgainstEverySecond counts, in every window of the run, the seconds on the air.
func TestAgainstEverySecond(t *testing.T) {
	const end, window = 400, 60
	for seed := range uint64(200) {
		luck := rand.New(rand.NewPCG(seed, 9))
		allowed := time.Duration(luck.IntN(50)) * time.Second
		w := New(window*time.Second, allowed)
		on := [2][end]bool{}
		var at [2]int
		most, over := [2]int{}, 0
		for {
			n := luck.IntN(2)
			begin := at[n] + luck.IntN(40)*luck.IntN(2)
			at[n] = begin + luck.IntN(30)*luck.IntN(2)
			if at[n] >= end {
				break
			}
			for i := begin; i < at[n]; i++ {
				on[n][i] = true
			}
			got, err := w.Add(n, instant(begin), instant(at[n]))
			within := 0
			for i := max(0, at[n]-window); i < at[n]; i++ {
				if on[n][i] {
					within++
				}
			}
			if got != time.Duration(within)*time.Second || (err != nil) != (allowed > 0 && got > allowed) {
				t.Fatalf("seed %d: station %d until %d: %v, %v, want %d s of %v", seed, n, at[n], got, err, within, allowed)
			}
			if err != nil {
				over++
			}
		}
		for n := range on {
			for from := 1 - window; from < end; from++ {
				within := 0
				for i := max(0, from); i < min(end, from+window); i++ {
					if on[n][i] {
						within++
					}
				}
				most[n] = max(most[n], within)
			}
			if got := w.Most(n); got != time.Duration(most[n])*time.Second {
				t.Fatalf("seed %d: station %d transmits %v at most, want %d s", seed, n, got, most[n])
			}
			if late := allowed > 0 && w.Most(n) > allowed; late && over == 0 {
				t.Fatalf("seed %d: station %d transmits %v at most, which nobody noticed", seed, n, w.Most(n))
			}
		}
	}
}

func instant(seconds int) clock.Instant { return clock.Instant(time.Duration(seconds) * time.Second) }

func TestWords(t *testing.T) {
	w := New(time.Hour, 36*time.Second)
	if _, err := w.Add(3, 0, instant(36)); err != nil {
		t.Error(err)
	}
	_, err := w.Add(3, instant(40), instant(41))
	if want := "station 3 transmits 37s within 1h0m0s, allowed are 36s"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
	if _, err := w.Add(3, instant(3600+40), instant(3600+41)); err != nil || w.Most(3) != 37*time.Second || w.Most(9) != 0 {
		t.Errorf("%v, most %v, %v", err, w.Most(3), w.Most(9))
	}
}
