package main

import (
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type joinCommand struct {
	File string `arg:"" help:"The network file; - is standard input."`
	Code string `placeholder:"CODE" help:"The network's check code, as the authority shows it; asked for at the first join."`
	Yes  bool   `short:"y" help:"Do not ask: the check code was compared already."`
	JSON bool   `name:"json" help:"Print the result as JSON."`
	unlockFlags
}

func (joinCommand) Help() string {
	return `At the first join compare the check code with what the authority shows: it pins the network's root key, and from then on only files of this authority are taken. A newer file is taken the same way; a node that runs takes it by itself within seconds, and hands it on to its IP neighbours: join with it at one of them.

Examples:
  blackstart join north.network
  blackstart join north.network --code "DBVD O33J L6CX HWCF"`
}

type joined struct {
	Network   string `json:"network"`
	CheckCode string `json:"check_code"`
	Serial    uint64 `json:"serial"`
	Node      uint16 `json:"node"`
	Name      string `json:"name"`
	Nodes     int    `json:"nodes"`
	First     bool   `json:"first"`
	Changed   bool   `json:"changed"`
}

func (c *joinCommand) Run(w *world) error {
	f, err := c.read(w)
	if err != nil {
		return fault(about(c.File, err))
	}
	d, _, err := c.open(w)
	if err != nil {
		return err
	}
	offer, err := d.Offer(f)
	if err != nil {
		return fault(about(c.File, err))
	}
	if err := c.confirm(w, f, offer); err != nil {
		return err
	}
	j, err := d.Join(f, whoami(), clock.WallOf(w.now()))
	if err != nil {
		return fault(about(c.File, err))
	}
	warnDay(w, j.Network)
	return c.print(w, j)
}

// warnDay says when this node's certificate is not valid today. It stops nothing:
// it may be the clock that is wrong.
func warnDay(w *world, n *enrol.Network) {
	if err := n.CheckDay(clock.WallOf(w.now()).Day()); err != nil {
		fmt.Fprintf(w.err, "blackstart: warning: %v\nblackstart: hint: %s\n", err, enrol.Hint(err))
	}
}

func (c *joinCommand) read(w *world) (*enrol.File, error) {
	text, err := w.read(c.File, enrol.MaxFileText)
	if err != nil {
		return nil, err
	}
	return enrol.ParseFile(text)
}

// confirm has the root's check code compared, by a flag or by a person.
func (c *joinCommand) confirm(w *world, f *enrol.File, offer device.Joined) error {
	code := enrol.RootCode(f.Root)
	if c.Code != "" {
		want, err := enrol.ParseCode(c.Code)
		if err != nil {
			return console.Wrap(console.Usage, "", about("--code", err))
		}
		// A root that this node pinned itself is as good: Open has followed it
		// to the present one.
		pinned := func(root ident.SignKey) bool { return enrol.RootCode(root) == want }
		if want != code && (offer.First || !slices.ContainsFunc(offer.Network.Lineage.Roots, pinned)) {
			return console.Faultf(console.Untrusted, "have the network file sent again another way",
				"the file's check code is %s, not %s; nothing was changed", code, want)
		}
		return nil
	}
	if c.Yes || !offer.First {
		return nil
	}
	fmt.Fprintf(w.err, "network     %s\ncheck code  %s\n", f.Name, code)
	same, err := console.Confirm("does the authority show the same code?", "compare the codes and give --code")
	if err != nil {
		return err
	}
	if !same {
		return console.Faultf(console.Untrusted, "have the network file sent again another way", "the check code differs; nothing was changed")
	}
	return nil
}

func (c *joinCommand) print(w *world, j device.Joined) error {
	n := j.Network
	cert, _ := n.Roster.Certificate(n.Self)
	if c.JSON {
		return console.JSON(w.out, joined{Network: n.Name, CheckCode: enrol.RootCode(n.Held.Root), Serial: n.Held.Serial,
			Node: uint16(n.Self), Name: cert.Name, Nodes: len(n.Roster.Numbers()), First: j.First, Changed: !j.Same})
	}
	what := "took the newer file of"
	switch {
	case j.Same:
		what = "nothing to do: this node has this very file of"
	case j.First:
		what = "joined"
	}
	fmt.Fprintf(w.out, "%s the network %q, serial %d: this is %s, node %v of %d\n", what, n.Name, n.Held.Serial,
		cert.Name, n.Self, len(n.Roster.Numbers()))
	if j.Behind {
		fmt.Fprintf(w.err, "blackstart: warning: the network has a new generation of keys, and the file brings this node none of it: it cannot follow\nblackstart: hint: %s\n", enrol.Hint(enrol.ErrNoKeys))
	}
	if j.Running {
		fmt.Fprintln(w.out, "the running node takes it within seconds")
	}
	return nil
}
