package gps

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// wrap makes a sentence of its text.
func wrap(text string) string {
	sum := byte(0)
	for _, b := range []byte(text) {
		sum ^= b
	}
	return fmt.Sprintf("$%s*%02X\r\n", text, sum)
}

func decode(d *Decoder, in string) []string {
	var all []string
	for _, b := range []byte(in) {
		if s, ok := d.Push(b); ok {
			all = append(all, strings.Join(append([]string{s.Talker + s.Type}, s.Fields...), ","))
		}
	}
	return all
}

func TestDecoder(t *testing.T) {
	// The first is the example of every manual, with its published checksum.
	const rmc = "GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W"
	for _, c := range []struct {
		name, in string
		want     []string
		outcomes Outcomes
	}{
		{"published checksum", "$" + rmc + "*6A\r\n", []string{rmc}, Outcomes{Sentences: 1}},
		{"small letters in the checksum", "$" + rmc + "*6a\r\n", []string{rmc}, Outcomes{Sentences: 1}},
		{"LF alone", "$" + rmc + "*6A\n", []string{rmc}, Outcomes{Sentences: 1}},
		{"ended by the next", "$" + rmc + "*6A$" + rmc + "*6A\r\n", []string{rmc, rmc}, Outcomes{Sentences: 2}},
		{"half of one first", "038,N,01131*6A\r\n$" + rmc + "*6A\r\n", []string{rmc}, Outcomes{Sentences: 1}},
		{"wrong checksum", "$" + rmc + "*6B\r\n", nil, Outcomes{BadChecksum: 1}},
		{"no checksum", "$" + rmc + "\r\n", nil, Outcomes{BadChecksum: 1}},
		{"cut off by the next", "$GPRMC,1235$" + rmc + "*6A\r\n", []string{rmc}, Outcomes{Sentences: 1, BadChecksum: 1}},
		{"a byte that is none", "$GPR\xff" + rmc + "*6A\r\n$" + rmc + "*6A\r\n", []string{rmc}, Outcomes{Sentences: 1, Malformed: 1}},
		{"noise of a wrong speed", "\x00\xf8\x80$\x80\xff\r\n", nil, Outcomes{Malformed: 1}},
		{"address too short", wrap("GPRM,1"), nil, Outcomes{Malformed: 1}},
		{"makers' own", wrap("PMTK001,604,3"), []string{"P,604,3"}, Outcomes{Sentences: 1}},
		{"no fields", wrap("GPGLL"), []string{"GPGLL"}, Outcomes{Sentences: 1}},
		{"nothing", "$\r\n$*00\r\n", nil, Outcomes{BadChecksum: 1, Malformed: 1}},
		{"longest", wrap("GPTXT," + strings.Repeat("x", MaxSentence-9)), []string{"GPTXT," + strings.Repeat("x", MaxSentence-9)}, Outcomes{Sentences: 1}},
		{"too long", wrap("GPTXT,"+strings.Repeat("x", MaxSentence-8)) + "$" + rmc + "*6A\r\n", []string{rmc}, Outcomes{Sentences: 1, Oversize: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d Decoder
			if got := decode(&d, c.in); !slices.Equal(got, c.want) || d.Outcomes != c.outcomes {
				t.Errorf("got %q, %+v; want %q, %+v", got, d.Outcomes, c.want, c.outcomes)
			}
		})
	}
}

func TestMoments(t *testing.T) {
	at := time.Date(2026, 5, 4, 10, 11, 12, 0, time.UTC)
	for _, c := range []struct {
		text string
		want time.Time
		fix  bool
	}{
		{"GPRMC,101112,A,,,,,,,040526,,", at, true},
		{"GNRMC,101112.00,A,,,,,,,040526,,,A,V", at, true},
		{"GLRMC,101112.25,A,,,,,,,040526,,,D", at.Add(250 * time.Millisecond), true},
		{"GPRMC,101112.123456789,A,,,,,,,040526,,", at.Add(123456789), true},
		{"GPRMC,101112,V,,,,,,,040526,,", at, false},
		{"GPRMC,101112,A,,,,,,,040526,,,N", at, false},
		{"GPRMC,101112,A,,,,,,,040526,,,E", at, false},
		{"GPRMC,101112,A,,,,,,,040526,,,S", at, false},
		{"GPRMC,235960,A,,,,,,,311226,,", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{"GPRMC,000000,A,,,,,,,290228,,", time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC), true},
		{"GPRMC,000000,A,,,,,,,290226,,", time.Time{}, true},
		{"GPRMC,000000,A,,,,,,,001326,,", time.Time{}, true},
		{"GPRMC,246000,A,,,,,,,040526,,", time.Time{}, true},
		{"GPRMC,1011,A,,,,,,,040526,,", time.Time{}, true},
		{"GPRMC,1011-2,A,,,,,,,040526,,", time.Time{}, true},
		{"GPRMC,101112.,A,,,,,,,040526,,", at, true},
		{"GPRMC,101112x5,A,,,,,,,040526,,", time.Time{}, true},
		{"GPRMC,101112,A,,,,,,,,,", time.Time{}, true},
		{"GPRMC,,V,,,,,,,,,,N", time.Time{}, false},
		{"GPRMC", time.Time{}, false},
	} {
		s, ok := split(c.text)
		if got, fix := s.rmc(); !ok || !got.Equal(c.want) || fix != c.fix {
			t.Errorf("%s: %v, fix %v; want %v, %v", c.text, got, fix, c.want, c.fix)
		}
	}
	for text, want := range map[string]time.Time{
		"GPZDA,101112.00,04,05,2026,00,00": at,
		"GPZDA,101112.00,04,05,26,00,00":   {},
		"GPZDA,,,,,,":                      {},
		"GPZDA":                            {},
	} {
		if s, _ := split(text); !s.zda().Equal(want) {
			t.Errorf("%s: %v, want %v", text, s.zda(), want)
		}
	}
}

// A sentence in the midst of any noise is found; none is made of the noise.
func TestNoise(t *testing.T) {
	const seed = 3
	luck := rand.New(rand.NewPCG(seed, 0))
	var d Decoder
	for i := range 2000 {
		noise := make([]byte, luck.IntN(300))
		for j := range noise {
			noise[j] = byte(luck.Uint32())
		}
		text := fmt.Sprintf("GPZDA,101112.00,04,05,2026,%04d", i)
		got := decode(&d, string(noise)+wrap(text))
		if len(got) == 0 || got[len(got)-1] != text {
			t.Fatalf("seed %d, %d: got %q, want %q", seed, i, got, text)
		}
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte(wrap("GPRMC,101112.00,A,4807.038,N,01131.000,E,022.4,084.4,040526,003.1,W,A") + wrap("GPGGA,101112,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,")))
	f.Add([]byte("\xff$GPZ" + wrap("GNZDA,101112.00,04,05,2026,00,00") + "$*"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var d Decoder
		var tr Tracker
		n := uint64(0)
		for i, b := range in {
			s, ok := d.Push(b)
			if !ok {
				continue
			}
			n++
			fix, outcome := tr.Take(s, Arrival{Mono: time.Duration(i) * time.Second})
			if (outcome == Fixed) != (fix.To != 0) || outcome == Fixed && fix.From.Time().Year() < FirstYear-1 {
				t.Fatalf("%+v gives %+v, %v", s, fix, outcome)
			}
			s.rmc()
			s.zda()
			s.gga()
		}
		if d.Sentences != n || cap(d.text) > 2*MaxSentence {
			t.Fatalf("counted %d sentences of %d, holds %d bytes", d.Sentences, n, cap(d.text))
		}
	})
}
