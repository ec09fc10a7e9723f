package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type statusCommand struct {
	Watch bool          `short:"w" help:"Show it again every two seconds, until interrupted."`
	Wait  time.Duration `placeholder:"20s" help:"Wait so long for the node to answer."`
	JSON  bool          `name:"json" help:"Print it as JSON; with --watch one object a line."`
}

func (statusCommand) Help() string {
	return `Counters name each kind of thing that was dropped or refused, with how often.

Examples:
  blackstart status
  blackstart status --watch
  blackstart node & blackstart status --wait 20s
  blackstart status --json | jq .links`
}

const (
	watchEvery = 2 * time.Second
	knockEvery = 100 * time.Millisecond
)

func (c *statusCommand) Run(w *world) error {
	ctx, stop := interrupted()
	defer stop()
	api, err := c.reach(ctx, w)
	if err != nil {
		return err
	}
	defer api.Close()
	if !c.Watch {
		return answered(c.once(ctx, w, api))
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		if !c.JSON {
			fmt.Fprint(w.out, "\x1b[H\x1b[2J") // home, clear
		}
		if err := c.once(ctx, w, api); ctx.Err() != nil {
			return nil
		} else if err != nil {
			return answered(err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// reach waits, if it is to, until the node answers.
func (c *statusCommand) reach(ctx context.Context, w *world) (*client.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Wait)
	defer cancel()
	tick := time.NewTicker(knockEvery)
	defer tick.Stop()
	for {
		api, err := w.reach()
		if err == nil && c.Wait > 0 {
			if _, err = api.Status(ctx); err != nil {
				api.Close()
			}
		}
		if err == nil {
			return api, nil
		}
		select {
		case <-ctx.Done():
			return nil, answered(err)
		case <-tick.C:
		}
	}
}

func (c *statusCommand) once(ctx context.Context, w *world, api *client.Client) error {
	s, err := api.Status(ctx)
	if err != nil {
		return err
	}
	switch {
	case c.JSON && c.Watch:
		return console.JSONLine(w.out, s)
	case c.JSON:
		return console.JSON(w.out, s)
	}
	return w.printStatus(s)
}

func (w *world) printStatus(s wire.Status) error {
	out := w.out
	fmt.Fprintf(out, "%s (node %d) is %s", harmless(party(s.Self)), s.Self.Number, s.State)
	if s.Reason != "" {
		fmt.Fprintf(out, ": %s", harmless(s.Reason))
	}
	h := s.Held.ByPrecedence
	fmt.Fprintf(out, ", up %v\nheld        %d bundles, %d bytes (FLASH %d, IMMEDIATE %d, PRIORITY %d, ROUTINE %d)\nmessages    %d in the record\n",
		seconds(s.UptimeS), s.Held.Bundles, s.Held.Bytes, h.Flash, h.Immediate, h.Priority, h.Routine, s.Position)
	switch {
	case s.Shift != nil:
		fmt.Fprintf(out, "on shift    %s until %s\n", harmless(personName(&s.Shift.Person)), s.Shift.Until.Local().Format(time.DateTime))
	case s.Persons > 0:
		fmt.Fprintln(out, w.here("on shift    NOBODY; begin with: blackstart shift begin FILE"))
	}
	for _, line := range quietLines(s.Quiet) {
		fmt.Fprintln(out, line)
	}
	for _, a := range s.Alarms {
		fmt.Fprintf(out, "ALARM       %s; since %s: %s\n", harmless(a.What), a.Since.Local().Format(time.DateTime), harmless(a.Detail))
	}
	for _, x := range s.Suspended {
		if x.Node.Number == s.Self.Number && !x.Waiting {
			fmt.Fprintf(out, "SUSPENDED   this node, by %s since %s: %s; nobody takes a message from it\n",
				harmless(parties(x.By)), x.Since.Local().Format(time.DateTime), harmless(x.Reason))
		}
	}
	for i, line := range clockLines(s.Time, s.ClockBoundS, s.Clock) {
		fmt.Fprintf(out, "%-12s%s\n", [...]string{"clock", ""}[min(i, 1)], line)
	}
	fmt.Fprintf(out, "keys        %s\n", keyLine(s))
	if err := printLinks(out, s.Links); err != nil {
		return err
	}
	rows := [][]string{{"NEIGHBOUR", "LINK", "HEARD", "YOU HEAR IT", "IT HEARS YOU"}}
	for _, n := range s.Neighbours {
		link := strconv.Itoa(n.Link)
		if n.Link >= 0 && n.Link < len(s.Links) {
			link = s.Links[n.Link].Name
		}
		rows = append(rows, []string{harmless(party(n.Node)), link, seconds(n.HeardAgoS).String() + " ago", hears(n.YouHear), hears(n.HearsYou)})
	}
	if err := section(out, rows); err != nil {
		return err
	}
	rows = [][]string{{"COUNTER", "COUNT"}}
	for _, l := range s.Links {
		for _, k := range l.Counters {
			rows = append(rows, []string{fmt.Sprintf("link %d: %s", l.Link, harmless(k.Name)), strconv.FormatUint(k.Count, 10)})
		}
	}
	for _, k := range s.Counters {
		rows = append(rows, []string{k.Name, strconv.FormatUint(k.Count, 10)})
	}
	return section(out, rows)
}

// printLinks tells of the links how they are, what device is behind them, and what
// they may still transmit.
func printLinks(out io.Writer, links []wire.Link) error {
	rows := [][]string{{"LINK", "STATE", "QUEUED", "SENT", "HEARD"}}
	for _, l := range links {
		up := "up"
		if !l.Up {
			up = "down: " + harmless(l.Down)
		}
		q := l.Queued
		rows = append(rows, []string{l.Name, up, strconv.Itoa(q.Flash + q.Immediate + q.Priority + q.Routine),
			fmt.Sprintf("%d frames, %d B", l.TxFrames, l.TxBytes), fmt.Sprintf("%d frames, %d B", l.RxFrames, l.RxBytes)})
	}
	if err := section(out, rows); err != nil {
		return err
	}
	rows = [][]string{{"RADIO", "IS"}}
	for _, l := range links {
		if l.Radio != "" {
			rows = append(rows, []string{l.Name, harmless(l.Radio)})
		}
	}
	if err := section(out, rows); err != nil {
		return err
	}
	return printAir(out, links)
}

// section prints a table, if it has more than its heading.
func section(out io.Writer, rows [][]string) error {
	if len(rows) < 2 {
		return nil
	}
	fmt.Fprintln(out)
	return console.Table(out, rows)
}

func seconds(s float64) time.Duration { return time.Duration(s) * time.Second }
