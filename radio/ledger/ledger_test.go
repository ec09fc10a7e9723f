package ledger

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// sent is a transmission as it was on the air.
type sent struct {
	begin, end clock.Instant
	length     time.Duration
}

// air is the stupid ledger: a list of all transmissions.
type air []sent

// most returns the most that was on the air in any window, over all windows that
// begin or end where a transmission does: one of those is the fullest.
func (a air) most(window time.Duration) time.Duration {
	var most time.Duration
	for i, s := range a {
		for _, from := range []clock.Instant{s.begin, s.end.Add(-window)} {
			to, sum := from.Add(window), time.Duration(0)
			for k := max(0, i-maxInWindow); k < min(len(a), i+maxInWindow); k++ {
				sum += max(0, min(a[k].end, to).Sub(max(a[k].begin, from)))
			}
			most = max(most, sum)
		}
	}
	return most
}

const maxInWindow = 1500

// counts is what the stupid ledger finds of those that ended after an instant.
func (a air) counts(after clock.Instant) (sum time.Duration) {
	for i := len(a) - 1; i >= max(0, len(a)-maxInWindow); i-- {
		if a[i].end > after {
			sum += a[i].length
		}
	}
	return sum
}

// driver does to a ledger what a node does: it claims before it sends, is told of
// ends too early or too late, and loses its memory now and then.
type driver struct {
	rng      *rand.Rand
	rule     Rule
	ledger   *Ledger
	now      clock.Instant // true time
	born     clock.Instant // of the node's clock
	claim    time.Duration
	snapshot []byte
	saved    clock.Instant // true time
	air      air
	full     int // times it had to wait
	restarts int
}

func (d *driver) mono() clock.Instant { return d.now - d.born }

func (d *driver) save() {
	d.snapshot, d.saved = d.ledger.Append(nil, d.mono(), d.claim), d.now
}

// send begins a transmission as soon as it may, and reports its end while the
// device may still be sending.
func (d *driver) send(length time.Duration, use Use) {
	free := d.ledger.Free(d.mono(), d.rule, length, use)
	if free > d.mono() {
		d.full++
		if d.rng.IntN(3) == 0 {
			return // something else comes first
		}
		d.now = free + d.born
	}
	if d.ledger.Free(d.mono(), d.rule, length, use) > d.mono() {
		panic("it is not free when it said that it is")
	}
	if d.claim < length {
		d.claim = max(length, d.rule.Limit/60)
		d.save()
	}
	d.claim -= length
	d.ledger.Begin(d.mono(), d.rule, length, use)
	begin := d.now.Add(time.Duration(d.rng.Int64N(int64(d.rule.Window / 300))))
	if n := len(d.air); n > 0 {
		begin = max(begin, d.air[n-1].end)
	}
	end := begin.Add(length)
	d.air = append(d.air, sent{begin, end, length})
	if d.rng.IntN(40) == 0 {
		d.restart() // in the middle of it
		return
	}
	late := time.Duration(d.rng.Int64N(int64(d.rule.Window / 60)))
	d.now = max(d.now, end.Add(-late))
	d.ledger.End(d.mono(), length)
}

// restart forgets all but what was stored. The new clock begins anywhere.
func (d *driver) restart() {
	d.restarts++
	d.now = d.now.Add(time.Duration(d.rng.Int64N(int64(d.rule.Window / 20))))
	d.born = d.now - clock.Instant(d.rng.Int64N(int64(time.Hour)))
	since := time.Duration(0)
	if d.rng.IntN(2) == 0 { // there is a clock that proves how long it was
		since = d.now.Sub(d.saved)
	}
	d.ledger, d.claim = Restore(d.mono(), d.rule, d.snapshot, since), 0
}

func rules() map[string]Rule {
	list := map[string]Rule{}
	for _, c := range []struct {
		centre    int64
		bandwidth int64
		region    string
	}{{869_525_000, 125_000, ""}, {868_100_000, 125_000, ""}, {864_000_000, 125_000, ""}, {915_000_000, 125_000, US915}} {
		r, err := For(at(c.centre, c.bandwidth, c.region, 0), "")
		if err != nil {
			panic(err)
		}
		list[r.Name] = r
	}
	return list
}

