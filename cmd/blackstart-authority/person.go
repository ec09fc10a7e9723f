package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type personCommand struct {
	Enrol    personEnrolCommand    `cmd:"" help:"Make a credential, and the file that the person carries."`
	Withdraw personWithdrawCommand `cmd:"" help:"Withdraw credentials."`
	List     personListCommand     `cmd:"" help:"List the persons."`
}

type personEnrolCommand struct {
	Dir     string   `arg:"" help:"The authority's folder."`
	Name    string   `arg:"" help:"Name of the person."`
	Role    string   `help:"The duty; an address that survives hand-over."`
	Rights  []string `help:"What the person may do beyond sending messages: flash, order, admin, suspend."`
	Years   int      `help:"Years until the credential is to be renewed." default:"2"`
	Output  string   `short:"o" required:"" help:"File for the person, under the PIN." placeholder:"FILE"`
	PINFile string   `name:"pin-file" help:"Read the PIN from the first line of this file."`
	changeFlags
}

func (personEnrolCommand) Help() string {
	return `Certificates name devices, credentials name persons: rights follow the person to any device, for a shift. The file holds the person's key under a PIN of at least 8 characters (argon2id). A forgotten PIN or a lost file: withdraw, and enrol again.

Examples:
  blackstart-authority person enrol /safe/north "A. Meier" --role "duty shift leader" --rights flash,order -o meier.person`
}

// person is a credential, as --json prints it.
type person struct {
	Number ident.PersonNumber `json:"number"`
	Name   string             `json:"name"`
	Role   string             `json:"role"`
	Rights []string           `json:"rights"`
	Until  string             `json:"until"`
}

func personOf(p *ident.Credential) person {
	return person{Number: p.Person, Name: p.Name, Role: p.Role, Rights: namesOf(p.Rights), Until: p.Until.Start().Time().Format(time.DateOnly)}
}

func (c *personEnrolCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "person enrol", c.changeFlags)
	if err != nil {
		return err
	}
	p, err := c.plan(ch)
	if err != nil {
		return err
	}
	ch.outcome.Persons = []person{personOf(p)}
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.unlock(); err != nil {
		return err
	}
	console.WarnShared(w.err, program, c.PINFile)
	pin, err := console.NewPIN(c.PINFile, p.Name)
	if err != nil {
		return err
	}
	private, err := ident.NewPrivate(w.entropy)
	if err != nil {
		return err
	}
	p.Key = private.SignKey()
	p.Signature = ch.s.root.Sign(p.SignedBytes())
	file, err := enrol.NewPersonFile(p, private, pin, w.entropy)
	clear(pin)
	if err != nil {
		return err
	}
	ch.entry.Persons = [][]byte{p.Encode()}
	// The person's file comes first: without the ledger's line it is worth nothing.
	if err := w.disk.Write(c.Output, file.Text(), 0o600); err != nil {
		return err
	}
	return ch.finish()
}

func (c *personEnrolCommand) plan(ch *change) (*ident.Credential, error) {
	rights, err := parseRights(c.Rights)
	if err != nil {
		return nil, err
	}
	if c.Years < 1 || c.Years > 50 {
		return nil, console.Faultf(console.Usage, "", "--years: %d is not within 1 to 50", c.Years)
	}
	for _, p := range ch.persons {
		if p.Name == c.Name {
			return nil, console.Faultf(console.Usage, "give another name; or withdraw it first: "+program+" person withdraw "+c.Dir+" "+strconv.Itoa(int(p.Person)),
				"%q is enrolled already, as person %d", p.Name, p.Person)
		}
	}
	if ch.lastPerson == 1<<16-1 || len(ch.persons) >= enrol.MaxPersons {
		return nil, console.Faultf(console.Failure, "withdraw credentials that are not used", "all person numbers are used")
	}
	if err := ch.checkRole(c.Role); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(c.Output); !errors.Is(err, fs.ErrNotExist) {
		return nil, console.Faultf(console.Usage, "choose a new file", "%s is there already", c.Output)
	}
	p := &ident.Credential{Operator: ch.operator, Person: ch.lastPerson + 1, Name: c.Name, Role: c.Role, Rights: rights,
		From: ch.today, Until: ch.today + clock.Day(c.Years*365)}
	if err := p.Check(); err != nil {
		return nil, console.Wrap(console.Usage, "give another name or role", err)
	}
	return p, nil
}

type personWithdrawCommand struct {
	Dir     string   `arg:"" help:"The authority's folder."`
	Persons []string `arg:"" name:"person" help:"Numbers or names of persons."`
	changeFlags
}

func (personWithdrawCommand) Help() string {
	return `Nodes know of it when they have taken the new network file. A device on which the person could still be on shift is another matter: see revoke.

Examples:
  blackstart-authority person withdraw /safe/north "A. Meier" --note "left the company"`
}

func (c *personWithdrawCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "person withdraw", c.changeFlags)
	if err != nil {
		return err
	}
	for _, who := range c.Persons {
		p, err := ch.findPerson(who)
		if err != nil {
			return err
		}
		ch.entry.Withdraw = append(ch.entry.Withdraw, p.Person)
		ch.outcome.remark("the credential of %s, person %d, is void", p.Name, p.Person)
	}
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.ask("withdraw " + counted(len(c.Persons), "credential") + "?"); err != nil {
		return err
	}
	if err := ch.unlock(); err != nil {
		return err
	}
	return ch.finish()
}

func (a *authority) findPerson(who string) (*ident.Credential, error) {
	number, err := strconv.ParseUint(who, 10, 16)
	for _, p := range a.persons {
		if err == nil && p.Person == ident.PersonNumber(number) || err != nil && p.Name == who {
			return p, nil
		}
	}
	return nil, console.Faultf(console.Usage, "see "+program+" person list "+a.dir, "there is no person %q", who)
}

type personListCommand struct {
	Dir  string `arg:"" help:"The authority's folder."`
	JSON bool   `name:"json" help:"Print the result as JSON."`
}

func (personListCommand) Help() string {
	return `Examples:
  blackstart-authority person list /safe/north --json`
}

func (c *personListCommand) Run(w world) error {
	a, err := open(w, c.Dir)
	if err != nil {
		return err
	}
	persons := []person{}
	rows := [][]string{{"PERSON", "NAME", "ROLE", "RIGHTS", "UNTIL"}}
	for _, credential := range a.persons {
		p := personOf(credential)
		persons = append(persons, p)
		rows = append(rows, []string{fmt.Sprint(p.Number), p.Name, p.Role, orNone(p.Rights), p.Until})
	}
	if c.JSON {
		return console.JSON(w.out, map[string]any{"network": a.name, "persons": persons, "withdrawn": a.withdrawn})
	}
	return console.Table(w.out, rows)
}
