package ledger

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
)

// Regions that a link's URL may name.
const (
	EU868    = "eu868"
	EU433    = "eu433"
	US915    = "us915"
	Licensed = "licensed" // a band of the operator's own, with the limit that duty says
	None     = "none"     // no limit is kept
)

// Regions lists them, for the parameter of URLs.
func Regions() []string { return []string{EU868, EU433, US915, Licensed, None} }

// OwnRadio names the rule of a radio that does not tell its frequency: whoever owns
// it has the licence, and only the operator knows its limits.
const OwnRadio = "own radio"

// ReservePercent of a budget of hours is for FLASH and IMMEDIATE alone, and of that as
// much as the longest frame takes for FLASH: whoever writes IMMEDIATE all day leaves it.
const ReservePercent = 20

// operator is the source of what is not law.
const operator = "the operator"

// Whole is radio.Band.Duty for all of the time.
const Whole = 100 * perPercent

const perPercent = 1000

// burst is the part of a window in which all that a window allows may not come
// faster than the pace: with six, ten minutes' worth of an hour at once.
const burst = 6

// Rule is what limits the transmissions of one link. The zero value is that of a
// link that is no radio.
type Rule struct {
	Name      string        // the region and its band, Licensed, None or OwnRadio
	Low, High int64         // Hz; 0 where they are not known
	Window    time.Duration // rolling; 0: no limit
	Limit     time.Duration // most in any Window
	Longest   time.Duration // at a stretch; 0: no limit
	Power     int           // dBm that the law allows, for people; 0: not known
	Source    string        // of the limit
	Amateur   string        // what was declared about the amateur band that the link is in, for people; else ""
	Declared  string        // what goes beyond the law on the operator's word, for the audit record; else ""
}

// Limited reports whether there is a limit of time at all.
func (r Rule) Limited() bool { return r.Window > 0 }

// hours reports whether the budget is one of hours, and not of seconds: only there
// are reserve and pace of use.
func (r Rule) hours() bool { return r.Window >= time.Hour }

// Stored reports whether what was used has to survive a restart. Windows of seconds
// count as full then.
func (r Rule) Stored() bool { return r.hours() }

// Routine is what may be used for all but what is urgent.
func (r Rule) Routine() time.Duration {
	if !r.hours() {
		return r.Limit
	}
	return r.Limit - r.Limit*ReservePercent/100
}

// Allows is what may be used of the limit for something and what is less urgent.
func (r Rule) Allows(u Use) time.Duration {
	switch {
	case u == Flash || !r.hours():
		return r.Limit
	case u == Urgent:
		return r.Limit - r.Most()
	}
	return r.Routine()
}

// Takes reports whether an operator's own limit, in radio.Band.Duty's unit, tightens
// the rule.
func (r Rule) Takes(duty int) bool {
	if !r.Limited() {
		return true
	}
	return r.hours() && time.Hour/Whole*time.Duration(duty) <= r.Limit
}

// Apart is how long after one of the longest frames the next may leave, where the
// budget is one of seconds: such a frame may take all of it.
func (r Rule) Apart() time.Duration {
	if r.hours() {
		return 0
	}
	return r.Window
}

// Share is the part of the time that may be used for all but what is urgent; 0: all.
func (r Rule) Share() float64 {
	if !r.Limited() {
		return 0
	}
	return float64(r.Routine()) / float64(r.Window)
}

// Most is how long one frame may take: all of its transmissions must fit a burst,
// and so they fit the reserve, too.
func (r Rule) Most() time.Duration {
	if !r.hours() {
		return r.Limit
	}
	return r.Routine() / burst
}

// MTU returns the longest frame that a link may send, at most its own MTU. The
// error says that even the shortest is too long.
func (r Rule) MTU(p radio.Profile) (int, error) {
	fits := func(n int) bool {
		return (r.Longest == 0 || p.LongestTransmission(n) <= r.Longest) && (!r.Limited() || p.Airtime(n) <= r.Most())
	}
	for n := p.MTU; n >= radio.MinMTU; n-- {
		if fits(n) {
			return n, nil
		}
	}
	return 0, fmt.Errorf("a frame of %d bytes takes %v, too long for %s (%s): choose a faster setting or another band",
		radio.MinMTU, p.Airtime(radio.MinMTU).Round(time.Millisecond), r.Name, r.limits())
}

func (r Rule) limits() string {
	switch {
	case !r.Limited():
		return "no limit"
	case r.hours():
		return percent(int(r.Limit*Whole/r.Window)) + " of the time"
	}
	return fmt.Sprintf("%v in %v", r.Limit, r.Window)
}

// String says for people what the rule is: eu868 P, 869.4-869.65 MHz: 10 % of the time.
func (r Rule) String() string {
	if r.Name == "" {
		return "no radio"
	}
	s := r.Name
	if r.High > 0 {
		s += fmt.Sprintf(", %s-%s MHz", megahertz(r.Low), megahertz(r.High))
	}
	s += ": " + r.limits()
	if r.Amateur != "" {
		s += "; " + r.Amateur
	}
	if r.Name == OwnRadio && !r.Limited() {
		s += " (its frequency is not known here; its licence is yours)"
	}
	return s
}

