package main

import (
	"fmt"
	"os"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/demo"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type demoCommand struct {
	Script bool          `help:"Tell the story of a blackout and end; exit code 0 only if all went well."`
	Radio  string        `enum:"kiss,rnode,meshtastic,meshcore-kiss,pipe,ebyte,rylr,rui3,rn2483,direwolf" default:"kiss" help:"Radio of each station: kiss (a packet modem) or rnode or meshtastic or meshcore-kiss or ebyte or rylr or rui3 or rn2483 (LoRa) or pipe (a transparent data radio), emulated; or direwolf: real modems joined by sound (Linux, Dire Wolf installed)."`
	Rate   int           `enum:"1200,9600" default:"1200" help:"Speed of packet modems in bit/s: 1200 or 9600."`
	Kills  int           `help:"With --script: instead of the story, end nodes at so many moments (kill -9)." placeholder:"N"`
	Seed   uint64        `help:"Of these moments and of the channel (default: by the clock)." placeholder:"S"`
	Limit  time.Duration `default:"10m" help:"With --script: how long delivery may take."`
	Keep   bool          `help:"Leave the folders and logs of the nodes."`
	JSON   bool          `name:"json" help:"With --script: print the result as JSON."`
}

func (demoCommand) Help() string {
	return `Needs no hardware, no privileges and no network. crew-1, crew-2 and substation share a half-duplex radio channel; substation and control share a LAN. Each node is a process of its own with its own keys and store.

Examples:
  blackstart demo
  blackstart demo --script
  blackstart demo --radio rnode
  blackstart demo --script --rate 9600 --kills 10 --seed 7 --json`
}

func (c *demoCommand) Run(w *world) error {
	if !c.Script && (c.Kills > 0 || c.JSON) {
		return console.Faultf(console.Usage, "add --script", "--kills and --json belong to --script")
	}
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if c.Seed == 0 {
		c.Seed = uint64(w.now().UnixNano())
	}
	ctx, stop := interrupted()
	defer stop()
	return demo.Run(ctx, demo.Options{Script: c.Script, Radio: c.Radio, Rate: c.Rate, Kills: c.Kills, Seed: c.Seed,
		Limit: c.Limit, JSON: c.JSON, Keep: c.Keep, Exe: exe, Out: w.out, Err: w.err})
}
