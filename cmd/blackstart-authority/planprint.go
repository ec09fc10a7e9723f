package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

// planShown is a radio plan, as --json prints it.
type planShown struct {
	Network         string        `json:"network"`
	Edition         uint32        `json:"edition"`
	Bytes           int           `json:"bytes"`
	From            string        `json:"from"` // a moment, or: at once
	PatienceMinutes int           `json:"patience_minutes"`
	KeepUntil       string        `json:"keep_until,omitempty"`
	Channels        []planChannel `json:"channels"`
	Changes         []string      `json:"changes,omitempty"` // against the edition before
	rows            [][]string
}

type planChannel struct {
	Name       string `json:"name"`
	Mode       string `json:"mode"`
	Hz         int64  `json:"hz"`
	Bandwidth  int64  `json:"bandwidth_hz"`
	Spreading  int    `json:"sf,omitempty"`
	Coding     int    `json:"cr,omitempty"`
	Rate       int    `json:"rate,omitempty"`
	Power      int    `json:"power_dbm"`
	Region     string `json:"region,omitempty"`
	Duty       int    `json:"duty_thousandths_of_percent,omitempty"`
	Assignment string `json:"assignment,omitempty"`
	Remarks    string `json:"remarks,omitempty"`
}

// verified reads a signed plan of this network.
func verified(raw []byte, a *authority) (*plan.Plan, error) {
	p, err := plan.Decode(raw)
	if err != nil {
		return nil, err
	}
	return p, p.Verify(ident.Ed25519{}, a.root, a.operator)
}

func shownPlan(a *authority, p *plan.Plan) *planShown {
	s := &planShown{Network: a.name, Edition: p.Edition, Bytes: len(p.Encode()), From: p.When(), PatienceMinutes: int(p.Patience / time.Minute), rows: p.Table()}
	if p.Until != 0 {
		s.KeepUntil = p.Until.Time().Format(time.RFC3339)
	}
	for _, c := range p.Channels {
		s.Channels = append(s.Channels, planChannel{c.Name, c.Modulation.String(), c.Centre, c.Bandwidth, c.Spreading, c.Coding, c.Rate,
			c.Power, c.Region, c.Duty, c.Assignment, c.Remarks})
	}
	if a.plan != nil && a.plan.Edition < p.Edition {
		s.Changes = changes(a.plan, p)
	}
	return s
}

// changes says what is another than in the plan before.
func changes(old, p *plan.Plan) (lines []string) {
	for _, c := range p.Channels {
		switch before, ok := old.Channel(c.Name); {
		case !ok:
			lines = append(lines, fmt.Sprintf("channel %s is new", c.Name))
		case before != c:
			lines = append(lines, fmt.Sprintf("channel %s changes: %s %s, before %s %s", c.Name, plan.Hertz(c.Centre), c.Mode(), plan.Hertz(before.Centre), before.Mode()))
		}
	}
	for _, c := range old.Channels {
		if _, ok := p.Channel(c.Name); !ok {
			lines = append(lines, fmt.Sprintf("channel %s is gone: links that name it stay off", c.Name))
		}
	}
	return lines
}

// stragglers warns of an edition that ends the search for those who have not followed
// the one before: nodes look for others on the channels of one former plan only.
func stragglers(old *plan.Plan, now clock.Wall) string {
	if old == nil || now < old.From || old.Until != 0 && now >= old.Until {
		return ""
	}
	return fmt.Sprintf("radios that this edition moves, and nodes that start anew with it, look no more for who has not followed edition %d yet: see at the nodes who is missing, or give it to those by file", old.Edition)
}

func (s *planShown) print(w world, asJSON bool) error {
	if asJSON {
		return console.JSON(w.out, s)
	}
	fmt.Fprintf(w.out, "radio plan of %s, edition %d, counts from: %s; patience %d min\n", console.Plain(s.Network), s.Edition, s.From, s.PatienceMinutes)
	if s.KeepUntil != "" {
		fmt.Fprintf(w.out, "nobody transmits on former channels after %s\n", s.KeepUntil)
	}
	fmt.Fprintln(w.out)
	return console.Table(w.out, s.rows)
}

// printPlan says what an issue of a plan did or would do.
func (o outcome) printPlan(w world, asJSON bool) error {
	if asJSON {
		return console.JSON(w.out, o)
	}
	if err := o.Plan.print(w, false); err != nil {
		return err
	}
	for _, line := range slices.Concat(o.Plan.Changes, o.Remarks) {
		fmt.Fprintln(w.out, line)
	}
	if o.DryRun {
		_, err := fmt.Fprintf(w.out, "would issue it as edition %d, of %d bytes\n", o.Plan.Edition, o.Plan.Bytes)
		return err
	}
	_, err := fmt.Fprintf(w.out, "wrote %s, %d bytes on the air; at any one node: blackstart radio plan %s\n", o.File, o.Plan.Bytes, o.File)
	return err
}
