package main

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type commitRootCommand struct {
	Dir                string `arg:"" help:"The authority's folder."`
	Output             string `short:"o" required:"" help:"File to write the next root key to." placeholder:"FILE"`
	NextPassphraseFile string `help:"Read the passphrase of the next root key from the first line of this file."`
	changeFlags
}

func (commitRootCommand) Help() string {
	return `Makes the next root key now, while the present one is in good hands, and has the present one promise it by its hash. Once the nodes have taken the network file with the promise, they take no other root after this one, whoever steals it. Keep the file and its passphrase apart from the folder, twice: a promise cannot be taken back, and without the key the root can never be changed.

Examples:
  blackstart-authority commit-root /safe/north -o /media/second-safe/next-root.key
  blackstart-authority commit-root /safe/north -o next-root.key --dry-run`
}

func (c *commitRootCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "commit-root", c.changeFlags)
	if err != nil {
		return err
	}
	if _, promised := ch.promise(); promised {
		return console.Faultf(console.Failure, "to change to it: "+program+" rotate-root "+c.Dir+" NEXT.key", "the next root key is promised already")
	}
	if len(ch.ledger.chain) >= ident.MaxSuccessions {
		return console.Faultf(console.Failure, "begin a new network", "the root was changed %d times, and cannot be changed again", len(ch.ledger.chain))
	}
	if _, err := os.Lstat(c.Output); !errors.Is(err, fs.ErrNotExist) {
		return console.Faultf(console.Usage, "choose a new file", "%s is there already", c.Output)
	}
	ch.outcome.remark("the next root key is in %s; keep it and its passphrase apart from this folder", c.Output)
	ch.outcome.remark("a promise cannot be taken back")
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.ask("make the next root key, and promise it?"); err != nil {
		return err
	}
	if err := ch.unlock(); err != nil {
		return err
	}
	console.WarnShared(w.err, program, c.NextPassphraseFile)
	passphrase, err := console.NewPassphrase(c.NextPassphraseFile, "the next root key of "+ch.name)
	if err != nil {
		return err
	}
	next, err := ident.NewPrivate(w.entropy)
	if err != nil {
		return err
	}
	if err := writeRoot(w, c.Output, next, passphrase); err != nil {
		return err
	}
	s := ident.Succession{Old: ch.root, Next: ident.NextHash(next.SignKey())}
	s.Signature = ch.s.root.Sign(s.SignedBytes())
	ch.entry.Promise = s.Encode()
	return ch.finish()
}

// writeRoot seals a root key alone into a file of the form of the key file.
func writeRoot(w world, name string, root *ident.Private, passphrase []byte) error {
	b, err := newBox(w, passphrase)
	if err != nil {
		return err
	}
	seed := root.Seed()
	defer clear(seed)
	text, err := b.seal(seed, w.entropy)
	if err != nil {
		return err
	}
	return w.disk.Write(name, text, 0o600)
}

type rotateRootCommand struct {
	Dir                string `arg:"" help:"The authority's folder."`
	Next               string `arg:"" help:"File with the next root key, from commit-root."`
	NextPassphraseFile string `help:"Read the passphrase of the next root key from the first line of this file."`
	PassphraseLost     bool   `help:"The passphrase of the folder is lost, or its secrets cannot be trusted: draw new ones, under the passphrase of the next root key."`
	changeFlags
}

func (rotateRootCommand) Help() string {
	return `Signs everything anew under the root key that was promised; the old one is erased from the folder. The operator id stays. Nodes follow by the network file, and can verify no key block of the new root before they have it: give it to all of them soon.

With --passphrase-lost the folder's passphrase is not needed: a new key tree, new secrets of all groups and a new key block are made, and the folder goes on under the passphrase of the next root key. Nodes that have the new file and those that have not do not hear each other.

Examples:
  blackstart-authority rotate-root /safe/north next-root.key
  blackstart-authority rotate-root /safe/north next-root.key --passphrase-lost`
}

