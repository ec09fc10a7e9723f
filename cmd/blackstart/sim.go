package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/simulate"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/sim/report"
	"github.com/blackstart-mesh/blackstart/sim/scenario"
)

type simCommand struct {
	Run      simRunCommand      `cmd:"" help:"Run a scenario."`
	Compare  simCompareCommand  `cmd:"" help:"Run a scenario with several protocols."`
	List     simListCommand     `cmd:"" help:"Show the scenarios that are part of the program."`
	Show     simShowCommand     `cmd:"" help:"Print the text of one of them, to write one like it."`
	Validate simValidateCommand `cmd:"" help:"Hold the simulator to what others published."`
}

func (simCommand) Help() string {
	return `Whole networks in one process: the very node of blackstart, or protocols of others, over radios, faults and people, with an oracle that knows what was possible. The same scenario, seed and version give the same run, and the same hash, on every machine. How to write a scenario: docs/scenarios.md; what reports mean: docs/SIMULATOR.md.

Examples:
  blackstart sim list
  blackstart sim run my-first-blackout
  blackstart sim run town.yaml --seed 1-5 --html report.html
  blackstart sim compare cell --protocols blackstart,flood
  blackstart sim validate shared/data`
}

// simFlags are those of commands that run scenarios.
type simFlags struct {
	Scenario string `arg:"" help:"A file, or the name of a scenario that is part of the program."`
	Seed     string `placeholder:"N" help:"Of all luck: 7, 1-5, or 1,3,8 (default: the scenario's)."`
	JSON     bool   `name:"json" help:"Print the report as JSON."`
	CSV      string `name:"csv" placeholder:"FILE" help:"Write a row for each message and addressee, and beside it to FILE-summary one for each run."`
	HTML     string `name:"html" placeholder:"FILE" help:"Write a page with drawings."`
	Quiet    bool   `short:"q" help:"Say nothing of progress."`
	Jobs     int    `placeholder:"N" help:"Runs side by side (default: one for each processor)."`
}

type simRunCommand struct {
	simFlags
	Protocol string `default:"blackstart" placeholder:"NAME" help:"Who runs: blackstart, or a protocol of others (default: blackstart)."`
	Trace    string `placeholder:"FILE" help:"Write a line for each thing that happens."`
}

func (simRunCommand) Help() string {
	return `The exit code is 1 if an expectation of the scenario fails, something that has to hold in every run does not, or Ctrl-C ended the runs; what there is of a report comes then, too. A second Ctrl-C ends all at once.

Examples:
  blackstart sim run my-first-blackout
  blackstart sim run my-first-blackout --seed 1-5 --html report.html
  blackstart sim run town.yaml --seed 7 --trace trace.txt
  blackstart sim run trace --protocol epidemic --json`
}

func (c *simRunCommand) Run(w *world) error {
	return c.simFlags.run(w, []string{c.Protocol}, c.Trace)
}

type simCompareCommand struct {
	simFlags
	Protocols []string `placeholder:"NAME,..." help:"Who is compared (default: what the scenario says)."`
}

func (simCompareCommand) Help() string {
	return `Every protocol meets the same places, people, faults and luck. Several seeds give the mean and the worst.

Examples:
  blackstart sim compare cell --protocols blackstart,flood
  blackstart sim compare town.yaml --protocols blackstart,flood,spray --seed 1-5 --html report.html
  blackstart sim compare trace --json`
}

func (c *simCompareCommand) Run(w *world) error { return c.simFlags.run(w, c.Protocols, "") }

// run does the runs of a scenario. No protocols stand for those that it names.
func (c *simFlags) run(w *world, protocols []string, trace string) (err error) {
	s, err := scenario.Open(c.Scenario)
	if err != nil {
		return mistaken(w, err)
	}
	if len(protocols) == 0 {
		protocols = s.Protocols
	}
	seeds := []uint64{s.Seed}
	if c.Seed != "" {
		if seeds, err = simulate.Seeds(c.Seed); err != nil {
			return console.Wrap(console.Usage, "see blackstart sim run --help", err)
		}
	}
	if c.Jobs < 0 {
		return console.Faultf(console.Usage, "", "--jobs is 1 or more, or left out")
	}
	plan := simulate.Plan{Scenario: s, Protocols: protocols, Seeds: seeds, Version: version(), Workers: c.Jobs}
	files := simulate.Files{CSV: c.CSV, HTML: c.HTML, Trace: trace, Scenario: c.Scenario}
	if err := files.Check(); err != nil {
		return console.Wrap(console.Usage, "name a file in a folder that is there and may be written to", err)
	}
	if trace != "" {
		if len(seeds) > 1 {
			return console.Faultf(console.Usage, "give one seed", "--trace is of one run, and there are %d", len(seeds))
		}
		out, failed := simulate.OpenTrace(trace)
		if failed != nil {
			return failed
		}
		plan.Story = out.Line
		defer func() { err = errors.Join(err, out.Close()) }()
	}
	jobs, workers, err := plan.Jobs()
	if err != nil {
		return mistaken(w, err)
	}
	runs, stopped, err := watched(w, jobs, workers, c.Quiet)
	if err != nil {
		return err
	}
	return c.tell(w, files, runs, len(jobs), stopped)
}

