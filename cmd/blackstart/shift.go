package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type shiftCommand struct {
	Show  shiftShowCommand  `cmd:"" default:"withargs" help:"Show who works where."`
	Begin shiftBeginCommand `cmd:"" help:"Work on this device from now on."`
	End   shiftEndCommand   `cmd:"" help:"Stop working on this device."`
}

func (shiftCommand) Help() string {
	return `A device has the rights of its certificate, and while somebody works on it also that person's. The whole network is told who works where; a role ("duty shift leader") reaches the device of whoever has it. Nobody works on two devices: who begins on one ends on the other.

Examples:
  blackstart shift
  blackstart shift begin /media/stick/anna.person --hours 8
  blackstart shift end`
}

type shiftShowCommand struct {
	JSON bool `name:"json" help:"Print it as JSON."`
}

func (c *shiftShowCommand) Run(w *world) error {
	return w.call(func(ctx context.Context, api *client.Client) error {
		s, err := api.Shifts(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return console.JSON(w.out, s)
		}
		return w.printShifts(s)
	})
}

func (w *world) printShifts(s wire.Shifts) error {
	out := w.out
	switch {
	case s.Shift != nil:
		fmt.Fprintf(out, "%s works on this device until %s\n", harmless(personName(&s.Shift.Person)), s.Shift.Until.Local().Format("2006-01-02 15:04"))
	case s.Persons > 0:
		fmt.Fprintln(out, w.here("NOBODY IS ON SHIFT on this device; begin with: blackstart shift begin FILE"))
	default:
		fmt.Fprintln(out, "nobody is on shift on this device, and the network has no persons")
	}
	rows := [][]string{{"DEVICE", "PERSON", "ROLE", "RIGHTS", "UNTIL"}}
	for _, x := range s.Shifts {
		rows = append(rows, []string{harmless(party(x.Device)), harmless(x.Person.Name), harmless(x.Person.Role),
			strings.Join(x.Rights, ", "), x.Until.Local().Format("2006-01-02 15:04")})
	}
	return section(out, rows)
}

type shiftBeginCommand struct {
	File    string  `arg:"" help:"The person's file, from the authority; - is standard input."`
	Hours   float64 `default:"8" help:"How long, up to 16."`
	PINFile string  `name:"pin-file" placeholder:"FILE" help:"Read the PIN from the first line of this file."`
	JSON    bool    `name:"json" help:"Print the result as JSON."`
}

func (shiftBeginCommand) Help() string {
	return `The PIN opens the file in this process, which signs that you work on this device until then, and on no other. The node gets the signed statement and never the key. Who worked here before is relieved.

Examples:
  blackstart shift begin /media/stick/anna.person
  blackstart shift begin anna.person --hours 12
  blackstart shift begin anna.person --pin-file pin --json`
}

func (c *shiftBeginCommand) Run(w *world) error {
	minutes := time.Duration(c.Hours*60) * time.Minute
	if minutes < time.Minute || minutes > bundle.MaxShift {
		return console.Faultf(console.Usage, "give up to 16", "--hours: %v is not possible", c.Hours)
	}
	f, err := c.read(w)
	if err != nil {
		return fault(about(c.File, err))
	}
	var s wire.Shifts
	if err := w.call(func(ctx context.Context, api *client.Client) error {
		s, err = api.Shifts(ctx)
		return err
	}); err != nil {
		return err
	}
	if s.Operator != f.Credential.Operator.String() {
		return console.Faultf(console.Untrusted, "use a file of this network's authority", "the credential is of network %s, this node of %s", f.Credential.Operator, s.Operator)
	}
	statement, err := c.sign(w, f, s, minutes) // between the calls: an interrupt ends the question for the PIN at once
	if err != nil {
		return err
	}
	return w.call(func(ctx context.Context, api *client.Client) error {
		m, err := api.Shift(ctx, wire.ShiftRequest{Act: "begin", Statement: base64.StdEncoding.EncodeToString(statement)})
		if err != nil {
			return err
		}
		if c.JSON {
			return console.JSON(w.out, m)
		}
		_, err = fmt.Fprintf(w.out, "%s: %s\n", harmless(m.ID), harmless(m.Text))
		return err
	})
}

func (c *shiftBeginCommand) read(w *world) (*enrol.PersonFile, error) {
	const limit = 64 << 10
	text, err := w.read(c.File, limit)
	if err != nil {
		return nil, err
	}
	return enrol.ParsePersonFile(text)
}

// sign opens the person's file and signs. The key is gone with this process.
func (c *shiftBeginCommand) sign(w *world, f *enrol.PersonFile, s wire.Shifts, hours time.Duration) ([]byte, error) {
	console.WarnShared(w.err, program, c.PINFile)
	pin, err := console.ReadPIN(c.PINFile, f.Credential.Name)
	if err != nil {
		return nil, err
	}
	key, err := f.Open(pin)
	clear(pin)
	if errors.Is(err, enrol.ErrPIN) {
		return nil, console.Wrap(console.Passphrase, "try again; a damaged file looks the same: copy it again from where it came; who forgot the PIN needs a new file of the authority", err)
	}
	if err != nil {
		return nil, fault(about(c.File, err))
	}
	act := bundle.Shift{At: clock.WallOf(s.Stamp) / 1000 * 1000, For: hours, Credential: f.Credential}
	act.Signature = key.Sign(act.SignedBytes(ident.Number(s.Self.Number)))
	return act.Append(nil), nil
}

type shiftEndCommand struct {
	JSON bool `name:"json" help:"Print the result as JSON."`
}

func (shiftEndCommand) Help() string {
	return `It takes no PIN. Should the device be lost, begin a shift on another one, which ends this one; and have it suspended.

Examples:
  blackstart shift end`
}

func (c *shiftEndCommand) Run(w *world) error {
	return w.ask(c.JSON, func(ctx context.Context, api *client.Client) (wire.Message, error) {
		return api.Shift(ctx, wire.ShiftRequest{Act: "end"})
	})
}

// ask has the node do something and prints what it said.
func (w *world) ask(asJSON bool, do func(context.Context, *client.Client) (wire.Message, error)) error {
	return w.call(func(ctx context.Context, api *client.Client) error {
		m, err := do(ctx, api)
		if err != nil {
			return err
		}
		if asJSON {
			return console.JSON(w.out, m)
		}
		_, err = fmt.Fprintf(w.out, "%s to %s, %s: %s\n", harmless(m.ID), harmless(address(m.To)), harmless(m.Precedence), harmless(m.Text))
		return err
	})
}

// personName is how a person is shown.
func personName(p *wire.Person) string {
	switch {
	case p.Name == "":
		return fmt.Sprintf("person %d", p.Number)
	case p.Role != "":
		return p.Name + " (" + p.Role + ")"
	}
	return p.Name
}
