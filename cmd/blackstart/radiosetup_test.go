package main

import (
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

// A link on a channel of the plan has another name than its line in node.yaml.
func TestLinkAt(t *testing.T) {
	list := []wire.Link{{Link: 0, Name: "ip://"}, {Link: 1, Name: "kiss:///dev/ttyUSB0"}, {Link: 2, Name: "rnode:///dev/ttyACM0?plan=field&freq=868.3M&sf=7"}}
	for url, want := range map[string]int{"kiss:///dev/ttyUSB0": 1, "rnode:///dev/ttyACM0?plan=field": 2, "rnode:///dev/ttyACM1?plan=field": -1, "ip://": -1} {
		got, ok := linkAt(list, url)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%s: link %d, %v, want %d", url, got, ok, want)
		}
	}
}

// Setup offers the channels that a radio can be on, and no others.
func TestChannelsFor(t *testing.T) {
	held := &plan.Plan{Channels: []plan.Channel{
		{Name: "field", Modulation: plan.LoRa, Centre: 869_525_000, Bandwidth: 125_000, Spreading: 8, Coding: 5, Power: 14},
		{Name: "vhf", Modulation: plan.AFSK, Centre: 172_500_000, Bandwidth: 12_500, Rate: 1200, Power: 40},
		{Name: "edge", Modulation: plan.LoRa, Centre: 870_000_000, Bandwidth: 125_000, Spreading: 8, Coding: 5, Power: 14},
	}}
	for base, want := range map[string][]string{
		"rnode:///dev/ttyACM0":      {"field"},
		"kiss:///dev/ttyUSB0":       {"vhf"},
		"meshtastic:///dev/ttyACM0": nil,
	} {
		if got := channelsFor(base, held); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", base, got, want)
		}
	}
	if got := channelsFor("rnode:///dev/ttyACM0", nil); got != nil {
		t.Errorf("without a plan: %v", got)
	}
}
