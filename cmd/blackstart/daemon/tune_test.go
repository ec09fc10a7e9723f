package daemon

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio/retune"
)

func testPlan(edition uint32, from clock.Wall, centre int64) *plan.Plan {
	return &plan.Plan{Edition: edition, From: from, Patience: 20 * time.Minute, Channels: []plan.Channel{
		{Name: "field", Modulation: plan.LoRa, Centre: centre, Bandwidth: 125_000, Spreading: 7, Coding: 5, Power: 14}}}
}

// A frame under a neighbour's number says nothing of where it is before it proved that
// it is there: any member can send one.
func TestOnlyTheProvenAreHeard(t *testing.T) {
	l := &tunedLink{index: 1}
	heard, known := l.heard(live.Status{Status: mesh.Status{Neighbours: []mesh.NeighbourStatus{
		{Node: 2, Link: 1, Heard: 5, Proven: true}, {Node: 3, Link: 1, Heard: 5}, {Node: 4, Link: 0, Heard: 5, Proven: true},
	}}})
	if !slices.Equal(heard, []ident.Number{2}) || !slices.Equal(known, []ident.Number{2}) {
		t.Errorf("heard %v, known %v", heard, known)
	}
}

// Where a link is under a plan, at the moment at which it learns of it.
func TestBegin(t *testing.T) {
	const now = clock.Wall(1_780_000_000_000)
	own, bare := "rnode:///dev/ttyACM0?plan=field&freq=869.525M", "rnode:///dev/ttyACM0?plan=field"
	old, new := testPlan(1, 0, 868_100_000), testPlan(2, now.Add(time.Hour), 868_300_000)
	atOnce := testPlan(2, 0, 868_300_000)
	for name, c := range map[string]struct {
		url  string
		p    mesh.Planned
		late bool   // it ran already when the plan came
		want string // part of the URL; or of why it is off
	}{
		"no plan":                          {own, mesh.Planned{}, false, "freq=869.525M"},
		"no plan, nothing of its own":      {bare, mesh.Planned{}, false, "there is no channel field, and without it"},
		"a plan to come":                   {own, mesh.Planned{Held: new}, false, "freq=869.525M"},
		"a plan to come, behind one":       {own, mesh.Planned{Held: new, Former: old}, false, "freq=868.1M"},
		"a plan to come, nothing before":   {bare, mesh.Planned{Held: new}, false, "there is no channel field, and without it"},
		"a plan that counts, at the start": {own, mesh.Planned{Held: atOnce, Former: old}, false, "freq=868.3M"},
		"a plan that counts, just here":    {own, mesh.Planned{Held: atOnce, Former: old}, true, "freq=868.1M"},
		"the same with nobody to tell":     {bare, mesh.Planned{Held: atOnce}, true, "freq=868.3M"},
		"a plan without the channel":       {strings.ReplaceAll(own, "=field", "=vhf"), mesh.Planned{Held: atOnce}, false, "radio plan 2 has no channel vhf"},
	} {
		l := &tunedLink{url: c.url, begun: c.late}
		l.begin(c.p, "", clock.Reading{Wall: now, Bound: time.Second}, nil)
		at := retune.New
		if l.machine != nil {
			at = l.machine.On()
		}
		got := l.urls[at]
		if got == "" {
			got = l.lacks[at].Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A second edition that leaves a link on its channel, soon after the first, does not end
// the search for those who have not followed that.
func TestAnEditionThatMovesNothingEndsNoSearch(t *testing.T) {
	const now = clock.Wall(1_780_000_000_000)
	first, second, third := testPlan(2, 0, 868_300_000), testPlan(3, 0, 868_300_000), testPlan(4, 0, 868_500_000)
	l := &tunedLink{url: "rnode:///dev/ttyACM0?plan=field"}
	at := clock.Reading{Wall: now, Bound: time.Second}
	l.begin(mesh.Planned{Held: first, Former: testPlan(1, 0, 868_100_000)}, "", at, []ident.Number{2})
	search := l.machine
	for range 2 {
		l.begin(mesh.Planned{Held: second, Former: first}, "", at, nil)
		if l.machine != search || search == nil || !strings.Contains(l.urls[retune.Former], "868.1M") || l.held != second {
			t.Fatalf("%v, %v", l.urls, l.held)
		}
	}
	l.begin(mesh.Planned{Held: third, Former: second}, "", at, nil)
	if l.machine == search || !strings.Contains(l.urls[retune.Former], "868.3M") {
		t.Errorf("the next one moves it: %v", l.urls)
	}
}
