package main

import (
	"cmp"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type enrolCommand struct {
	Dir      string       `arg:"" help:"The authority's folder."`
	Requests []string     `arg:"" optional:"" name:"request" help:"Request files of the nodes, or pictures of their QR codes."`
	Scan     bool         `help:"Read requests from a hand scanner, which types what a QR code holds; an empty line ends it."`
	Batch    string       `help:"Enrol whom this roster names, in one sitting or several: a table (CSV) with the columns name, role, rights, groups and more." placeholder:"ROSTER.csv"`
	Sheet    string       `help:"With --batch: write a sheet with all check codes, to print and tick; as .txt or .html." placeholder:"FILE"`
	Number   ident.Number `kong:"-"` // of a batch's roster; 0: the next one
	Name     string       `help:"Another name than the one wished for (with one request)."`
	Role     *string      `help:"Another role than the one wished for."`
	Rights   []string     `help:"What the nodes may do beyond sending messages: flash, order, admin, suspend."`
	Group    []string     `help:"Groups that the nodes are in; without it all that are not an incident's."`
	Years    int          `help:"Years until the certificate is to be renewed." default:"5"`
	Guest    bool         `help:"As guests: for --hours at most, in groups of incidents only, with no right but flash."`
	Hours    int          `help:"How long guests stay, 1 to 72; rounded to whole UTC days." default:"72"`
	Fixed    bool         `help:"As fixed stations, which may tell others the time."`
	Renew    bool         `help:"Renew the certificates of nodes that are enrolled already; what is not given stays as it is."`
	changeFlags
}

func (enrolCommand) Help() string {
	return `Shows the check code of each request and asks whether the person at the node reads the same one: so nobody can exchange the request on its way.

A batch goes by a roster: a table as spreadsheets write it, whose first line names the columns. Only "name" is needed; number, role, rights, groups, kind (member, guest or fixed), hours, years and request (a file) may be there. The requests are looked for in the folders and files that are named, else beside the roster, and go with the row that has their name. Stop at any moment and run the same command again: what was confirmed stays confirmed. There is one network file at the end of each sitting.

Examples:
  blackstart-authority enrol /safe/north crew-1.request --rights flash
  blackstart-authority enrol /safe/north *.request --rights flash,order --group all,switching
  blackstart-authority enrol /safe/north photo-of-crew-2.jpg
  blackstart-authority enrol /safe/north --scan
  blackstart-authority enrol /safe/north --batch roster.csv /media/usb --sheet codes.html --dry-run
  blackstart-authority enrol /safe/north --batch roster.csv /media/usb
  blackstart-authority enrol /safe/north helper.request --guest --hours 72 --group flood
  blackstart-authority enrol /safe/north crew-1.request --renew --years 5
  blackstart-authority enrol /safe/north a.request --yes --passphrase-file pass --json`
}

func (c *enrolCommand) Run(w world) error {
	if c.Batch != "" {
		return c.runBatch(w)
	}
	if c.Sheet != "" {
		return console.Faultf(console.Usage, "give --batch ROSTER.csv too", "--sheet is of a batch")
	}
	ch, err := begin(w, c.Dir, "enrol", c.changeFlags)
	if err != nil {
		return err
	}
	terms, err := c.terms(ch)
	if err != nil {
		return err
	}
	reg := newRegister(ch)
	var certs []*ident.Certificate
	var requests []*enrol.Request
	given, err := c.given(w)
	if err != nil {
		return err
	}
	if c.Name != "" && len(given) > 1 {
		return console.Faultf(console.Usage, "enrol them one by one", "--name fits one request, not %d", len(given))
	}
	for _, g := range given {
		r := g.request
		cert, m, err := c.plan(reg, r, terms)
		if err != nil {
			return fmt.Errorf("%s: %w", g.from, err)
		}
		certs, requests = append(certs, cert), append(requests, r)
		ch.outcome.Enrolled = append(ch.outcome.Enrolled, m)
	}
	ch.sealTo(certs, requests)
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.compareCodes(ch.outcome.Enrolled); err != nil {
		return err
	}
	if err := ch.unlock(); err != nil {
		return err
	}
	ch.certify(certs...)
	return ch.finish()
}

// terms is what all requests of one command get.
type terms struct {
	rights ident.Rights
	groups ident.GroupSet
	kind   ident.Kind
	until  clock.Day
}

func (c *enrolCommand) terms(ch *change) (terms, error) {
	rights, err := parseRights(c.Rights)
	if err != nil {
		return terms{}, err
	}
	t := terms{rights: rights}
	if c.Guest {
		return t, c.guestTerms(ch, &t)
	}
	if c.Years < 1 || c.Years > 50 {
		return t, console.Faultf(console.Usage, "", "--years: %d is not within 1 to 50", c.Years)
	}
	t.until = ch.today + clock.Day(c.Years*365)
	if c.Fixed {
		t.kind = ident.FixedStation
	}
	if t.groups, err = ch.groupSet(c.Group); err != nil {
		return t, err
	}
	if len(c.Group) == 0 {
		for _, g := range ch.groups {
			if !g.Incident {
				t.groups = t.groups.With(g.ID)
			}
		}
	}
	return t, nil
}

// guestTerms holds a guest to what guests may have.
func (c *enrolCommand) guestTerms(ch *change, t *terms) error {
	switch {
	case c.Hours < 1 || c.Hours > 24*ident.MaxGuestDays:
		return console.Faultf(console.Usage, "enrol the guest again when the time is over, or enrol it as a member, without --guest",
			"--hours: a guest can stay for 1 to %d hours, not %d", 24*ident.MaxGuestDays, c.Hours)
	case t.rights&^ident.MayFlash != 0:
		return console.Faultf(console.Usage, "give no right but flash, or enrol it as a member, without --guest",
			"--rights: a guest cannot have %s", orNone(namesOf(t.rights&^ident.MayFlash)))
	case c.Fixed:
		return console.Faultf(console.Usage, "", "a guest is not a fixed station")
	case len(c.Group) == 0:
		return console.Faultf(console.Usage, "name the group of the incident with --group; make it with "+program+" group "+c.Dir+" NAME --incident",
			"--guest: in which group?")
	}
	groups, err := ch.groupSet(c.Group)
	if err != nil {
		return err
	}
	for _, g := range ch.groups {
		if groups.Has(g.ID) && !g.Incident {
			return console.Faultf(console.Usage, "give it a group of an incident: "+program+" group "+c.Dir+" NAME --incident",
				"--group: %q is not an incident's, and guests can be in no other", g.Name)
		}
	}
	ends := clock.WallOf(ch.w.now().Add(time.Duration(c.Hours)*time.Hour - time.Millisecond)).Day()
	t.groups, t.kind, t.until = groups, ident.Guest, min(ends, ch.today+ident.MaxGuestDays-1)
	return nil
}

// groupSet returns the groups named.
func (a *authority) groupSet(names []string) (ident.GroupSet, error) {
	var groups ident.GroupSet
	for _, name := range names {
		g, err := a.group(name)
		if err != nil {
			return groups, err
		}
		groups = groups.With(g.ID)
	}
	return groups, nil
}

// plan decides on one request. A renewal keeps what no flag changes.
func (c *enrolCommand) plan(reg *register, r *enrol.Request, t terms) (*ident.Certificate, member, error) {
	cert := &ident.Certificate{Operator: reg.operator, Name: r.Name, Role: r.Role, Rights: t.rights, Groups: t.groups, Kind: t.kind,
		Sign: r.Sign, Box: r.Box, From: reg.today, Until: t.until, Number: c.Number}
	old, err := reg.seen(r, c.Renew)
	if err != nil {
		return nil, member{}, err
	}
	if old != nil {
		cert.Number = old.Number
		cert.Name, cert.Role = old.Name, old.Role
		if len(c.Rights) == 0 && !c.Guest {
			cert.Rights = old.Rights
		}
		if len(c.Group) == 0 && !old.IsGuest() {
			cert.Groups = old.Groups
		}
		if !c.Guest && !c.Fixed && !old.IsGuest() {
			cert.Kind = old.Kind
		}
	}
	if c.Name != "" {
		cert.Name = c.Name
	}
	if c.Role != nil {
		cert.Role = *c.Role
	}
	if err := reg.take(cert); err != nil {
		return nil, member{}, err
	}
	if err := reg.tellApart(cert); err != nil {
		return nil, member{}, err
	}
	m := reg.memberOf(cert)
	m.CheckCode, m.Renewed = r.CheckCode(), old != nil
	return cert, m, nil
}

// compareCodes has the check code of each request compared by a person.
func (c *change) compareCodes(members []member) error {
	if c.flags.Yes {
		return nil
	}
	for _, m := range members {
		if m.Renewed {
			continue // it is signed by the key that was certified: nobody could exchange it
		}
		fmt.Fprintf(c.w.err, "\n%s  (node %v, role %s, rights %s)\ncheck code  %s\n",
			m.Name, m.Number, cmp.Or(m.Role, "none"), orNone(m.Rights), m.CheckCode)
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
