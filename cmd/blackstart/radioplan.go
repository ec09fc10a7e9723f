package main

import (
	"context"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

type radioPlanCommand struct {
	File string `arg:"" optional:"" help:"A radio plan that the authority signed; - is standard input. Without one, show the plan in force."`
	JSON bool   `name:"json" help:"Print the result as JSON."`
}

func (radioPlanCommand) Help() string {
	return `A radio plan configures the radios of the whole network. It is taken if the network's authority signed it and if it is newer than the one that the node has; the node hands it on to all others. Links to TNCs (kiss) and pipes follow it in their rate and share of the time alone: frequency, bandwidth and power are set at the radio, by hand.

Examples:
  blackstart radio plan
  blackstart radio plan north.plan`
}

// planShown is the plan in force, as --json prints it.
type planShown struct {
	Edition  uint32        `json:"edition"` // 0: there is none
	From     string        `json:"from,omitempty"`
	Former   uint32        `json:"former_edition,omitempty"`
	Channels []planChannel `json:"channels"`
	Links    []planLink    `json:"links"`
}

type planChannel struct {
	Name       string `json:"name"`
	Hz         int64  `json:"hz"`
	Bandwidth  int64  `json:"bandwidth_hz"`
	Mode       string `json:"mode"`
	Power      int    `json:"power_dbm"`
	Assignment string `json:"assignment,omitempty"`
	Remarks    string `json:"remarks,omitempty"`
}

type planLink struct {
	Link int    `json:"link"`
	Name string `json:"name"`
	Up   bool   `json:"up"`
	Down string `json:"down,omitempty"`

	ByHand string `json:"by_hand,omitempty"` // what somebody sets at the radio, where the plan does not reach it
}

func (c *radioPlanCommand) Run(w *world) error {
	if c.File != "" {
		return c.bring(w)
	}
	return w.call(func(ctx context.Context, api *client.Client) error {
		state, err := api.Plan(ctx)
		if err != nil {
			return err
		}
		status, err := api.Status(ctx)
		if err != nil {
			return err
		}
		return c.show(w, state, status)
	})
}

// bring gives the running node a plan. What can be seen of it here is said here.
func (c *radioPlanCommand) bring(w *world) error {
	text, err := w.read(c.File, plan.MaxFileText)
	if err != nil {
		return err
	}
	p, err := plan.Parse(text)
	if err != nil {
		return console.Wrap(console.Usage, "copy the whole file, from its BEGIN line to its END line", about(c.File, err))
	}
	return w.call(func(ctx context.Context, api *client.Client) error {
		m, err := api.BringPlan(ctx, wire.PlanFile{Plan: string(text)})
		if err != nil {
			return err
		}
		if c.JSON {
			return console.JSON(w.out, m)
		}
		_, err = fmt.Fprintf(w.out, "took radio plan %d, which counts from: %s; the node hands it on to all others\n", p.Edition, p.When())
		return err
	})
}

func (c *radioPlanCommand) show(w *world, state wire.PlanState, status wire.Status) error {
	shown := planShown{Channels: []planChannel{}, Links: []planLink{}}
	held, err := heldPlan(state.Plan)
	if err != nil {
		return err
	}
	for _, l := range status.Links {
		shown.Links = append(shown.Links, planLink{l.Link, l.Name, l.Up, l.Down, links.ByHand(l.Name, held)})
	}
	former, err := heldPlan(state.Former)
	if err != nil {
		return err
	}
	if former != nil {
		shown.Former = former.Edition
	}
	if held == nil {
		if c.JSON {
			return console.JSON(w.out, shown)
		}
		fmt.Fprintln(w.out, "no radio plan: links go by their own URLs")
		return shown.printLinks(w)
	}
	shown.Edition, shown.From = held.Edition, held.When()
	for _, ch := range held.Channels {
		shown.Channels = append(shown.Channels, planChannel{ch.Name, ch.Centre, ch.Bandwidth, ch.Mode(), ch.Power, ch.Assignment, ch.Remarks})
	}
	if c.JSON {
		return console.JSON(w.out, shown)
	}
	fmt.Fprintf(w.out, "radio plan %d, counts from: %s", held.Edition, held.When())
	if held.From > 0 && held.From.Time().After(status.Time) {
		fmt.Fprintf(w.out, " (in %v)", held.From.Time().Sub(status.Time).Round(time.Minute))
	}
	fmt.Fprintln(w.out)
	if err := console.Table(w.out, held.Table()); err != nil {
		return err
	}
	fmt.Fprintln(w.out)
	return shown.printLinks(w)
}

// heldPlan reads the text of a plan that the node verified; nil for none.
func heldPlan(text string) (*plan.Plan, error) {
	if text == "" {
		return nil, nil
	}
	return plan.Parse([]byte(text))
}

func (s planShown) printLinks(w *world) error {
	rows := [][]string{{"LINK", "STATE", "URL"}}
	for _, l := range s.Links {
		state := "up"
		if !l.Up {
			state = "down: " + l.Down
		}
		rows = append(rows, []string{fmt.Sprint(l.Link), console.Plain(state), console.Plain(l.Name)})
	}
	if err := console.Table(w.out, rows); err != nil {
		return err
	}
	for _, l := range s.Links {
		if l.ByHand != "" {
			fmt.Fprintf(w.out, "link %d: the plan sets its rate and no more; somebody sets the radio to %s, by hand, when the plan begins to count\n", l.Link, l.ByHand)
		}
	}
	return nil
}
