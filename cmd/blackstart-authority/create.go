package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

type createCommand struct {
	Dir      string   `arg:"" help:"Folder to make."`
	Name     string   `required:"" help:"Name of the network, as people know it."`
	Group    []string `help:"Name of a lasting group; may be repeated." default:"all"`
	Incident []string `help:"Name of a group for an incident, which guests may be in; may be repeated."`
	Capacity int      `help:"For how many node numbers the first key tree has room." default:"1024"`
	splitFlags
	PassphraseFile string `help:"Read the passphrase from the first line of this file."`
	DryRun         bool   `help:"Say what would be done, and change nothing."`
	JSON           bool   `name:"json" help:"Print the result as JSON."`
}

func (createCommand) Help() string {
	return `The folder holds the root key and the secrets of the network under a passphrase (argon2id, XChaCha20-Poly1305). Who loses folder or passphrase loses the network; who gets both owns it. A number is never used twice, so the key tree fills up with every node that is replaced; "generation" makes a larger one.

With --shares no passphrase opens the key, but any K of N shares together: each operation then asks for K of them. Fewer have nothing, and N-K may be lost.

Examples:
  blackstart-authority create --name "North Grid" /safe/north
  blackstart-authority create --name "North Grid" --shares 3-of-5 --to /media/usb/shares /safe/north
  blackstart-authority create --name "North Grid" --group all --group switching --incident flood --capacity 4000 /safe/north`
}

// created is the result, as --json prints it.
type created struct {
	Name      string   `json:"name"`
	Operator  string   `json:"operator"`
	RootCode  string   `json:"root_code"`
	Dir       string   `json:"dir"`
	Groups    []string `json:"groups"`
	Incidents []string `json:"incidents,omitempty"`
	Capacity  int      `json:"capacity"`
	Shares    []string `json:"shares,omitempty"` // what people have to know of each
	DryRun    bool     `json:"dry_run"`
}

func (c *createCommand) Run(w world) error {
	groups, err := c.groups()
	if err != nil {
		return err
	}
	height, err := heightFor(c.Capacity)
	if err != nil {
		return err
	}
	if err := free(c.Dir); err != nil {
		return err
	}
	result := created{Name: c.Name, Dir: c.Dir, Groups: c.Group, Incidents: c.Incident, Capacity: 1<<height - 1, DryRun: c.DryRun}
	if c.Shares != "" {
		if _, _, err := c.plan(); err != nil {
			return err
		}
		if c.PassphraseFile != "" {
			return console.Faultf(console.Usage, "give one of the two; a share can have its keeper's passphrase: --keeper-passphrases", "--shares and --passphrase-file: the shares take the place of the passphrase")
		}
	}
	if c.DryRun {
		return c.print(w, result)
	}
	b, shares, err := c.opener(w)
	if err != nil {
		return err
	}
	s, block, err := drawSecrets(groups, height, clock.WallOf(w.now()).Day(), w.entropy)
	if err != nil {
		return err
	}
	blob := s.encode()
	defer clear(blob)
	key, err := b.seal(blob, w.entropy)
	if err != nil {
		return err
	}
	root := s.root.SignKey()
	first := entry{Time: w.now().UTC().Format(time.RFC3339), What: "create", Blocks: [][]byte{block.Encode()}, Key: hashOf(key), Shares: shares,
		Create: &createEntry{Name: c.Name, Root: hex.EncodeToString(root[:])}}
	for _, g := range groups {
		first.Groups = append(first.Groups, groupEntry{ID: g.ID, Name: g.Name, Incident: g.Incident})
	}
	l, err := new(ledger).with(first, s.root)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	// The ledger comes last: without it the folder holds no authority.
	if err := w.disk.Write(filepath.Join(c.Dir, keyFile), key, 0o600); err != nil {
		return err
	}
	if err := w.disk.Write(filepath.Join(c.Dir, ledgerFile), l.encode(), 0o600); err != nil {
		return err
	}
	result.Operator, result.RootCode = ident.OperatorOf(root).String(), enrol.RootCode(root)
	if shares != nil {
		result.Shares = shares.remarks(c.To)
	}
	return c.print(w, result)
}

