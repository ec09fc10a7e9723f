package main

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	law "github.com/blackstart-mesh/blackstart/radio/ledger"
)

// leastPreamble of LoRa, in symbols: what a radio really has makes a frame no shorter.
const leastPreamble = 8

// beyondLaw warns of channels on which links refuse to transmit, or transmit only where
// their own node.yaml declares something: on such a channel a network falls silent at
// the moment at which the plan begins to count.
func beyondLaw(p *plan.Plan) (lines []string) {
	for _, c := range p.Channels {
		if why := refusal(c); why != "" {
			lines = append(lines, fmt.Sprintf("channel %s: %s", c.Name, why))
		}
	}
	return lines
}

func refusal(c plan.Channel) string {
	declared := c.Region == law.Licensed || c.Region == law.None
	link := radio.Profile{MTU: radio.MinMTU, BitsPerSecond: c.Rate, Band: radio.Band{Centre: c.Centre, Bandwidth: c.Bandwidth, Region: c.Region, Duty: c.Duty}}
	if c.Modulation == plan.LoRa {
		link.Air.LoRa = airtime.LoRa{Spreading: c.Spreading, Bandwidth: c.Bandwidth, Coding: c.Coding, Preamble: leastPreamble}
	}
	licence := ""
	if declared {
		licence = "of each link"
	}
	rule, err := law.For(link, licence)
	if err == nil {
		_, err = rule.MTU(link)
	}
	switch {
	case err != nil:
		return "NO LINK TRANSMITS THERE that declares no more: " + err.Error()
	case declared:
		return fmt.Sprintf("each link on it has to declare region=%s, too, and its node airtime-licence in node.yaml; others send nothing", c.Region)
	case rule.Power > 0 && c.Power > rule.Power:
		return fmt.Sprintf("%d dBm, where %v allows %d dBm", c.Power, rule.Name, rule.Power)
	}
	return ""
}
