package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// unlockFlags say how the node's folder is opened. Without them the
// configuration says it, and else the terminal is asked.
type unlockFlags struct {
	PassphraseFile string `placeholder:"FILE" xor:"unlock" help:"Read the passphrase from the first line of this file."`
	KeyFile        string `placeholder:"FILE" xor:"unlock" help:"Open the node with this key file."`
}

// open unlocks the node of the folder.
func (u unlockFlags) open(w *world) (*device.Device, config.Config, error) {
	if !device.Exists(w.dir) {
		return nil, config.Config{}, notInitialised(w.dir)
	}
	c, err := config.Read(device.ConfigFile(w.dir))
	if err != nil {
		return nil, c, fault(err)
	}
	secret, err := u.secret(w, c)
	if err != nil {
		return nil, c, err
	}
	d, err := device.Open(w.dir, secret)
	return d, c, fault(err)
}

func (u unlockFlags) secret(w *world, c config.Config) (keyslot.Secret, error) {
	within := func(name string) string {
		if name == "" || filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(w.dir, name)
	}
	passphraseFile, keyFile := u.PassphraseFile, u.KeyFile
	if passphraseFile == "" && keyFile == "" {
		passphraseFile, keyFile = within(c.PassphraseFile), within(c.KeyFile)
	}
	console.WarnShared(w.err, program, keyFile)
	console.WarnShared(w.err, program, passphraseFile)
	if keyFile != "" {
		if _, err := os.Stat(keyFile); err != nil {
			return keyslot.Secret{}, console.Wrap(console.Passphrase, "is the stick plugged in? else name it with --key-file", err)
		}
		return keyslot.KeyFile(keyFile), nil
	}
	p, err := console.ReadPassphrase(passphraseFile, "the node in "+w.dir)
	return keyslot.Passphrase(string(p)), err
}

// make returns the secret of a new node. A key file is drawn if there is none.
func (u unlockFlags) make(w *world) (keyslot.Secret, error) {
	if u.KeyFile == "" {
		p, err := console.NewPassphrase(u.PassphraseFile, "the node in "+w.dir)
		return keyslot.Passphrase(string(p)), err
	}
	_, err := os.Stat(u.KeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		err = u.draw(w)
	}
	if err != nil {
		return keyslot.Secret{}, console.Wrap(console.Passphrase, "", err)
	}
	return keyslot.KeyFile(u.KeyFile), nil
}

// draw makes a key file that only this user can read.
func (u unlockFlags) draw(w *world) error {
	key := make([]byte, 32)
	if _, err := w.entropy.Read(key); err != nil {
		return err
	}
	f, err := os.OpenFile(u.KeyFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%x\n", key)
	return errors.Join(err, f.Sync(), f.Close())
}

// whoami is who did something, for the audit event.
func whoami() string {
	u, err := user.Current()
	if err != nil {
		return "unknown user"
	}
	return u.Username
}
