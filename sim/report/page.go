package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed page.html
var pageText string

// How many losses the page lists: of a scenario, and at least of each of its runs.
// The CSV has all.
const (
	shownLosses   = 40
	shownOfOneRun = 5
)

// page is what page.html shows.
type page struct {
	Title    string
	Partial  bool
	Sections []section
	Version  string
}

// section is about one scenario.
type section struct {
	Name      string
	Story     string
	Lead      []string // sentences
	About     []about
	Wrong     []string
	Expected  []judged
	Compared  [][]string // the first row is the heading
	Figures   []figures
	OverRun   *chart
	OverLife  *chart
	Airtime   *chart
	Busiest   *chart
	Losses    [][]string
	Ours      [][]string
	MoreOurs  int
	Channels  [][]string
	Runs      [][]string
	Protocols int
}

// figures are those of one run.
type figures struct {
	Protocol string
	Rows     [][]string
}

// about says whose rules a protocol follows.
type about struct{ Protocol, What string }

type judged struct {
	Expectation
	Protocol string
	Seed     uint64
}

// WritePage writes one HTML page that stands for itself: no script, nothing from
// elsewhere, readable on paper and without telling colours apart.
func WritePage(w io.Writer, runs []Run) error {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	d := NewDocument(runs)
	p := page{Partial: d.Partial}
	var names []string
	for i := range runs {
		if !slices.Contains(names, runs[i].Scenario) {
			names = append(names, runs[i].Scenario)
		}
		p.Version = runs[i].Version
	}
	p.Title = strings.Join(names, ", ")
	for _, name := range names {
		p.Sections = append(p.Sections, sectionOf(name, runs, &d))
	}
	return t.Execute(w, p)
}

func sectionOf(name string, all []Run, d *Document) section {
	s := section{Name: name}
	var runs []Run
	var sums []Summary
	for i := range all {
		if all[i].Scenario == name {
			runs, sums = append(runs, all[i]), append(sums, d.Runs[i])
		}
	}
	compared := Compare(sums)
	s.Protocols = len(compared)
	s.tell(runs, compared)
	s.judge(sums)
	s.Compared = comparisonRows(compared)
	s.draw(runs, compared)
	s.lose(runs, compared)
	for i := range sums {
		r := &sums[i]
		simulated := r.Simulated
		if len(sums) == len(compared) {
			s.Figures = append(s.Figures, figures{r.Protocol, figureRows(append([]Figures{r.All}, append(r.Precedences, r.Kinds...)...))})
		}
		s.Runs = append(s.Runs, []string{r.Protocol, fmt.Sprint(r.Seed), count(r.Nodes), span(&simulated), count(r.Events), r.Hash})
		for _, c := range r.Channels {
			airtime, busiest := c.Airtime, c.BusiestHour
			s.Channels = append(s.Channels, []string{r.Protocol, fmt.Sprint(r.Seed), c.Name, count(c.Frames), count(c.Bytes), span(&airtime),
				count(c.Heard), count(c.Collided), count(c.Deaf), count(c.Lost), span(&busiest), span(c.Allowed), percent(c.BusiestShare)})
		}
	}
	return s
}

// tell says in sentences what came out.
func (s *section) tell(runs []Run, compared []Comparison) {
	s.Story = runs[0].Story
	for i := range runs {
		a := about{runs[i].Protocol, runs[i].About}
		if a.What != "" && !slices.Contains(s.About, a) {
			s.About = append(s.About, a)
		}
	}
	simulated := runs[0].Simulated.Seconds()
	seeds := len(compared[0].Seeds)
	s.Lead = append(s.Lead, fmt.Sprintf("%s, %s, %s, %s simulated.", plural(len(compared), "protocol", "protocols"), plural(seeds, "seed", "seeds"),
		plural(runs[0].Nodes, "node", "nodes"), brief(simulated)))
	for _, c := range compared {
		what := fmt.Sprintf("%s delivered %s of what could be delivered, half of it within %s", c.Protocol, percent(c.Mean.DeliveredShare), span(c.Mean.P50))
		if c.Mean.P50 == nil {
			what = fmt.Sprintf("%s delivered nothing", c.Protocol)
		}
		if len(c.Seeds) > 1 {
			what += fmt.Sprintf("; %s with the worst seed, %d", percent(c.Worst.DeliveredShare), c.WorstSeed)
		}
		s.Lead = append(s.Lead, what+".")
	}
}

