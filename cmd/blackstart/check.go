package main

import (
	"errors"
	"fmt"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/mesh"
)

type checkCommand struct {
	JSON bool `name:"json" help:"Print the result as JSON."`
	unlockFlags
}

func (checkCommand) Help() string {
	return `Reads the whole store: every block against its checksum, and everything that is recorded against everything else. It changes nothing. Exit code 0 means that all fits together, 4 that it does not.

Examples:
  blackstart check
  blackstart --dir /var/lib/blackstart check --key-file /media/stick/node.key --json`
}

type checked struct {
	OK       bool     `json:"ok"`
	Messages int      `json:"messages"`
	Live     int      `json:"live"`
	Audits   int      `json:"audit_events"`
	Problems []string `json:"problems"`
	More     int      `json:"more_problems"`
}

func (c *checkCommand) Run(w *world) error {
	d, _, err := c.open(w)
	if err != nil {
		return err
	}
	network, err := d.Network()
	if err != nil && !errors.Is(err, device.ErrNotJoined) {
		return fault(err)
	}
	st, err := d.OpenStore(nil)
	if err != nil {
		return fault(err)
	}
	result := checked{Problems: []string{}}
	if err := st.Verify(); err != nil {
		result.Problems = append(result.Problems, err.Error())
	}
	if network != nil {
		f := mesh.Check(st, network.Self)
		result.Messages, result.Live, result.Audits, result.More = f.Messages, f.Live, f.Audits, f.More
		result.Problems = append(result.Problems, f.Problems...)
	}
	if err := errors.Join(st.Err(), st.Close()); err != nil {
		result.Problems = append(result.Problems, err.Error())
	}
	result.OK = len(result.Problems) == 0
	return c.print(w, result)
}

func (c *checkCommand) print(w *world, r checked) error {
	if c.JSON {
		if err := console.JSON(w.out, r); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(w.out, "%d messages, %d bundles held, %d audit events\n", r.Messages, r.Live, r.Audits)
		for _, p := range r.Problems {
			fmt.Fprintln(w.out, "problem:", p)
		}
		if r.More > 0 {
			fmt.Fprintf(w.out, "and %d more\n", r.More)
		}
	}
	if r.OK {
		return nil
	}
	return console.Faultf(console.Store, "restore a backup with blackstart restore, or enrol the node anew",
		"the store of %s does not fit together: %d problems", w.dir, len(r.Problems)+r.More)
}
