package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// batch is many nodes in one sitting. What was confirmed stays confirmed, whatever
// stops it: run the same command again, and it goes on where it was. All that is
// confirmed at the end of a sitting goes into the network file at once.
type batch struct {
	*change
	command *enrolCommand
	roster  *roster
	stick   *stick
	noted   *confirmed
	open    []*candidate
	accept  []*candidate
	state   batchState
}

// candidate is a row with its request, and the certificate that it would get.
type candidate struct {
	row  *row
	from given
	cert *ident.Certificate
	show member
}

// batchState is how far a batch is, as --json prints it.
type batchState struct {
	Total     int       `json:"total"`
	Enrolled  int       `json:"enrolled"` // before and now
	ToGo      int       `json:"to_go"`
	Waiting   []string  `json:"waiting,omitempty"`   // no request yet
	Skipped   []string  `json:"skipped,omitempty"`   // not compared in this sitting
	Refused   []string  `json:"refused,omitempty"`   // the code differed
	Strangers []string  `json:"strangers,omitempty"` // requests that no row expects
	Broken    []string  `json:"broken,omitempty"`    // files that are no requests
	Mistakes  []mistake `json:"mistakes,omitempty"`  // of the roster
}

func (c *enrolCommand) runBatch(w world) error {
	b, err := c.beginBatch(w)
	if err != nil {
		return err
	}
	if err := b.refuseMistakes(); err != nil {
		return err
	}
	if c.Sheet != "" {
		if err := b.writeSheet(c.Sheet); err != nil {
			return err
		}
	}
	if c.DryRun {
		b.accept = b.open
		return b.print()
	}
	if len(b.open) == 0 {
		return errors.Join(b.noted.done(w), b.print())
	}
	if err := b.unlock(); err != nil {
		return err
	}
	if err := b.compare(); err != nil {
		return err
	}
	if len(b.accept) == 0 {
		return b.print()
	}
	for _, x := range b.accept {
		b.certify(x.cert)
	}
	if err := b.save(); err != nil {
		return err
	}
	return errors.Join(b.noted.done(w), b.print())
}

// beginBatch reads roster and requests, and plans what can be done now.
func (c *enrolCommand) beginBatch(w world) (*batch, error) {
	if c.Name != "" || c.Role != nil || c.Rights != nil || c.Group != nil || c.Guest || c.Fixed || c.Renew {
		return nil, console.Faultf(console.Usage, "write it into the roster, in the column of that name", "--batch takes no other flag about nodes")
	}
	ch, err := begin(w, c.Dir, "enrol", c.changeFlags)
	if err != nil {
		return nil, err
	}
	data, err := console.ReadUpTo(c.Batch, maxRoster+1)
	if err != nil {
		return nil, err
	}
	places := c.Requests
	if len(places) == 0 && !c.Scan {
		places = []string{filepath.Dir(c.Batch)}
	}
	b := &batch{change: ch, command: c, roster: readRoster(data, c.Years)}
	if b.stick, err = readStick(places); err != nil {
		return nil, err
	}
	if c.Scan {
		scans, err := readScans(w)
		if err != nil {
			return nil, err
		}
		b.stick.requests = append(b.stick.requests, scans...)
	}
	if b.noted, err = readConfirmed(c.Dir, ch.root); err != nil {
		return nil, err
	}
	b.plan()
	return b, nil
}

// plan decides on each row.
func (b *batch) plan() {
	reg := newRegister(b.change)
	for _, one := range b.roster.rows {
		if one.number <= reg.room {
			reg.next = max(reg.next, one.number) // so that no other gets it
		}
		one.command.Dir = b.dir
	}
	taken := map[ident.SignKey]bool{}
	for _, one := range b.roster.rows {
		b.state.Total++
		g := b.stick.of(b.roster, one)
		if g != nil {
			taken[g.request.Sign] = true
		}
		if old := b.member(one.name); old != nil && (g == nil || g.request.Sign == old.Sign) {
			b.state.Enrolled++
			continue
		}
		if cert, m, ok := b.planRow(reg, one, g); ok && g == nil {
			b.state.Waiting = append(b.state.Waiting, one.name)
		} else if ok {
			b.open = append(b.open, &candidate{row: one, from: *g, cert: cert, show: m})
		}
	}
	b.state.Strangers, b.state.Broken = b.stick.strangers(taken), b.stick.broken
}

func (a *authority) member(name string) *ident.Certificate {
	for _, cert := range a.members {
		if cert.Name == name {
			return cert
		}
	}
	return nil
}