// tell prints and writes the report, and says in the error what was not as it has to be.
func (c *simFlags) tell(w *world, files simulate.Files, runs []report.Run, asked int, stopped bool) (err error) {
	d := report.NewDocument(runs)
	d.Partial = d.Partial || stopped
	if c.JSON {
		err = console.JSON(w.out, &d)
	} else {
		err = report.WriteText(w.out, &d)
	}
	if err != nil {
		return err
	}
	names, err := files.Write(runs, &d)
	if err != nil {
		return err
	}
	if len(names) > 0 && !c.Quiet {
		fmt.Fprintf(w.err, "wrote %s\n", console.Plain(strings.Join(names, ", ")))
	}
	if stopped {
		whole := 0
		for i := range runs {
			if !runs[i].Partial {
				whole++
			}
		}
		return console.Faultf(console.Failure, "", "interrupted: %d of %d runs are whole, so the report is partial", whole, asked)
	}
	if wrong := simulate.Wrong(&d); wrong != "" {
		return console.Faultf(console.Failure, "", "%s", wrong)
	}
	return nil
}

// watched does jobs under the eyes of whoever asked for them. Stopped says that an
// interrupt ended them before they were done.
func watched(w *world, jobs []simulate.Job, workers int, quiet bool) (runs []report.Run, stopped bool, err error) {
	ctx, stop := interrupted()
	defer stop()
	watch := simulate.NewWatch(jobs, workers, w.now)
	if !quiet {
		telling, end := context.WithCancel(ctx)
		told := make(chan struct{})
		go func() {
			defer close(told)
			watch.Tell(telling, w.err, columns(w))
			if ctx.Err() != nil {
				fmt.Fprintln(w.err, "ending the runs; what there is of them follows (Ctrl-C once more ends at once)")
			}
		}()
		defer func() { end(); <-told }()
	}
	runs, err = simulate.Do(ctx, jobs, workers, watch)
	return runs, ctx.Err() != nil && (len(runs) < len(jobs) || slices.ContainsFunc(runs, func(r report.Run) bool { return r.Partial })), err
}

// columns is how wide the terminal is that standard error goes to; 0: to none.
func columns(w *world) int {
	f, ok := w.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	wide, _, err := term.GetSize(int(f.Fd()))
	if err != nil || wide < 20 {
		return 80
	}
	return wide
}

// mistaken prints all mistakes of a scenario, each with what to write instead; the last
// is the error.
func mistaken(w *world, err error) error {
	all, ok := errors.AsType[scenario.Mistakes](err)
	if !ok || len(all) == 0 {
		return console.Wrap(console.Usage, "", err)
	}
	for i, m := range all {
		hint := m.Remedy
		m.Remedy = ""
		last := console.Faultf(console.Usage, hint, "%s", m.Error())
		if i == len(all)-1 {
			return last
		}
		console.Report(w.err, program, last)
	}
	return nil
}

type simListCommand struct {
	JSON bool `name:"json" help:"Print them as JSON."`
}

func (simListCommand) Help() string {
	return `Examples:
  blackstart sim list
  blackstart sim list --json`
}

// listed is a scenario in the list.
type listed struct {
	Name      string   `json:"name"`
	Nodes     int      `json:"nodes"`
	Seconds   float64  `json:"lasts_s"`
	Protocols []string `json:"protocols"`
	Story     string   `json:"story"`
}

func (c *simListCommand) Run(w *world) error {
	var all []listed
	rows := [][]string{{"scenario", "nodes", "lasts", "what happens"}}
	for _, name := range scenario.Builtin() {
		s, err := scenario.Open(name)
		if err != nil {
			return err
		}
		all = append(all, listed{name, s.Count(), s.Lasts.Seconds(), s.Protocols, s.Story})
		first, _, _ := strings.Cut(s.Story, ". ")
		rows = append(rows, []string{name, fmt.Sprint(s.Count()), lasting(s.Lasts), strings.TrimSuffix(first, ".")})
	}
	if c.JSON {
		return console.JSON(w.out, all)
	}
	return console.Table(w.out, rows)
}

type simShowCommand struct {
	Name string `arg:"" help:"Of the scenario."`
}

func (simShowCommand) Help() string {
	return `Examples:
  blackstart sim show my-first-blackout
  blackstart sim show my-first-blackout > mine.yaml`
}

func (c *simShowCommand) Run(w *world) error {
	text, err := scenario.Text(c.Name)
	if err != nil {
		return console.Wrap(console.Usage, "blackstart sim list shows them", err)
	}
	_, err = w.out.Write(text)
	return err
}

// lasting is a time without the units that are 0.
func lasting(d fmt.Stringer) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return cmp.Or(s, "0s")
}
