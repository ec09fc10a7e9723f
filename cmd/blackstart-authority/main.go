// Command blackstart-authority is the offline key tool of an operator: it
// makes a network, enrols nodes, and writes the network file that every node
// joins with. It never touches a network; its dependency tree holds no net and
// no crypto/x509.
package main

import (
	"io"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

const program = "blackstart-authority"

type commands struct {
	Create  createCommand  `cmd:"" help:"Make a new network: its root key and its secrets."`
	Enrol   enrolCommand   `cmd:"" help:"Make nodes members from their request files; writes the network file."`
	List    listCommand    `cmd:"" help:"List the members."`
	Network networkCommand `cmd:"" help:"Write the network file that the nodes join with."`
	Show    showCommand    `cmd:"" help:"Show the network, its check code and the log of operations."`
}

const description = `The offline authority of a Blackstart network.

Keep the folder on a machine without network, and a copy of it in a safe. What a node needs goes by USB stick or mail:

  blackstart init --name crew-1 --request crew-1.request     (on the node)
  blackstart-authority create --name "North Grid" /safe/north
  blackstart-authority enrol /safe/north crew-1.request --rights flash
  blackstart-authority network /safe/north -o north.network
  blackstart join north.network                              (on the node)

` + console.ExitCodes

// world is what the commands use of the machine.
type world struct {
	out, err io.Writer
	now      func() time.Time
	entropy  io.Reader
}

func main() {
	os.Exit(run(os.Args[1:], newWorld()))
}

func run(args []string, w world) int {
	var c commands
	parser, err := kong.New(&c, kong.Name(program), kong.Description(description),
		kong.Writers(w.out, w.err), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))
	if err != nil {
		return console.Report(w.err, program, err)
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return console.Report(w.err, program, console.Wrap(console.Usage, "see "+program+" --help", err))
	}
	return console.Report(w.err, program, ctx.Run(w))
}
