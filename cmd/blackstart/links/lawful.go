package links

import (
	"fmt"
	"strconv"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// lawful puts region and duty into the URL of a link on a channel of the radio plan.
//
// What goes beyond the law takes the word of the plan and of the link's own URL: the
// statement in node.yaml is one for all links, and was not written with another's
// frequency in mind. So a plan's region=licensed or none counts only where the URL
// has it, too, and a URL's only where the plan has it; and of the plan's duty, the
// URL's and the law's the least counts.
func lawful(f bridge.Family, rawURL string, own *bridge.URL, c plan.Channel, licence string) (string, error) {
	declared := map[string]bool{ledger.Licensed: true, ledger.None: true}
	region, given := "", false
	if _, given = own.Given("region"); given {
		region = own.Word("region")
	}
	if declared[c.Region] && region != c.Region {
		return "", fmt.Errorf("region=%s is for the link to declare: add it to its URL", c.Region)
	}
	if c.Region != "" || declared[region] {
		region = c.Region
	}
	drop := []setting{{"region", ""}, {"duty", ""}}
	if !declared[region] {
		drop = append(drop, setting{"amateur", ""})
	}
	rawURL = with(rawURL, drop)
	if region != "" {
		rawURL = with(rawURL, []setting{{"region", region}})
	}
	p, err := f.Plan(rawURL)
	if err != nil {
		return "", err
	}
	if err := mayEncrypt(p, c, licence); err != nil {
		return "", err
	}
	rule, err := ledger.For(p, licence)
	if err != nil {
		return "", err
	}
	duty := c.Duty
	if text := own.Text("duty"); text != "" {
		percent, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return "", err
		}
		if mine := int(percent * 1000); duty == 0 || mine < duty {
			duty = mine
		}
	}
	if duty > 0 && rule.Takes(duty) {
		rawURL = with(rawURL, []setting{{"duty", strconv.FormatFloat(float64(duty)/1000, 'f', -1, 64)}})
	}
	return rawURL, nil
}

// mayEncrypt looks whether a radio that does not know its frequency, since somebody sets
// it by hand, is sent into an amateur band: the plan knows it.
func mayEncrypt(p radio.Profile, c plan.Channel, licence string) error {
	if p.Band.Centre != 0 {
		return nil
	}
	p.Band.Centre, p.Band.Bandwidth = c.Centre, c.Bandwidth
	if _, err := ledger.For(p, licence); err == nil {
		return nil // a band that everybody may use, or what is needed was declared
	}
	p.Band.Region, p.Band.Duty = ledger.Licensed, 0
	_, err := ledger.For(p, "as far as amateur bands go")
	return err
}
