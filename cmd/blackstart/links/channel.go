package links

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio"
)

// ChannelOf returns the channel of the radio plan that a link's URL names, "" if it
// names none.
func ChannelOf(rawURL string) string {
	_, query, _ := strings.Cut(rawURL, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return values.Get(bridge.PlanName)
}

// openRadio opens a radio; one on a channel of the radio plan is off until Tune says
// what that is.
func openRadio(f bridge.Family, rawURL string) (radio.Link, error) {
	if ChannelOf(rawURL) == "" {
		return f.Open(rawURL, bridge.Options{})
	}
	if _, err := loosely(f, rawURL); err != nil {
		return nil, err
	}
	return NewTuned(rawURL, func(rawURL string) (radio.Link, error) { return f.Open(rawURL, bridge.Options{}) }), nil
}

// loosely parses the URL of a link that the radio plan completes.
func loosely(f bridge.Family, rawURL string) (*bridge.URL, error) {
	params := slices.Clone(f.Params)
	for i := range params {
		params[i].Needed = false
	}
	return bridge.ParseURL(rawURL, f.Scheme, params)
}

// lacking reports whether only the radio plan makes a URL whole that is correct so far.
func lacking(f bridge.Family, rawURL string) bool {
	if _, err := loosely(f, rawURL); err != nil {
		return false
	}
	return f.Check(rawURL) != nil
}

// OnChannel returns a link's URL with what a channel of the radio plan says in the
// place of its own parameters; for nil as it is. Power and share of the time are
// tightened, never raised, see lawful. Licence is as for Check. An error says what the
// link cannot do, or what is missing while there is no plan.
func OnChannel(rawURL string, c *plan.Channel, licence string) (string, error) {
	f, err := family(rawURL)
	if err != nil {
		return "", err
	}
	if c != nil {
		u, err := loosely(f, rawURL)
		if err != nil {
			return "", err
		}
		set, err := settings(f, u, *c)
		if err != nil {
			return "", fmt.Errorf("channel %s of the radio plan: %w", c.Name, err)
		}
		if rawURL, err = lawful(f, with(rawURL, set), u, *c, licence); err != nil {
			return "", fmt.Errorf("channel %s of the radio plan: %w", c.Name, err)
		}
	} else if err := f.Check(rawURL); err != nil {
		return "", fmt.Errorf("there is no channel %s, and without it: %w", ChannelOf(rawURL), err)
	}
	return rawURL, checkRadio(f, rawURL, licence)
}

// family returns the family of a URL, whatever else is wrong with it.
func family(rawURL string) (bridge.Family, error) {
	scheme, _, _ := strings.Cut(rawURL, "://")
	for _, f := range Families() {
		if scheme == f.Scheme || scheme == f.Scheme+"+tcp" {
			return f, nil
		}
	}
	return bridge.Family{}, fmt.Errorf("link %q is no radio", rawURL)
}

// setting is a parameter of a URL.
type setting struct{ name, value string }

// settings are what a channel sets in a URL.
func settings(f bridge.Family, u *bridge.URL, c plan.Channel) (set []setting, err error) {
	param := func(name string) (bridge.Param, bool) {
		i := slices.IndexFunc(f.Params, func(p bridge.Param) bool { return p.Name == name })
		if i < 0 {
			return bridge.Param{}, false
		}
		return f.Params[i], true
	}
	number := strconv.Itoa
	byHand := f.Scheme == "pipe" || f.Scheme == "kiss" && u.Word("modem") != "meshcore"
	switch _, tunes := param("freq"); {
	case c.Modulation == plan.LoRa && tunes && !byHand:
		set = []setting{{"freq", plan.Hertz(c.Centre)}, {"bw", plan.Hertz(c.Bandwidth)}, {"sf", number(c.Spreading)}, {"cr", number(c.Coding)}}
	case c.Modulation != plan.LoRa && byHand:
		set = []setting{{"rate", number(c.Rate)}} // the rest is set at the radio, see ByHand
	default:
		return nil, fmt.Errorf("links of %s:// cannot be set to %s", f.Scheme, c.Mode())
	}
	if p, ok := param("power"); ok && c.Modulation == plan.LoRa {
		own := int64(u.Number("power"))
		if own = min(own, int64(c.Power)); own < p.Min {
			return nil, fmt.Errorf("it allows %d dBm, and links of %s:// have %d at least", c.Power, f.Scheme, p.Min)
		}
		set = append(set, setting{"power", strconv.FormatInt(own, 10)})
	}
	return set, nil
}

// ByHand returns what somebody has to set at the radio of a link, since the plan reaches
// nothing but its rate; "" where the link sets everything itself, or no channel of p.
func ByHand(rawURL string, p *plan.Plan) string {
	f, err := family(rawURL)
	if err != nil || p == nil {
		return ""
	}
	c, ok := p.Channel(ChannelOf(rawURL))
	if !ok || c.Modulation == plan.LoRa {
		return ""
	}
	u, err := loosely(f, rawURL)
	if err != nil {
		return ""
	}
	if _, err := settings(f, u, c); err != nil {
		return "" // it stays off
	}
	return fmt.Sprintf("%sHz, %sHz wide, at most %d dBm", plan.Hertz(c.Centre), plan.Hertz(c.Bandwidth), c.Power)
}

// with puts parameters into a URL, in the place of those of the same names; one
// without a value is taken out.
func with(rawURL string, set []setting) string {
	base, query, _ := strings.Cut(rawURL, "?")
	pairs := slices.DeleteFunc(strings.Split(query, "&"), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.ContainsFunc(set, func(s setting) bool { return s.name == name })
	})
	for _, s := range set {
		if s.value != "" {
			pairs = append(pairs, s.name+"="+s.value)
		}
	}
	return base + "?" + strings.Join(pairs, "&")
}
