package main

import (
	"context"
	"io"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/bench"
)

type benchCommand struct {
	Air   benchAirCommand   `cmd:"" help:"Bytes on the air for one message over one hop."`
	Store benchStoreCommand `cmd:"" help:"Durable messages per second."`
}

func (benchCommand) Help() string {
	return `Measures on this machine and prints a table, or with --json one object of the same shape for every bench.

Examples:
  blackstart bench air --messages texts.txt
  blackstart bench store --json
  blackstart bench lan --nodes 5
  blackstart bench start --wait 60s`
}

// benchOutput is how every bench prints its report.
type benchOutput struct {
	JSON bool `name:"json" help:"Print the report as JSON."`
}

func (o benchOutput) print(w io.Writer, r *bench.Report, err error) error {
	if err != nil {
		return err
	}
	if o.JSON {
		return r.WriteJSON(w)
	}
	return r.WriteTable(w)
}

// benchDir is where a bench makes its stores.
type benchDir struct {
	Temp string `placeholder:"DIR" type:"existingdir" help:"Make the stores below this folder, to measure its disk (default: the system's for temporary files)."`
}

type benchAirCommand struct {
	Messages string `placeholder:"FILE" help:"Texts, one a line, instead of the fixed list."`
	benchOutput
}

func (c *benchAirCommand) Run(w *world) error {
	r, err := bench.Air(c.Messages)
	return c.print(w.out, r, err)
}

type benchStoreCommand struct {
	Duration time.Duration `default:"5s" help:"Of each measurement."`
	benchDir
	benchOutput
}

func (c *benchStoreCommand) Run(w *world) error {
	return benchRun(c.benchOutput, w, func(ctx context.Context) (*bench.Report, error) {
		return bench.Store(ctx, bench.StoreOptions{Duration: c.Duration, Dir: c.Temp})
	})
}

// benchRun runs a bench that an interrupt ends.
func benchRun(o benchOutput, w *world, run func(context.Context) (*bench.Report, error)) error {
	ctx, stop := interrupted()
	defer stop()
	r, err := run(ctx)
	return o.print(w.out, r, err)
}
