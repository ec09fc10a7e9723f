package ledger

import (
	"strings"
	"testing"
)

// A link in an amateur band is refused whatever it says about airtime, unless it says
// in so many words why it may encrypt there.
func TestAmateurBands(t *testing.T) {
	const words = "assignment 12-345"
	for _, c := range []struct {
		centre int64
		region string
		band   string // "": none
	}{
		{145_000_000, "licensed", "2 m, 144-146 MHz, everywhere"},
		{147_000_000, "none", "2 m, 146-148 MHz, ITU regions 2 and 3"},
		{223_000_000, "licensed", "1.25 m, 219-225 MHz"},
		{438_000_000, "licensed", "70 cm, 430-440 MHz, everywhere"},
		{433_920_000, "none", "70 cm"},
		{425_000_000, "licensed", "70 cm, 420-430 MHz, some countries"},
		{446_000_000, "licensed", "70 cm, 440-450 MHz, some countries"},
		{910_000_000, "none", "33 cm"},
		{1_270_000_000, "licensed", "23 cm"},
		{143_950_000, "licensed", "2 m"}, // its edge reaches in
		{143_900_000, "licensed", ""},
		{148_100_000, "licensed", ""},
		{151_000_000, "licensed", ""},
		{410_000_000, "licensed", ""},
		{869_525_000, "none", ""},
		{0, "licensed", ""}, // nobody knows
		{433_920_000, "", ""},
		{433_920_000, "eu433", ""},
		{915_000_000, "us915", ""},
	} {
		p := at(c.centre, 125_000, c.region, 0)
		licence := ""
		if c.region == Licensed || c.region == None {
			licence = words
		}
		r, err := For(p, licence)
		if c.band == "" {
			if err != nil || r.Amateur != "" {
				t.Errorf("%d, %s: %v, %v", c.centre, c.region, r, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), "amateur band "+c.band) || !strings.Contains(err.Error(), "add amateur=own") {
			t.Errorf("%d, %s: %v, %v; want a refusal for %s", c.centre, c.region, r, err, c.band)
		}
		for _, word := range []string{AmateurOwn, AmateurEncryption} {
			p.Band.Amateur = word
			r, err := For(p, licence)
			said := "amateur=" + word + " in the amateur band " + c.band
			if err != nil || !strings.Contains(r.Declared, said) || !strings.Contains(r.String(), said) {
				t.Errorf("%d, %s, amateur=%s: %v, declared %q, %v", c.centre, c.region, word, r, r.Declared, err)
			}
			if _, err := For(p, ""); err == nil {
				t.Errorf("%d, amateur=%s: taken without a statement in node.yaml", c.centre, word)
			}
		}
	}
}
