package clock

import "testing"

// The day against a search: the nearest day with the same 5 bits that exists;
// of two equally near ones the earlier.
func TestNearest(t *testing.T) {
	check := func(low byte, today Day) {
		best, distance := -1, 1<<30
		for day := max(0, int(today)-40); day <= min(1<<16-1, int(today)+40); day++ {
			d := day - int(today)
			if d < 0 {
				d = -d
			}
			if day%32 == int(low) && d < distance {
				best, distance = day, d
			}
		}
		if got := today.Nearest(low); int(got) != best {
			t.Fatalf("5 bits %d on day %d: %d, want %d", low, today, got, best)
		}
	}
	for low := range byte(32) {
		for d := range 100 {
			check(low, Day(d))
			check(low, 20416+Day(d))
			check(low, 1<<16-1-Day(d))
		}
	}
}
