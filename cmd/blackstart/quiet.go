package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type quietCommand struct {
	Act  string        `arg:"" optional:"" enum:"show,on,off" default:"show" help:"on, off, or show what holds."`
	For  time.Duration `placeholder:"30m" help:"End by itself after this time. Default: until it is switched off."`
	Link int           `default:"-1" placeholder:"N" help:"One radio only, by its number in blackstart radio who."`
	JSON bool          `name:"json" help:"Print what holds as JSON."`
}

func (quietCommand) Help() string {
	return `Radio silence: on, the node transmits nothing on its radios, not even FLASH; it goes on listening, and on the LAN nothing changes. What is written meanwhile waits, and leaves when the silence ends. It holds over a restart and is kept in the audit log. A frame that the radio has already still goes out, and so does what a radio sends by itself.

Examples:
  blackstart quiet on --for 30m
  blackstart quiet on --link 1
  blackstart quiet off
  blackstart quiet --json`
}

func (c *quietCommand) Run(w *world) error {
	return w.call(func(ctx context.Context, api *client.Client) error {
		now := wire.QuietState{Quiet: []wire.Quiet{}} // in JSON a list, also where nothing holds
		if c.Act == "show" {
			s, err := api.Status(ctx)
			if err != nil {
				return err
			}
			now.Quiet = append(now.Quiet, s.Quiet...)
		} else {
			ask := wire.QuietRequest{Act: c.Act}
			if c.For != 0 {
				ask.For = c.For.String()
			}
			if c.Link >= 0 {
				ask.Link = strconv.Itoa(c.Link)
			}
			told, err := api.Quiet(ctx, ask)
			if err != nil {
				if c.Act == "on" { // a full disk, say: whoever stands beside blasting caps has to know
					fmt.Fprintln(w.err, "RADIO SILENCE WAS NOT SWITCHED ON. If it has to be: stop the node, or take the power from the radio.")
				}
				return err
			}
			now.Quiet = append(now.Quiet, told.Quiet...)
		}
		if c.JSON {
			return console.JSON(w.out, now)
		}
		for _, line := range quietLines(now.Quiet) {
			fmt.Fprintln(w.out, line)
		}
		if len(now.Quiet) == 0 {
			fmt.Fprintln(w.out, "no radio silence: the radios transmit")
		}
		return nil
	})
}

// quietLines says for each radio silence what it means.
func quietLines(list []wire.Quiet) (lines []string) {
	for _, q := range list {
		where, until := "no radio of this node transmits", "until it is switched off: blackstart quiet off"
		if q.Name != "" {
			where = "nothing is transmitted on " + harmless(q.Name)
		}
		if q.Until != nil {
			until = "until " + q.Until.Local().Format(time.DateTime)
		}
		lines = append(lines, fmt.Sprintf("RADIO SILENCE: %s, FLASH neither, %s", where, until))
	}
	return lines
}
