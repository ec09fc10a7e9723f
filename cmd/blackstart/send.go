package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type sendCommand struct {
	To         string        `arg:"" help:"Name or number of a node, name of a group, or a role; node:, group: or role: before it settles doubt."`
	Text       []string      `arg:"" help:"The message; - reads it from standard input."`
	Precedence string        `short:"p" default:"routine" enum:"flash,immediate,priority,routine,FLASH,IMMEDIATE,PRIORITY,ROUTINE" help:"flash, immediate, priority or routine."`
	Lifetime   time.Duration `placeholder:"4h" help:"How long it is worth carrying (default: by precedence)."`
	Wait       string        `enum:",queued,on-air,held,delivered" default:"" placeholder:"STATE" help:"Wait until it is on-air, held by a neighbour, or delivered."`
	Timeout    time.Duration `default:"10m" help:"How long to wait."`
	JSON       bool          `name:"json" help:"Print the message as JSON."`
}

func (sendCommand) Help() string {
	return `When the command ends without error, the message is kept by this node, survives a power cut, and is sent as soon as somebody is heard.

Examples:
  blackstart send crew-2 "bring the spare relay"
  blackstart send all "feeder 7 is dead, no one hurt" --precedence flash
  blackstart send "duty shift leader" "who relieves us at six?"
  blackstart send control "report at 17:00" --wait delivered --timeout 30m
  uptime | blackstart send control - --json`
}

// climb is the order of the states of an own message.
var climb = map[string]int{"queued": 0, "on-air": 1, "on air": 1, "held": 2, "delivered": 3}

func (c *sendCommand) Run(w *world) error {
	text := strings.Join(c.Text, " ")
	if text == "-" {
		raw, err := io.ReadAll(io.LimitReader(w.in, 1<<20))
		if err != nil {
			return err
		}
		text = strings.TrimRight(string(raw), "\r\n")
	}
	return w.call(func(ctx context.Context, api *client.Client) error {
		s := wire.Submission{To: c.To, Precedence: strings.ToUpper(c.Precedence), Text: text}
		if c.Lifetime != 0 {
			s.Lifetime = c.Lifetime.String()
		}
		m, err := api.Send(ctx, s)
		if err != nil {
			return err
		}
		if !c.JSON {
			c.quiet(ctx, w, api)
		}
		if c.Wait != "" {
			m, err = c.await(ctx, w, api, m)
		}
		if shown := c.print(w, m); err == nil {
			err = shown
		}
		return err
	})
}

// quiet says that the message does not leave by radio now. It is accepted, so a node
// that does not answer any more is no failure.
func (c *sendCommand) quiet(ctx context.Context, w *world, api *client.Client) {
	s, err := api.Status(ctx)
	if err != nil {
		return
	}
	for _, line := range quietLines(s.Quiet) {
		fmt.Fprintln(w.err, line)
	}
}

var errReached = errors.New("the state is reached")

// await follows a message until it is where the user wants it.
func (c *sendCommand) await(ctx context.Context, w *world, api *client.Client, m wire.Message) (wire.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	want := climb[c.Wait]
	err := api.Events(ctx, m.Number-1, func(e client.Event) error {
		if e.Missed {
			now, err := api.Message(ctx, m.ID)
			if err != nil {
				return err
			}
			e = client.Event{Update: &now}
		}
		news := e.Update
		if news == nil {
			news = e.Message
		}
		if news == nil || news.ID != m.ID {
			return nil
		}
		if news.State != m.State && !c.JSON {
			fmt.Fprintln(w.err, harmless(state(*news)))
		}
		m = *news
		if m.State == "expired" || climb[m.State] >= want {
			return errReached
		}
		return nil
	})
	switch {
	case m.State == "expired":
		return m, console.Faultf(console.Unfinished, "look with blackstart status whether a neighbour is heard",
			"the message expired before it was %s", c.Wait)
	case errors.Is(err, errReached):
		return m, nil
	case errors.Is(err, context.DeadlineExceeded):
		return m, console.Faultf(console.Unfinished, "the node goes on trying; see blackstart inbox --all",
			"the message is not %s after %v", c.Wait, c.Timeout)
	default:
		return m, err
	}
}

func (c *sendCommand) print(w *world, m wire.Message) error {
	if c.JSON {
		return console.JSON(w.out, m)
	}
	_, err := fmt.Fprintf(w.out, "%s to %s, %s: %s\n", harmless(m.ID), harmless(address(m.To)), harmless(m.Precedence), harmless(state(m)))
	return err
}
