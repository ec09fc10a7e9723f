package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type orderCommand struct {
	To         string   `arg:"" help:"Name or number of a node, name of a group, or a role; node:, group: or role: before it settles doubt."`
	Text       []string `arg:"" help:"What is to be done."`
	Minutes    int      `short:"m" default:"15" help:"For how long it is valid, up to 1440. Later nobody may act on it."`
	Precedence string   `short:"p" default:"immediate" enum:"flash,immediate,priority,routine,FLASH,IMMEDIATE,PRIORITY,ROUTINE" help:"flash, immediate, priority or routine."`
	JSON       bool     `name:"json" help:"Print the message as JSON."`
}

func (orderCommand) Help() string {
	return `It is signed and names the person on shift and this device. Who gets it reads it back; then confirm that you were understood. An order that comes late, or of which nobody knows how old it is, is shown as DO NOT ACT. It takes the right to order: the device's, or that of the person on shift.

Examples:
  blackstart order crew-2 "open breaker 3 at feeder 7"
  blackstart order all "clear line 4-N" --minutes 5 --precedence flash
  blackstart order "duty shift leader" "report at 17:00" --json
  blackstart inbox --all                  who read it back
  blackstart confirm 12 crew-2            that was right
  blackstart cancel 12 "wrong feeder"`
}

func (c *orderCommand) Run(w *world) error {
	if c.Minutes < 1 || c.Minutes > 1440 {
		return console.Faultf(console.Usage, "give 1 to 1440", "--minutes: %d is not possible", c.Minutes)
	}
	return w.order(c.JSON, wire.OrderRequest{Act: "order", To: c.To, Text: strings.Join(c.Text, " "),
		Precedence: strings.ToUpper(c.Precedence), Valid: fmt.Sprintf("%dm", c.Minutes)})
}

// warnOfClock tells who orders by a clock that is so bad that nobody may act on it.
func (w *world) warnOfClock(m wire.Message) {
	if m.Order == nil || !m.Outgoing {
		return
	}
	if wrong := m.Order.ClockErrorS; wrong < 0 || wrong >= m.Order.ValidUntil.Sub(m.Created).Seconds() {
		fmt.Fprintf(w.err, "%s: warning: this node does not know the time well enough: who reads the order is told not to act on it; %s\n",
			program, w.here("confirm the time with blackstart clock confirm, and order again"))
	}
}

type readbackCommand struct {
	ID   string   `arg:"" help:"Number or id of the order, from blackstart inbox."`
	Text []string `arg:"" optional:"" help:"What you will do, in your words."`
	JSON bool     `name:"json" help:"Print the message as JSON."`
}

func (readbackCommand) Help() string {
	return `Tells who gave the order that you have it and what you will do. It is not possible for an order that is late, of unknown age or cancelled: do not act on such a one, and ask. Where the network has persons, somebody has to be on shift.

Examples:
  blackstart readback 12
  blackstart readback 12 "breaker 3 at feeder 7 is open, earthing now"`
}

func (c *readbackCommand) Run(w *world) error {
	return w.order(c.JSON, wire.OrderRequest{Act: "readback", ID: c.ID, Text: strings.Join(c.Text, " ")})
}

type confirmCommand struct {
	ID   string `arg:"" help:"Number or id of the order."`
	Node string `arg:"" help:"Name or number of the node that read it back."`
	JSON bool   `name:"json" help:"Print the message as JSON."`
}

func (confirmCommand) Help() string {
	return `Tells who read an order back that he understood it. If he did not, cancel it and give it anew.

Examples:
  blackstart confirm 12 crew-2`
}

func (c *confirmCommand) Run(w *world) error {
	return w.order(c.JSON, wire.OrderRequest{Act: "confirm", ID: c.ID, To: c.Node})
}

type cancelCommand struct {
	ID     string   `arg:"" help:"Number or id of the order."`
	Reason []string `arg:"" optional:"" help:"Why."`
	JSON   bool     `name:"json" help:"Print the message as JSON."`
}

func (cancelCommand) Help() string {
	return `The cancellation is more urgent than the order and overtakes it; where it comes first, the order is shown as CANCELLED. What was done already, it does not undo.

Examples:
  blackstart cancel 12
  blackstart cancel 12 "wrong feeder"`
}

func (c *cancelCommand) Run(w *world) error {
	return w.order(c.JSON, wire.OrderRequest{Act: "cancel", ID: c.ID, Text: strings.Join(c.Reason, " ")})
}

func (w *world) order(asJSON bool, o wire.OrderRequest) error {
	return w.ask(asJSON, func(ctx context.Context, api *client.Client) (wire.Message, error) {
		m, err := api.Order(ctx, o)
		if err == nil {
			w.warnOfClock(m)
		}
		return m, err
	})
}
