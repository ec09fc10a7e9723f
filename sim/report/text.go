package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// WriteText prints a report for people: all figures of one run; of several a line each,
// and the comparison.
func WriteText(w io.Writer, d *Document) error {
	var b strings.Builder
	for i := range d.Runs {
		if s := &d.Runs[i]; s.Story != "" && (i == 0 || d.Runs[i-1].Story != s.Story) {
			fmt.Fprintf(&b, "%s\n\n", plain(s.Story))
		}
	}
	switch len(d.Runs) {
	case 0:
		b.WriteString("no run came to anything\n")
	case 1:
		textRun(&b, &d.Runs[0])
	default:
		textRuns(&b, d.Runs)
		for _, c := range byScenario(d.Comparisons) {
			b.WriteString("\n")
			if len(c[0].Seeds) > 1 {
				fmt.Fprintf(&b, "%s, mean of %s and the one that delivered least:\n", plain(c[0].Scenario), plural(len(c[0].Seeds), "seed", "seeds"))
			}
			columns(&b, comparisonRows(c))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func textRun(b *strings.Builder, s *Summary) {
	fmt.Fprintf(b, "%s, %s, seed %d: %s, %s simulated", plain(s.Scenario), plain(s.Protocol), s.Seed, plural(s.Nodes, "node", "nodes"), brief(s.Simulated))
	if s.NodeSeconds != nil {
		fmt.Fprintf(b, ", %s node-seconds in a second of processor time", thousands(*s.NodeSeconds))
	}
	b.WriteString("\n")
	if s.Partial {
		b.WriteString("PARTIAL: the run was broken off; what was still on its way is counted as open\n")
	}
	if s.About != "" {
		fmt.Fprintf(b, "%s\n", plain(s.About))
	}
	fmt.Fprintf(b, "hash %s over %s events, version %s\n\n", plain(s.Hash), count(s.Events), plain(s.Version))
	textFigures(b, s)
	textAir(b, s)
	if n := s.All.Early; n > 0 {
		fmt.Fprintf(b, "EARLY: %s before anything but an attacker could have brought it\n", plural(n, "copy came", "copies came"))
	}
	if n := s.All.FalseAcknowledged; n > 0 {
		fmt.Fprintf(b, "FALSE: the sender of %s was told that all have it, and somebody had not\n", plural(n, "message", "messages"))
	}
	fmt.Fprintf(b, "violations: %s\n", zeroIsNone(len(s.Violations)))
	for _, v := range s.Violations {
		fmt.Fprintf(b, "  WRONG %s\n", plain(v))
	}
	for _, e := range s.Expectations {
		word := "held  "
		if !e.Held {
			word = "FAILED"
		}
		fmt.Fprintf(b, "expectation %s  %s: %s\n", word, plain(e.What), plain(e.Found))
	}
}

func zeroIsNone(n int) string {
	if n == 0 {
		return "none"
	}
	return count(n)
}

// textFigures prints what arrived, and what did not.
func textFigures(b *strings.Builder, s *Summary) {
	all := append([]Figures{s.All}, s.Precedences...)
	if len(s.Kinds) > 1 {
		all = append(all, s.Kinds...)
	}
	columns(b, figureRows(all))
	b.WriteString("\n")
}

// figureRows is a table with a column for each of some figures; its first row is the
// heading. Fates that no copy met are left out, but for the two that tell whose the
// losses are.
func figureRows(all []Figures) [][]string {
	rows := [][]string{{""}}
	for i := range all {
		rows[0] = append(rows[0], plain(all[i].Name))
	}
	add := func(always bool, name string, cell func(*Figures) string) {
		row := []string{name}
		for i := range all {
			row = append(row, cell(&all[i]))
			always = always || row[i+1] != "0"
		}
		if always {
			rows = append(rows, row)
		}
	}
	add(true, "messages", func(f *Figures) string { return count(f.Messages) })
	add(true, "copies expected", func(f *Figures) string { return count(f.Copies) })
	add(true, "possible by the oracle", func(f *Figures) string { return count(f.Possible) })
	add(true, "delivered", func(f *Figures) string { return count(f.Delivered) })
	add(true, "delivered of possible", func(f *Figures) string { return percent(f.DeliveredShare) })
	add(true, "lost: impossible", func(f *Figures) string { return count(f.Impossible) })
	add(true, "lost: ours", func(f *Figures) string { return count(f.Ours) })
	add(false, "lost: too late", func(f *Figures) string { return count(f.Late) })
	add(false, "lost: refused", func(f *Figures) string { return count(f.Refused) })
	add(false, "open when broken off", func(f *Figures) string { return count(f.Open) })
	add(true, "latency p50", func(f *Figures) string { return span(f.Latency.P50) })
	add(true, "latency p95", func(f *Figures) string { return span(f.Latency.P95) })
	add(true, "latency p99", func(f *Figures) string { return span(f.Latency.P99) })
	add(true, "earliest possible p50", func(f *Figures) string { return span(f.Earliest.P50) })
	add(true, "p50 over the earliest", func(f *Figures) string { return times(f.OverEarliest) })
	add(true, "acknowledged", func(f *Figures) string { return percent(f.AcknowledgedShare) })
	add(true, "falsely told it failed", func(f *Figures) string { return percent(f.FalseFailureShare) })
	return rows
}

func textAir(b *strings.Builder, s *Summary) {
	if len(s.Channels) == 0 {
		return
	}
	rows := [][]string{{"channel", "frames", "bytes", "airtime", "heard", "collided", "deaf", "lost", "busiest station-hour", "allowed", "of it"}}
	for _, c := range s.Channels {
		airtime, busiest := c.Airtime, c.BusiestHour
		rows = append(rows, []string{plain(c.Name), count(c.Frames), count(c.Bytes), span(&airtime), count(c.Heard), count(c.Collided),
			count(c.Deaf), count(c.Lost), span(&busiest), span(c.Allowed), percent(c.BusiestShare)})
	}
	columns(b, rows)
	if s.Air.FramesPerCopy != nil {
		fmt.Fprintf(b, "for each copy delivered: %s frames, %s bytes, %s of airtime\n", amount(s.Air.FramesPerCopy), amount(s.Air.BytesPerCopy), span(s.Air.AirtimePerCopy))
	}
	b.WriteString("\n")
}

// shownHash is how many digits of a hash are enough to see that two differ.
const shownHash = 16

// textRuns is one line for each run, where there are many.
func textRuns(b *strings.Builder, runs []Summary) {
	rows := [][]string{{plain(runs[0].Scenario), "seed", "delivered", "possible", "of possible", "p50", "p95", "violations", "failed expectations", "hash"}}
	for i := range runs {
		s := &runs[i]
		failed := 0
		for _, e := range s.Expectations {
			if !e.Held {
				failed++
			}
		}
		name := plain(s.Protocol)
		if s.Partial {
			name += " (PARTIAL)"
		}
		rows = append(rows, []string{name, fmt.Sprint(s.Seed), count(s.All.Delivered), count(s.All.Possible), percent(s.All.DeliveredShare),
			span(s.All.Latency.P50), span(s.All.Latency.P95), zeroIsNone(len(s.Violations)), zeroIsNone(failed), plain(s.Hash[:min(shownHash, len(s.Hash))])})
	}
	columns(b, rows)
	for i := range runs {
		for _, v := range runs[i].Violations {
			fmt.Fprintf(b, "seed %d: WRONG %s\n", runs[i].Seed, plain(v))
		}
		for _, e := range runs[i].Expectations {
			if !e.Held {
				fmt.Fprintf(b, "%s, seed %d: expectation FAILED  %s: %s\n", plain(runs[i].Protocol), runs[i].Seed, plain(e.What), plain(e.Found))
			}
		}
	}
}

// comparisonRows is a table with a column for each protocol, or two where there are
// several seeds; its first row is the heading.
func comparisonRows(all []Comparison) [][]string {
	rows := [][]string{{""}}
	var shown []*Measures
	for i := range all {
		c := &all[i]
		name := plain(c.Protocol)
		if c.Partial {
			name += " (PARTIAL)"
		}
		if len(c.Seeds) == 1 {
			rows[0] = append(rows[0], name)
			shown = append(shown, &c.Mean)
			continue
		}
		rows[0] = append(rows[0], name, fmt.Sprintf("worst, seed %d", c.WorstSeed))
		shown = append(shown, &c.Mean, &c.Worst)
	}
	for _, f := range []struct {
		name string
		cell func(*Measures) string
	}{
		{"delivered of possible", func(m *Measures) string { return percent(m.DeliveredShare) }},
		{"lost: impossible", func(m *Measures) string { return amount(m.Impossible) }},
		{"lost: ours, too late or refused", func(m *Measures) string { return amount(m.Ours) }},
		{"latency p50", func(m *Measures) string { return span(m.P50) }},
		{"latency p95", func(m *Measures) string { return span(m.P95) }},
		{"latency p99", func(m *Measures) string { return span(m.P99) }},
		{"p50 over the earliest", func(m *Measures) string { return times(m.OverEarliest) }},
		{"acknowledged", func(m *Measures) string { return percent(m.AcknowledgedShare) }},
		{"falsely told it failed", func(m *Measures) string { return percent(m.FalseFailureShare) }},
		{"frames for a copy", func(m *Measures) string { return amount(m.FramesPerCopy) }},
		{"bytes for a copy", func(m *Measures) string { return amount(m.BytesPerCopy) }},
		{"airtime for a copy", func(m *Measures) string { return span(m.AirtimePerCopy) }},
		{"collisions", func(m *Measures) string { return amount(m.Collided) }},
		{"busiest hour of allowed", func(m *Measures) string { return percent(m.BusiestShare) }},
		{"violations", func(m *Measures) string { return amount(m.Violations) }},
	} {
		row := []string{f.name}
		for _, m := range shown {
			row = append(row, f.cell(m))
		}
		rows = append(rows, row)
	}
	return rows
}

// columns prints a table whose first column is words and whose others are figures.
func columns(b *strings.Builder, rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				line.WriteString(cell + pad)
			} else {
				line.WriteString("  " + pad + cell)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}
