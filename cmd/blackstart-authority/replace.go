package main

import (
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type spareCommand struct {
	Dir      string   `arg:"" help:"The authority's folder."`
	Requests []string `arg:"" name:"request" help:"Request files of the spare devices."`
	changeFlags
}

func (spareCommand) Help() string {
	return `A spare is a device with a node folder (blackstart init), sealed in a box on a shelf. Its check code is compared now, in peace, so that "replace" needs nobody at the device at night. A spare is no member and knows no secret of the network.

Examples:
  blackstart-authority spare /safe/north spare-1.request
  blackstart-authority replace /safe/north "Substation 14" spare-1`
}

func (c *spareCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "spare", c.changeFlags)
	if err != nil {
		return err
	}
	reg := newRegister(ch)
	for _, name := range c.Requests {
		r, err := readRequest(name)
		if err != nil {
			return err
		}
		if _, err := reg.seen(r, false); err != nil {
			return err
		}
		if _, taken := ch.spares[r.Name]; taken {
			return console.Faultf(console.Usage, "make its request with another name", "there is a spare %q already", r.Name)
		}
		ch.entry.Spares = append(ch.entry.Spares, spareEntry{Name: r.Name, Request: r.Encode()})
		ch.outcome.Spares = append(ch.outcome.Spares, member{Name: r.Name, Role: r.Role, Rights: []string{}, CheckCode: r.CheckCode()})
	}
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.compareCodes(ch.outcome.Spares); err != nil {
		return err
	}
	if err := ch.unlock(); err != nil {
		return err
	}
	return ch.finish()
}

type replaceCommand struct {
	Dir   string `arg:"" help:"The authority's folder."`
	Old   string `arg:"" help:"Number or name of the dead node."`
	New   string `arg:"" name:"new" help:"Name of a registered spare, or the request file of the new device."`
	Name  string `help:"Another name than that of the dead node."`
	Years int    `help:"Years until the certificate is to be renewed." default:"5"`
	changeFlags
}

func (replaceCommand) Help() string {
	return `The new device takes over name, role, rights and groups under a new number. The dead one is locked out with a key block, in case somebody repairs it. The network file says that its mail goes to the new one: senders send again what is still on its way.

Examples:
  blackstart-authority replace /safe/north "Substation 14" spare-1
  blackstart-authority replace /safe/north 14 new.request --note "burnt down"`
}

func (c *replaceCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "replace", c.changeFlags)
	if err != nil {
		return err
	}
	old, err := ch.find(c.Old)
	if err != nil {
		return err
	}
	s, err := ch.successor(c.New, old.Number, old, c.Name, c.Years)
	if err != nil {
		return err
	}
	s.cert.Rights, s.cert.Groups = old.Rights, old.Groups
	ch.lockOut(old)
	return s.finish("put it in the place of " + old.Name + ", and lock that out?")
}

type reinstateCommand struct {
	Dir    string   `arg:"" help:"The authority's folder."`
	Old    string   `arg:"" help:"Number or name of the node that was locked out."`
	New    string   `arg:"" name:"request" help:"Request file with new keys."`
	Name   string   `help:"Another name than before."`
	Rights []string `help:"Rights; without it none, whatever the node had before."`
	Years  int      `help:"Years until the certificate is to be renewed." default:"5"`
	changeFlags
}

func (reinstateCommand) Help() string {
	return `Whoever had the device may have its keys: it comes back with new ones (blackstart init in a new folder) and a new number, with its role and groups, and its mail is sent on. Rights are not given back unless they are named.

Examples:
  blackstart-authority reinstate /safe/north crew-7 crew-7-again.request --rights flash
  blackstart-authority reinstate /safe/north 17 new.request --dry-run`
}

func (c *reinstateCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "reinstate", c.changeFlags)
	if err != nil {
		return err
	}
	number, old, err := ch.lost(c.Old)
	if err != nil {
		return err
	}
	rights, err := parseRights(c.Rights)
	if err != nil {
		return err
	}
	s, err := ch.successor(c.New, number, old.cert, c.Name, c.Years)
	if err != nil {
		return err
	}
	s.cert.Rights, s.cert.Groups = rights, old.cert.Groups
	return s.finish("let it back in as a new node?")
}

// successor is a device that takes another one's place.
type successor struct {
	*change
	reg     *register
	old     ident.Number
	cert    *ident.Certificate
	request *enrol.Request
	asked   bool // its check code was compared when it was registered
}

// successor finds the device that is to take the place of a node.
func (c *change) successor(what string, number ident.Number, old *ident.Certificate, name string, years int) (*successor, error) {
	if old.IsGuest() {
		return nil, console.Faultf(console.Usage, "enrol it as a guest: "+program+" enrol "+c.dir+" REQUEST --guest", "%s is a guest", old.Name)
	}
	if years < 1 || years > 50 {
		return nil, console.Faultf(console.Usage, "", "--years: %d is not within 1 to 50", years)
	}
	s := &successor{change: c, reg: newRegister(c), old: number}
	s.request, s.asked = c.spares[what]
	if !s.asked {
		var err error
		if s.request, err = readRequest(what); err != nil {
			return nil, err
		}
	}
	if _, err := s.reg.seen(s.request, false); err != nil {
		return nil, err
	}
	s.cert = &ident.Certificate{Operator: c.operator, Name: old.Name, Role: old.Role, Kind: old.Kind, Sign: s.request.Sign, Box: s.request.Box,
		From: c.today, Until: c.today + clock.Day(years*365)}
	if name != "" {
		s.cert.Name = name
	}
	return s, nil
}

// finish gives the successor its number, asks, and does it.
func (s *successor) finish(question string) error {
	for _, m := range s.outcome.LockedOut {
		delete(s.reg.names, m.Name) // the name becomes free with its node
	}
	if err := s.reg.take(s.cert); err != nil {
		return err
	}
	m := s.memberOf(s.cert)
	m.Instead = s.old
	if !s.asked {
		m.CheckCode = s.request.CheckCode()
	}
	s.outcome.Enrolled = []member{m}
	s.sealTo([]*ident.Certificate{s.cert}, []*enrol.Request{s.request})
	s.entry.Redirects = []redirectEntry{{From: s.old, To: s.cert.Number}}
	if len(s.entry.Revoke) > 0 {
		if err := s.planBlock(); err != nil {
			return err
		}
	}
	if s.flags.DryRun {
		return s.outcome.print(s.w, s.flags.JSON)
	}
	if !s.asked {
		if err := s.compareCodes(s.outcome.Enrolled); err != nil {
			return err
		}
	}
	if err := s.ask(question); err != nil {
		return err
	}
	if err := s.unlock(); err != nil {
		return err
	}
	if len(s.entry.Revoke) > 0 {
		if err := s.makeBlock(); err != nil {
			return err
		}
	}
	s.certify(s.cert)
	return s.change.finish()
}
