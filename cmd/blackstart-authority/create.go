package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

type createCommand struct {
	Dir            string   `arg:"" help:"Folder to make."`
	Name           string   `required:"" help:"Name of the network, as people know it."`
	Group          []string `help:"Name of a group that all nodes are in; may be repeated." default:"all"`
	Capacity       int      `help:"For how many node numbers the first key tree has room." default:"1024"`
	PassphraseFile string   `help:"Read the passphrase from the first line of this file."`
	DryRun         bool     `help:"Say what would be done, and change nothing."`
	JSON           bool     `name:"json" help:"Print the result as JSON."`
}

func (createCommand) Help() string {
	return `The folder holds the root key under a passphrase (argon2id, XChaCha20-Poly1305). Who loses folder or passphrase loses the network; who gets both owns it.

Examples:
  blackstart-authority create --name "North Grid" /safe/north
  blackstart-authority create --name "North Grid" --group all --group switching /safe/north`
}

// created is the result, as --json prints it.
type created struct {
	Name     string   `json:"name"`
	Operator string   `json:"operator"`
	RootCode string   `json:"root_code"`
	Dir      string   `json:"dir"`
	Groups   []string `json:"groups"`
	DryRun   bool     `json:"dry_run"`
}

func (c *createCommand) Run(w world) error {
	groups, err := c.groups()
	if err != nil {
		return err
	}
	if err := c.free(); err != nil {
		return err
	}
	if c.DryRun {
		return c.print(w, created{Name: c.Name, Dir: c.Dir, Groups: c.Group, DryRun: true})
	}
	console.WarnShared(w.err, program, c.PassphraseFile)
	passphrase, err := console.NewPassphrase(c.PassphraseFile, "the authority of "+c.Name)
	if err != nil {
		return err
	}
	today := clock.WallOf(w.now()).Day()
	s, block, err := draw(groups, c.Capacity, today, w.entropy)
	if err != nil {
		return err
	}
	blob := s.encode()
	defer clear(blob)
	first := entry{Time: w.now().UTC().Format(time.RFC3339), Create: &createEntry{Name: c.Name, Block: block.Encode()}}
	key := s.root.SignKey()
	first.Create.Root = hex.EncodeToString(key[:])
	for _, g := range groups {
		first.Create.Groups = append(first.Create.Groups, groupEntry{ID: g.ID, Name: g.Name})
	}
	l, err := new(ledger).with(first, s.root)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	// The ledger comes last: without it the folder holds no authority.
	if err := writeKey(filepath.Join(c.Dir, keyFile), passphrase, blob, w.entropy); err != nil {
		return err
	}
	if err := durable.WriteFile(filepath.Join(c.Dir, ledgerFile), l.encode(), 0o600); err != nil {
		return err
	}
	return c.print(w, created{
		Name: c.Name, Operator: ident.OperatorOf(key).String(), RootCode: enrol.RootCode(key),
		Dir: c.Dir, Groups: c.Group,
	})
}

// draw makes root key, key tree and key block 1 of a new network.
func draw(groups []ident.Group, capacity int, today clock.Day, entropy io.Reader) (secrets, *keyblock.Block, error) {
	height, err := enrol.HeightFor(capacity)
	if err != nil {
		return secrets{}, nil, console.Wrap(console.Usage, "", fmt.Errorf("--capacity: %w", err))
	}
	root, err := ident.NewPrivate(entropy)
	if err != nil {
		return secrets{}, nil, err
	}
	keys, err := enrol.NewKeyset(groups, height, entropy)
	if err != nil {
		return secrets{}, nil, err
	}
	block, err := keys.NextBlock(root, ident.OperatorOf(root.SignKey()), today, 0, nil, entropy)
	return secrets{root: root, keys: keys}, block, err
}

// groups numbers the groups from 1.
func (c *createCommand) groups() ([]ident.Group, error) {
	if err := enrol.CheckName(c.Name); err != nil {
		return nil, console.Wrap(console.Usage, enrol.Hint(err), fmt.Errorf("--name: %w", err))
	}
	var groups []ident.Group
	seen := map[string]bool{}
	for i, name := range c.Group {
		if err := enrol.CheckName(name); err != nil {
			return nil, console.Wrap(console.Usage, enrol.Hint(err), fmt.Errorf("--group: %w", err))
		}
		if seen[name] || i >= 126 {
			return nil, console.Faultf(console.Usage, "name each group once; 126 fit", "--group: %q is one too many", name)
		}
		seen[name] = true
		groups = append(groups, ident.Group{ID: ident.GroupID(i + 1), Name: name})
	}
	return groups, nil
}

// free refuses a folder that holds something: an authority is never written over.
func (c *createCommand) free() error {
	found, err := os.ReadDir(c.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range found {
		if e.Name() == ledgerFile {
			return console.Faultf(console.Usage, "choose a new folder", "%s holds an authority already", c.Dir)
		}
	}
	if len(found) > 0 {
		return console.Faultf(console.Usage, "choose a new folder", "%s is not empty", c.Dir)
	}
	return nil
}

func (c *createCommand) print(w world, r created) error {
	if c.JSON {
		return console.JSON(w.out, r)
	}
	if r.DryRun {
		_, err := fmt.Fprintf(w.out, "would make the network %q in %s\n", r.Name, r.Dir)
		return err
	}
	_, err := fmt.Fprintf(w.out, `network     %s
operator    %s
check code  %s
folder      %s

Every node shows this check code when it joins for the first time; compare it.
Put a copy of the folder into a safe now.
`, r.Name, r.Operator, r.RootCode, r.Dir)
	return err
}
