package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
)

// What a scenario calls itself cannot leave its place, and the page asks nobody for
// anything.
func TestPageIsHarmlessAndAlone(t *testing.T) {
	r := small()
	evil := `</title></svg><script>alert(1)</script><img src=x onerror=alert(1)>"'`
	r.Scenario, r.Protocol, r.Version, r.Hash = evil, evil, evil, evil
	r.Violations, r.Expectations[0].What, r.Channels[0].Name, r.Messages[0].Precedence, r.Messages[5].Refused = []string{evil}, evil, evil, evil, evil
	var b bytes.Buffer
	if err := WritePage(&b, []Run{r}); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	if found := regexp.MustCompile(`(?i)<script|<img|<link|<iframe|<[^>]*\s(src|href|on\w+)=|url\(|@import|https?://`).FindString(page); found != "" {
		t.Errorf("the page holds %q", found)
	}
	if !strings.Contains(page, `default-src 'none'`) {
		t.Error("the page lets a browser fetch things")
	}
}

// Every chart says in words what it shows, and is well-formed.
func TestChartsAreXMLWithWords(t *testing.T) {
	var b bytes.Buffer
	if err := WritePage(&b, towns()); err != nil {
		t.Fatal(err)
	}
	charts := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(b.String(), -1)
	if len(charts) != 4 {
		t.Fatalf("%d charts, want 4", len(charts))
	}
	for _, c := range charts {
		if !strings.Contains(c, "<desc>") || !strings.Contains(c, `role="img"`) || !strings.Contains(c, "spray &amp; &lt;wait&gt;") {
			t.Errorf("a chart has no words: %.300s", c)
		}
		for d := xml.NewDecoder(strings.NewReader(c)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%v in %.300s", err, c)
				break
			}
		}
	}
}

// The bound is never below a protocol, at any point of the drawing.
func TestTheOracleIsTheBound(t *testing.T) {
	for _, on := range []measure{overRun, overLife} {
		protocols, oracles := curves(towns(), on)
		for _, x := range logarithmic(protocols, oracles) {
			for i := range protocols {
				if protocols[i].at(x) > oracles[i].at(x) {
					t.Errorf("%s at %v: %v of %v", protocols[i].name, x, protocols[i].at(x), oracles[i].at(x))
				}
			}
		}
	}
}

// Runs in which nothing was written, or nothing arrived, have a page too.
func TestPagesOfLittle(t *testing.T) {
	silent := small()
	silent.Messages, silent.Channels, silent.Simulated, silent.Partial = nil, nil, 0, true
	for i, runs := range [][]Run{nil, {{}}, {silent}, {small(), silent, town("x", 1, 0, 1)}} {
		var b bytes.Buffer
		if err := WritePage(&b, runs); err != nil {
			t.Errorf("%d: %v", i, err)
		}
		if strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "Inf") {
			t.Errorf("%d: the page holds what is no number", i)
		}
		d := NewDocument(runs)
		if err := WriteText(&b, &d); err != nil {
			t.Errorf("%d: %v", i, err)
		}
		if err := WriteJSON(&b, &d); err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func TestNamesKeepClear(t *testing.T) {
	c := &chart{Top: 10, Bottom: 300}
	for _, end := range []float64{10, 11, 12, 12, 150, 299, 300, 300} {
		c.Lines = append(c.Lines, line{End: end, Beside: end})
	}
	c.spread()
	for i := range c.Lines {
		for j := range i {
			if d := c.Lines[i].Beside - c.Lines[j].Beside; d < nameHigh && d > -nameHigh {
				t.Errorf("names of lines %d and %d are %.0f apart", i, j, d)
			}
		}
	}
}
