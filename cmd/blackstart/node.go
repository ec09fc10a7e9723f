package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/daemon"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/gps"
	"github.com/blackstart-mesh/blackstart/mesh/p2p"
)

type nodeCommand struct {
	Link       []string `placeholder:"URL" help:"Use these links instead of the configured ones; may be repeated."`
	Listen     string   `placeholder:"ADDRESS" help:"Use this address instead of the configured one."`
	LogLevel   string   `placeholder:"LEVEL" help:"debug, info, warn or error."`
	WithParent bool     `hidden:"" help:"Stop when standard input ends: the demo's nodes end with it, however it ends."`
	PrintPage  bool     `help:"Print the address of the web page to standard output. It holds the secret token."`
	unlockFlags
}

func (nodeCommand) Help() string {
	return `Runs until SIGINT or SIGTERM, then exits with 0. The log goes to standard error. A radio that is missing is no error: its link is tried again for as long as the node runs, and blackstart status says so.

node.yaml in the node's folder is the configuration; it documents itself.

Examples:
  blackstart node
  blackstart node --key-file /media/stick/node.key
  blackstart --dir /var/lib/blackstart node --log-level debug`
}

func (c *nodeCommand) Run(w *world) error {
	d, conf, err := c.open(w)
	if err != nil {
		return err
	}
	if err := c.override(&conf); err != nil {
		return err
	}
	for i, u := range conf.Links {
		if err := links.Check(u, conf.AirtimeLicence); err != nil {
			return console.Wrap(console.Usage, "correct the link; "+device.ConfigFile(w.dir)+" describes the URLs, and blackstart radio kinds lists what each takes", err)
		}
		if other := links.Clash(conf.Links[:i], u); other != "" {
			return console.Faultf(console.Usage, "take one of them out of "+device.ConfigFile(w.dir), "two links are at one port: %s and %s", console.Plain(other), console.Plain(u))
		}
	}
	if conf.Clock != "" {
		if err := gps.Check(conf.Clock); err != nil {
			return console.Wrap(console.Usage, "correct clock in "+device.ConfigFile(w.dir), err)
		}
	}
	ctx, stop := interrupted()
	defer stop()
	if c.WithParent {
		var parentGone context.CancelFunc
		ctx, parentGone = context.WithCancel(ctx)
		go func() {
			_, _ = io.Copy(io.Discard, w.in) // its end is what counts
			parentGone()
		}()
	}
	p2p.LibraryLog(logTo(w.err, conf, slog.LevelError)) // in the log's form, not between its lines
	o := daemon.Options{Device: d, Config: conf, Log: slog.New(logTo(w.err, conf, conf.LogLevel)), Version: version()}
	if c.PrintPage {
		o.Ready = func(address, token string) {
			if strings.HasPrefix(address, "unix:") {
				return // browsers cannot open a socket
			}
			fmt.Fprintln(w.out, device.PageURL(address, token))
		}
	}
	err = daemon.Run(ctx, o)
	if err == nil {
		o.Log.Info("node stopped")
	}
	return fault(err)
}

func (c *nodeCommand) override(conf *config.Config) error {
	if len(c.Link) > 0 {
		conf.Links = c.Link
	}
	if c.Listen != "" {
		conf.Listen = c.Listen
	}
	if c.LogLevel != "" {
		if err := conf.LogLevel.UnmarshalText([]byte(c.LogLevel)); err != nil {
			return console.Faultf(console.Usage, "", "--log-level: %q, want debug, info, warn or error", c.LogLevel)
		}
	}
	return nil
}

// logTo writes what is at least of a level in the form that is configured.
func logTo(w io.Writer, c config.Config, level slog.Leveler) slog.Handler {
	o := &slog.HandlerOptions{Level: level}
	if c.LogFormat == config.LogJSON {
		return slog.NewJSONHandler(w, o)
	}
	return slog.NewTextHandler(w, o)
}
