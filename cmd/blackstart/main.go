// Command blackstart is a node of a Blackstart network, and the command line of
// its users.
package main

import (
	"os"

	"github.com/alecthomas/kong"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/nodump"
)

const program = "blackstart"

type commands struct {
	Dir string `short:"d" env:"BLACKSTART_DIR" help:"Folder of the node (default: ${dir})." placeholder:"DIR"`

	Init     initCommand     `cmd:"" group:"Set up:" help:"Make a node: its keys, its folder and a request to the authority."`
	Join     joinCommand     `cmd:"" group:"Set up:" help:"Join a network with the authority's network file, or take a newer one."`
	Request  requestCommand  `cmd:"" group:"Set up:" help:"Show the request for the authority, or make a fresh one."`
	Radio    radioCommand    `cmd:"" group:"Set up:" help:"Look at radios: list, probe, test two, monitor."`
	Node     nodeCommand     `cmd:"" group:"Run:" help:"Run the node until it is stopped."`
	Demo     demoCommand     `cmd:"" group:"Run:" help:"Run a network of four nodes on this machine, without radios."`
	Sim      simCommand      `cmd:"" group:"Run:" help:"Simulate whole networks: run scenarios, compare protocols."`
	Send     sendCommand     `cmd:"" group:"Use:" help:"Send a message to a node, a group or a role."`
	Inbox    inboxCommand    `cmd:"" group:"Use:" help:"Show messages."`
	Order    orderCommand    `cmd:"" group:"Use:" help:"Order something: short-lived, signed, to be read back."`
	Readback readbackCommand `cmd:"" group:"Use:" help:"Read an order back: you have it, and what you will do."`
	Confirm  confirmCommand  `cmd:"" group:"Use:" help:"Confirm that a read-back is right."`
	Cancel   cancelCommand   `cmd:"" group:"Use:" help:"Cancel an order."`
	Shift    shiftCommand    `cmd:"" group:"Use:" help:"Begin or end a shift on this device, or see who works where."`
	Group    groupCommand    `cmd:"" group:"Use:" help:"Renew the key of a group, as its administrator."`
	Nodes    nodesCommand    `cmd:"" group:"Use:" help:"Show whom one can write to: nodes, groups and duties."`
	Quiet    quietCommand    `cmd:"" group:"Use:" help:"Keep radio silence: transmit nothing on radios, FLASH neither, and go on listening."`
	Status   statusCommand   `cmd:"" group:"Use:" help:"Show the node, its links and its neighbours."`
	Suspend  suspendCommand  `cmd:"" group:"Use:" help:"Lock a stolen node out until the authority decides, or see who is."`
	Page     pageCommand     `cmd:"" group:"Use:" help:"Print the address of the node's web page. It holds the secret token."`
	Clock    clockCommand    `cmd:"" group:"Keep:" help:"Show what time the node goes by, and who says so; confirm it."`
	Audit    auditCommand    `cmd:"" group:"Keep:" help:"Show the record of what was done with this node."`
	Evidence evidenceCommand `cmd:"" group:"Keep:" help:"Export what proves a message to a third person, or check it."`
	Key      keyCommand      `cmd:"" group:"Keep:" help:"Show or change what opens the node: passphrase, key file or key command."`
	Backup   backupCommand   `cmd:"" group:"Keep:" help:"Back up the node into one sealed file, whether it runs or not."`
	Restore  restoreCommand  `cmd:"" group:"Keep:" help:"Make a node's folder of a backup."`
	Zeroize  zeroizeCommand  `cmd:"" group:"Keep:" help:"Make the node unreadable at once and for good."`
	Check    checkCommand    `cmd:"" group:"Keep:" help:"Verify the store of a node that is not running."`
	Bench    benchCommand    `cmd:"" group:"Keep:" help:"Measure what this machine and this version achieve."`
	Version  versionCommand  `cmd:"" group:"Keep:" help:"Print the version."`
}

const description = `Messaging that still works when everything else is down.

  blackstart demo                    four nodes on this machine, without radios
  blackstart init --name crew-1      make a node
  blackstart join north.network      join the network, with the file of the authority
  blackstart node                    run it
  blackstart send all "feeder 7 is dead, no one hurt" --precedence flash

` + console.ExitCodes

func main() {
	nodump.Forbid()
	os.Exit(run(os.Args[1:], newWorld()))
}

// run carries out one command line and returns its exit code.
func run(args []string, w *world) int {
	var c commands
	parser, err := kong.New(&c, kong.Name(program), kong.Description(description),
		kong.Writers(w.out, w.err), kong.Vars{"dir": defaultDir()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))
	if err != nil {
		return console.Report(w.err, program, err)
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return console.Report(w.err, program, console.Misused(program, err))
	}
	if w.dir = c.Dir; w.dir == "" {
		w.dir = defaultDir()
	}
	if c.Dir != os.Getenv("BLACKSTART_DIR") {
		w.named = c.Dir
	}
	return console.Report(w.err, program, w.advised(ctx.Run(w)))
}
