package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/store/disk"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// backupFlags say what opens a backup. There is no key command: a key that a
// machine hands out is gone with the machine.
type backupFlags struct {
	BackupPassphraseFile string `placeholder:"FILE" xor:"backup" help:"Read the backup's passphrase from the first line of this file."`
	BackupKeyFile        string `placeholder:"FILE" xor:"backup" help:"Open the backup with this key file instead of a passphrase."`
}

func (b backupFlags) unlock() unlockFlags {
	return unlockFlags{PassphraseFile: b.BackupPassphraseFile, KeyFile: b.BackupKeyFile}
}

type backupCommand struct {
	File string `arg:"" help:"Where the backup goes; nothing may be there."`
	JSON bool   `name:"json" help:"Print the result as JSON."`
	backupFlags
	unlockFlags
}

func (backupCommand) Help() string {
	return `Makes a backup of this node, whether it runs or not: its identity, the network file, and all that its store holds, as it is at the moment. The node's passphrase or key is needed to make it; what opens the backup is a passphrase of its own, or a key file, so that it opens where this machine and its TPM are gone.

The keys of the network are not in it: who gets a backup reads the messages in it, and not what was recorded from the air. But the node's identity is: with a network file as well, it opens to all that the node could read from that file's day on, so lock backups away, and revoke a node whose backup was stolen. A restored node joins again with a network file.

Examples:
  blackstart backup crew-1.backup
  blackstart backup /media/stick/crew-1.backup --backup-passphrase-file pass
  blackstart restore crew-1.backup`
}

// backedUp is what backup tells.
type backedUp struct {
	File    string `json:"file"`
	Bytes   int64  `json:"bytes"`
	Running bool   `json:"running"` // the node ran meanwhile
}

func (c *backupCommand) Run(w *world) error {
	if _, err := os.Lstat(c.File); !errors.Is(err, fs.ErrNotExist) {
		return console.Faultf(console.Usage, "name another file", "%s is there already", c.File)
	}
	d, _, err := c.open(w)
	if err != nil {
		return err
	}
	flags := c.backupFlags.unlock()
	secret, err := flags.make(w, "the backup")
	if err != nil {
		return err
	}
	stream, running, err := w.backupStream(d)
	if err != nil {
		return err
	}
	size, err := durable.Write(c.File, 0o600, func(to io.Writer) error { return d.WriteBackup(to, stream, secret) })
	if err = errors.Join(err, stream.Close()); err != nil {
		return fault(err)
	}
	if c.JSON {
		return console.JSON(w.out, backedUp{c.File, size, running})
	}
	_, err = fmt.Fprintf(w.out, "backed up %s to %s, %d bytes, opened by %v\nput it back with: blackstart --dir NEWFOLDER restore %s\n",
		w.dir, c.File, size, secret.Kind(), c.File)
	return err
}

// backupStream has the backup's stream made: here, or by the node that has the
// store open.
func (w *world) backupStream(d *device.Device) (stream io.ReadCloser, running bool, err error) {
	now := clock.WallOf(w.now())
	st, err := d.OpenStore(nil)
	if errors.Is(err, disk.ErrLocked) {
		api, err := w.reach()
		if err != nil {
			return nil, false, err
		}
		stream, err := api.Backup(context.Background())
		return stream, true, answered(err)
	}
	if err != nil {
		return nil, false, fault(err)
	}
	if err := device.NoteBackup(st, whoami(), now); err != nil {
		return nil, false, fault(errors.Join(err, st.Close()))
	}
	from, to := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := d.StreamBackup(to, st, now)
		_ = to.CloseWithError(err) // nil is io.EOF
		done <- st.Close()
	}()
	return &localStream{from, done}, false, nil
}

// localStream is a stream that is made in this process.
type localStream struct {
	*io.PipeReader
	done chan error
}

// Close ends the stream and waits until the store is closed.
func (l *localStream) Close() error { return errors.Join(l.PipeReader.Close(), <-l.done) }

// secretOf reads what opens an existing backup.
func (b backupFlags) secretOf(w *world, file string) (keyslot.Secret, error) {
	return b.unlock().read(w, "the backup "+file)
}