func (c *rotateRootCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "rotate-root", c.changeFlags)
	if err != nil {
		return err
	}
	promise, promised := ch.promise()
	if !promised {
		return console.Faultf(console.Failure, "promise one first: "+program+" commit-root "+c.Dir+" -o NEXT.key", "no next root key is promised")
	}
	ch.outcome.remark("signs %s and %s anew; every node needs the new network file", counted(len(ch.members), "certificate"), counted(len(ch.persons), "credential"))
	if c.PassphraseLost {
		if err := ch.price(ch.newest().Generation+1, ch.newest().Height); err != nil {
			return err
		}
		ch.outcome.remark("new secrets: nodes without the new file do not hear those that have it")
	}
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.ask("change the root key?"); err != nil {
		return err
	}
	console.WarnShared(w.err, program, c.NextPassphraseFile)
	passphrase, err := console.ReadPassphrase(c.NextPassphraseFile, "the next root key of "+ch.name)
	if err != nil {
		return err
	}
	b, seed, err := openBox(c.Next, passphrase)
	if err != nil {
		return err
	}
	next, err := ident.ParsePrivate(seed)
	clear(seed)
	if err != nil || ident.NextHash(next.SignKey()) != promise {
		return console.Faultf(console.Untrusted, "take the file that commit-root wrote", "%s is not the root key that was promised", c.Next)
	}
	if c.PassphraseLost {
		err = ch.freshSecrets(b, next)
	} else if err = ch.unlock(); err == nil {
		ch.s.root = next
	}
	if err != nil {
		return err
	}
	ch.signAnew()
	return ch.finish()
}

// signAnew puts everything under the root key that signs from now on.
func (c *change) signAnew() {
	key := c.s.root.SignKey()
	c.entry.Root = hex.EncodeToString(key[:])
	for _, old := range c.members {
		cert := *old
		c.certify(&cert)
	}
	for _, old := range c.persons {
		p := *old
		p.Signature = c.s.root.Sign(p.SignedBytes())
		c.entry.Persons = append(c.entry.Persons, p.Encode())
	}
	c.outcome.remark("new check code of the root: %s", enrol.RootCode(key))
	if c.plan != nil {
		c.outcome.remark("radio plan %d is signed by the key before: no node hands it on any more, and radios stay where it puts them until you issue it again with "+program+" plan", c.plan.Edition)
	}
}

// freshSecrets draws everything anew, for a folder of which nobody has the
// passphrase any more.
func (c *change) freshSecrets(b *box, root *ident.Private) error {
	newest := c.newest()
	keys, err := enrol.NewKeyset(c.groups, newest.Height, c.w.entropy)
	if err != nil {
		return err
	}
	keys.Tree.Generation, keys.Tree.Start = newest.Generation+1, newest.Serial+1
	keys.Epoch.Serial, keys.Epoch.First = newest.Serial, newest.First
	c.box, c.s = b, secrets{root: root, keys: keys}
	c.voidShares()
	return c.makeBlock()
}

type passphraseCommand struct {
	Dir               string `arg:"" help:"The authority's folder."`
	NewPassphraseFile string `help:"Read the new passphrase from the first line of this file."`
	changeFlags
}

func (passphraseCommand) Help() string {
	return `Copies of the folder keep the old passphrase: make new ones.

Examples:
  blackstart-authority passphrase /safe/north`
}

func (c *passphraseCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "passphrase", c.changeFlags)
	if err != nil {
		return err
	}
	ch.outcome.remark("the key file gets a new passphrase; copies keep the old one")
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.unlock(); err != nil {
		return err
	}
	console.WarnShared(w.err, program, c.NewPassphraseFile)
	passphrase, err := console.NewPassphrase(c.NewPassphraseFile, "the authority of "+ch.name)
	if err != nil {
		return err
	}
	if ch.box, err = newBox(w, passphrase); err != nil {
		return err
	}
	ch.voidShares()
	return ch.finish()
}
