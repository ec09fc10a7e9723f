package main

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type enrolCommand struct {
	Dir            string   `arg:"" help:"The authority's folder."`
	Requests       []string `arg:"" name:"request" help:"Request files of the nodes."`
	Name           string   `help:"Another name than the one wished for (with one request)."`
	Role           *string  `help:"Another role than the one wished for."`
	Rights         []string `help:"What the nodes may do beyond sending messages: flash, order, admin, suspend."`
	Years          int      `help:"Years until the certificate is to be renewed." default:"5"`
	PassphraseFile string   `help:"Read the passphrase from the first line of this file."`
	Yes            bool     `short:"y" help:"Do not ask: the check codes were compared already."`
	DryRun         bool     `help:"Say what would be done, and change nothing."`
	JSON           bool     `name:"json" help:"Print the result as JSON."`
}

func (enrolCommand) Help() string {
	return `Shows the check code of each request and asks whether the person at the node reads the same one: so nobody can exchange the request on its way. A node that is enrolled already keeps its number and gets a new certificate.

Examples:
  blackstart-authority enrol /safe/north crew-1.request --rights flash
  blackstart-authority enrol /safe/north *.request --rights flash,order
  blackstart-authority enrol /safe/north a.request --yes --passphrase-file pass --json`
}

// member is a node, as --json prints it.
type member struct {
	Number    ident.Number `json:"number"`
	Name      string       `json:"name"`
	Role      string       `json:"role"`
	Rights    []string     `json:"rights"`
	Until     string       `json:"until"`
	CheckCode string       `json:"check_code,omitempty"`
	Renewed   bool         `json:"renewed,omitempty"`
}

type enrolled struct {
	Network  string   `json:"network"`
	Serial   uint64   `json:"serial"`
	File     string   `json:"file"`
	Enrolled []member `json:"enrolled"`
	DryRun   bool     `json:"dry_run"`
}

func (c *enrolCommand) Run(w world) error {
	a, err := open(c.Dir)
	if err != nil {
		return err
	}
	certs, members, err := c.plan(a, clock.WallOf(w.now()).Day())
	if err != nil {
		return err
	}
	result := enrolled{Network: a.name, Serial: a.serial + 1, File: filepath.Join(c.Dir, networkName),
		Enrolled: members, DryRun: c.DryRun}
	if c.DryRun {
		return c.print(w, result)
	}
	if err := c.confirm(w, members); err != nil {
		return err
	}
	console.WarnShared(w.err, program, c.PassphraseFile)
	s, err := a.unlock(c.PassphraseFile)
	if err != nil {
		return err
	}
	e := entry{Time: w.now().UTC().Format(time.RFC3339), Serial: a.serial + 1}
	for _, cert := range certs {
		cert.Signature = s.root.Sign(cert.SignedBytes())
		a.place(cert)
		e.Enrol = append(e.Enrol, enrolEntry{Number: cert.Number, Name: cert.Name, Certificate: cert.Encode()})
	}
	file, err := a.network(s, clock.WallOf(w.now()).Day(), w.entropy)
	if err != nil {
		return err
	}
	digest := file.Digest()
	e.Network = hex.EncodeToString(digest[:])
	next, err := a.ledger.with(e, s.root)
	if err != nil {
		return err
	}
	if err := a.commit(next, file); err != nil {
		return err
	}
	return c.print(w, result)
}

