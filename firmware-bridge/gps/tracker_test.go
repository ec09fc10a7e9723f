package gps

import (
	"fmt"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

var may = time.Date(2026, 5, 4, 10, 11, 12, 0, time.UTC)

// desk is a receiver and a machine whose clocks a test holds.
type desk struct {
	t       *testing.T
	tracker Tracker
	now     Arrival
	truth   time.Time
}

func newDesk(t *testing.T) *desk {
	return &desk{t: t, now: Arrival{Wall: clock.WallOf(may)}, truth: may}
}

func (d *desk) pass(by time.Duration) {
	d.now.Mono += by
	d.now.Wall = d.now.Wall.Add(by)
	d.truth = d.truth.Add(by)
}

func (d *desk) say(text string, want Outcome) clock.Fix {
	d.t.Helper()
	s, ok := split(text)
	if !ok {
		d.t.Fatalf("%q is no sentence", text)
	}
	fix, got := d.tracker.Take(s, d.now)
	if got != want {
		d.t.Errorf("%s at %v: outcome %d, want %d", text, d.now.Mono, got, want)
	}
	if now := clock.WallOf(d.truth); got == Fixed && (fix.From > now || fix.To < now) {
		d.t.Errorf("%s: %v is not between %v and %v", text, d.truth, fix.From.Time(), fix.To.Time())
	}
	return fix
}

func rmc(at time.Time) string {
	return fmt.Sprintf("GPRMC,%s,A,,,,,,,%s,,", at.Format("150405.00"), at.Format("020106"))
}

func zda(at time.Time) string {
	return fmt.Sprintf("GNZDA,%s,%s,00,00", at.Format("150405.00"), at.Format("02,01,2006"))
}

// run lets a receiver say each second what it is, late by some of it.
func (d *desk) run(seconds int, late time.Duration, last Outcome) (fix clock.Fix) {
	d.t.Helper()
	for i := range seconds {
		d.pass(time.Second)
		want := Settling
		if i >= 2 {
			want = last
		}
		fix = d.say(rmc(d.truth.Add(-late).Truncate(10*time.Millisecond)), want)
	}
	return fix
}

func TestSteadyReceiver(t *testing.T) {
	for _, late := range []time.Duration{0, 50 * time.Millisecond, 600 * time.Millisecond, 1100 * time.Millisecond} {
		d := newDesk(t)
		fix := d.run(5, late, Fixed)
		if got, want := fix.To-fix.From, clock.Wall((Early+Late+2*LeapUnknown)/time.Millisecond); got != want {
			t.Errorf("span of %d ms, want %d until the leap seconds are known", got, want)
		}
	}
	d := newDesk(t)
	d.run(3, 0, Fixed)
	for range int(LeapKnownAfter / time.Second) {
		d.pass(time.Second)
		d.say(rmc(d.truth.Add(-time.Second/2)), Fixed)
	}
	d.pass(time.Second)
	fix := d.say(rmc(d.truth.Add(-time.Second)), Fixed)
	if got, want := fix.To-fix.From, clock.Wall((Early+Late)/time.Millisecond); got != want {
		t.Errorf("span of %d ms, want %d once they are", got, want)
	}
}

func TestSentencesOfOneMoment(t *testing.T) {
	d := newDesk(t)
	d.say(zda(d.truth), NoFix) // by itself it may be a guess
	for i, want := range []Outcome{Settling, Settling, Fixed} {
		d.pass(time.Second)
		d.say("GPGGA,101112,,,,,1,08,0.9,,M,,M,,", NotTime)
		d.say(zda(d.truth), want)
		if d.say(rmc(d.truth), Repeated); d.tracker.Satellites != 8 {
			t.Errorf("second %d: %d satellites, want 8", i, d.tracker.Satellites)
		}
	}
	d.pass(time.Second)
	d.say("GPGSV,3,1,11", NotTime)
	d.say("HC"+rmc(d.truth)[2:], NotTime) // a compass
	d.say("P", NotTime)
}

func TestNoTimeWithoutAFix(t *testing.T) {
	d := newDesk(t)
	d.run(4, 0, Fixed)
	d.pass(time.Second)
	d.say("GPRMC,101117,V,,,,,,,040526,,", NoFix)
	d.say(zda(d.truth), NoFix)
	d.run(4, 0, Fixed)
	d.pass(time.Second)
	for _, q := range []string{"0", "6", "7", "8", ""} {
		d.say("GPGGA,101112,,,,,"+q+",00,,,M,,M,,", NotTime)
		d.say(rmc(d.truth), NoFix)
	}
	d.say("GPGGA,101112,,,,,1,05,,,M,,M,,", NotTime)
	d.say("GPRMC,991112,A,,,,,,,040526,,", BadTime)
	d.run(4, 0, Fixed)
}

func TestWeekRollover(t *testing.T) {
	d := newDesk(t)
	past := may.AddDate(0, 0, -1024*7)
	for range 5 {
		d.pass(time.Second)
		past = past.Add(time.Second)
		d.say(rmc(past), OldDate)
	}
	if d.tracker.Date.Year() != 2006 {
		t.Errorf("tells of %v", d.tracker.Date)
	}
	d.run(3, 0, Fixed)
}

// What the port held while the machine slept is no time of now.
func TestWhatWaitedWhileTheMachineSlept(t *testing.T) {
	for _, counted := range []bool{true, false} { // whether the machine's clock goes on asleep
		d := newDesk(t)
		d.run(4, 0, Fixed)
		stale := d.truth
		d.truth = d.truth.Add(8 * time.Hour)
		d.now.Wall = d.now.Wall.Add(8 * time.Hour)
		if counted {
			d.now.Mono += 8 * time.Hour
		}
		for i := range 8 { // all at once
			d.say(rmc(stale.Add(time.Duration(i+1)*time.Second)), Settling)
		}
		d.pass(300 * time.Millisecond)
		d.run(4, 0, Fixed)
	}
}

func TestReceiverThatGuessesFirst(t *testing.T) {
	d := newDesk(t)
	d.pass(time.Second)
	d.say(rmc(may.AddDate(10, 0, 0)), Settling)
	d.pass(time.Second)
	d.say(rmc(may.AddDate(10, 0, 0).Add(time.Second)), Settling)
	d.run(4, 0, Fixed)
}
