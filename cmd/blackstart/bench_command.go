package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/bench"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type benchCommand struct {
	Air    benchAirCommand    `cmd:"" help:"Bytes on the air for one message over one hop."`
	Store  benchStoreCommand  `cmd:"" help:"Durable messages per second."`
	LAN    benchLANCommand    `cmd:"" name:"lan" help:"Nodes on loopback: messages per second, latency, loss."`
	Start  benchStartCommand  `cmd:"" help:"A node with many stored messages: time to start, memory, size."`
	Revoke benchRevokeCommand `cmd:"" help:"Bytes on the air and time to lock nodes out."`
	Seal   benchSealCommand   `cmd:"" help:"Cryptography of one message on one processor."`
	Radio  benchRadioCommand  `cmd:"" help:"Fragments to bring a long message to several listeners of a radio that loses frames."`

	Access  benchAccessCommand  `cmd:"" help:"How nodes share one radio channel under load, FLASH and ROUTINE."`
	Preempt benchPreemptCommand `cmd:"" help:"How long a FLASH waits behind a long message on LoRa."`
	Kernel  benchKernelCommand  `cmd:"" help:"What the simulator stands on: events and node-seconds for a second of processor time."`
	Goodput benchGoodputCommand `cmd:"" help:"Text over two real packet modems (Dire Wolf) against what they carry at most."`

	LanNode benchLanNodeCommand `cmd:"" name:"lan-node" hidden:""`
}

func (benchCommand) Help() string {
	return `Measures on this machine and prints a table, or with --json one object of the same shape for every bench.

Examples:
  blackstart bench air --messages texts.txt
  blackstart bench store --json
  blackstart bench lan --nodes 5
  blackstart bench start --wait 60s
  blackstart bench revoke --nodes 1000 --revoked 1
  blackstart bench seal
  blackstart bench radio --json
  blackstart bench access --runs 2
  blackstart bench preempt
  blackstart bench kernel --json
  blackstart bench goodput --persist 63 --slot 100ms`
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

type benchLANCommand struct {
	Nodes    int           `default:"5" help:"Processes."`
	Rate     float64       `default:"1000" help:"Messages a second in all, at which latency is measured."`
	Duration time.Duration `default:"20s" help:"Of each of the two loads."`
	Settle   time.Duration `default:"30s" help:"How long what was accepted may take to arrive everywhere."`
	benchDir
	benchOutput
}

func (c *benchLANCommand) Run(w *world) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if c.Nodes < 2 || c.Nodes > 16 || c.Rate <= 0 || c.Duration <= 0 {
		return console.Faultf(console.Usage, "", "--nodes is 2 to 16; --rate and --duration are above 0")
	}
	return benchRun(c.benchOutput, w, func(ctx context.Context) (*bench.Report, error) {
		return bench.LAN(ctx, bench.LANOptions{Nodes: c.Nodes, Rate: c.Rate, Duration: c.Duration, Settle: c.Settle,
			Dir: c.Temp, Command: []string{exe, "bench", "lan-node"}})
	})
}

type benchStartCommand struct {
	Messages int           `default:"100000" help:"Stored messages."`
	Live     []int         `placeholder:"N" help:"How many of them are not expired; may be repeated (default: all, and 1000)."`
	Wait     time.Duration `default:"60s" help:"From ready until memory is read."`
	benchDir
	benchOutput
}

func (c *benchStartCommand) Run(w *world) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if len(c.Live) == 0 {
		c.Live = []int{c.Messages, min(1000, c.Messages)}
	}
	for _, live := range c.Live {
		if c.Messages < 1 || live < 0 || live > c.Messages {
			return console.Faultf(console.Usage, "", "--messages is at least 1, and --live not more than that")
		}
	}
	return benchRun(c.benchOutput, w, func(ctx context.Context) (*bench.Report, error) {
		return bench.Start(ctx, bench.StartOptions{Stored: c.Messages, Live: c.Live, Wait: c.Wait, Dir: c.Temp, Exe: exe})
	})
}

type benchRevokeCommand struct {
	Nodes   int    `placeholder:"N" help:"In the network (default: 1000 with 1 and with 5 revoked, and 10000 with 10)."`
	Revoked int    `placeholder:"N" help:"Of them, with one key block (default with --nodes: 1)."`
	Seed    uint64 `default:"1" help:"Of the choices of nodes."`
	Rounds  int    `default:"200" help:"Choices that the means are over."`
	benchOutput
}

func (c *benchRevokeCommand) Run(w *world) error {
	cases := []bench.RevokeCase{{Nodes: 1000, Revoked: 1}, {Nodes: 1000, Revoked: 5}, {Nodes: 10000, Revoked: 10}}
	if c.Nodes != 0 || c.Revoked != 0 {
		one := bench.RevokeCase{Nodes: cmp.Or(c.Nodes, 1000), Revoked: cmp.Or(c.Revoked, 1)}
		if one.Nodes < 2 || one.Nodes > int(ident.MaxNumber) || one.Revoked < 1 || one.Revoked >= one.Nodes {
			return console.Faultf(console.Usage, "", "--nodes is 2 to %d, and --revoked 1 or more and less than that", ident.MaxNumber)
		}
		cases = []bench.RevokeCase{one}
	}
	if c.Rounds < 1 {
		return console.Faultf(console.Usage, "", "--rounds is at least 1")
	}
	r, err := bench.Revoke(bench.RevokeOptions{Cases: cases, Seed: c.Seed, Rounds: c.Rounds})
	return c.print(w.out, r, err)
}

