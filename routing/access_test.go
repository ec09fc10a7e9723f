package routing

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/radio"
)

func listening(listens bool) Timing {
	return TimingOf(radio.Profile{MTU: 255, BitsPerSecond: 1200, Overhead: 300 * time.Millisecond, Listens: listens})
}

func TestContentionByPrecedenceAndNeighbours(t *testing.T) {
	for _, listens := range []bool{false, true} {
		tm := listening(listens)
		for _, neighbours := range []int{0, 2, 8, 16} {
			for _, lot := range []int64{0, 1, WholeLot / 2, WholeLot} {
				if d := tm.Contention(bundle.Flash, lot, neighbours, 0); d != 0 {
					t.Errorf("a FLASH waits %v", d)
				}
				for p := bundle.Immediate; p < bundle.Precedences; p++ {
					d := tm.Contention(p, lot, neighbours, 0)
					if before := tm.Contention(p-1, lot, neighbours, 0); d <= before {
						t.Errorf("%v waits %v, %v %v", p, d, p-1, before)
					}
					if more := tm.Contention(p, lot, neighbours+4, 0); more < d || lot > 0 && neighbours > 0 && more == d {
						t.Errorf("%v waits %v among %d, %v among more", p, d, neighbours, more)
					}
					if rest := tm.Contention(p, lot, neighbours, d/3); rest != d-d/3 {
						t.Errorf("of %v are left %v after a third", d, rest)
					}
					if rest := tm.Contention(p, lot, neighbours, 2*d); rest != 0 {
						t.Errorf("%v left of what was waited twice", rest)
					}
				}
			}
		}
	}
}

// Stations that always have something to send share a channel, each by its own
// measure, and leave the rest of it free: they settle near what it carries well.
func TestRestsSettleWhereTheChannelCarriesWell(t *testing.T) {
	const frame = time.Second
	for _, c := range []struct {
		listens     bool
		least, most float64 // of the time, filled by all
	}{{true, 0.30, 0.65}, {false, 0.15, 0.40}} {
		tm := listening(c.listens)
		for n := 2; n <= 17; n++ {
			share := int64(500)
			for range 200 { // each measures the others, and rests; slowly, as the measure is slow
				cycle := frame + tm.RoutineRest(frame, share, n-1) + tm.Gap
				now := int64(n-1) * 1000 * int64(frame) / int64(cycle)
				share += (min(now, 1000) - share) / 8
			}
			if all := float64(share) / 1000 * float64(n) / float64(n-1); all < c.least || all > c.most {
				t.Errorf("listens %v: %d stations fill %.2f of the time", c.listens, n, all)
			}
		}
	}
}

func TestRestsFollowTheLoad(t *testing.T) {
	tm := listening(true)
	if d := tm.RoutineRest(time.Second, 0, 5); d != 0 {
		t.Errorf("alone on a channel it rests %v", d)
	}
	var last time.Duration
	for share := int64(0); share <= 1000; share += 50 {
		d := tm.RoutineRest(time.Second, share, 16)
		if d < last || d > 34*time.Second {
			t.Errorf("at %d of 1000 it rests %v, at less %v", share, d, last)
		}
		if few := tm.RoutineRest(time.Second, share, 1); few > 4*time.Second || few > d {
			t.Errorf("at %d it leaves a single neighbour %v", share, few)
		}
		if aloha := listening(false).RoutineRest(time.Second, share/2, 16); aloha < tm.RoutineRest(time.Second, share/2, 16) {
			t.Errorf("at %d it rests %v where nobody listens, %v where all do", share/2, aloha, d)
		}
		last = d
	}
	for p := bundle.Immediate; p < bundle.Precedences; p++ {
		if tm.Rest(p, time.Second) <= tm.Rest(p-1, time.Second) {
			t.Errorf("%v rests no longer than %v", p, p-1)
		}
	}
	if tm.Rest(bundle.Flash, time.Second) != 0 || tm.Rest(bundle.Routine, time.Second) != time.Second {
		t.Error("FLASH rests, or ROUTINE does not")
	}
}
