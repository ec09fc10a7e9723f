package main

import (
	"fmt"
	"io"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// printAir says what limits the airtime of each radio, what was used and what is
// left, and in one line where the limit is reached and until when.
func printAir(out io.Writer, links []wire.Link) error {
	rows := [][]string{{"AIRTIME", "RULE", "USED", "LEFT"}}
	var told []string
	for _, l := range links {
		a := l.Air
		switch {
		case a == nil:
			continue
		case a.Refused != "":
			rows = append(rows, []string{l.Name, "sends nothing: " + harmless(a.Refused)})
			continue
		}
		used := fmt.Sprintf("%.1f s in %v", a.UsedS, windowText(a.WindowS))
		if a.PastS > 0 {
			used += fmt.Sprintf(" (%.1f s of it before the start)", a.PastS)
		}
		left := "-"
		if a.LimitS > 0 {
			left = fmt.Sprintf("%.1f s, for IMMEDIATE %.1f s, for FLASH %.1f s", a.LeftS, a.LeftUrgentS, a.LeftFlashS)
		}
		rows = append(rows, []string{l.Name, harmless(a.Rule), used, left})
		switch {
		case a.FlashToo:
			told = append(told, fmt.Sprintf("LIMIT       of airtime reached on %s: all waits%s but a FLASH that is short enough", l.Name, untilText(a.FlashUntil)))
		case a.UrgentToo:
			told = append(told, fmt.Sprintf("LIMIT       of airtime reached on %s: all but FLASH waits%s", l.Name, untilText(a.UrgentUntil)))
		case a.Reached:
			told = append(told, fmt.Sprintf("LIMIT       of airtime reached on %s: ROUTINE and PRIORITY wait%s, FLASH and IMMEDIATE go", l.Name, untilText(a.Until)))
		}
	}
	if err := section(out, rows); err != nil {
		return err
	}
	for _, line := range told {
		fmt.Fprintln(out, line)
	}
	return nil
}

// windowText writes a window of time: an hour, 20s.
func windowText(s float64) string {
	if d := time.Duration(s * float64(time.Second)); d != time.Hour {
		return d.String()
	}
	return "an hour"
}

func untilText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return " until " + t.Local().Format(time.TimeOnly)
}
