package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

// andThen waits for the restarted node, and shows who hears it.
func (c *radioSetupCommand) andThen(w *world, url string) error {
	limit := c.Who
	if limit == 0 {
		if c.Yes {
			return nil
		}
		limit = 2 * time.Minute
		said, err := console.Choice("Enter when the node runs again, n to end here", "wait", "give --who 2m")
		if err != nil || strings.HasPrefix(strings.ToLower(said), "n") {
			return err
		}
	}
	fmt.Fprintf(w.err, "waiting up to %v for somebody who hears this node ...\n", limit)
	ctx, stop := interrupted()
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		report, err := whoOf(ctx, w, url)
		done := err == nil && len(report.Links) > 0 && report.Links[0].HearsYou >= max(1, report.Links[0].Expect)
		if done {
			return report.print(w.out)
		}
		select {
		case <-tick.C:
			continue
		case <-ctx.Done():
		}
		if err == nil && len(report.Links) == 0 {
			err = console.Faultf(console.Failure, "restart the node", "the node that runs has no link %s", console.Plain(url))
		}
		if err == nil {
			err = report.print(w.out)
		}
		if err == nil {
			err = report.verdict()
		}
		return err
	}
}

// whoOf is the report on one link of the running node.
func whoOf(ctx context.Context, w *world, url string) (whoReport, error) {
	api, err := w.reach()
	if err != nil {
		return whoReport{}, err
	}
	defer api.Close()
	s, err := api.Status(ctx)
	if err != nil {
		return whoReport{}, answered(err)
	}
	if n, ok := linkAt(s.Links, url); ok {
		return who(s, -1, n), nil
	}
	return whoReport{}, nil
}

// linkAt returns the number of the link at the port of a URL. Its name may be another: one
// on a channel of the radio plan has that channel's parameters in it.
func linkAt(list []wire.Link, url string) (int, bool) {
	for _, l := range list {
		if links.Clash([]string{l.Name}, url) != "" {
			return l.Link, true
		}
	}
	return 0, false
}
