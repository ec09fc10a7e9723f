package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type clockCommand struct {
	Show    clockShowCommand    `cmd:"" default:"withargs" help:"Show what time the node goes by, and who says so."`
	Confirm clockConfirmCommand `cmd:"" help:"Tell the node that it is right, or what time it is."`
}

func (clockCommand) Help() string {
	return `A node knows the time from, the most believed first: a person (clock confirm), a fixed station's signed beacon, a satellite receiver (clock in node.yaml), the system's clock if the kernel says that NTP keeps it (Linux), and what clock-error in node.yaml states. It never sets the system's clock.

Examples:
  blackstart clock
  blackstart clock confirm
  blackstart clock confirm --time "2026-05-04 10:11"`
}

type clockShowCommand struct {
	JSON bool `name:"json" help:"Print it as JSON."`
}

func (c *clockShowCommand) Run(w *world) error {
	return w.call(func(ctx context.Context, api *client.Client) error {
		s, err := api.Status(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return console.JSON(w.out, wire.ClockState{Time: s.Time, ClockBoundS: s.ClockBoundS, Clock: s.Clock})
		}
		return console.Table(w.out, clockRows(s.Time, s.ClockBoundS, s.Clock))
	})
}

type clockConfirmCommand struct {
	Time   string        `placeholder:"TIME" help:"What time it is: 2026-05-04 10:11[:12] in UTC, or with an offset: 2026-05-04T12:11:12+02:00. Default: what the node shows is right."`
	Within time.Duration `default:"1m" help:"How wrong that may be, 1s to 1h."`
	Yes    bool          `short:"y" help:"Do not ask."`
	JSON   bool          `name:"json" help:"Print the answer as JSON."`
}

func (clockConfirmCommand) Help() string {
	return `Look at another clock first: on your word messages expire and old keys are erased. It is recorded in the audit log, and holds until the node stops.

Examples:
  blackstart clock confirm
  blackstart clock confirm --time "2026-05-04 10:11:30" --within 10s`
}

func (c *clockConfirmCommand) Run(w *world) error {
	body := wire.Confirmation{Within: c.Within.String()}
	if c.Time != "" {
		t, err := parseTime(c.Time)
		if err != nil {
			return err
		}
		body.Time = t.Format(time.RFC3339)
	}
	return w.call(func(ctx context.Context, api *client.Client) error {
		if !c.Yes {
			s, err := api.Status(ctx)
			if err != nil {
				return err
			}
			if err := c.ask(s, body.Time); err != nil {
				return err
			}
		}
		return c.tell(ctx, w, api, body)
	})
}

// ask has a person look at the time once more.
func (c *clockConfirmCommand) ask(s wire.Status, given string) error {
	at := s.Time
	if given != "" {
		at, _ = time.Parse(time.RFC3339, given) // it was formatted so
	}
	question := fmt.Sprintf("Is it now %s, give or take %v?", utcAndHere(at), c.Within)
	if off := at.Sub(s.Time).Round(time.Second); s.Clock.Quality != "unknown" && math.Abs(off.Seconds()) > s.ClockBoundS+c.Within.Seconds() {
		question = fmt.Sprintf("The node goes by another time, %s, from %s.\n%s", utc(s.Time), sourceText(s.Clock.Source), question)
	}
	return console.Sure(question, "look at another clock and give --yes", "nothing was done: the node goes by the time that it had")
}

func (c *clockConfirmCommand) tell(ctx context.Context, w *world, api *client.Client, body wire.Confirmation) error {
	s, err := api.ConfirmTime(ctx, body)
	if err != nil {
		return err
	}
	if c.JSON {
		return console.JSON(w.out, s)
	}
	_, err = fmt.Fprintf(w.out, "the node goes by %s\n", strings.Join(clockLines(s.Time, s.ClockBoundS, s.Clock), "\n  "))
	return err
}

// parseTime reads a time as people write it.
func parseTime(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, console.Faultf(console.Usage, `write it like "2026-05-04 10:11:12", in UTC`, "--time %q is not a time", text)
}
