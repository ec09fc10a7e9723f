package main

import (
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// changeFlags are those of every command that changes something.
type changeFlags struct {
	Note           string `help:"Why, for the log."`
	PassphraseFile string `help:"Read the passphrase from the first line of this file."`

	Share               []string `help:"File of a share of the key, where it was split; may be repeated." placeholder:"FILE"`
	SharePassphraseFile []string `help:"Read the passphrases of shares that have one from the first line of these files, in order." placeholder:"FILE"`

	Yes    bool   `short:"y" help:"Do not ask: what is asked was checked already."`
	Date   string `help:"Today's date, to confirm a clock that is more than a year ahead of the last operation." placeholder:"YYYY-MM-DD"`
	DryRun bool   `help:"Say what would be done, and change nothing."`
	JSON   bool   `name:"json" help:"Print the result as JSON."`
}

// change is an operation under way. What it will do is planned and shown first,
// without the passphrase; then the folder is unlocked, and what was planned done.
type change struct {
	*authority
	w       world
	flags   changeFlags
	today   clock.Day
	entry   entry
	outcome outcome
	box     *box
	s       secrets // zero before unlock
}

// begin opens a folder for an operation.
func begin(w world, dir, what string, flags changeFlags) (*change, error) {
	a, err := openToChange(w, dir)
	if err != nil {
		return nil, err
	}
	if a.destroyed {
		return nil, console.Faultf(console.Failure, "to go on with the same network, take a copy of the folder: "+program+" recover --help",
			"the keys of %q were destroyed on %s", a.name, a.when.Format(time.DateOnly))
	}
	today, err := a.clock(w, flags.Date)
	if err != nil {
		return nil, err
	}
	return &change{authority: a, w: w, flags: flags, today: today,
		entry:   entry{Time: w.now().UTC().Format(time.RFC3339), What: what, Note: flags.Note, Serial: a.serial + 1},
		outcome: outcome{Operation: what, Network: a.name, Serial: a.serial + 1, File: filepath.Join(dir, networkName), DryRun: flags.DryRun}}, nil
}

// clock returns the day, if it can be one. A clock that was set back makes
// certificates that begin before they were asked for; one that jumped ahead would
// have the keys of all days until then erased, for good.
func (a *authority) clock(w world, confirmed string) (clock.Day, error) {
	const year = 366 * 24 * time.Hour
	now := w.now().UTC()
	date, last := now.Format(time.DateOnly), a.when.Format(time.DateOnly)
	if now.Before(a.when.Add(-24 * time.Hour)) {
		return 0, console.Faultf(console.Failure, "set this machine's clock", "the clock says %s, and the last operation was on %s", date, last)
	}
	if now.After(a.when.Add(year)) && confirmed != date {
		return 0, console.Faultf(console.Failure, "set this machine's clock; or, if it is right, confirm it with --date "+date,
			"the clock says %s, and the last operation was on %s", date, last)
	}
	return clock.WallOf(now).Day(), nil
}

// ask has a person confirm what was planned, unless flags did.
func (c *change) ask(question string) error {
	if c.flags.Yes {
		return nil
	}
	for _, line := range c.outcome.lines(true) {
		fmt.Fprintln(c.w.err, line)
	}
	return console.Sure(question, "look at it with --dry-run, then give --yes", "nothing was changed")
}

// unlock opens the key file: the one place where the secrets come from.
func (c *change) unlock() error {
	b, blob, err := c.openKey()
	if err != nil {
		return err
	}
	defer clear(blob)
	s, err := decodeSecrets(blob)
	if err != nil {
		return corrupt("%s: %v", keyFile, err)
	}
	if s.root.SignKey() != c.root {
		return corrupt("%s is the key of another network", keyFile)
	}
	s.keys.EraseBefore(c.today)
	c.box, c.s = b, s
	return nil
}

// certify signs certificates and puts them into the entry.
func (c *change) certify(certs ...*ident.Certificate) {
	for _, cert := range certs {
		cert.Signature = c.s.root.Sign(cert.SignedBytes())
		c.entry.Enrol = append(c.entry.Enrol, enrolEntry{Number: cert.Number, Name: cert.Name, Certificate: cert.Encode()})
	}
}

// lockOut plans to revoke members with the key block that the operation makes,
// and with them the guests whose days are over.
func (c *change) lockOut(certs ...*ident.Certificate) {
	for _, cert := range append(certs, c.endedGuests(c.today)...) {
		if slices.ContainsFunc(c.entry.Revoke, func(r revokeEntry) bool { return r.Number == cert.Number }) {
			continue
		}
		c.entry.Revoke = append(c.entry.Revoke, revokeEntry{Number: cert.Number, Name: cert.Name})
		c.outcome.LockedOut = append(c.outcome.LockedOut, memberOf(cert))
	}
}

// numbers returns the node numbers that the entry revokes.
func (c *change) numbers() []ident.Number {
	var numbers []ident.Number
	for _, r := range c.entry.Revoke {
		numbers = append(numbers, r.Number)
	}
	return numbers
}

// makeBlock makes the key block of the operation.
func (c *change) makeBlock() error {
	generation := c.s.keys.Tree.Generation
	b, err := c.s.keys.NextBlock(c.s.root, c.operator, c.today, c.last, c.revokedNow(generation, c.numbers()), c.w.entropy)
	if err != nil {
		return console.Wrap(console.Failure, "begin a new generation: "+program+" generation "+c.dir, err)
	}
	c.entry.Blocks = append(c.entry.Blocks, b.Encode())
	return nil
}

// finish makes the operation durable and says what was done.
func (c *change) finish() error {
	if err := c.save(); err != nil {
		return err
	}
	return c.outcome.print(c.w, c.flags.JSON)
}

// save signs the network file and makes all durable.
func (c *change) save() error {
	after := c.authority.clone()
	after.root = c.s.root.SignKey()
	if err := after.apply(c.entry); err != nil {
		return fmt.Errorf("plan %s: %w", c.entry.What, err)
	}
	after.serial = c.entry.Serial
	file := after.file(c.today)
	file.Roots = c.rootsAfter()
	if err := file.Seal(c.s.root, c.s.keys, c.today, c.w.entropy); err != nil {
		return err
	}
	digest := file.Digest()
	c.entry.Network = hex.EncodeToString(digest[:])
	blob := c.s.encode()
	defer clear(blob)
	key, err := c.box.seal(blob, c.w.entropy)
	if err != nil {
		return err
	}
	c.entry.Key = hashOf(key)
	next, err := c.ledger.with(c.entry, c.s.root)
	if err != nil {
		return err
	}
	return c.commit(c.w, next, file, key)
}

// rootsAfter returns the successions of the root, with this operation's promise.
func (c *change) rootsAfter() []ident.Succession {
	chain := slices.Clone(c.ledger.chain)
	if c.entry.Promise != nil {
		if s, err := ident.DecodeSuccession(c.entry.Promise); err == nil {
			chain = append(chain, s)
		}
	}
	return chain
}

// file returns the network file for the state as it is, not yet sealed.
func (a *authority) file(today clock.Day) *enrol.File {
	f := &enrol.File{Serial: a.serial, Name: a.name, Groups: slices.Clone(a.groups), Persons: a.persons, Withdrawn: a.withdrawn,
		Blocks: a.livingBlocks(today)}
	for n := range a.gone { // order: sorted below
		f.Revoked = append(f.Revoked, n)
	}
	slices.Sort(f.Revoked)
	for _, n := range f.Revoked {
		if to, ok := a.redirects[n]; ok {
			f.Redirects = append(f.Redirects, enrol.Redirect{From: n, To: to})
		}
	}
	slices.SortFunc(f.Groups, func(x, y ident.Group) int { return int(x.ID) - int(y.ID) })
	for _, cert := range a.members {
		f.Enrol(cert, a.recipients(cert, today)...)
	}
	return f
}

// livingBlocks returns the key blocks that bundles may still need, and the newest.
func (a *authority) livingBlocks(today clock.Day) []*keyblock.Block {
	from := max(0, len(a.blocks)-enrol.MaxBlocks)
	for from < len(a.blocks)-1 && int(a.blocks[from+1].First)+enrol.BlockDays < int(today) {
		from++
	}
	return a.blocks[from:]
}
