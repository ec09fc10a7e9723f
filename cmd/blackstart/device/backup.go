package device

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/backup"
	"github.com/blackstart-mesh/blackstart/store/disk"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
	"github.com/blackstart-mesh/blackstart/store/vault"
)

// Names of the files in a backup. The key slot, the vault and the token stay out:
// a restored node has its own.
const (
	inIdentity = "identity" // the seed
	inNetwork  = "network"  // the network file, without packages
	inRequest  = "request"
	inConfig   = "node.yaml"
)

// StreamBackup writes the body of a backup of an open store, which may be in use:
// what was committed when it began. In front of the body stands a salt, from which
// and the master key its key comes: whoever asks for the stream and cannot unlock
// this folder has nothing of it.
func (d *Device) StreamBackup(w io.Writer, st store.Store, now clock.Wall) error {
	var salt [backup.SaltSize]byte
	rand.Read(salt[:]) // never fails: it crashes the process instead
	if _, err := w.Write(salt[:]); err != nil {
		return err
	}
	files, name, err := d.filesToKeep()
	if err != nil {
		return err
	}
	b, err := backup.NewWriter(w, backup.Key(d.master, salt), backup.Head{Made: now, Name: name})
	for _, f := range files {
		if err == nil {
			err = b.Add(&f)
		}
	}
	if err == nil {
		err = b.AddStore(st)
	}
	if err = errors.Join(err, st.Err()); err != nil {
		return err // not closed: what was written does not pass for a backup
	}
	return b.Close()
}

// filesToKeep returns the small files of a backup and the node's name.
func (d *Device) filesToKeep() (files []backup.File, name string, err error) {
	files = append(files, backup.File{Name: inIdentity, Data: d.Private.Seed()})
	for _, f := range []struct{ name, path string }{{inRequest, RequestFile(d.Dir)}, {inConfig, ConfigFile(d.Dir)}} {
		data, err := os.ReadFile(f.path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // of no need to a node that is enrolled
		}
		if err != nil {
			return nil, "", err
		}
		files = append(files, backup.File{Name: f.name, Data: data})
	}
	f, err := d.pinned()
	if errors.Is(err, ErrNotJoined) {
		return files, "a node that has not joined", nil
	}
	if err != nil {
		return nil, "", err
	}
	n, err := d.Network()
	if err != nil {
		return nil, "", err
	}
	if cert, ok := n.Roster.Certificate(n.Self); ok {
		name = cert.Name
	}
	// Without the packages: the node's own opens, with the identity beside it, to
	// keys of the day on which it was made, and from them to those of all later days.
	return append(files, backup.File{Name: inNetwork, Data: f.WithoutPackages().Encode()}), name, nil
}

// WriteBackup makes a backup of a stream from StreamBackup of this very folder:
// the body's key is wrapped under a secret and put in front.
func (d *Device) WriteBackup(w io.Writer, stream io.Reader, secret keyslot.Secret) error {
	var salt [backup.SaltSize]byte
	if _, err := io.ReadFull(stream, salt[:]); err != nil {
		return fmt.Errorf("the node broke off the backup: %w", err)
	}
	key := backup.Key(d.master, salt)
	slot, err := keyslot.Wrap(secret, key)
	if err != nil {
		return err
	}
	if err := backup.WriteHead(w, slot); err != nil {
		return err
	}
	// It is read while it is written: a backup that does not open is no backup.
	in, err := backup.NewReader(io.TeeReader(stream, w), key)
	for err == nil {
		_, err = in.Next()
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("the backup was not finished: %w", err)
}

// NoteBackup writes the audit event of a backup that was made of a node that does
// not run.
func NoteBackup(st store.Store, by string, now clock.Wall) error {
	return st.Commit(mesh.AuditEntry(st, now, BackupEvent(by)))
}

// BackupEvent is what the audit record says of a backup.
func BackupEvent(by string) mesh.AuditEvent {
	return mesh.AuditEvent{Action: mesh.ActionAdmin, By: by, Detail: "made a backup of the store, without the keys that move on"}
}

// Restoration says how to restore.
type Restoration struct {
	Secret keyslot.Secret                    // opens the new folder
	Config func(text string) (string, error) // adapts node.yaml
	By     string                            // who does it, for the audit event
	Now    clock.Wall
}

// Restore makes a node's folder of a backup, where nothing is, with a key of its
// own. The store is marked: on its first start the node moves its counters past
// what it may have used since the backup (OpenVault). Its identity is written last:
// without it the folder holds no node.
func Restore(dir string, in *backup.Reader, r Restoration) (err error) {
	if err := vacant(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, clearAway(dir))
		}
	}()
	master, err := keyslot.Create(slotFile(dir), r.Secret)
	if err != nil {
		return err
	}
	st, err := disk.Create(storeDir(dir), keyslot.Derive(master, labelStore), disk.Options{})
	if err != nil {
		return err
	}
	files, err := fill(st, in)
	if err == nil {
		made := in.Head.Made.Time().UTC().Format(time.RFC3339)
		b := mesh.AuditEntry(st, r.Now, mesh.AuditEvent{Action: mesh.ActionRestore, By: r.By,
			Detail: "restored from the backup of " + made})
		mesh.PutInstanceMark(b, vault.RestoredMark())
		err = st.Commit(b)
	}
	if err = errors.Join(err, st.Close()); err != nil {
		return err
	}
	if _, err := vault.Create(vaultFile(dir), keyslot.Derive(master, labelVault)); err != nil {
		return err
	}
	return putFiles(dir, &master, files, r.Config)
}

// fill copies a backup into an empty store, and returns its files once it is known
// to be whole.
func fill(st *disk.Store, in *backup.Reader) (files map[string][]byte, err error) {
	files = make(map[string][]byte)
	batch := new(store.Batch)
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return files, st.Commit(batch)
		}
		if err != nil {
			return nil, err
		}
		switch r := r.(type) {
		case *backup.File:
			files[r.Name] = r.Data
		case *backup.Entry:
			one := new(store.Batch)
			one.Put(r.Key, r.Value)
			if batch.Cost()+one.Cost() > store.MaxCommitBytes || len(batch.Ops) == maxRestoreOps {
				if err := st.Commit(batch); err != nil {
					return nil, err
				}
				batch = new(store.Batch)
			}
			batch.Ops = append(batch.Ops, one.Ops...)
		}
	}
}

// maxRestoreOps is how many entries are restored in one write.
const maxRestoreOps = 2000

// putFiles writes the files of a restored folder.
func putFiles(dir string, master *[32]byte, files map[string][]byte, adapt func(string) (string, error)) error {
	private, err := ident.ParsePrivate(files[inIdentity])
	if err != nil {
		return fmt.Errorf("%w: the identity in it: %v", backup.ErrDamaged, err)
	}
	config, err := adapt(string(files[inConfig]))
	if err != nil {
		return err
	}
	if err := durable.WriteFile(ConfigFile(dir), []byte(config), 0o600); err != nil {
		return err
	}
	if request := files[inRequest]; request != nil {
		if err := durable.WriteFile(RequestFile(dir), request, 0o644); err != nil {
			return err
		}
	}
	if network := files[inNetwork]; network != nil {
		if err := writeSealed(networkFile(dir), master, labelNetwork, network); err != nil {
			return err
		}
	}
	return writeSealed(identityFile(dir), master, labelIdentity, private.Seed())
}