// TestNeverMoreThanAllowed holds the ledger against a list of all transmissions:
// ten times the load that is allowed, ends that are reported too early, restarts in
// the middle, and half of it urgent.
func TestNeverMoreThanAllowed(t *testing.T) {
	seeds, hours := 8, 40
	if testing.Short() {
		seeds, hours = 4, 10
	}
	for name, r := range rules() { // order: independent runs
		full, restarts, windows := 0, 0, hours
		if !r.hours() {
			windows *= 10 // with few transmissions in each
		}
		for seed := range uint64(seeds) {
			d := &driver{rng: rand.New(rand.NewPCG(seed, 1)), rule: r, ledger: New(0, r)}
			d.save()
			for end := clock.Instant(windows) * clock.Instant(r.Window); d.now < end; {
				length := 1 + time.Duration(d.rng.Int64N(int64(min(r.Most(), 2*time.Second))))
				d.send(length, Use(d.rng.IntN(4)))
				d.now = d.now.Add(time.Duration(d.rng.Int64N(int64(length) * int64(r.Window/r.Limit) / 5)))
			}
			if most := d.air.most(r.Window); most > r.Limit {
				t.Fatalf("%s, seed %d: %v in a window, allowed are %v", name, seed, most, r.Limit)
			} else if most < r.Limit*3/4 {
				t.Errorf("%s, seed %d: only %v of %v were used", name, seed, most, r.Limit)
			}
			full, restarts = full+d.full, restarts+d.restarts
		}
		if full < 50*seeds || restarts < seeds {
			t.Errorf("%s: it waited %d times and restarted %d times: too seldom to prove anything", name, full, restarts)
		}
	}
}

// TestNoLessThanAllowed: without restarts, what is urgent is let through as soon as a
// list of all transmissions has room, with a window that is longer by what the
// package comment says, and not at any moment before an hour is over.
func TestNoLessThanAllowed(t *testing.T) {
	r := rules()["eu868 M"]
	rng := rand.New(rand.NewPCG(7, 7))
	l, now, list := New(0, r), clock.Instant(0), air{}
	longer := r.Window + r.Window/60 + 2*r.Window/slotsPerWindow
	for range 20_000 {
		length := 1 + time.Duration(rng.Int64N(int64(2*time.Second)))
		free := l.Free(now, r, length, Flash) <= now
		if least := list.counts(now.Add(-r.Window)) + length; free && least > r.Limit {
			t.Fatalf("at %v: %v is let through, with which there are %v in an hour", time.Duration(now), length, least)
		}
		if most := list.counts(now.Add(-longer)) + length; !free && most <= r.Limit {
			t.Fatalf("at %v: %v is not let through, with which there are %v in %v", time.Duration(now), length, most, longer)
		}
		if free {
			l.Begin(now, r, length, Flash)
			list = append(list, sent{now, now.Add(length), length})
			now = now.Add(length)
			l.End(now, length)
		}
		now = now.Add(time.Duration(rng.Int64N(int64(30 * time.Second))))
	}
}

// TestReserve: what is not urgent leaves a fifth, what is urgent finds it, and leaves
// FLASH as much as the longest frame takes.
func TestReserve(t *testing.T) {
	r := rules()["eu868 P"]
	l, now := New(0, r), clock.Instant(0)
	use := func(u Use, until clock.Instant) (used time.Duration) {
		for {
			at := l.Free(now, r, time.Second, u)
			if at >= until {
				return used
			}
			now = max(now, at)
			l.Begin(now, r, time.Second, u)
			now = now.Add(time.Second)
			l.End(now, time.Second)
			used += time.Second
		}
	}
	routine := use(Fresh, clock.Instant(time.Hour))
	if routine != r.Routine() {
		t.Errorf("%v of ROUTINE in an hour, want %v", routine, r.Routine())
	}
	urgent := use(Urgent, clock.Instant(time.Hour))
	if want := (r.Limit - routine - r.Most()).Truncate(time.Second); urgent != want || want < 10*time.Second {
		t.Errorf("then %v of IMMEDIATE, want %v", urgent, want)
	}
	if flash := use(Flash, clock.Instant(time.Hour)); flash != r.Limit-routine-urgent {
		t.Errorf("then %v of FLASH, want %v", flash, r.Limit-routine-urgent)
	}
}

// TestPace: after ten minutes' worth at once the rest comes evenly.
func TestPace(t *testing.T) {
	r := rules()["eu868 P"]
	l, now, at := New(0, r), clock.Instant(0), []clock.Instant{}
	for len(at) < 100 {
		now = max(now, l.Free(now, r, time.Second, Fresh))
		l.Begin(now, r, time.Second, Fresh)
		l.End(now, time.Second)
		at = append(at, now)
	}
	if at[47] != 0 || at[48] == 0 {
		t.Errorf("the 48th second began at %v, the 49th at %v; want a burst of 48 s", at[47], at[48])
	}
	for i := 49; i < len(at); i++ {
		if gap := at[i].Sub(at[i-1]); gap != 12500*time.Millisecond {
			t.Fatalf("%v between two, want 12.5 s", gap)
		}
	}
}

