package bridge

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

// Parameters of every family's links: whose law counts where it transmits, and the
// operator's own limit. See package ledger for what follows from them.
const (
	regionName = "region"
	dutyName   = "duty"

	// AmateurName is the parameter that says why a link may encrypt in an amateur band.
	AmateurName = "amateur"

	// PlanName is the parameter that names the channel of the network's radio plan
	// that the link takes. To a driver it means nothing: whoever opens the link puts
	// what the channel says into the URL.
	PlanName = "plan"
)

func bandParams() []Param {
	return []Param{
		{Name: regionName, Words: ledger.Regions(), Meaning: "whose law limits the airtime; without it the frequency tells"},
		{Name: AmateurName, Words: ledger.AmateurWords(), Meaning: "why it may encrypt in an amateur band: own, the frequency is assigned to you; encryption, the licence allows it"},
		{Name: dutyName, Text: dutyForm, Meaning: "most of the time that it may transmit in an hour, percent, such as 0.5"},
		{Name: PlanName, Text: planForm, Meaning: "the name of a channel of the radio plan, whose parameters count instead of these"},
	}
}

var planForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,16}$`)

var dutyForm = regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{1,3})?$`)

// setBand reads them.
func (l *URL) setBand() error {
	if n, ok := l.given[regionName]; ok {
		l.band.Region = ledger.Regions()[n]
	}
	if n, ok := l.given[AmateurName]; ok {
		l.band.Amateur = ledger.AmateurWords()[n]
	}
	text, ok := l.texts[dutyName]
	if !ok {
		return nil
	}
	percent, err := strconv.ParseFloat(text, 64)
	if l.band.Duty = int(math.Round(percent * ledger.Whole / 100)); err != nil || l.band.Duty < 1 || l.band.Duty > ledger.Whole {
		return fmt.Errorf("%s=%q, want more than 0 and at most 100 percent", dutyName, text)
	}
	return nil
}

// Plan returns the profile of the link that a URL names, as far as it is known before
// the device was asked. It touches no device.
func (f Family) Plan(rawURL string) (radio.Profile, error) {
	u, err := ParseURL(rawURL, f.Scheme, f.Params)
	if err != nil {
		return radio.Profile{}, err
	}
	_, p, err := f.New(u)
	if err != nil {
		err = fmt.Errorf("%w %q: %w", ErrURL, rawURL, err)
	}
	return u.shared(p), err
}
