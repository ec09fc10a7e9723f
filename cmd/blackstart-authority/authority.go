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

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// Files in an authority's folder.
const (
	ledgerFile  = "ledger"       // all operations, chained and signed
	keyFile     = "key"          // root key and secrets, under the passphrase
	networkName = "network"      // the present network file
	pendingName = "network.next" // written before the ledger names it
)

// authority is an authority's folder, as its ledger tells it.
type authority struct {
	dir     string
	ledger  *ledger
	name    string
	root    ident.SignKey
	groups  []ident.Group
	members []*ident.Certificate // ascending by number
	last    ident.Number         // the largest number ever handed out
	blocks  []*keyblock.Block
	serial  uint64
	digest  string // of the network file, hex; "" before the first
}

// open reads and verifies a folder: each line of the ledger, and the network
// file against it.
func open(dir string) (*authority, error) {
	data, err := os.ReadFile(filepath.Join(dir, ledgerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, console.Faultf(console.Usage, "make one with "+program+" create", "%s holds no authority", dir)
	}
	if err != nil {
		return nil, err
	}
	l, root, err := readLedger(data)
	if err != nil {
		return nil, err
	}
	a := &authority{dir: dir, ledger: l, root: root}
	for _, e := range l.entries {
		if err := a.apply(e); err != nil {
			return nil, corrupt("line %d of the ledger: %v", e.N, err)
		}
	}
	return a, a.settle()
}

// apply replays one operation.
func (a *authority) apply(e entry) error {
	if e.Create != nil {
		a.name = e.Create.Name
		for _, g := range e.Create.Groups {
			a.groups = append(a.groups, ident.Group{ID: g.ID, Name: g.Name})
		}
		block, err := keyblock.Decode(e.Create.Block)
		if err != nil {
			return err
		}
		a.blocks = append(a.blocks, block)
		return block.Verify(ident.Ed25519{}, a.root, ident.OperatorOf(a.root))
	}
	if e.Serial != a.serial+1 {
		return fmt.Errorf("serial %d after %d", e.Serial, a.serial)
	}
	for _, m := range e.Enrol {
		cert, err := ident.DecodeCertificate(m.Certificate)
		if err != nil {
			return err
		}
		if err := cert.Verify(ident.Ed25519{}, a.root); err != nil {
			return err
		}
		a.place(cert)
	}
	a.serial, a.digest = e.Serial, e.Network
	return nil
}

// place adds a certificate, or puts it in the place of the one that has its number.
func (a *authority) place(cert *ident.Certificate) {
	i, found := slices.BinarySearchFunc(a.members, cert.Number,
		func(c *ident.Certificate, n ident.Number) int { return int(c.Number) - int(n) })
	if found {
		a.members[i] = cert
	} else {
		a.members = slices.Insert(a.members, i, cert)
	}
	a.last = max(a.last, cert.Number)
}

// settle ends what a crash between two writes left open, and refuses a network
// file that the ledger does not know: it would mean that an old copy of the
// folder was put back, and the next node would get a number twice.
func (a *authority) settle() error {
	if a.digest == "" {
		return nil
	}
	digest, err := digestOf(filepath.Join(a.dir, networkName))
	if err != nil || digest == a.digest {
		return err
	}
	pending, err := digestOf(filepath.Join(a.dir, pendingName))
	if err != nil {
		return err
	}
	if pending != a.digest {
		return console.Faultf(console.Store,
			"the folder was put back from an old copy, or its files are mixed; use the newest copy",
			"%s is not the network file that the ledger names", filepath.Join(a.dir, networkName))
	}
	return os.Rename(filepath.Join(a.dir, pendingName), filepath.Join(a.dir, networkName))
}

// digestOf returns the digest of a network file, "" where there is none.
func digestOf(name string) (string, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	f, err := enrol.ParseFile(text)
	if err != nil {
		return "", corrupt("%s: %v", name, err)
	}
	digest := f.Digest()
	return hex.EncodeToString(digest[:]), nil
}

// unlock opens the root key and the secrets with a passphrase.
func (a *authority) unlock(passphraseFile string) (secrets, error) {
	passphrase, err := console.ReadPassphrase(passphraseFile, "the authority of "+a.name)
	if err != nil {
		return secrets{}, err
	}
	blob, err := readKey(filepath.Join(a.dir, keyFile), passphrase)
	if err != nil {
		return secrets{}, err
	}
	defer clear(blob)
	s, err := decodeSecrets(blob)
	if err != nil {
		return secrets{}, corrupt("%s: %v", keyFile, err)
	}
	if s.root.SignKey() != a.root {
		return secrets{}, corrupt("%s is the key of another network", keyFile)
	}
	return s, nil
}

// commit makes an operation durable: first the network file under its
// pending name, then the ledger that names it, then its own name.
func (a *authority) commit(next *ledger, network *enrol.File) error {
	now, err := os.ReadFile(filepath.Join(a.dir, ledgerFile))
	if err != nil {
		return err
	}
	if string(now) != string(a.ledger.encode()) {
		return console.Faultf(console.Store, "run the command again", "another command changed %s meanwhile", a.dir)
	}
	if err := durable.WriteFile(filepath.Join(a.dir, pendingName), network.Text(), 0o644); err != nil {
		return err
	}
	if err := durable.WriteFile(filepath.Join(a.dir, ledgerFile), next.encode(), 0o600); err != nil {
		return err
	}
	return os.Rename(filepath.Join(a.dir, pendingName), filepath.Join(a.dir, networkName))
}

// network returns the signed network file for the members as they are.
func (a *authority) network(s secrets, today clock.Day, entropy io.Reader) (*enrol.File, error) {
	f := &enrol.File{Serial: a.serial + 1, Name: a.name, Groups: a.groups, Blocks: a.blocks}
	f.Enrol(a.members...)
	return f, f.Seal(s.root, s.keys, today, entropy)
}