// TestNoBurstIsSavedUpWhileTheLimitHolds: whoever always has more to say than may be
// said sends one burst in all, and then evenly, without leaving out much.
func TestNoBurstIsSavedUpWhileTheLimitHolds(t *testing.T) {
	r := rules()["eu868 P"]
	l, now, last := New(0, r), clock.Instant(0), clock.Instant(0)
	const hours = 8
	sent := time.Duration(0)
	for now < clock.Instant(hours*time.Hour) {
		now = max(now, l.Free(now, r, time.Second, Fresh))
		if gap := now.Sub(last); sent > time.Minute && gap < 11*time.Second {
			t.Fatalf("at %v: %v after the one before", time.Duration(now), gap)
		}
		l.Begin(now, r, time.Second, Fresh)
		now = now.Add(time.Second)
		l.End(now, time.Second)
		last, sent = now, sent+time.Second
	}
	if sent < r.Routine()*hours*93/100 {
		t.Errorf("%v in %d hours, allowed are %v in each", sent, hours, r.Routine())
	}
}

func TestReportedCounts(t *testing.T) {
	r := rules()["eu868 P"]
	l := New(0, r)
	l.Reported(0, 2*time.Hour) // as a radio with a limit of its own may
	l.Reported(0, -time.Hour)
	if used := l.Used(0); used != 2*time.Hour {
		t.Errorf("used %v", used)
	}
	if free := l.Free(0, r, time.Second, Flash); free != clock.Instant(time.Hour+time.Minute+10*time.Second) {
		t.Errorf("free at %v", time.Duration(free))
	}
}

func TestRestore(t *testing.T) {
	r := rules()["eu868 P"]
	l := New(0, r)
	for _, at := range []time.Duration{0, 30 * time.Minute, 59 * time.Minute} {
		l.Begin(clock.Instant(at), r, 10*time.Second, Urgent)
		l.End(clock.Instant(at), 10*time.Second)
	}
	l.Begin(clock.Instant(time.Hour), r, time.Second, Urgent) // under way
	snapshot := l.Append(nil, clock.Instant(time.Hour), 5*time.Second)
	const start = clock.Instant(7 * time.Second)
	for _, c := range []struct {
		since, at time.Duration
		want      time.Duration
	}{
		{0, 0, 36 * time.Second},
		{0, 3 * time.Minute, 26 * time.Second},
		{35 * time.Minute, 0, 16 * time.Second},
		{61 * time.Minute, time.Minute, 0},
		{1000 * time.Hour, 0, 0},
		{-time.Hour, 0, 36 * time.Second},
	} {
		l := Restore(start, r, snapshot, c.since)
		if used := l.Used(start.Add(c.at)); used != c.want {
			t.Errorf("stored %v ago, after %v: used %v, want %v", c.since, c.at, used, c.want)
		}
		if past := l.Past(start.Add(c.at)); past < c.want {
			t.Errorf("stored %v ago, after %v: %v from before, used %v", c.since, c.at, past, c.want)
		}
	}
	for name, bad := range map[string][]byte{"cut": snapshot[:len(snapshot)-1], "age": {70, 0, 0, 0, 1}, "twice": {1, 0, 0, 0, 1, 1, 0, 0, 0, 1}} {
		if used := Restore(start, r, bad, 0).Used(start); used != r.Limit {
			t.Errorf("%s: used %v, want all of it", name, used)
		}
	}
	short := rules()["us915"]
	if used := Restore(start, short, nil, 0).Used(start); used != short.Limit {
		t.Errorf("a window of seconds: used %v, want all of it", used)
	}
}

func FuzzRestore(f *testing.F) {
	r := rules()["eu868 P"]
	l := New(0, r)
	l.Reported(0, time.Minute)
	f.Add(l.Append(nil, clock.Instant(time.Minute), time.Second), int64(time.Minute))
	f.Fuzz(func(t *testing.T, snapshot []byte, since int64) {
		l := Restore(0, r, snapshot, time.Duration(since))
		if used := l.Used(0); used < 0 || l.Past(0) > used {
			t.Errorf("used %v, of it %v from before", used, l.Past(0))
		}
		again := Restore(0, r, l.Append(nil, 0, 0), 0)
		if again.Used(0) < l.Used(0) {
			t.Errorf("stored and restored, %v are %v", l.Used(0), again.Used(0))
		}
	})
}
