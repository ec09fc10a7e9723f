package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type inboxCommand struct {
	All    bool   `short:"a" help:"Show own messages too, and how far they are."`
	Follow bool   `short:"f" help:"Go on with what comes, until interrupted."`
	Limit  int    `short:"n" default:"20" help:"Show the newest so many; 0 shows all."`
	After  uint64 `help:"Show those after this number of the record, oldest first." placeholder:"NUMBER"`
	JSON   bool   `name:"json" help:"Print one JSON object a line."`
}

func (inboxCommand) Help() string {
	return `Whatever stands behind a bar (|) somebody wrote; all else are words of this program. Behind the message stands how sure its sender is: proven by his own signature, a pair (the other one of two), a member (somebody of the group, not yet proven), or contradicted (its sender signed that he did not write it); behind an own one, how far it is.

Examples:
  blackstart inbox
  blackstart inbox --all --limit 0
  blackstart inbox --follow --json | jq -r .text
  blackstart inbox --after 120 --limit 0 --json`
}

func (c *inboxCommand) Run(w *world) error {
	return w.call(func(ctx context.Context, api *client.Client) error {
		if err := c.quiet(ctx, w, api); err != nil {
			return err
		}
		position, err := c.list(ctx, w, api)
		if err != nil || !c.Follow {
			return err
		}
		err = api.Events(ctx, position, func(e client.Event) error {
			switch {
			case e.Message != nil && (c.All || !e.Message.Outgoing):
				return c.print(w, *e.Message)
			case e.Update != nil && c.All:
				return c.print(w, *e.Update)
			case e.Lost != nil:
				fmt.Fprintf(w.err, "%s: lost the node, trying again: %s\n", program, console.Plain(e.Lost.Error()))
			}
			return nil
		})
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	})
}

// quiet says that what is written here does not leave.
func (c *inboxCommand) quiet(ctx context.Context, w *world, api *client.Client) error {
	if c.JSON {
		return nil
	}
	s, err := api.Status(ctx)
	if err != nil {
		return err
	}
	for _, line := range quietLines(s.Quiet) {
		fmt.Fprintln(w.out, line)
	}
	return nil
}

// list prints what is there and returns the position in the record after it.
func (c *inboxCommand) list(ctx context.Context, w *world, api *client.Client) (uint64, error) {
	box := "in"
	if c.All {
		box = "all"
	}
	if c.After == 0 && c.Limit > 0 {
		return c.newest(ctx, w, api, box)
	}
	position, shown := c.After, 0
	for {
		page, err := api.Messages(ctx, client.Query{After: position, Box: box})
		if err != nil {
			return position, err
		}
		for _, m := range page.Messages {
			if shown++; c.Limit > 0 && shown > c.Limit {
				return m.Number - 1, nil
			}
			if err := c.print(w, m); err != nil {
				return position, err
			}
		}
		position = page.Position
		if !page.More {
			return position, nil
		}
	}
}

// newest prints the last few messages, oldest of them first.
func (c *inboxCommand) newest(ctx context.Context, w *world, api *client.Client, box string) (uint64, error) {
	s, err := api.Status(ctx)
	if err != nil {
		return 0, err
	}
	var list []wire.Message
	for before, more := s.Position+1, s.Position > 0; more && len(list) < c.Limit; {
		page, err := api.Messages(ctx, client.Query{Newest: true, Before: before, Box: box, Limit: min(c.Limit-len(list), 500)})
		if err != nil {
			return 0, err
		}
		list = append(page.Messages, list...)
		before, more = page.Position, page.More
	}
	for _, m := range list {
		if err := c.print(w, m); err != nil {
			return 0, err
		}
	}
	return s.Position, nil
}

func (c *inboxCommand) print(w *world, m wire.Message) error {
	if c.JSON {
		return console.JSONLine(w.out, m)
	}
	_, err := fmt.Fprint(w.out, line(m, foldFor(w.out)))
	return err
}
