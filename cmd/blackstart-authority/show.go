package main

import (
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type showCommand struct {
	Dir  string `arg:"" help:"The authority's folder."`
	JSON bool   `name:"json" help:"Print the result as JSON."`
}

func (showCommand) Help() string {
	return `Each start of this program verifies the log of its operations: every line is signed by the root and holds the hash of the line before.

Examples:
  blackstart-authority show /safe/north
  blackstart-authority show /safe/north --json`
}

type shown struct {
	Name       string      `json:"name"`
	Operator   string      `json:"operator"`
	RootCode   string      `json:"root_code"`
	Serial     uint64      `json:"serial"`
	Nodes      int         `json:"nodes"`
	Groups     []string    `json:"groups"`
	Head       string      `json:"head"` // SHA-256 of the last line of the log
	Operations []operation `json:"operations"`
}

type operation struct {
	N    int    `json:"n"`
	Time string `json:"time"`
	What string `json:"what"`
}

func (c *showCommand) Run(w world) error {
	a, err := open(c.Dir)
	if err != nil {
		return err
	}
	s := shown{Name: a.name, Operator: ident.OperatorOf(a.root).String(), RootCode: enrol.RootCode(a.root),
		Serial: a.serial, Nodes: len(a.members), Head: a.ledger.head(), Groups: []string{}}
	for _, g := range a.groups {
		s.Groups = append(s.Groups, g.Name)
	}
	for _, e := range a.ledger.entries {
		s.Operations = append(s.Operations, operation{N: e.N, Time: e.Time, What: e.what()})
	}
	if c.JSON {
		return console.JSON(w.out, s)
	}
	fmt.Fprintf(w.out, "network     %s\noperator    %s\ncheck code  %s\ngroups      %s\nnodes       %d\nserial      %d\nlog head    %s\n\n",
		s.Name, s.Operator, s.RootCode, strings.Join(s.Groups, ", "), s.Nodes, s.Serial, s.Head)
	rows := [][]string{{"N", "TIME", "OPERATION"}}
	for _, o := range s.Operations {
		rows = append(rows, []string{fmt.Sprint(o.N), o.Time, o.What})
	}
	return console.Table(w.out, rows)
}

// what says in words what an operation did.
func (e entry) what() string {
	if e.Create != nil {
		return fmt.Sprintf("made the network %q", e.Create.Name)
	}
	var names []string
	for _, m := range e.Enrol {
		names = append(names, fmt.Sprintf("%s as node %v", m.Name, m.Number))
	}
	return fmt.Sprintf("enrolled %s; serial %d", strings.Join(names, ", "), e.Serial)
}
