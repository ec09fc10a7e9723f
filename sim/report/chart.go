package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// chart is a drawing of lines, in the units of its SVG.
type chart struct {
	Title, About  string
	Wide, High    float64
	Left, Right   float64 // ends of the axis
	Top, Bottom   float64
	Across, Up    []tick
	Legend        string // of the axis across
	LegendAt, Mid float64
	Lines         []line
	Bars          []bar
	Limit         *tick // a line that bars should not cross
	LimitAt       float64
}

type tick struct {
	At    float64
	Label string
}

// line is a curve with its name at its right end.
type line struct {
	Name, Style string // a class of the page's style sheet: colour and dashes
	Points      string
	End, Beside float64 // height of its end, and of its name, which keeps clear of others
	Tip         string
}

type bar struct {
	Name, Style, Value string
	Y, Long, Text      float64
}

// Sizes of charts, in pixels where nothing scales them.
const (
	chartWide   = 760
	chartHigh   = 340
	marginLeft  = 52
	marginRight = 190
	marginTop   = 14
	marginLow   = 46
	nameHigh    = 15 // distance between names
	barHigh     = 26
	barLeft     = 150
	styles      = 7 // of lines in the page's style sheet
)

// lines draws curves over instants that stand at equal distances.
func lines(title, about, legend string, at []time.Duration, protocols, oracles []curve, ticks []tick) *chart {
	c := &chart{Title: title, About: about, Wide: chartWide, High: chartHigh, Left: marginLeft, Right: chartWide - marginRight,
		Top: marginTop, Bottom: chartHigh - marginLow, Legend: legend}
	c.LegendAt, c.Mid = c.Bottom+38, (c.Left+c.Right)/2
	for _, t := range ticks {
		c.Across = append(c.Across, tick{c.Left + float64((c.Right-c.Left)*t.At), t.Label})
	}
	for share := 0; share <= 100; share += 25 {
		c.Up = append(c.Up, tick{c.height(float64(share) / 100), fmt.Sprintf("%d %%", share)})
	}
	bound := func(x time.Duration) float64 {
		y := 0.0
		for i := range oracles {
			y = max(y, oracles[i].at(x))
		}
		return y
	}
	for i := range protocols {
		c.draw(protocols[i].name, fmt.Sprintf("s%d", i%styles), at, protocols[i].at)
	}
	c.draw("possible", "bound", at, bound) // over the others, or who reaches it would hide it
	c.spread()
	return c
}

func (c *chart) height(share float64) float64 { return c.Bottom - float64((c.Bottom-c.Top)*share) }

func (c *chart) draw(name, style string, at []time.Duration, share func(time.Duration) float64) {
	var points strings.Builder
	y := 0.0
	for i, x := range at {
		y = share(x)
		fmt.Fprintf(&points, "%.1f,%.1f ", c.Left+float64((c.Right-c.Left)*float64(i))/float64(len(at)-1), c.height(y))
	}
	c.Lines = append(c.Lines, line{Name: name, Style: style, Points: strings.TrimSpace(points.String()), End: c.height(y), Beside: c.height(y),
		Tip: percent(&y)})
}

// Where the names of lines begin, behind a piece of the line itself.
func (c *chart) NameAt() float64  { return c.Right + 16 }
func (c *chart) NameEnd() float64 { return c.Right + 40 }

// BarHigh and EndOf are for the template.
func (c *chart) BarHigh() int       { return barHigh }
func (c *chart) EndOf(b bar) string { return fmt.Sprintf("%.1f", c.Left+b.Long) }

// spread moves the names of lines apart.
func (c *chart) spread() {
	order := make([]*line, len(c.Lines))
	for i := range c.Lines {
		order[i] = &c.Lines[i]
	}
	slices.SortStableFunc(order, func(a, b *line) int { return cmp.Compare(b.End, a.End) }) // the lowest first
	low := c.Bottom
	for _, l := range order {
		l.Beside = min(l.Beside, low)
		low = l.Beside - nameHigh
	}
	// Too many at the top: push them back down.
	high := c.Top
	for _, l := range slices.Backward(order) {
		l.Beside = max(l.Beside, high)
		high = l.Beside + nameHigh
	}
}

// overTime has a tick at each round time of a run.
func overTime(end time.Duration) []tick {
	step := time.Minute
	for _, s := range []time.Duration{time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 10 * time.Minute,
		30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 168 * time.Hour, 720 * time.Hour} {
		step = s
		if end/s <= 8 {
			break
		}
	}
	var out []tick
	for at := time.Duration(0); at <= end && len(out) < 20; at += step {
		out = append(out, tick{float64(at) / float64(end), roundTime(at)})
	}
	return out
}

// overDecades has a tick at each power of ten seconds.
func overDecades(low, high time.Duration) []tick {
	from, to := math.Round(math.Log10(low.Seconds())), math.Round(math.Log10(high.Seconds()))
	var out []tick
	for d := from; d <= to; d++ {
		s := math.Pow(10, d)
		label := thousands(s) + " s"
		if d < 0 {
			label = fmt.Sprintf("%.1f s", s)
		}
		if s >= 1000 {
			label += fmt.Sprintf(" (%s)", strings.Replace(span(&s), ".00", "", 1))
		}
		out = append(out, tick{(d - from) / (to - from), label})
	}
	return out
}

// roundTime is a time that divides evenly.
func roundTime(d time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case d%(24*time.Hour) == 0:
		return fmt.Sprintf("%d d", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d > time.Hour:
		return fmt.Sprintf("%d:%02d h", d/time.Hour, d/time.Minute%60)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}

// bars draws one figure of each comparison, with its value beside it; limit, where it
// is not 0, is a line that the bars should not cross.
func bars(title, about string, all []Comparison, figure func(*Measures) *float64, value func(*float64) string, limit float64, legend string) *chart {
	c := &chart{Title: title, About: about, Wide: chartWide, Left: barLeft, Right: chartWide - marginRight + 60, Top: 4}
	most := limit
	for i := range all {
		if x := figure(&all[i].Mean); x != nil {
			most = max(most, *x)
		}
	}
	y := c.Top
	for i := range all {
		x := figure(&all[i].Mean)
		b := bar{Name: all[i].Protocol, Style: fmt.Sprintf("b%d", i%styles), Value: value(x), Y: y, Text: y + barHigh*0.65}
		if x != nil && most > 0 {
			b.Long = float64((c.Right - c.Left) * *x / most)
		}
		c.Bars = append(c.Bars, b)
		y += barHigh + 8
	}
	c.Bottom, c.High = y, y+10
	if limit > 0 && most > 0 {
		c.Limit = &tick{c.Left + float64((c.Right-c.Left)*limit/most), legend}
		c.High += 14
		c.LimitAt = y + 14
	}
	return c
}