// For returns the rule of a link. Licence is the operator's statement that allows it
// more than the law allows everybody, in his own words; "" if there is none. An error
// names the parameter of the link that is missing or wrong.
func For(p radio.Profile, licence string) (Rule, error) {
	if p.Secure {
		return Rule{}, nil
	}
	r, err := base(p, licence)
	if err != nil {
		return Rule{}, err
	}
	if p.Band.Duty == 0 {
		return r, nil
	}
	if r.Limited() && !r.hours() {
		return Rule{}, fmt.Errorf("duty=%s: in %s each transmission is limited, not the share of the time; leave duty out", percentText(p.Band.Duty), r.Name)
	}
	own := time.Hour / Whole * time.Duration(p.Band.Duty)
	switch {
	case !r.Limited():
		r.Source = operator
	case own <= r.Limit:
		r.Source += ", tightened by the operator"
	case licence == "":
		return Rule{}, fmt.Errorf("duty=%s is more than %s allows (%s): that needs the key airtime-licence in node.yaml", percentText(p.Band.Duty), r.Name, r.limits())
	default:
		r.Declared = fmt.Sprintf("duty=%s, where %s allows %s", percentText(p.Band.Duty), r.Name, r.limits())
		r.Source = operator
	}
	r.Window, r.Limit = time.Hour, own
	return r, nil
}

// base is the rule without the operator's own limit.
func base(p radio.Profile, licence string) (Rule, error) {
	b := p.Band
	switch region := b.Region; {
	case region == Licensed || region == None:
		if licence == "" {
			return Rule{}, fmt.Errorf("region=%s needs the key airtime-licence in node.yaml, in your own words", region)
		}
		r := Rule{Name: region, Source: operator, Declared: "region=" + region}
		err := r.mayEncrypt(b)
		return r, err
	case b.Centre == 0 && region == "" && p.Air.LoRa.Spreading == 0:
		return Rule{Name: OwnRadio}, nil
	case b.Centre == 0 && region == "":
		return Rule{}, fmt.Errorf("the radio does not tell its frequency: add region=%s, %s or %s to the link", EU868, EU433, US915)
	case b.Centre == 0:
		return strictest(b)
	}
	r, found := Rule{}, false
	for _, l := range laws {
		if l.holds(b) && (l.region == b.Region || b.Region == "" && l.derived) {
			r, found = l.rule(), true
		}
	}
	if !found {
		return Rule{}, outside(b)
	}
	return r, nil
}

// holds reports whether a signal lies within a law's band.
func (l law) holds(b radio.Band) bool {
	half := (b.Bandwidth + 1) / 2
	return b.Centre-half >= l.low && b.Centre+half <= l.high && b.Bandwidth >= l.wide
}

// inAnHour is how much a law's window allows, on the scale of an hour.
func (l law) inAnHour() time.Duration { return scaled(l.most, time.Hour, l.window) }

func (l law) rule() Rule {
	return Rule{Name: strings.TrimSpace(l.region + " " + l.name), Low: l.low, High: l.high,
		Window: l.window, Limit: l.most, Longest: l.longest, Power: l.power, Source: l.source}
}

// strictest is the rule of a radio of which only the region is known.
func strictest(b radio.Band) (Rule, error) {
	var found law
	for _, l := range laws {
		if l.region == b.Region && b.Bandwidth >= l.wide && l.window > 0 && (found.window == 0 || l.inAnHour() < found.inAnHour()) {
			found = l
		}
	}
	if found.window == 0 {
		return Rule{}, fmt.Errorf("region=%s, want one of %s", b.Region, strings.Join(Regions(), ", "))
	}
	r := found.rule()
	r.Low, r.High = 0, 0
	return r, nil
}

// outside says why no law fits, and what to do.
func outside(b radio.Band) error {
	var near []string
	for _, l := range laws {
		if b.Centre < l.low || b.Centre > l.high || b.Bandwidth < l.wide || b.Region != "" && b.Region != l.region {
			continue
		}
		if b.Region == "" && !l.derived {
			return fmt.Errorf("%s MHz: which law counts there depends on the country; add region=%s to the link if it is that", megahertz(b.Centre), l.region)
		}
		near = append(near, fmt.Sprintf("%s %s-%s MHz", strings.TrimSpace(l.region+" "+l.name), megahertz(l.low), megahertz(l.high)))
	}
	what := megahertz(b.Centre) + " MHz"
	switch {
	case b.Region != "" && len(near) == 0:
		what += " is not in a band of region=" + b.Region
	case len(near) > 0:
		what += fmt.Sprintf(" with a bandwidth of %s kHz reaches beyond %s", strconv.FormatFloat(float64(b.Bandwidth)/kHz, 'f', -1, 64), strings.Join(near, ", "))
	default:
		what += " is in no band that everybody may use"
	}
	return fmt.Errorf("%s: change the frequency, or declare region=%s with the key airtime-licence in node.yaml", what, Licensed)
}

func megahertz(hz int64) string { return strconv.FormatFloat(float64(hz)/mHz, 'f', -1, 64) }

// percentText writes a share of the time as in URLs.
func percentText(duty int) string { return strconv.FormatFloat(float64(duty)/perPercent, 'f', -1, 64) }

func percent(duty int) string { return percentText(duty) + " %" }