// judge collects what was found wrong, and what was expected.
func (s *section) judge(sums []Summary) {
	for i := range sums {
		r := &sums[i]
		who := fmt.Sprintf("%s, seed %d: ", r.Protocol, r.Seed)
		for _, v := range r.Violations {
			s.Wrong = append(s.Wrong, who+v)
		}
		if r.All.Early > 0 {
			s.Wrong = append(s.Wrong, who+plural(r.All.Early, "copy came", "copies came")+" before anything but an attacker could have brought it")
		}
		if r.All.FalseAcknowledged > 0 {
			s.Wrong = append(s.Wrong, who+"the sender of "+plural(r.All.FalseAcknowledged, "message", "messages")+" was told that all have it, and somebody had not")
		}
		for _, e := range r.Expectations {
			s.Expected = append(s.Expected, judged{e, r.Protocol, r.Seed})
		}
	}
}

func (s *section) draw(runs []Run, compared []Comparison) {
	at := linear(runs)
	protocols, oracles := curves(runs, overRun)
	s.OverRun = lines("Copies delivered over the run", "Share of all copies that should arrive, of each protocol, and of the earliest that anything could have brought them.",
		"time since the run began", at, protocols, oracles, overTime(at[len(at)-1]))
	protocols, oracles = curves(runs, overLife)
	at = logarithmic(protocols, oracles)
	s.OverLife = lines("How long copies took", "Share of all copies that arrived within a time after the message was written. The axis is logarithmic.",
		"time since the message was written", at, protocols, oracles, overDecades(at[0], at[len(at)-1]))
	s.Airtime = bars("Airtime for each copy delivered", "Time that all stations transmitted together, by copies delivered; mean over the seeds.", compared,
		func(m *Measures) *float64 { return m.AirtimePerCopy }, span, 0, "")
	if slices.ContainsFunc(compared, func(c Comparison) bool { return c.Mean.BusiestShare != nil }) {
		s.Busiest = bars("Busiest station in its busiest hour", "What it transmitted, of what the law or the plan allows; mean over the seeds.", compared,
			func(m *Measures) *float64 { return m.BusiestShare }, percent, 1, "allowed")
	}
}

// lose makes the tables of losses.
func (s *section) lose(runs []Run, compared []Comparison) {
	s.Losses = [][]string{{"protocol", "precedence", "copies", "delivered", "impossible", "ours", "late", "refused", "open"}}
	for _, c := range compared {
		sum := map[string]*Figures{}
		var order []string
		for i := range runs {
			if runs[i].Protocol != c.Protocol {
				continue
			}
			r := Summarise(&runs[i])
			for _, f := range append([]Figures{r.All}, r.Precedences...) {
				if sum[f.Name] == nil {
					sum[f.Name] = &Figures{}
					order = append(order, f.Name)
				}
				sum[f.Name].join(&f)
			}
		}
		for _, name := range order {
			f := sum[name]
			s.Losses = append(s.Losses, []string{c.Protocol, name, count(f.Copies), count(f.Delivered), count(f.Impossible), count(f.Ours),
				count(f.Late), count(f.Refused), count(f.Open)})
		}
	}
	s.list(runs)
}

func (f *Figures) join(more *Figures) {
	f.Copies += more.Copies
	f.Delivered += more.Delivered
	f.Impossible += more.Impossible
	f.Ours += more.Ours
	f.Late += more.Late
	f.Refused += more.Refused
	f.Open += more.Open
}

// list names the first losses that were not the world's.
func (s *section) list(runs []Run) {
	room := max(shownOfOneRun, shownLosses/len(runs))
	for i := range runs {
		r, shown := &runs[i], 0
		for j := range r.Messages {
			m := &r.Messages[j]
			for _, c := range m.Copies {
				fate := r.FateOf(m, c)
				if fate != Ours && fate != Late && fate != Refused {
					continue
				}
				if shown == room {
					s.MoreOurs++
					continue
				}
				shown++
				s.Ours = append(s.Ours, []string{r.Protocol, fmt.Sprint(r.Seed), fmt.Sprint(m.N), m.Precedence, fmt.Sprintf("%d to %d", m.From, c.To),
					instant(m.At), instant(c.Possible), string(fate), told(m)})
			}
		}
	}
}

// told is what the sender knew of his message when the run ended.
func told(m *Message) string {
	switch {
	case m.Refused != "":
		return "refused: " + m.Refused
	case m.Known != Never:
		return "delivered to all"
	case m.Failed:
		return "that it failed"
	}
	return "nothing yet"
}
