package ledger

import (
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
)

// at is a LoRa radio.
func at(centre, bandwidth int64, region string, duty int) radio.Profile {
	l := airtime.LoRa{Spreading: 8, Bandwidth: bandwidth, Coding: 5, Preamble: 18}
	return radio.Profile{MTU: 254, BitsPerSecond: l.BitsPerSecond(), Air: radio.Air{LoRa: l, Added: 1},
		Band: radio.Band{Centre: centre, Bandwidth: bandwidth, Region: region, Duty: duty}}
}

func TestRules(t *testing.T) {
	const words = "assignment 12-345"
	vhf := radio.Profile{Air: radio.Air{HDLC: airtime.HDLC{BitsPerSecond: 1200}}}
	tight := vhf
	tight.Band.Duty = 500
	for _, c := range []struct {
		p       radio.Profile
		licence string
		want    string
	}{
		{at(864_000_000, 125_000, "", 0), "", "eu868 K, 863-865 MHz: 0.1 % of the time"},
		{at(867_200_000, 125_000, "", 0), "", "eu868 L, 865-868 MHz: 1 % of the time"},
		{at(868_100_000, 125_000, "", 0), "", "eu868 M, 868-868.6 MHz: 1 % of the time"},
		{at(868_900_000, 125_000, "", 0), "", "eu868 N, 868.7-869.2 MHz: 0.1 % of the time"},
		{at(869_525_000, 250_000, "", 0), "", "eu868 P, 869.4-869.65 MHz: 10 % of the time"},
		{at(869_850_000, 125_000, "", 0), "", "eu868 Q, 869.7-870 MHz: 1 % of the time"},
		{at(433_920_000, 125_000, "", 0), "", "eu433, 433.05-434.79 MHz: 10 % of the time"},
		{at(915_000_000, 125_000, "us915", 0), "", "us915, 902-928 MHz: 400ms in 20s"},
		{at(915_000_000, 250_000, "us915", 0), "", "us915, 902-928 MHz: 400ms in 10s"},
		{at(915_000_000, 500_000, "us915", 0), "", "us915, 902-928 MHz: no limit"},
		{at(0, 125_000, "eu868", 0), "", "eu868 K: 0.1 % of the time"},
		{at(0, 125_000, "us915", 0), "", "us915: 400ms in 20s"},
		{at(869_525_000, 125_000, "eu868", 2500), "", "eu868 P, 869.4-869.65 MHz: 2.5 % of the time"},
		{at(869_525_000, 125_000, "", 50_000), words, "eu868 P, 869.4-869.65 MHz: 50 % of the time"},
		{at(151_000_000, 125_000, "licensed", 20_000), words, "licensed: 20 % of the time"},
		{at(151_000_000, 125_000, "none", 0), words, "none: no limit"},
		{vhf, "", "own radio: no limit (its frequency is not known here; its licence is yours)"},
		{tight, "", "own radio: 0.5 % of the time"},
		{radio.Profile{Secure: true}, "", "no radio"},

		{at(864_950_000, 125_000, "", 0), words, "ERR 864.95 MHz with a bandwidth of 125 kHz reaches beyond eu868 K 863-865 MHz: change the frequency, or declare region=licensed with the key airtime-licence in node.yaml"},
		{at(868_650_000, 25_000, "", 0), words, "ERR 868.65 MHz is in no band that everybody may use: change"},
		{at(151_000_000, 25_000, "", 0), words, "ERR 151 MHz is in no band that everybody may use: change"},
		{at(433_920_000, 25_000, "eu868", 0), words, "ERR 433.92 MHz is not in a band of region=eu868: change"},
		{at(915_000_000, 25_000, "", 0), words, "ERR 915 MHz: which law counts there depends on the country; add region=us915 to the link"},
		{at(0, 125_000, "", 0), words, "ERR the radio does not tell its frequency: add region=eu868, eu433 or us915 to the link"},
		{at(869_525_000, 125_000, "", 10_001), "", "ERR duty=10.001 is more than eu868 P allows (10 % of the time): that needs the key airtime-licence in node.yaml"},
		{at(151_000_000, 125_000, "licensed", 20_000), "", "ERR region=licensed needs the key airtime-licence in node.yaml"},
		{at(869_525_000, 125_000, "none", 0), "", "ERR region=none needs the key airtime-licence in node.yaml"},
		{at(915_000_000, 125_000, "us915", 1), words, "ERR duty=0.001: in us915 each transmission is limited"},
		{at(0, 125_000, "mars", 0), words, "ERR region=mars, want one of eu868, eu433, us915, licensed, none"},
	} {
		r, err := For(c.p, c.licence)
		want, refused := strings.CutPrefix(c.want, "ERR ")
		switch {
		case refused && (err == nil || !strings.HasPrefix(err.Error(), want)):
			t.Errorf("%+v: %v, %v; want the error %q", c.p.Band, r, err, want)
		case !refused && (err != nil || r.String() != want):
			t.Errorf("%+v: %v, %v; want %q", c.p.Band, r, err, want)
		}
		if !refused && (r.Declared != "") != (c.licence != "") {
			t.Errorf("%+v: declared %q with the words %q", c.p.Band, r.Declared, c.licence)
		}
	}
}

// No word of the operator is needed for what the law allows, and none helps to more
// than he says.
func TestStatementIsNeededForMoreOnly(t *testing.T) {
	law, _ := For(at(869_525_000, 125_000, "", 0), "words")
	if law.Limit != 360*time.Second || law.Declared != "" {
		t.Errorf("with a statement and no duty: %v, declared %q", law.Limit, law.Declared)
	}
}

func TestMTU(t *testing.T) {
	slow := at(864_000_000, 125_000, "", 0)
	slow.Air.LoRa.Spreading = 12
	us := at(915_000_000, 125_000, "us915", 0)
	for name, c := range map[string]struct {
		p    radio.Profile
		want int // 0: none
	}{
		"P":                   {at(869_525_000, 125_000, "", 0), 254},
		"0.1 %":               {at(864_000_000, 125_000, "", 0), 157},
		"too slow":            {slow, 0},
		"400 ms at a stretch": {us, 129},
	} {
		r, err := For(c.p, "")
		if err != nil {
			t.Fatal(err)
		}
		n, err := r.MTU(c.p)
		if n != c.want || (err == nil) != (c.want > 0) {
			t.Errorf("%s: %d bytes, %v; want %d", name, n, err, c.want)
		}
		if n > 0 && n < c.p.MTU {
			longer := r.Limited() && c.p.Airtime(n+1) > r.Most() || r.Longest > 0 && c.p.LongestTransmission(n+1) > r.Longest
			if !longer {
				t.Errorf("%s: %d bytes would do", name, n+1)
			}
		}
	}
}

// The table is sound: parts of a region do not overlap but where a wider signal has
// a law of its own, and each has a source.
func TestLaws(t *testing.T) {
	for i, l := range laws {
		if l.source == "" || l.low >= l.high || l.most < 0 || l.most > l.window {
			t.Errorf("%+v", l)
		}
		for _, o := range laws[:i] {
			if l.low < o.high && o.low < l.high && l.wide == o.wide {
				t.Errorf("%s %s and %s %s overlap", l.region, l.name, o.region, o.name)
			}
		}
	}
}