// planRow makes the certificate of a row, and notes what is wrong with it. Without a
// request only the terms are checked.
func (b *batch) planRow(reg *register, one *row, g *given) (*ident.Certificate, member, bool) {
	if one.wrong {
		return nil, member{}, false // told already
	}
	terms, err := one.command.terms(b.change)
	if err != nil {
		b.wrong(one, err)
	}
	if one.number != 0 {
		b.checkNumber(reg, one)
	}
	if role := one.command.Role; role != nil && g == nil {
		if err := b.checkRole(*role); err != nil {
			b.wrong(one, err)
		}
	}
	if one.wrong || g == nil {
		return nil, member{}, !one.wrong
	}
	one.command.Name, one.command.Number = one.name, one.number
	cert, m, err := one.command.plan(reg, g.request, terms)
	if err != nil {
		b.wrong(one, fmt.Errorf("%s: %w", filepath.Base(g.from), err))
	}
	return cert, m, err == nil
}

// checkNumber refuses a number that may have been used: it is never used again.
func (b *batch) checkNumber(reg *register, one *row) {
	what := ""
	switch i, found := b.at(one.number); {
	case found:
		what = fmt.Sprintf("node number %v is taken by %s", one.number, b.members[i].Name)
	case one.number <= b.last:
		what = fmt.Sprintf("node number %v was handed out already, and is never used twice", one.number)
	case one.number > reg.room:
		what = fmt.Sprintf("the key tree has room for the node numbers up to %v", reg.room)
	default:
		return
	}
	b.roster.wrong(one, "number", what, fmt.Sprintf("a number from %v to %v, or nothing", b.last+1, reg.room))
}

// inRoster says of columns what hints say of flags.
var inRoster = strings.NewReplacer(" with --name", "", " with --role", "", ", without --guest", " by its kind", "--guest", "the kind guest", " with --group", " in the column groups")

// wrong notes an error as a mistake in the column that it is about.
func (b *batch) wrong(one *row, err error) {
	what, write := console.Plain(err.Error()), "another one"
	if f, ok := errors.AsType[*console.Fault](err); ok && f.Hint != "" {
		write = "another one, or do this: " + inRoster.Replace(f.Hint)
	}
	column := "name"
	for flag, of := range map[string]string{"--rights: ": "rights", "--group: ": "groups", "--guest: ": "groups", "--hours: ": "hours", "--years: ": "years"} { // order: one at most fits
		if rest, found := strings.CutPrefix(what, flag); found {
			what, column = rest, of
		}
	}
	if strings.HasPrefix(what, "there is no group") {
		column = "groups"
	}
	if strings.Contains(what, "the role ") || strings.Contains(what, "role: ") {
		column = "role"
	}
	b.roster.wrong(one, column, what, write)
}

// refuseMistakes tells all that is wrong with the roster, before anything is done.
func (b *batch) refuseMistakes() error {
	found := b.roster.mistakes
	if len(found) == 0 {
		return nil
	}
	b.state.Mistakes = found
	if b.flags.JSON {
		if err := console.JSON(b.w.out, map[string]any{"operation": "enrol", "network": b.name, "batch": b.state}); err != nil {
			return err
		}
	} else {
		for _, m := range found {
			fmt.Fprintf(b.w.err, "%s: %s\n", console.Plain(b.command.Batch), console.Plain(m.String()))
		}
	}
	return console.Faultf(console.Usage, "correct what is named, save it as CSV, and run the command again", "%s: %s; nothing was changed", b.command.Batch, counted(len(found), "mistake"))
}

// compare has the code of each open request compared, but for those that were.
func (b *batch) compare() error {
	for i, x := range b.open {
		if b.flags.Yes || b.noted.has(x.from.request) {
			b.accept = append(b.accept, x)
			continue
		}
		done := b.state.Enrolled + len(b.accept)
		fmt.Fprintf(b.w.err, "\n%d of %d, %d to go, next: %s\n", done, b.state.Total, b.state.Total-done, x.cert.Name)
		fmt.Fprintf(b.w.err, "%s  (node %v, role %q, rights %s, groups %s)\ncheck code  %s\n", x.show.Name, x.show.Number, x.show.Role,
			orNone(x.show.Rights), orNone(x.show.Groups), x.show.CheckCode)
		answer, err := b.w.line("does the person at the node read the same code? [y]es, [n]o, [s]kip, [q]uit: ", "compare the codes by a sheet (--sheet) and give --yes")
		if err != nil {
			return err
		}
		switch strings.ToLower(answer) {
		case "y", "yes":
			if err := b.noted.add(b.w, x.from.request, b.s.root); err != nil {
				return err
			}
			b.accept = append(b.accept, x)
		case "n", "no":
			b.state.Refused = append(b.state.Refused, x.cert.Name)
		case "q", "quit":
			b.leave(b.open[i:])
			return nil
		default:
			b.state.Skipped = append(b.state.Skipped, x.cert.Name)
		}
	}
	return nil
}

// leave ends a sitting early: those that were compared before are taken all the same.
func (b *batch) leave(rest []*candidate) {
	for _, x := range rest {
		if b.noted.has(x.from.request) {
			b.accept = append(b.accept, x)
		} else {
			b.state.Skipped = append(b.state.Skipped, x.cert.Name)
		}
	}
}
