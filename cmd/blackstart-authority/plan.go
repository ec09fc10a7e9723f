package main

import (
	"fmt"
	"io"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

type planCommand struct {
	Make planMakeCommand `cmd:"" default:"withargs" help:"Sign a radio plan."`
	Show planShowCommand `cmd:"" help:"Show the radio plan issued last, or one in a file, as a table to print."`
}

type planMakeCommand struct {
	Dir    string `arg:"" help:"The authority's folder."`
	File   string `arg:"" help:"The plan as YAML; - is standard input."`
	Output string `short:"o" help:"File to write the signed plan to." placeholder:"FILE"`
	Above  uint32 `help:"Issue an edition above this one: nodes hold it, and a folder that was recovered does not know of it." placeholder:"EDITION"`
	changeFlags
}

func (planMakeCommand) Help() string {
	return `A radio plan configures the radios of the whole network, as an ICS-205 form does for people: a link takes a channel with ?plan=NAME in its URL. Give the signed plan to any one node (blackstart radio plan FILE); the others hear it from each other, and all change channels together when it begins to count. Only a later edition takes the place of a plan.

` + planExample + `

Examples:
  blackstart-authority plan /safe/north plan.yaml --dry-run
  blackstart-authority plan /safe/north plan.yaml -o north.plan
  blackstart-authority plan show /safe/north`
}

const maxPlanFile = 64 << 10

func (c *planMakeCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "plan", c.changeFlags)
	if err != nil {
		return err
	}
	if c.Output == "" && !c.DryRun {
		return console.Faultf(console.Usage, "name a file to write it to with -o, or give --dry-run", "where does the signed plan go?")
	}
	text, err := readText(w, c.File, maxPlanFile)
	if err != nil {
		return err
	}
	p, err := parsePlan(c.File, text, clock.WallOf(w.now()))
	if err != nil {
		return err
	}
	p.Operator, p.Edition = ch.operator, c.Above
	if ch.plan != nil {
		p.Edition = max(p.Edition, ch.plan.Edition)
	}
	if p.Edition++; p.Edition > plan.MaxEdition {
		return console.Faultf(console.Usage, "", "there is no edition above %d", plan.MaxEdition)
	}
	return ch.issue(p, c.Output)
}

// readText reads a small file, or standard input.
func readText(w world, name string, limit int64) ([]byte, error) {
	if name != "-" {
		return console.ReadFile(name, limit)
	}
	text, err := io.ReadAll(io.LimitReader(w.in, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = console.Faultf(console.Usage, "", "standard input holds more than %d bytes", limit)
	}
	return text, err
}

// issue signs a plan, notes it in the ledger and writes it. Nothing else of the folder
// changes: the network file does not hold it.
func (c *change) issue(p *plan.Plan, output string) error {
	c.entry.Serial, c.outcome.Serial, c.outcome.File = 0, 0, output
	c.outcome.Plan = shownPlan(c.authority, p)
	if line := stragglers(c.plan, clock.WallOf(c.w.now())); line != "" {
		c.outcome.remark("%s", line)
	}
	for _, line := range beyondLaw(p) {
		c.outcome.remark("%s", line)
	}
	if c.flags.DryRun {
		return c.outcome.printPlan(c.w, c.flags.JSON)
	}
	if err := c.unlock(); err != nil {
		return err
	}
	p.Signature = c.s.root.Sign(p.SignedBytes())
	c.entry.Plan, c.entry.Key = p.Encode(), c.key
	if err := c.authority.clone().apply(c.entry); err != nil {
		return fmt.Errorf("plan %s: %w", c.entry.What, err)
	}
	next, err := c.ledger.with(c.entry, c.s.root)
	if err != nil {
		return err
	}
	if err := c.writeLedger(c.w, next); err != nil {
		return err
	}
	if err := c.w.disk.Write(output, p.Text(), 0o644); err != nil {
		return console.Wrap(console.Failure, "edition "+fmt.Sprint(p.Edition)+" stands in the log; write it with: "+program+" plan show "+c.dir+" -o FILE", err)
	}
	return c.outcome.printPlan(c.w, c.flags.JSON)
}

// applyPlan takes the plan of an operation.
func (a *authority) applyPlan(e entry) error {
	if e.Plan == nil {
		return nil
	}
	p, err := verified(e.Plan, a)
	if err == nil {
		err = p.Succeeds(a.plan)
	}
	if err == nil {
		a.plan = p
	}
	return err
}

type planShowCommand struct {
	Dir    string `arg:"" help:"The authority's folder."`
	File   string `arg:"" optional:"" help:"A signed plan, instead of the one issued last."`
	Output string `short:"o" help:"Write the signed plan to this file again." placeholder:"FILE"`
	JSON   bool   `name:"json" help:"Print it as JSON."`
}

func (planShowCommand) Help() string {
	return `Examples:
  blackstart-authority plan show /safe/north
  blackstart-authority plan show /safe/north north.plan
  blackstart-authority plan show /safe/north -o north.plan`
}

func (c *planShowCommand) Run(w world) error {
	a, err := open(w, c.Dir)
	if err != nil {
		return err
	}
	p := a.plan
	if c.File != "" {
		text, err := readText(w, c.File, plan.MaxFileText)
		if err != nil {
			return err
		}
		if p, err = plan.Parse(text); err == nil {
			p, err = verified(p.Encode(), a)
		}
		if err != nil {
			return console.Wrap(console.Untrusted, "", fmt.Errorf("%s: %w", c.File, err))
		}
	}
	if p == nil {
		return console.Faultf(console.Failure, "make one: "+program+" plan --help", "the network %q has no radio plan yet", a.name)
	}
	if c.Output != "" {
		if err := w.disk.Write(c.Output, p.Text(), 0o644); err != nil {
			return err
		}
	}
	return shownPlan(a, p).print(w, c.JSON)
}
