package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

func TestPrintAir(t *testing.T) {
	at := time.Date(2026, 11, 25, 12, 3, 4, 0, time.Local)
	links := []wire.Link{
		{Name: "ip://"},
		{Name: "kiss:///dev/a", Air: &wire.Air{Rule: "own radio: no limit", WindowS: 3600, UsedS: 12.34}},
		{Name: "rnode:///dev/b", Air: &wire.Air{Rule: "eu868 P: 10 % of the time", WindowS: 3600, LimitS: 360, UsedS: 288, PastS: 6, LeftUrgentS: 24, LeftFlashS: 72, Reached: true, Until: &at}},
		{Name: "rnode:///dev/c", Air: &wire.Air{Rule: "us915: 400ms in 20s", WindowS: 20, LimitS: 0.4, UsedS: 0.4, Reached: true, UrgentToo: true, UrgentUntil: &at, FlashToo: true, FlashUntil: &at}},
		{Name: "rnode:///dev/e", Air: &wire.Air{Rule: "eu868 P: 10 % of the time", WindowS: 3600, LimitS: 360, UsedS: 312, LeftFlashS: 48, Reached: true, UrgentToo: true, UrgentUntil: &at}},
		{Name: "rnode:///dev/d", Air: &wire.Air{Refused: "151 MHz is in no band"}},
	}
	var out strings.Builder
	if err := printAir(&out, links); err != nil {
		t.Fatal(err)
	}
	wide := regexp.MustCompile(` +`)
	text := wide.ReplaceAllString(out.String(), " ")
	for _, want := range []string{
		"kiss:///dev/a own radio: no limit 12.3 s in an hour -\n",
		"288.0 s in an hour (6.0 s of it before the start) 0.0 s, for IMMEDIATE 24.0 s, for FLASH 72.0 s\n",
		"0.4 s in 20s",
		"sends nothing: 151 MHz is in no band\n",
		"LIMIT       of airtime reached on rnode:///dev/b: ROUTINE and PRIORITY wait until 12:03:04, FLASH and IMMEDIATE go\n",
		"LIMIT       of airtime reached on rnode:///dev/c: all waits until 12:03:04 but a FLASH that is short enough\n",
		"LIMIT       of airtime reached on rnode:///dev/e: all but FLASH waits until 12:03:04\n",
	} {
		if want = wide.ReplaceAllString(want, " "); !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "ip://") {
		t.Errorf("a link that is no radio is listed:\n%s", out.String())
	}
}
