package main

import (
	"context"
	"strconv"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type auditCommand struct {
	After uint64 `help:"Show those after this number." placeholder:"NUMBER"`
	JSON  bool   `name:"json" help:"Print one JSON object a line."`
}

func (auditCommand) Help() string {
	return `Each action that an auditor asks about is recorded in the same write as the action itself: joining, sending, delivery, proof of delivery, expiry, administration.

Examples:
  blackstart audit
  blackstart audit --after 1200 --json`
}

const auditPage = 500

func (c *auditCommand) Run(w *world) error {
	return w.call(func(ctx context.Context, api *client.Client) error {
		rows := [][]string{{"N", "TIME", "ACTION", "BY", "MESSAGE", "DETAIL"}}
		err := c.each(ctx, func(ctx context.Context, after uint64) (wire.Audit, error) {
			return api.Audit(ctx, after, auditPage)
		}, func(e wire.AuditEvent) error {
			if c.JSON {
				return console.JSONLine(w.out, e)
			}
			rows = append(rows, []string{strconv.FormatUint(e.Number, 10), e.Time.Local().Format(time.DateTime), harmless(e.Action),
				harmless(e.By), harmless(e.ID), harmless(e.Detail)})
			return nil
		})
		if err != nil || c.JSON {
			return err
		}
		return console.Table(w.out, rows)
	})
}

// each walks through all pages.
func (c *auditCommand) each(ctx context.Context, page func(context.Context, uint64) (wire.Audit, error), show func(wire.AuditEvent) error) error {
	after := c.After
	for {
		a, err := page(ctx, after)
		if err != nil {
			return err
		}
		for _, e := range a.Events {
			if err := show(e); err != nil {
				return err
			}
		}
		if !a.More {
			return nil
		}
		after = a.Position
	}
}