// plan decides number, name, role and rights of each request, and signs nothing.
func (c *enrolCommand) plan(a *authority, today clock.Day) ([]*ident.Certificate, []member, error) {
	if c.Name != "" && len(c.Requests) > 1 {
		return nil, nil, console.Faultf(console.Usage, "enrol them one by one", "--name fits one request, not %d", len(c.Requests))
	}
	rights, err := parseRights(c.Rights)
	if err != nil {
		return nil, nil, err
	}
	if c.Years < 1 || c.Years > 50 {
		return nil, nil, console.Faultf(console.Usage, "", "--years: %d is not within 1 to 50", c.Years)
	}
	taken := map[string]ident.Number{}
	known := map[ident.SignKey]*ident.Certificate{}
	for _, m := range a.members {
		taken[m.Name], known[m.Sign] = m.Number, m
	}
	var certs []*ident.Certificate
	var members []member
	next := a.last
	for _, name := range c.Requests {
		r, err := readRequest(name)
		if err != nil {
			return nil, nil, err
		}
		cert := &ident.Certificate{
			Operator: ident.OperatorOf(a.root), Name: r.Name, Role: r.Role, Rights: rights,
			Sign: r.Sign, Box: r.Box, From: today, Until: today + clock.Day(c.Years*365),
		}
		for _, g := range a.groups {
			cert.Groups = cert.Groups.With(g.ID)
		}
		if c.Name != "" {
			cert.Name = c.Name
		}
		if c.Role != nil {
			cert.Role = *c.Role
		}
		old := known[r.Sign]
		switch {
		case old != nil && old.Box != r.Box:
			return nil, nil, console.Faultf(console.Untrusted, "make a new request with blackstart init",
				"%s: the request has the signing key of node %v and another box key", name, old.Number)
		case old != nil:
			cert.Number = old.Number
		case next >= ident.MaxNumber || len(a.members)+len(certs) >= enrol.MaxNodes:
			return nil, nil, console.Faultf(console.Failure, "begin a new network", "all node numbers are used")
		default:
			next++
			cert.Number = next
		}
		if err := checkMember(a, cert, taken); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		taken[cert.Name], known[r.Sign] = cert.Number, cert
		certs = append(certs, cert)
		m := memberOf(cert)
		m.CheckCode, m.Renewed = r.CheckCode(), old != nil
		members = append(members, m)
	}
	return certs, members, nil
}

// readRequest reads a request file and checks its proof of possession.
func readRequest(name string) (*enrol.Request, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r, err := enrol.ParseRequest(text)
	if err == nil {
		err = r.Verify(ident.Ed25519{})
	}
	if err != nil {
		return nil, console.Wrap(console.Untrusted, enrol.Hint(err), fmt.Errorf("%s: %w", name, err))
	}
	return r, nil
}

// checkMember refuses a name that would make an address ambiguous.
func checkMember(a *authority, cert *ident.Certificate, taken map[string]ident.Number) error {
	if err := enrol.CheckName(cert.Name); err != nil {
		return console.Wrap(console.Usage, enrol.Hint(err), err)
	}
	if n, ok := taken[cert.Name]; ok && n != cert.Number {
		return console.Faultf(console.Usage, "give another one with --name", "the name %q is taken by node %v", cert.Name, n)
	}
	for _, g := range a.groups {
		if g.Name == cert.Name {
			return console.Faultf(console.Usage, "give another one with --name", "the name %q is taken by a group", cert.Name)
		}
	}
	if _, err := ident.DecodeCertificate(cert.Encode()); err != nil {
		return console.Wrap(console.Usage, "give another name or role with --name and --role", err)
	}
	return nil
}

func memberOf(cert *ident.Certificate) member {
	return member{Number: cert.Number, Name: cert.Name, Role: cert.Role, Rights: namesOf(cert.Rights),
		Until: cert.Until.Start().Time().Format(time.DateOnly)}
}

func (c *enrolCommand) confirm(w world, members []member) error {
	if c.Yes {
		return nil
	}
	for _, m := range members {
		fmt.Fprintf(w.err, "\n%s  (node %v, role %q, rights %s)\ncheck code  %s\n",
			m.Name, m.Number, m.Role, orNone(m.Rights), m.CheckCode)
		same, err := console.Confirm("does the person at the node read the same code?", "compare the codes and give --yes")
		if err != nil {
			return err
		}
		if !same {
			return console.Faultf(console.Untrusted, "have the request sent again another way",
				"the check code of %s differs; nothing was changed", m.Name)
		}
	}
	return nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ",")
}

func (c *enrolCommand) print(w world, r enrolled) error {
	if c.JSON {
		return console.JSON(w.out, r)
	}
	verb := "enrolled"
	if r.DryRun {
		verb = "would enrol"
	}
	for _, m := range r.Enrolled {
		fmt.Fprintf(w.out, "%s %s as node %v, rights %s, check code %s\n", verb, m.Name, m.Number, orNone(m.Rights), m.CheckCode)
	}
	if r.DryRun {
		return nil
	}
	_, err := fmt.Fprintf(w.out, "network file %s has serial %d; every node joins with it again\n", r.File, r.Serial)
	return err
}
