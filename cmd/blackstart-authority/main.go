// Command blackstart-authority is the offline key tool of an operator: it
// makes a network, enrols and locks out nodes, and writes the network file that
// every node joins with. It never touches a network; its dependency tree holds no net and
// no crypto/x509.
package main

import (
	"os"

	"github.com/alecthomas/kong"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/nodump"
)

const program = "blackstart-authority"

type commands struct {
	Create     createCommand     `cmd:"" help:"Make a new network: its root key and its secrets."`
	Enrol      enrolCommand      `cmd:"" help:"Make nodes members from their request files; writes the network file."`
	Grant      grantCommand      `cmd:"" help:"Give members rights or groups."`
	Withdraw   withdrawCommand   `cmd:"" help:"Take rights or groups from members."`
	Group      groupCommand      `cmd:"" help:"Make a group."`
	Revoke     revokeCommand     `cmd:"" help:"Lock nodes out for good, with a key block."`
	Reinstate  reinstateCommand  `cmd:"" help:"Let a node that was locked out back in, under a new number."`
	Spare      spareCommand      `cmd:"" help:"Register a spare device ahead of time."`
	Replace    replaceCommand    `cmd:"" help:"Put a spare in the place of a dead node."`
	Rotate     rotateCommand     `cmd:"" help:"Move the network to a fresh secret, with nobody new locked out."`
	Generation generationCommand `cmd:"" help:"Begin a new generation of the key tree."`
	Package    packageCommand    `cmd:"" help:"Put the keys of members into the network file again."`
	Joined     joinedCommand     `cmd:"" help:"Note that members have their keys: the network file leaves them out."`
	CommitRoot commitRootCommand `cmd:"" help:"Make the next root key, and promise it."`
	RotateRoot rotateRootCommand `cmd:"" help:"Change to the root key that was promised."`
	Plan       planCommand       `cmd:"" help:"Radio plans: channels, powers and limits of the whole network."`
	Person     personCommand     `cmd:"" help:"Credentials of persons."`
	List       listCommand       `cmd:"" help:"List the members."`
	Network    networkCommand    `cmd:"" aliases:"export" help:"Write the network file that the nodes join with."`
	Show       showCommand       `cmd:"" help:"Show the network, its check code and the log of operations."`
	Passphrase passphraseCommand `cmd:"" help:"Change the passphrase of the folder."`
	Shares     sharesCommand     `cmd:"" help:"Shares of the key: who has them, split it anew."`
	Recover    recoverCommand    `cmd:"" help:"Go on from a copy of the folder, and tell what may be lost."`
	Destroy    destroyCommand    `cmd:"" help:"Overwrite the keys: the network can never be changed again."`
}

const description = `The offline authority of a Blackstart network.

Keep the folder on a machine without network, and a copy of it in a safe. What a node needs goes by USB stick or mail:

  blackstart init --name crew-1 --request crew-1.request     (on the node)
  blackstart-authority create --name "North Grid" /safe/north
  blackstart-authority enrol /safe/north crew-1.request --rights flash
  blackstart-authority network /safe/north -o north.network
  blackstart join north.network                              (on the node)

` + console.ExitCodes

func main() {
	nodump.Forbid()
	os.Exit(run(os.Args[1:], newWorld()))
}

func run(args []string, w world) int {
	w.locks = &locks{}
	defer w.locks.release()
	var c commands
	parser, err := kong.New(&c, kong.Name(program), kong.Description(description),
		kong.Writers(w.out, w.err), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))
	if err != nil {
		return console.Report(w.err, program, err)
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return console.Report(w.err, program, console.Misused(program, err))
	}
	return console.Report(w.err, program, ctx.Run(w))
}
