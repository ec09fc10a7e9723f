package main

import (
	"fmt"
	"os"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

type keyCommand struct {
	Show   keyShowCommand   `cmd:"" help:"Show what opens the node, without opening it."`
	Change keyChangeCommand `cmd:"" help:"Change what opens the node: passphrase, key file or key command."`
}

type keyShowCommand struct {
	JSON bool `name:"json" help:"Print the result as JSON."`
}

func (keyShowCommand) Help() string {
	return `Needs no passphrase. What it says of a passphrase is what each guess costs.

Examples:
  blackstart key show
  blackstart key show --json`
}

// keyShown is what key show tells.
type keyShown struct {
	Kind       string `json:"kind"` // passphrase, key-file or key-command
	MemoryKiB  uint32 `json:"argon2id_kib,omitempty"`
	Passes     uint8  `json:"argon2id_passes,omitempty"`
	Configured string `json:"configured"` // what node.yaml says; empty: it is asked for
}

// kindNames are for programs.
func kindName(k keyslot.Kind) string {
	switch k {
	case keyslot.ByPassphrase:
		return "passphrase"
	case keyslot.ByKeyFile:
		return "key-file"
	}
	return "key-command"
}

func (c *keyShowCommand) Run(w *world) error {
	if !device.Exists(w.dir) {
		return notInitialised(w.dir)
	}
	slot, err := device.Slot(w.dir)
	if err != nil {
		return fault(err)
	}
	conf, err := config.Read(device.ConfigFile(w.dir))
	if err != nil {
		return fault(err)
	}
	s := keyShown{Kind: kindName(slot.Kind), MemoryKiB: slot.Memory, Passes: slot.Time,
		Configured: conf.KeyFile + conf.PassphraseFile + conf.KeyCommand} // at most one is set
	if c.JSON {
		return console.JSON(w.out, s)
	}
	fmt.Fprintf(w.out, "opened by   %v\n", slot.Kind)
	if slot.Kind == keyslot.ByPassphrase {
		fmt.Fprintf(w.out, "each guess  argon2id, %d MiB of memory, %d passes\n", s.MemoryKiB>>10, s.Passes)
	}
	if s.Configured == "" {
		s.Configured = "nothing: it is asked for at the terminal, or given by a flag"
	}
	fmt.Fprintf(w.out, "node.yaml   %s\n", console.Plain(s.Configured))
	return nil
}

type keyChangeCommand struct {
	NewPassphraseFile string `placeholder:"FILE" xor:"new" help:"Read the new passphrase from the first line of this file."`
	NewKeyFile        string `placeholder:"FILE" xor:"new" help:"From now on this key file; it is made if there is none."`
	NewKeyCommand     string `placeholder:"COMMAND" xor:"new" help:"From now on what this command puts out."`
	JSON              bool   `name:"json" help:"Print the result as JSON."`
	unlockFlags
}

func (keyChangeCommand) Help() string {
	return `From any of the three to any other; without a flag for the new one a passphrase is asked for. Stop the node first. node.yaml is changed along, so that an unattended node starts by itself. A power cut at any moment leaves the old way or the new one. The store is not written anew: it stays under the same key.

The old key slot is overwritten in place. A flash disk, a snapshot, or a file system that copies on write may keep it for a while. If the old passphrase became known to somebody who had, or may get, a copy of this disk, make the node anew instead: blackstart zeroize, then init.

Examples:
  blackstart key change
  blackstart key change --new-key-file /media/stick/node.key
  blackstart key change --new-key-command "systemd-creds cat blackstart-key"
  blackstart key change --key-file lost-soon.key --new-passphrase-file pass`
}

// keyChanged is what key change tells.
type keyChanged struct {
	From string `json:"from"`
	To   string `json:"to"`
}

func (c *keyChangeCommand) Run(w *world) error {
	d, conf, old, err := c.openWith(w)
	if err != nil {
		return err
	}
	next := unlockFlags{c.NewPassphraseFile, c.NewKeyFile, c.NewKeyCommand}
	secret, err := next.make(w, "the node in "+w.dir)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(device.ConfigFile(w.dir))
	if err != nil && !os.IsNotExist(err) {
		return fault(err)
	}
	adapted, err := next.configured(string(text), conf.PassphraseFile != "")
	if err != nil {
		return err
	}
	if err := d.Change(old, secret, whoami(), clock.WallOf(w.now())); err != nil {
		return fault(err)
	}
	if adapted != string(text) {
		if err := durable.WriteFile(device.ConfigFile(w.dir), []byte(adapted), 0o600); err != nil {
			return console.Wrap(console.Failure, "correct key-file, passphrase-file or key-command in node.yaml by hand",
				about("the key was changed, but not node.yaml", err))
		}
	}
	if c.JSON {
		return console.JSON(w.out, keyChanged{kindName(old.Kind()), kindName(secret.Kind())})
	}
	_, err = fmt.Fprintf(w.out, "the node in %s is opened by %v now, and no longer by the %s it had\n", w.dir, secret.Kind(), oldName(old.Kind()))
	return err
}

// oldName names a kind without its article.
func oldName(k keyslot.Kind) string {
	if k == keyslot.ByPassphrase {
		return "passphrase"
	}
	return k.String()[len("a "):]
}
