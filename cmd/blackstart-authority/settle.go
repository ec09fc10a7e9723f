package main

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
)

// Files in an authority's folder.
const (
	lockFile    = "lock"    // empty; the command that is at work has it
	ledgerFile  = "ledger"  // all operations, chained and signed
	keyFile     = "key"     // root key and secrets, under the passphrase
	networkName = "network" // the present network file
	nextSuffix  = ".next"   // of a file that is written before the ledger names it
	pendingName = networkName + nextSuffix
	pendingKey  = keyFile + nextSuffix
)

// commit makes an operation durable: first the network file and the key file
// under their pending names, then the ledger that names both, then their own
// names. Whatever write is the last one before a crash, the folder holds the
// state before or, once settled, the state after; and the old key file is
// overwritten only when the ledger names the new one.
func (a *authority) commit(w world, next *ledger, network *enrol.File, key []byte) error {
	if err := a.unchanged(); err != nil {
		return err
	}
	if err := w.disk.Write(filepath.Join(a.dir, pendingName), network.Text(), 0o644); err != nil {
		return err
	}
	if err := w.disk.Write(filepath.Join(a.dir, pendingKey), key, 0o600); err != nil {
		return err
	}
	if err := a.writeLedger(w, next); err != nil {
		return err
	}
	after, err := load(a.dir)
	if err != nil {
		return err
	}
	return after.settle(w)
}

// unchanged refuses to go on where another command was faster.
func (a *authority) unchanged() error {
	now, err := os.ReadFile(filepath.Join(a.dir, ledgerFile))
	if err != nil {
		return err
	}
	if string(now) != string(a.ledger.encode()) {
		return console.Faultf(console.Store, "run the command again", "another command changed %s meanwhile", a.dir)
	}
	return nil
}

func (a *authority) writeLedger(w world, next *ledger) error {
	if err := a.unchanged(); err != nil {
		return err
	}
	return w.disk.Write(filepath.Join(a.dir, ledgerFile), next.encode(), 0o600)
}

// settle ends what a crash between two writes left open, and refuses files that
// the ledger does not know: it would mean that an old copy of the folder was put
// back, and the next node would get a number twice.
func (a *authority) settle(w world) error {
	if err := a.sweep(w); err != nil {
		return err
	}
	if a.destroyed {
		return a.erase(w)
	}
	if a.digest != "" {
		err := a.settleFile(w, networkName, a.digest, digestOf, func(name string) error { return nil })
		if err != nil {
			return err
		}
	}
	return a.settleFile(w, keyFile, a.key, hashFile, w.disk.Overwrite)
}

// settleFile gives the file that the ledger names its name, if a crash kept it
// from it. before deals with a file that is about to go.
func (a *authority) settleFile(w world, name, want string, digest func(string) (string, error), before func(string) error) error {
	path, pending := filepath.Join(a.dir, name), filepath.Join(a.dir, name+nextSuffix)
	got, err := digest(path)
	if got == want && err == nil {
		if err := before(pending); err != nil { // of an operation that the ledger never named
			return err
		}
		return w.disk.Remove(pending)
	}
	next, nextErr := digest(pending)
	if nextErr != nil || next != want {
		if err == nil {
			err = nextErr
		}
		if err != nil {
			return err
		}
		if err == nil && got == "" {
			return console.Faultf(console.Store, "put it back from the newest copy of the folder, or go on from a copy: "+program+" recover", "%s is missing", path)
		}
		return console.Faultf(console.Store,
			"the folder was put back from an old copy, or its files are mixed; use the newest copy, or "+program+" recover",
			"%s is not the file that the ledger names", path)
	}
	if err := before(path); err != nil {
		return err
	}
	return w.disk.Rename(pending, path)
}

// sweep overwrites and removes what a crash within a write left. It may hold keys
// that are to be forgotten later.
func (a *authority) sweep(w world) error {
	found, err := os.ReadDir(a.dir)
	if err != nil {
		return err
	}
	for _, e := range found {
		if !strings.HasPrefix(e.Name(), ".tmp-") {
			continue
		}
		name := filepath.Join(a.dir, e.Name())
		if err := w.disk.Overwrite(name); err != nil {
			return err
		}
		if err := w.disk.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// erase overwrites and removes what is left of the keys.
func (a *authority) erase(w world) error {
	for _, name := range []string{keyFile, pendingKey} {
		path := filepath.Join(a.dir, name)
		if err := w.disk.Overwrite(path); err != nil {
			return err
		}
		if err := w.disk.Remove(path); err != nil {
			return err
		}
	}
	return nil
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

// hashFile returns the SHA-256 of a file, "" where there is none.
func hashFile(name string) (string, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return hashOf(data), err
}
