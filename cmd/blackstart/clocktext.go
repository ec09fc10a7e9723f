package main

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// utc is how a moment is shown where the zone matters.
func utc(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }

func utcAndHere(t time.Time) string {
	here := t.Local()
	if _, offset := here.Zone(); offset == 0 {
		return utc(t)
	}
	return fmt.Sprintf("%s (%s here)", utc(t), here.Format(time.TimeOnly))
}

// sourceText names a source of time.
func sourceText(source string) string {
	switch source {
	case "none":
		return "the system's clock, which nobody vouches for"
	case "neighbours":
		return "what other nodes go by"
	case "node.yaml":
		return "the system's clock, as node.yaml vouches for it"
	case "system":
		return "the system's clock, which the kernel says is synchronised"
	case "gps":
		return "GPS"
	case "station":
		return "a fixed station"
	case "operator":
		return "a person at this node"
	}
	return harmless(source)
}

// clockLines say in short what is known about the time, and what to do about it.
func clockLines(at time.Time, boundS float64, c wire.Clock) []string {
	if c.Quality == "unknown" {
		shows := fmt.Sprintf("the system's clock shows %s, and nobody vouches for it", utc(at))
		if c.Source != "none" {
			shows = fmt.Sprintf("%s, by %s", utc(at), sourceText(c.Source))
		}
		lines := []string{
			"NOT KNOWN: " + shows,
			"No message expires and no key is erased until it is.",
			"Look at another clock and run: blackstart clock confirm",
		}
		if c.Device == nil {
			return append(lines, "A satellite receiver makes it known for good: clock in node.yaml")
		}
		return append(lines, "The receiver "+deviceText(c.Device))
	}
	lines := []string{fmt.Sprintf("%s, good to %s, from %s%s", utc(at), span(boundS), sourceText(c.Source), seenText(c))}
	if c.Conflict != "" {
		lines = append(lines, fmt.Sprintf("Not believed, since it says otherwise: %s", sourceText(c.Conflict)))
	}
	if c.Device != nil && c.Device.Trouble != "" {
		lines = append(lines, "The receiver "+deviceText(c.Device))
	}
	return lines
}

func seenText(c wire.Clock) string {
	if c.SeenAgoS == nil {
		return ""
	}
	return fmt.Sprintf(" (seen %s ago)", span(*c.SeenAgoS))
}

func deviceText(d *wire.ClockDevice) string {
	trouble := harmless(d.Trouble)
	if trouble == "" {
		trouble = fmt.Sprintf("gives the time, from %d satellites", d.Satellites)
	}
	return fmt.Sprintf("%s: %s", harmless(d.URL), trouble)
}

// clockRows say all that is known.
func clockRows(at time.Time, boundS float64, c wire.Clock) [][]string {
	good := map[string]string{
		"unknown":  "nothing: no message expires and no key is erased",
		"believed": "letting messages expire; keys are erased at a day's pace",
		"certain":  "letting messages expire, and erasing keys",
	}[c.Quality]
	bound := span(boundS)
	if c.Quality == "unknown" {
		bound = "not known; run: blackstart clock confirm"
	}
	rows := [][]string{{"time", utcAndHere(at)}, {"good to", bound}, {"from", sourceText(c.Source) + seenText(c)}, {"good for", good}}
	if off := c.OffsetS; math.Abs(off) >= 1 && c.Source != "none" {
		way := "behind"
		if off < 0 {
			way = "ahead"
		}
		rows = append(rows, []string{"system", fmt.Sprintf("its clock is %s %s", roughly(math.Abs(off)), way)})
	}
	if c.Jumps > 0 {
		way := "ahead"
		if c.JumpS < 0 {
			way = "back"
		}
		times := "once"
		if c.Jumps > 1 {
			times = strconv.FormatUint(c.Jumps, 10) + " times"
		}
		rows = append(rows, []string{"", fmt.Sprintf("its clock jumped %s, last by %s %s, %s ago", times, roughly(math.Abs(c.JumpS)), way, roughly(c.JumpAgoS))})
	}
	if c.NotBefore != nil {
		rows = append(rows, []string{"past", utc(*c.NotBefore) + ", on the authority's word"})
	}
	if c.Conflict != "" {
		rows = append(rows, []string{"not believed", sourceText(c.Conflict)})
	}
	if c.Device != nil {
		rows = append(rows, []string{"receiver", deviceText(c.Device)})
	}
	return rows
}

// roughly is a length of time, roughly.
func roughly(s float64) string {
	for _, unit := range []float64{86400, 3600, 60, 1} {
		if s >= 2*unit {
			return span(math.Round(s/unit) * unit)
		}
	}
	return span(s)
}

// span is a length of time in the unit that says most, rounded up.
func span(s float64) string {
	switch {
	case s < 0.1:
		return "0.1 s"
	case s < 10:
		return strconv.FormatFloat(math.Ceil(s*10-0.1)/10, 'g', -1, 64) + " s"
	case s < 120:
		return fmt.Sprintf("%.0f s", math.Ceil(s))
	case s < 2*3600:
		return fmt.Sprintf("%.0f min", math.Ceil(s/60))
	case s < 2*86400:
		return fmt.Sprintf("%.0f h", math.Ceil(s/3600))
	case s < 2*365*86400:
		return fmt.Sprintf("%.0f days", math.Ceil(s/86400))
	}
	return fmt.Sprintf("%.0f years", math.Ceil(s/365/86400))
}
