package ledger

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/radio"
)

// In amateur bands most countries forbid to hide what is said, so a link that
// transmits there beyond the bands that everybody may use needs a word of its own:
// that the frequency is assigned to the operator for another service, or that his
// licence allows encryption. A statement about airtime alone may be a slip.

// Words of the parameter amateur.
const (
	AmateurRefuse     = "refuse"     // nothing is declared
	AmateurOwn        = "own"        // the frequency is the operator's own assignment
	AmateurEncryption = "encryption" // the licence allows encryption there
)

// AmateurWords lists them, for the parameter of URLs.
func AmateurWords() []string { return []string{AmateurRefuse, AmateurOwn, AmateurEncryption} }

// amateurBand is an allocation to the amateur service. Where a link is in the world it
// does not say, so that of any region counts.
type amateurBand struct {
	name      string
	low, high int64  // Hz
	where     string // ITU regions, for people
}

// amateurBands is from article 5 of the ITU Radio Regulations, with the wider bands of
// single countries as their band plans show them. To be checked before a network is
// certified.
var amateurBands = [...]amateurBand{
	{"2 m", 144 * mHz, 146 * mHz, "everywhere"},
	{"2 m", 146 * mHz, 148 * mHz, "ITU regions 2 and 3"},
	{"1.25 m", 219 * mHz, 225 * mHz, "ITU region 2"},
	{"70 cm", 430 * mHz, 440 * mHz, "everywhere"},
	{"70 cm", 420 * mHz, 430 * mHz, "some countries of ITU regions 2 and 3"},
	{"70 cm", 440 * mHz, 450 * mHz, "some countries of ITU regions 2 and 3"},
	{"33 cm", 902 * mHz, 928 * mHz, "ITU region 2"},
	{"23 cm", 1240 * mHz, 1300 * mHz, "everywhere"},
}

// amateurAt returns the first amateur band that a signal touches.
func amateurAt(b radio.Band) (amateurBand, bool) {
	half := (b.Bandwidth + 1) / 2
	for _, a := range amateurBands {
		if b.Centre > 0 && b.Centre+half > a.low && b.Centre-half < a.high {
			return a, true
		}
	}
	return amateurBand{}, false
}

func (a amateurBand) String() string {
	return fmt.Sprintf("%s, %s-%s MHz, %s", a.name, megahertz(a.low), megahertz(a.high), a.where)
}

// mayEncrypt looks whether a link that claims a licence is in an amateur band, and
// notes in the rule what was declared about that.
func (r *Rule) mayEncrypt(b radio.Band) error {
	a, in := amateurAt(b)
	switch {
	case !in:
		return nil
	case b.Amateur != AmateurOwn && b.Amateur != AmateurEncryption:
		return fmt.Errorf("%s MHz is in the amateur band %v, where encryption is unlawful in most countries: change the frequency, or add amateur=%s to the link if it is assigned to you, or amateur=%s if your licence allows that",
			megahertz(b.Centre), a, AmateurOwn, AmateurEncryption)
	}
	r.Amateur = fmt.Sprintf("amateur=%s in the amateur band %v", b.Amateur, a)
	r.Declared += ", " + r.Amateur
	return nil
}
