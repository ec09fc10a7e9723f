package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// member is a node, as --json prints it.
type member struct {
	Number    ident.Number `json:"number"`
	Name      string       `json:"name"`
	Role      string       `json:"role"`
	Rights    []string     `json:"rights"`
	Groups    []string     `json:"groups,omitempty"`
	Kind      string       `json:"kind,omitempty"`
	Until     string       `json:"until"`
	CheckCode string       `json:"check_code,omitempty"`
	Renewed   bool         `json:"renewed,omitempty"`
	Instead   ident.Number `json:"instead,omitempty"` // of this node, whose mail it gets
}

// blockCost is what a key block costs on the air.
type blockCost struct {
	Serial     uint32 `json:"serial"`
	Generation uint16 `json:"generation"`
	Bytes      int    `json:"bytes"`
	Frames     int    `json:"frames"` // of at most 220 bytes
}

// outcome is what an operation did or would do, as --json prints it.
type outcome struct {
	Operation string      `json:"operation"`
	Network   string      `json:"network"`
	Serial    uint64      `json:"serial"` // of the network file
	File      string      `json:"file"`
	Enrolled  []member    `json:"enrolled,omitempty"`
	LockedOut []member    `json:"locked_out,omitempty"`
	Spares    []member    `json:"spares,omitempty"`
	Persons   []person    `json:"persons,omitempty"`
	Block     *blockCost  `json:"key_block,omitempty"`
	Batch     *batchState `json:"batch,omitempty"`
	Plan      *planShown  `json:"plan,omitempty"`
	Remarks   []string    `json:"remarks,omitempty"`
	DryRun    bool        `json:"dry_run"`
}

// remark adds a line for people.
func (o *outcome) remark(format string, args ...any) {
	o.Remarks = append(o.Remarks, fmt.Sprintf(format, args...))
}

// lines says the outcome in words; planned is how it reads before it is done.
func (o outcome) lines(planned bool) []string {
	verb := func(done, would string) string {
		if planned {
			return "would " + would
		}
		return done
	}
	var out []string
	for _, m := range o.Enrolled {
		what := verb("enrolled", "enrol")
		if m.Renewed {
			what = verb("renewed", "renew")
		}
		line := fmt.Sprintf("%s %s as node %v, rights %s, groups %s", what, m.Name, m.Number, orNone(m.Rights), orNone(m.Groups))
		if m.Kind != "" {
			line += ", " + m.Kind + " until " + m.Until
		}
		if m.CheckCode != "" {
			line += ", check code " + m.CheckCode
		}
		out = append(out, line)
		if m.Instead != 0 {
			out = append(out, fmt.Sprintf("%s the mail of node %v to it", verb("sent", "send"), m.Instead))
		}
	}
	for _, m := range o.LockedOut {
		out = append(out, fmt.Sprintf("%s %s, node %v", verb("locked out", "lock out"), m.Name, m.Number))
	}
	for _, m := range o.Spares {
		out = append(out, fmt.Sprintf("%s the spare %s, check code %s", verb("registered", "register"), m.Name, m.CheckCode))
	}
	for _, p := range o.Persons {
		out = append(out, fmt.Sprintf("%s %s as person %d, rights %s, until %s", verb("enrolled", "enrol"), p.Name, p.Number, orNone(p.Rights), p.Until))
	}
	if o.Block != nil {
		out = append(out, fmt.Sprintf("key block %d: %d bytes in %s of at most 220 bytes; every node passes it on", o.Block.Serial, o.Block.Bytes, counted(o.Block.Frames, "frame")))
	}
	return append(out, o.Remarks...)
}

func (o outcome) print(w world, asJSON bool) error {
	if asJSON {
		return console.JSON(w.out, o)
	}
	for _, line := range o.lines(o.DryRun) {
		fmt.Fprintln(w.out, console.Plain(line))
	}
	if o.DryRun {
		return nil
	}
	_, err := fmt.Fprintf(w.out, "network file %s has serial %d; every node joins with it again\n", o.File, o.Serial)
	return err
}

// price says what the key block of this operation will cost.
func (c *change) price(generation uint16, height uint8) error {
	b := &keyblock.Block{Serial: c.newest().Serial + 1, First: c.today, Generation: generation, Height: height, Top: c.last,
		Revoked: c.revokedNow(generation, c.numbers())}
	slices.Sort(b.Revoked)
	b.Revoked = slices.Compact(b.Revoked)
	b.Wraps = make([][keyblock.WrapSize]byte, len(keyblock.Cover(height, c.last, b.Revoked)))
	if size := 2*len(b.Revoked) + keyblock.WrapSize*len(b.Wraps); size > keyblock.MaxParts*keyblock.MaxPart*9/10 {
		return console.Faultf(console.Failure, "begin a new generation: "+program+" generation "+c.dir,
			"%d nodes were revoked since the key tree was made, and a key block of %d bytes is too large", len(b.Revoked), size)
	}
	cost := &blockCost{Serial: b.Serial, Generation: generation}
	for _, part := range b.Parts() {
		cost.Bytes += len(part.Data) + partOverhead
		cost.Frames++
	}
	c.outcome.Block = cost
	return nil
}

// partOverhead is what a frame adds to a part: 220 less the longest part.
const partOverhead = 220 - keyblock.MaxPart

// memberOf shows a certificate; groups are named where the authority knows them.
func memberOf(cert *ident.Certificate) member {
	m := member{Number: cert.Number, Name: cert.Name, Role: cert.Role, Rights: namesOf(cert.Rights),
		Until: cert.Until.Start().Time().Format(time.DateOnly)}
	switch {
	case cert.IsGuest():
		m.Kind = "guest"
	case cert.Kind&ident.FixedStation != 0:
		m.Kind = "fixed station"
	}
	return m
}

// memberOf is the same, with the names of the groups.
func (a *authority) memberOf(cert *ident.Certificate) member {
	m := memberOf(cert)
	for _, g := range a.groups {
		if cert.In(g.ID) {
			m.Groups = append(m.Groups, g.Name)
		}
	}
	return m
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ",")
}

// counted is a number with its noun: "1 frame", "2 frames".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
