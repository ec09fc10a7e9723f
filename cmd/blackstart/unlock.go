package main

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/keycommand"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// unlockFlags say how the node's folder is opened. Without them the
// configuration says it, and else the terminal is asked.
type unlockFlags struct {
	PassphraseFile string `placeholder:"FILE" xor:"unlock" help:"Read the passphrase from the first line of this file."`
	KeyFile        string `placeholder:"FILE" xor:"unlock" help:"Open the node with this key file."`
	KeyCommand     string `placeholder:"COMMAND" xor:"unlock" help:"Open the node with what this command puts out; no shell is run."`
}

// open unlocks the node of the folder.
func (u unlockFlags) open(w *world) (*device.Device, config.Config, error) {
	d, c, _, err := u.openWith(w)
	return d, c, err
}

// openWith unlocks the node of the folder, and returns the secret that did it.
func (u unlockFlags) openWith(w *world) (*device.Device, config.Config, keyslot.Secret, error) {
	if !device.Exists(w.dir) {
		return nil, config.Config{}, keyslot.Secret{}, notInitialised(w.dir)
	}
	c, err := config.Read(device.ConfigFile(w.dir))
	if err != nil {
		return nil, c, keyslot.Secret{}, fault(err)
	}
	secret, err := u.secret(w, c)
	if err != nil {
		return nil, c, secret, err
	}
	d, err := device.Open(w.dir, secret)
	if errors.Is(err, fs.ErrNotExist) {
		return d, c, secret, console.Wrap(console.Store, "the folder lost a file, and nothing else opens it: restore a backup with blackstart restore, or make a new node with blackstart init", err)
	}
	return d, c, secret, fault(err)
}

func (u unlockFlags) secret(w *world, c config.Config) (keyslot.Secret, error) {
	within := func(name string) string {
		if name == "" || filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(w.dir, name)
	}
	if u == (unlockFlags{}) {
		u = unlockFlags{within(c.PassphraseFile), within(c.KeyFile), c.KeyCommand}
	}
	return u.read(w, "the node in "+w.dir)
}

// read returns the secret of something that exists.
func (u unlockFlags) read(w *world, what string) (keyslot.Secret, error) {
	console.WarnShared(w.err, program, u.KeyFile)
	console.WarnShared(w.err, program, u.PassphraseFile)
	switch {
	case u.KeyCommand != "":
		return output(u.KeyCommand)
	case u.KeyFile != "":
		if err := console.CheckFile(u.KeyFile); errors.Is(err, fs.ErrNotExist) {
			return keyslot.Secret{}, console.Wrap(console.Passphrase, "is the stick plugged in? else name it with --key-file", err)
		} else if err != nil {
			return keyslot.Secret{}, console.Wrap(console.Passphrase, "name the file itself", err)
		}
		return keyslot.KeyFile(u.KeyFile), nil
	}
	p, err := console.ReadPassphrase(u.PassphraseFile, what)
	return keyslot.Passphrase(string(p)), err
}

// make returns the secret of something new. A key file is drawn if there is none.
func (u unlockFlags) make(w *world, what string) (keyslot.Secret, error) {
	console.WarnShared(w.err, program, u.KeyFile)
	console.WarnShared(w.err, program, u.PassphraseFile)
	switch {
	case u.KeyCommand != "":
		return steadyOutput(u.KeyCommand)
	case u.KeyFile == "":
		p, err := console.NewPassphrase(u.PassphraseFile, what)
		return keyslot.Passphrase(string(p)), err
	}
	err := console.CheckFile(u.KeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		err = u.draw(w)
	}
	if err != nil {
		return keyslot.Secret{}, console.Wrap(console.Passphrase, "", err)
	}
	return keyslot.KeyFile(u.KeyFile), nil
}

// output runs a key command.
func output(command string) (keyslot.Secret, error) {
	key, err := keycommand.Run(context.Background(), command, keycommand.TimeOut)
	if err != nil {
		return keyslot.Secret{}, fault(err)
	}
	return keyslot.CommandOutput(command, key), nil
}

// steadyOutput is output for something new: a command that draws another key each
// time it runs would lock the node for good.
func steadyOutput(command string) (keyslot.Secret, error) {
	first, err := keycommand.Run(context.Background(), command, keycommand.TimeOut)
	if err != nil {
		return keyslot.Secret{}, fault(err)
	}
	second, err := keycommand.Run(context.Background(), command, keycommand.TimeOut)
	if err != nil {
		return keyslot.Secret{}, fault(err)
	}
	if !hmac.Equal(first, second) {
		return keyslot.Secret{}, console.Faultf(console.Passphrase, "store a random key first, and have the command put that out",
			"key command %s puts out something else each time", command)
	}
	clear(second)
	return keyslot.CommandOutput(command, first), nil
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

// configured returns node.yaml with what makes an unattended node open. A
// passphrase is asked for, unless the file said already where it lies.
func (u unlockFlags) configured(text string, passphraseFile bool) (string, error) {
	key, value := "", ""
	switch {
	case u.KeyCommand != "":
		return config.SetUnlock(text, config.KeyCommand, u.KeyCommand), nil
	case u.KeyFile != "":
		key, value = config.KeyFile, u.KeyFile
	case u.PassphraseFile != "" && passphraseFile:
		key, value = config.PassphraseFile, u.PassphraseFile
	default:
		return config.SetUnlock(text, "", ""), nil
	}
	path, err := filepath.Abs(value)
	if err != nil {
		return "", err
	}
	return config.SetUnlock(text, key, path), nil
}

// whoami is who did something, for the audit event.
func whoami() string {
	u, err := user.Current()
	if err != nil {
		return "unknown user"
	}
	return u.Username
}
