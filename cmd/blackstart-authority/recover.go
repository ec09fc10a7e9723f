package main

import (
	"os"
	"path/filepath"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type recoverCommand struct {
	Copy    string `arg:"" help:"The copy of the folder; it is not changed."`
	Dir     string `arg:"" help:"The new folder to make."`
	Network string `help:"The newest network file that a node or a USB stick has." placeholder:"FILE"`
	changeFlags
}

func (recoverCommand) Help() string {
	return `Makes a new folder from a copy of the old one, learns from the newest network file what the copy does not know, and makes a key block. Node numbers, person numbers and serials that may have been used after the copy was made are passed over, so that none is used twice. It says what may be lost.

A lost passphrase cannot be recovered. What then helps, in this order: the shares it was split into, if it was; the next root key, if one was promised (rotate-root --passphrase-lost); a new network.

Examples:
  blackstart-authority recover /media/safe/north /safe/north-again --network north.network --dry-run
  blackstart-authority recover /media/safe/north /safe/north-again --network north.network`
}

// How many numbers a recovery passes over: more than are used between two copies.
const (
	skipNodes   = 64
	skipPersons = 16
	skipSerials = 16
)

func (c *recoverCommand) Run(w world) error {
	// The new folder gets its name last: a copy that was not brought up to date
	// would hand out numbers twice.
	unfinished := c.Dir + ".unfinished"
	for _, dir := range []string{c.Dir, unfinished} {
		if err := free(dir); err != nil {
			return err
		}
	}
	a, err := load(c.Copy)
	if err != nil {
		return err
	}
	if a.destroyed {
		return console.Faultf(console.Failure, "take a copy from before", "the keys of this copy were destroyed on %s", a.when.Format(time.DateOnly))
	}
	key, err := a.copiedKey()
	if err != nil {
		return err
	}
	today, err := a.clock(w, c.Date)
	if err != nil {
		return err
	}
	ch := &change{authority: a, w: w, flags: c.changeFlags, today: today,
		entry:   entry{Time: w.now().UTC().Format(time.RFC3339), What: "recover", Note: c.Note},
		outcome: outcome{Operation: "recover", Network: a.name, File: filepath.Join(c.Dir, networkName), DryRun: c.DryRun}}
	r := &recovery{change: ch, generation: a.newest().Generation, serial: a.newest().Serial, file: a.serial}
	if err := r.learn(c.Network); err != nil {
		return err
	}
	r.passOver()
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.ask("make the new folder?"); err != nil {
		return err
	}
	if err := r.copyTo(unfinished, key); err != nil {
		return err
	}
	if err := ch.unlock(); err != nil {
		return err
	}
	if err := r.rekey(); err != nil {
		return err
	}
	if err := ch.save(); err != nil {
		return err
	}
	if err := w.disk.Rename(unfinished, c.Dir); err != nil {
		return err
	}
	return ch.outcome.print(w, c.JSON)
}

// copiedKey returns the text of the key file that the copy's ledger names.
func (a *authority) copiedKey() ([]byte, error) {
	for _, name := range []string{keyFile, pendingKey} {
		text, err := os.ReadFile(filepath.Join(a.dir, name))
		// public: the hash of a file that is sealed by itself, as the ledger shows it
		if err == nil && hashOf(text) == a.key {
			return text, nil
		}
	}
	return nil, corrupt("%s has not the key file that its ledger names", a.dir)
}

// recovery is what is known of the time after the copy was made.
type recovery struct {
	*change
	generation uint16 // of the newest key block known
	serial     uint32 // of the newest key block known
	file       uint64 // serial of the newest network file known
}

// learn compares the copy with a network file and adopts what it did not know.
func (r *recovery) learn(name string) error {
	r.outcome.remark("the copy ends on %s with serial %d", r.when.Format(time.DateOnly), r.authority.serial)
	if name == "" {
		r.outcome.remark("no network file given: whatever was done after the copy is not known; give the newest with --network")
		return nil
	}
	f, err := r.readFile(name)
	if err != nil {
		return err
	}
	if f.Serial <= r.authority.serial {
		r.outcome.remark("the network file has serial %d: the copy knows all that is in it", f.Serial)
		return nil
	}
	r.outcome.remark("the network file has serial %d: the log lines of %s are lost, what they did is taken from the file",
		f.Serial, counted(int(f.Serial-r.authority.serial), "operation"))
	newest := f.Newest()
	r.file, r.serial, r.generation = f.Serial, newest.Serial, max(r.generation, newest.Generation)
	r.learnGroups(f)
	r.learnNodes(f)
	r.learnPersons(f)
	for _, b := range f.Blocks {
		if b.Serial > r.newest().Serial {
			r.entry.Blocks = append(r.entry.Blocks, b.Encode())
		}
	}
	if n := len(f.Roots); n > len(r.ledger.chain) {
		r.entry.Promise = f.Roots[n-1].Encode()
		r.outcome.remark("a next root key was promised; look for its file")
	}
	return nil
}

// readFile reads a network file of the root that the copy has.
func (r *recovery) readFile(name string) (*enrol.File, error) {
	text, err := console.ReadUpTo(name, enrol.MaxFileText+1)
	if err != nil {
		return nil, err
	}
	f, err := enrol.ParseFile(text)
	if err != nil {
		return nil, console.Wrap(console.Untrusted, enrol.Hint(err), flagged(name, err))
	}
	lineage, err := f.Verify(ident.Ed25519{})
	if err != nil {
		return nil, console.Wrap(console.Untrusted, enrol.Hint(err), flagged(name, err))
	}
	if lineage.Operator() != r.operator {
		return nil, console.Faultf(console.Untrusted, "take a network file of "+r.name, "%s is of another network", name)
	}
	if lineage.Present() != r.root {
		return nil, console.Faultf(console.Untrusted, "take a copy of the folder from after the change", "%s is of another root key than the copy", name)
	}
	return f, nil
}

func (r *recovery) learnGroups(f *enrol.File) {
	for _, g := range f.Groups {
		if _, err := r.group(g.Name); err != nil {
			r.entry.Groups = append(r.entry.Groups, groupEntry{ID: g.ID, Name: g.Name, Incident: g.Incident})
			r.outcome.remark("the group %q: its secret is lost, it gets a fresh one", g.Name)
		}
	}
}

func (r *recovery) learnNodes(f *enrol.File) {
	for _, n := range f.Revoked {
		if _, known := r.gone[n]; known {
			continue
		}
		name := "node " + n.String()
		if i, found := r.at(n); found {
			name = r.members[i].Name
		}
		r.entry.Revoke = append(r.entry.Revoke, revokeEntry{Number: n, Name: name})
		r.outcome.LockedOut = append(r.outcome.LockedOut, member{Number: n, Name: name, Rights: []string{}})
	}
	for _, cert := range f.Certificates() {
		i, found := r.at(cert.Number)
		if found && string(r.members[i].Encode()) == string(cert.Encode()) {
			continue
		}
		r.entry.Enrol = append(r.entry.Enrol, enrolEntry{Number: cert.Number, Name: cert.Name, Certificate: cert.Encode()})
		if !found {
			r.entry.Keys = append(r.entry.Keys, keyEntry{Number: cert.Number}) // its request is not known
		}
		m := r.memberOf(cert)
		m.Renewed = found
		r.outcome.Enrolled = append(r.outcome.Enrolled, m)
	}
	for _, d := range f.Redirects {
		if r.redirects[d.From] != d.To {
			r.entry.Redirects = append(r.entry.Redirects, redirectEntry(d))
		}
	}
}

func (r *recovery) learnPersons(f *enrol.File) {
	known := map[ident.PersonNumber]string{}
	for _, p := range r.persons {
		known[p.Person] = string(p.Encode())
	}
	for _, p := range f.Persons {
		if known[p.Person] != string(p.Encode()) {
			r.entry.Persons = append(r.entry.Persons, p.Encode())
			r.outcome.Persons = append(r.outcome.Persons, personOf(p))
		}
	}
	for _, n := range f.Withdrawn {
		if _, valid := known[n]; valid {
			r.outcome.remark("the credential of person %d is void", n)
		}
		r.entry.Withdraw = append(r.entry.Withdraw, n)
	}
}

// passOver leaves room for what may have been done after all that is known.
func (r *recovery) passOver() {
	after := r.authority.clone()
	for _, cert := range r.entry.Enrol {
		after.last = max(after.last, cert.Number)
	}
	for _, gone := range r.entry.Revoke {
		after.last = max(after.last, gone.Number)
	}
	for _, p := range r.outcome.Persons {
		after.lastPerson = max(after.lastPerson, p.Number)
	}
	last := lastEntry{Number: ident.Number(min(int(ident.MaxNumber), int(after.last)+skipNodes)),
		Person: ident.PersonNumber(min(1<<16-1, int(after.lastPerson)+skipPersons))}
	r.entry.Last, r.entry.Serial = &last, r.file+skipSerials
	r.outcome.Serial = r.entry.Serial
	r.outcome.remark("passed over: node numbers up to %v, person numbers up to %d, serials up to %d", last.Number, last.Person, r.entry.Serial-1)
	r.outcome.remark("what was done after serial %d is not known: who was enrolled then has to be enrolled again, who was locked out then has to be locked out again", r.file)
}

// copyTo makes the new folder. The ledger comes last, as in create.
func (r *recovery) copyTo(dir string, key []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := r.w.disk.Write(filepath.Join(dir, keyFile), key, 0o600); err != nil {
		return err
	}
	if text, err := os.ReadFile(filepath.Join(r.dir, networkName)); err == nil {
		if err := r.w.disk.Write(filepath.Join(dir, networkName), text, 0o644); err != nil {
			return err
		}
	}
	if err := r.w.disk.Write(filepath.Join(dir, ledgerFile), r.ledger.encode(), 0o600); err != nil {
		return err
	}
	r.dir = dir
	return nil
}

// rekey makes a key block with a serial that nobody has seen: who found the copy
// and its passphrase first learns nothing of what comes after it.
func (r *recovery) rekey() error {
	keys := r.s.keys
	for _, g := range r.entry.Groups {
		if err := keys.DrawGroup(g.ID, r.w.entropy); err != nil {
			return err
		}
	}
	after := r.authority.clone()
	after.root = r.root
	if err := after.apply(r.entry); err != nil {
		return err
	}
	keys.Epoch.Serial, keys.Epoch.First = r.serial+skipSerials, max(keys.Epoch.First, after.newest().First)
	if keys.Tree.Generation < r.generation {
		// The seed of the generation since is lost: all get a new tree.
		keys.Tree.Generation = r.generation
		if err := keys.NextTree(after.newest().Height, r.w.entropy); err != nil {
			return err
		}
	}
	top := ident.Number(min(int(after.last), 1<<keys.Tree.Height-1))
	b, err := keys.NextBlock(r.s.root, r.operator, r.today, top, after.revokedNow(keys.Tree.Generation, r.numbers()), r.w.entropy)
	if err != nil {
		return err
	}
	r.entry.Blocks = append(r.entry.Blocks, b.Encode())
	return nil
}
