package main

import (
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/plan"
)

// The authority is told before it signs where nobody will transmit.
func TestBeyondLaw(t *testing.T) {
	lora := func(centre int64, sf, power int, region string) plan.Channel {
		return plan.Channel{Name: "a", Modulation: plan.LoRa, Centre: centre, Bandwidth: 125_000, Spreading: sf, Coding: 5, Power: power, Region: region}
	}
	vhf := plan.Channel{Name: "a", Modulation: plan.AFSK, Centre: 151_500_000, Bandwidth: 12_500, Rate: 1200, Power: 40, Region: "licensed"}
	ham := vhf
	ham.Centre = 144_800_000
	open := vhf
	open.Region = ""
	for name, c := range map[string]struct {
		channel plan.Channel
		want    string // "": nothing is said
	}{
		"fine":           {lora(869_525_000, 8, 27, ""), ""},
		"too strong":     {lora(868_300_000, 8, 20, ""), "20 dBm, where eu868 M allows 14 dBm"},
		"at the edge":    {lora(870_000_000, 8, 14, ""), "NO LINK TRANSMITS THERE that declares no more: 870 MHz with a bandwidth of 125 kHz reaches beyond eu868 Q"},
		"whose law":      {lora(915_000_000, 8, 14, ""), "add region=us915"},
		"too slow":       {lora(868_900_000, 12, 14, ""), "too long for eu868 N"},
		"not everybody":  {open, "151.5 MHz is in no band that everybody may use"},
		"declared":       {vhf, "each link on it has to declare region=licensed, too, and its node airtime-licence in node.yaml"},
		"radio amateurs": {ham, "NO LINK TRANSMITS THERE that declares no more: 144.8 MHz is in the amateur band 2 m"},
	} {
		said := strings.Join(beyondLaw(&plan.Plan{Channels: []plan.Channel{c.channel}}), "")
		if c.want == "" && said != "" || !strings.Contains(said, c.want) {
			t.Errorf("%s: %q, want %q", name, said, c.want)
		}
	}
}
