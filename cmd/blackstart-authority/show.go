package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
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
	Roots      int         `json:"roots"`    // keys that were the root so far
	Promised   bool        `json:"promised"` // the next root is committed to
	Serial     uint64      `json:"serial"`
	Nodes      int         `json:"nodes"`
	Revoked    int         `json:"revoked"`
	Persons    int         `json:"persons"`
	Groups     []string    `json:"groups"`
	Incidents  []string    `json:"incidents"`
	Spares     []string    `json:"spares"`
	Block      uint32      `json:"key_block"` // serial of the newest
	Generation uint16      `json:"generation"`
	Room       int         `json:"room"` // node numbers that the key tree has room for
	Last       int         `json:"last"` // the largest number handed out
	Destroyed  bool        `json:"destroyed"`
	Head       string      `json:"head"` // SHA-256 of the last line of the log
	Operations []operation `json:"operations"`
}

type operation struct {
	N    int    `json:"n"`
	Time string `json:"time"`
	What string `json:"what"`
}

func (c *showCommand) Run(w world) error {
	a, err := open(w, c.Dir)
	if err != nil {
		return err
	}
	newest := a.newest()
	_, promised := a.promise()
	s := shown{Name: a.name, Operator: a.operator.String(), RootCode: enrol.RootCode(a.root), Promised: promised,
		Serial: a.serial, Nodes: len(a.members), Revoked: len(a.gone), Persons: len(a.persons), Head: a.ledger.head(),
		Groups: []string{}, Incidents: []string{}, Spares: []string{}, Block: newest.Serial, Generation: newest.Generation,
		Room: 1<<newest.Height - 1, Last: int(a.last), Destroyed: a.destroyed}
	s.Roots = 1 + len(a.ledger.chain)
	if promised {
		s.Roots--
	}
	for _, g := range a.groups {
		if g.Incident {
			s.Incidents = append(s.Incidents, g.Name)
		} else {
			s.Groups = append(s.Groups, g.Name)
		}
	}
	for name := range a.spares { // order: sorted below
		s.Spares = append(s.Spares, name)
	}
	slices.Sort(s.Spares)
	for _, e := range a.ledger.entries {
		s.Operations = append(s.Operations, operation{N: e.N, Time: e.Time, What: e.what()})
	}
	if c.JSON {
		return console.JSON(w.out, s)
	}
	return s.print(w)
}

func (s shown) print(w world) error {
	root := fmt.Sprintf("number %d", s.Roots)
	if s.Promised {
		root += ", the next is promised"
	}
	if s.Destroyed {
		root += "; KEYS DESTROYED"
	}
	for _, line := range [][2]string{
		{"network", s.Name}, {"operator", s.Operator}, {"check code", s.RootCode}, {"root key", root},
		{"groups", listed(s.Groups)}, {"incidents", listed(s.Incidents)}, {"spares", listed(s.Spares)},
		{"nodes", fmt.Sprint(s.Nodes)}, {"locked out", fmt.Sprint(s.Revoked)}, {"persons", fmt.Sprint(s.Persons)},
		{"serial", fmt.Sprint(s.Serial)}, {"key block", fmt.Sprintf("%d, generation %d; %d of %d numbers used", s.Block, s.Generation, s.Last, s.Room)},
		{"log head", s.Head},
	} {
		fmt.Fprintf(w.out, "%-11s %s\n", line[0], console.Plain(line[1]))
	}
	fmt.Fprintln(w.out)
	rows := [][]string{{"N", "TIME", "OPERATION"}}
	for _, o := range s.Operations {
		rows = append(rows, []string{fmt.Sprint(o.N), o.Time, o.What})
	}
	return console.Table(w.out, rows)
}

// listed joins names for reading.
func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