type benchSealCommand struct {
	Rounds int           `default:"9" help:"Of each measurement; the median counts."`
	Round  time.Duration `default:"100ms" help:"Processor time of a round, at least."`
	benchOutput
}

func (c *benchSealCommand) Run(w *world) error {
	if c.Rounds < 1 || c.Round <= 0 {
		return console.Faultf(console.Usage, "", "--rounds is at least 1, --round above 0")
	}
	r, err := bench.Seal(bench.PaceOptions{Rounds: c.Rounds, Round: c.Round})
	return c.print(w.out, r, err)
}

type benchKernelCommand struct {
	Rounds  int           `default:"5" help:"Of each measurement; the median counts."`
	Round   time.Duration `default:"300ms" help:"Processor time of a round, at least."`
	Pending []int         `default:"1000,10000,100000" help:"Events to come, for each of which the agenda is measured."`
	Nodes   []int         `default:"200,1000,5000" help:"Sizes for which the radio model is measured."`
	County  int           `default:"1000" help:"How many real nodes are idle in a county; 0 leaves that out."`
	Seed    uint64        `default:"1" help:"Of all chance."`
	benchOutput
}

// maxKernel bounds what bench kernel holds in memory.
const maxKernel = 10_000_000

func (c *benchKernelCommand) Run(w *world) error {
	if c.Rounds < 1 || c.Round <= 0 {
		return console.Faultf(console.Usage, "", "--rounds is at least 1, --round above 0")
	}
	for _, n := range c.Pending {
		if n < 1 || n > maxKernel {
			return console.Faultf(console.Usage, "", "--pending is 1 to %d", maxKernel)
		}
	}
	for _, n := range c.Nodes {
		if n < 2 || n > int(ident.MaxNumber) {
			return console.Faultf(console.Usage, "", "--nodes is 2 to %d", ident.MaxNumber)
		}
	}
	if c.County < 0 || c.County > int(ident.MaxNumber) {
		return console.Faultf(console.Usage, "", "--county is 0 to %d", ident.MaxNumber)
	}
	r, err := bench.Kernel(bench.KernelOptions{PaceOptions: bench.PaceOptions{Rounds: c.Rounds, Round: c.Round},
		Pending: c.Pending, Nodes: c.Nodes, County: c.County, Seed: c.Seed})
	return c.print(w.out, r, err)
}

type benchPreemptCommand struct {
	Rounds int    `default:"300" help:"Moments at which a FLASH comes."`
	Seed   uint64 `default:"1" help:"Of all chance."`
	benchOutput
}

func (c *benchPreemptCommand) Run(w *world) error {
	if c.Rounds < 1 {
		return console.Faultf(console.Usage, "", "--rounds is at least 1")
	}
	r, err := bench.Preempt(bench.PreemptOptions{Rounds: c.Rounds, Seed: c.Seed})
	return c.print(w.out, r, err)
}

type benchAccessCommand struct {
	Runs int    `default:"48" help:"Of each network, each with another seed."`
	Seed uint64 `default:"1" help:"Of the first run."`
	benchOutput
}

func (c *benchAccessCommand) Run(w *world) error {
	if c.Runs < 1 {
		return console.Faultf(console.Usage, "", "--runs is at least 1")
	}
	r, err := bench.Access(bench.AccessOptions{Runs: c.Runs, Seed: c.Seed})
	return c.print(w.out, r, err)
}

type benchGoodputCommand struct {
	Messages int           `default:"5" help:"Sent one after the other."`
	Bytes    int           `default:"2000" help:"Of text in each."`
	Baud     int           `default:"1200" enum:"1200,2400,9600" help:"Rate of the modems."`
	MTU      int           `name:"mtu" default:"400" help:"Longest frame of the nodes."`
	Persist  int           `default:"255" help:"Chance to transmit in a free slot, (persist+1)/256."`
	Slot     time.Duration `default:"10ms" help:"Time between two draws."`
	Frames   int           `default:"12" help:"That the modem alone is given, of 250 bytes."`
	benchDir
	benchOutput
}

func (c *benchGoodputCommand) Run(w *world) error {
	if c.Messages < 1 || c.Messages > bench.MaxGoodput || c.Frames < 1 || c.Frames > bench.MaxGoodput || c.Bytes < 1 || c.Bytes > mesh.MaxText {
		return console.Faultf(console.Usage, "", "--messages and --frames are 1 to %d, --bytes 1 to %d", bench.MaxGoodput, mesh.MaxText)
	}
	return benchRun(c.benchOutput, w, func(ctx context.Context) (*bench.Report, error) {
		return bench.Goodput(ctx, bench.GoodputOptions{Messages: c.Messages, Bytes: c.Bytes, Baud: c.Baud, MTU: c.MTU,
			Persist: c.Persist, Slot: c.Slot, Frames: c.Frames, Dir: c.Temp})
	})
}

// benchLanNodeCommand is one process of bench lan.
type benchLanNodeCommand struct{}

func (benchLanNodeCommand) Run(w *world) error { return bench.LanNode(w.in, w.out) }

type benchRadioCommand struct {
	Trials int `default:"400" help:"Transfers of each case."`
	benchOutput
}

func (c *benchRadioCommand) Run(w *world) error {
	if c.Trials < 1 {
		return console.Faultf(console.Usage, "", "--trials is 1 or more")
	}
	return benchRun(c.benchOutput, w, func(ctx context.Context) (*bench.Report, error) {
		return bench.Radio(ctx, bench.RadioOptions{Trials: c.Trials})
	})
}