// opener makes what opens the new key file: a passphrase, or shares.
func (c *createCommand) opener(w world) (*box, *sharesEntry, error) {
	if c.Shares != "" {
		return c.split(w, c.Name)
	}
	console.WarnShared(w.err, program, c.PassphraseFile)
	passphrase, err := console.NewPassphrase(c.PassphraseFile, "the authority of "+c.Name)
	if err != nil {
		return nil, nil, err
	}
	b, err := newBox(w, passphrase)
	clear(passphrase)
	return b, nil, err
}

// drawSecrets makes root key, key tree and key block 1 of a new network.
func drawSecrets(groups []ident.Group, height uint8, today clock.Day, entropy io.Reader) (secrets, *keyblock.Block, error) {
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

func heightFor(capacity int) (uint8, error) {
	height, err := enrol.HeightFor(capacity)
	return height, console.Wrap(console.Usage, "", flagged("--capacity", err))
}

func flagged(flag string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", flag, err)
}

// groups numbers the groups from 1.
func (c *createCommand) groups() ([]ident.Group, error) {
	if err := enrol.CheckName(c.Name); err != nil {
		return nil, console.Wrap(console.Usage, enrol.Hint(err), fmt.Errorf("--name: %w", err))
	}
	var groups []ident.Group
	for i, name := range slices.Concat(c.Group, c.Incident) {
		g, err := newGroup(groups, nil, name, i >= len(c.Group))
		if err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// newGroup gives a group the number after the last, and refuses a name that is
// taken by a group or a node.
func newGroup(groups []ident.Group, members []*ident.Certificate, name string, incident bool) (ident.Group, error) {
	if err := enrol.CheckName(name); err != nil {
		return ident.Group{}, console.Wrap(console.Usage, enrol.Hint(err), fmt.Errorf("group: %w", err))
	}
	for _, g := range groups {
		if g.Name == name {
			return g, console.Faultf(console.Usage, "name each group once", "group: %q is there already", name)
		}
	}
	for _, m := range members {
		if m.Name == name {
			return ident.Group{}, console.Faultf(console.Usage, "choose another name", "group: the name %q is taken by node %v", name, m.Number)
		}
	}
	if len(groups) >= int(ident.NetworkGroup)-1 {
		return ident.Group{}, console.Faultf(console.Usage, "", "group: %q is one too many; %d fit", name, ident.NetworkGroup-1)
	}
	return ident.Group{ID: ident.GroupID(len(groups) + 1), Name: name, Incident: incident}, nil
}

// free refuses a folder that holds something: an authority is never written over.
func free(dir string) error {
	found, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range found {
		if e.Name() == ledgerFile {
			return console.Faultf(console.Usage, "choose a new folder", "%s holds an authority already", dir)
		}
	}
	if len(found) > 0 {
		return console.Faultf(console.Usage, "choose a new folder", "%s is not empty", dir)
	}
	return nil
}

func (c *createCommand) print(w world, r created) error {
	if c.JSON {
		return console.JSON(w.out, r)
	}
	if r.DryRun {
		_, err := fmt.Fprintf(w.out, "would make the network %q in %s, with room for %d node numbers\n", r.Name, r.Dir, r.Capacity)
		return err
	}
	_, err := fmt.Fprintf(w.out, `network     %s
operator    %s
check code  %s
folder      %s
room for    %d node numbers

Every node shows this check code when it joins for the first time; compare it.
Put a copy of the folder into a safe now.
`, r.Name, r.Operator, r.RootCode, r.Dir, r.Capacity)
	for _, line := range r.Shares {
		fmt.Fprintln(w.out, console.Plain(line))
	}
	return err
}
