package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestGuests(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.request("helper")
	helper := "@helper"
	b.do("group", "north", "flood", "--incident")
	b.refused(console.Usage, "a guest can stay for 1 to 72 hours, not 73", "enrol", "north", helper, "--guest", "--hours", "73", "--group", "flood")
	b.refused(console.Usage, "a guest can stay for 1 to 72 hours, not 0", "enrol", "north", helper, "--guest", "--hours", "0", "--group", "flood")
	b.refused(console.Usage, "a guest cannot have order,suspend", "enrol", "north", helper, "--guest", "--group", "flood", "--rights", "order,suspend,flash")
	b.refused(console.Usage, `"all" is not an incident's`, "enrol", "north", helper, "--guest", "--group", "flood,all")
	b.refused(console.Usage, "in which group?", "enrol", "north", helper, "--guest")
	b.refused(console.Usage, `there is no group "fire"`, "enrol", "north", helper, "--guest", "--group", "fire")
	b.do("enrol", "north", "@helper", "--guest", "--hours", "72", "--group", "flood")
	n := b.mustJoin("helper", nil)
	cert, _ := n.Roster.Certificate(n.Self)
	today := clock.WallOf(b.now).Day()
	if !cert.IsGuest() || cert.From != today || cert.Until != today+2 || len(n.Secrets.Groups) != 2 || !cert.In(2) || cert.In(1) {
		t.Errorf("the guest is %+v with %d groups", cert, len(n.Secrets.Groups))
	}
	b.refused(console.Usage, "more than a certificate of its kind may hold", "grant", "north", "helper", "--rights", "order")
	b.refused(console.Usage, "helper is a guest", "grant", "north", "helper", "--group", "all")
	// While the stay lasts, a key block keeps the guest in; after it, out.
	b.now = b.now.Add(48 * time.Hour)
	b.do("rotate", "north")
	b.mustJoin("helper", n)
	b.now = b.now.Add(24 * time.Hour)
	b.do("list", "north")
	if !strings.Contains(b.out.String(), "guest, over") {
		t.Errorf("the list says\n%s", b.out.String())
	}
	b.do("rotate", "north")
	if crew := b.mustJoin("crew-1", nil); !slices.Equal(crew.Revoked, []ident.Number{2}) {
		t.Errorf("locked out with the key block: %v", crew.Revoked)
	}
	b.refused(console.Untrusted, "this device was a guest as node 2", "enrol", "north", helper, "--guest", "--group", "flood")
}

// A short stay never lasts longer than the days that its hours touch.
func TestGuestHours(t *testing.T) {
	for hours, days := range map[int]clock.Day{1: 1, 12: 1, 13: 2, 36: 2, 37: 3, 60: 3, 72: 3} { // from noon
		b := &bench{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		ch := &change{authority: &authority{groups: []ident.Group{{ID: 1, Name: "flood", Incident: true}}}, w: b.world(), today: clock.WallOf(b.now).Day()}
		c := &enrolCommand{Guest: true, Hours: hours, Group: []string{"flood"}}
		got, err := c.terms(ch)
		if err != nil || got.until != ch.today+days-1 || got.kind != ident.Guest {
			t.Errorf("%d hours: until day %d after the first, %v, want %d", hours, int(got.until)-int(ch.today), err, days-1)
		}
	}
}

func TestGrantAndWithdraw(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.do("group", "north", "switching")
	first := b.mustJoin("crew-1", nil)
	b.refused(console.Usage, "nothing to grant", "grant", "north", "crew-1")
	b.refused(console.Usage, `unknown right "fly"`, "grant", "north", "crew-1", "--rights", "fly")
	b.refused(console.Usage, `there is no node "crew-9"`, "grant", "north", "crew-9", "--rights", "flash")
	b.refused(console.Usage, `"all" is there already`, "group", "north", "all")
	b.refused(console.Usage, "is taken by node 1", "group", "north", "crew-1")
	b.do("grant", "north", "1", "--rights", "flash,order", "--group", "switching")
	n := b.mustJoin("crew-1", first)
	cert, _ := n.Roster.Certificate(1)
	if cert.Rights != ident.MayFlash|ident.MayOrder || !cert.In(2) || len(n.Secrets.Groups) != 3 {
		t.Errorf("granted: %+v", cert)
	}
	b.do("withdraw", "north", "crew-1", "--rights", "order", "--group", "all")
	after := b.mustJoin("crew-1", n)
	cert, _ = after.Roster.Certificate(1)
	if cert.Rights != ident.MayFlash || cert.In(1) || !cert.In(2) || after.Secrets.Groups[2] != n.Secrets.Groups[2] {
		t.Errorf("withdrawn: %+v", cert)
	}
	// Whoever is put into the group again gets another secret: what was said
	// meanwhile stays among those who were in it.
	b.do("grant", "north", "crew-1", "--group", "all")
	if again := b.mustJoin("crew-1", after); again.Secrets.Groups[1] == n.Secrets.Groups[1] {
		t.Error("the group that somebody left has its old secret")
	}
}

// The authority's clock decides which day's keys go out and which are erased.
func TestClockOfTheAuthority(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.request("crew-2")
	made := b.now
	b.now = made.Add(-25 * time.Hour)
	b.refused(console.Failure, "the clock says 2026-02-28, and the last operation was on 2026-03-01", "enrol", "north", "@crew-2")
	b.now = made.AddDate(5, 0, 0)
	b.refused(console.Failure, "the clock says 2031-03-01", "enrol", "north", "@crew-2")
	b.refused(console.Failure, "the clock says 2031-03-01", "enrol", "north", "@crew-2", "--date", "2030-03-01")
	b.do("enrol", "north", "@crew-2", "--date", "2031-03-01")
	n := b.mustJoin("crew-2", nil)
	if n.Secrets.Epoch.Base != clock.WallOf(b.now).Day() {
		t.Errorf("the key of day %d went out", n.Secrets.Epoch.Base)
	}
	if err := n.CheckDay(clock.WallOf(made).Day()); err == nil {
		t.Error("a certificate that begins in five years is taken without a word")
	}
}

func TestEnrolRefusals(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.request("crew-2")
	b.refused(console.Usage, "this request was enrolled already: it is crew-1, node 1", "enrol", "north", "@crew-1")
	b.refused(console.Usage, `the request of "crew-2" is given twice`, "enrol", "north", "@crew-2", "@crew-2")
	b.refused(console.Usage, `the device of "crew-2" is not enrolled yet`, "enrol", "north", "@crew-2", "--renew")
	b.refused(console.Usage, `the name "crew-1" is taken by node 1`, "enrol", "north", "@crew-2", "--name", "crew-1")
	b.refused(console.Usage, `the name "all" is taken by a group`, "enrol", "north", "@crew-2", "--name", "all")
	b.write("broken", strings.Replace(b.read("crew-2"), "REQUEST-----\nA", "REQUEST-----\nB", 1))
	b.refused(console.Untrusted, "unknown version of the file format", "enrol", "north", "@broken")
	b.refused(console.Untrusted, "a blackstart file of another kind: BLACKSTART NETWORK", "enrol", "north", "@north/network")
	b.write("cut", b.read("crew-2")[:100])
	b.refused(console.Untrusted, "file ends too early", "enrol", "north", "@cut")
}
