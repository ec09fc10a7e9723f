package device

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"

	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/store/disk"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
	"github.com/blackstart-mesh/blackstart/store/vault"
)

// Errors of this package, beside those of keyslot, disk and enrol.
var (
	ErrAbsent    = errors.New("no node in this folder")
	ErrExists    = errors.New("the folder is not empty")
	ErrNotJoined = errors.New("this node has not joined a network")
	ErrNoKeys    = errors.New("this node has no keys of its network")
)

// Device is a node's folder, unlocked.
type Device struct {
	Dir     string
	Private *ident.Private
	master  [32]byte
	files   sync.Mutex // see lockFiles
}

// Setup says what to create.
type Setup struct {
	Name, Role string // wishes for the certificate
	Config     string // text of node.yaml
	Secret     keyslot.Secret
	By         string // who does it, for the audit event
	Now        clock.Wall
	Entropy    io.Reader
}

// Create makes a node in a folder that does not exist or is empty. Its identity
// is written last: without it the folder holds no node.
func Create(dir string, s Setup) (_ *enrol.Request, err error) {
	if err := vacant(dir); err != nil {
		return nil, err
	}
	private, err := ident.NewPrivate(s.Entropy)
	if err != nil {
		return nil, err
	}
	once, err := enrol.NewPackageKey(s.Entropy)
	if err != nil {
		return nil, err
	}
	request, err := enrol.NewRequest(s.Name, s.Role, private, once)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, clearAway(dir))
		}
	}()
	master, err := keyslot.Create(slotFile(dir), s.Secret)
	if err != nil {
		return nil, err
	}
	st, err := disk.Create(storeDir(dir), keyslot.Derive(master, labelStore), disk.Options{})
	if err != nil {
		return nil, err
	}
	event := mesh.AuditEvent{Action: mesh.ActionAdmin, By: s.By, Detail: "made this node, check code " + request.CheckCode()}
	entry := mesh.AuditEntry(st, s.Now, event)
	v, err := vault.Create(vaultFile(dir), keyslot.Derive(master, labelVault))
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	mesh.PutInstanceMark(entry, v.Mark())
	if err := errors.Join(st.Commit(entry), st.Close()); err != nil {
		return nil, err
	}
	if err := durable.WriteFile(ConfigFile(dir), []byte(s.Config), 0o600); err != nil {
		return nil, err
	}
	if err := durable.WriteFile(RequestFile(dir), request.Text(), 0o644); err != nil {
		return nil, err
	}
	if err := writeSealed(packageKeyFile(dir), &master, labelPackage, once.Bytes()); err != nil {
		return nil, err
	}
	return request, writeSealed(identityFile(dir), &master, labelIdentity, private.Seed())
}

// vacant refuses a folder that holds anything.
func vacant(dir string) error {
	found, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("%w: %s holds %s", ErrExists, dir, found[0].Name())
	}
	return nil
}

// clearAway empties a folder that was empty when Create began, so that it can
// be tried again once there is room on the disk.
func clearAway(dir string) error {
	var errs []error
	for _, name := range []string{identityFile(dir), RequestFile(dir), ConfigFile(dir), storeDir(dir), vaultFile(dir), packageKeyFile(dir), othersFile(dir), networkFile(dir), slotFile(dir)} {
		errs = append(errs, os.RemoveAll(name))
	}
	return errors.Join(errs...)
}

// Open unlocks a node's folder.
func Open(dir string, secret keyslot.Secret) (*Device, error) {
	if !Exists(dir) {
		return nil, fmt.Errorf("%w: %s", ErrAbsent, dir)
	}
	master, err := keyslot.Open(slotFile(dir), secret)
	if err != nil {
		return nil, err
	}
	seed, err := readSealed(identityFile(dir), &master, labelIdentity)
	if err != nil {
		return nil, err
	}
	private, err := ident.ParsePrivate(seed)
	clear(seed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %v", identityFile(dir), ErrDamaged, err)
	}
	return &Device{Dir: dir, Private: private, master: master}, nil
}

// Change replaces the secret that opens the folder; the node must not run. The
// event is durable before the change, as with Join.
func (d *Device) Change(old, secret keyslot.Secret, by string, now clock.Wall) error {
	st, err := d.OpenStore(nil)
	if err != nil {
		return err
	}
	entry := mesh.AuditEntry(st, now, mesh.AuditEvent{Action: mesh.ActionAdmin, By: by,
		Detail: fmt.Sprintf("changed how this node is opened: by %v, was by %v", secret.Kind(), old.Kind())})
	if err := errors.Join(st.Commit(entry), st.Close()); err != nil {
		return err
	}
	return keyslot.Rewrap(slotFile(d.Dir), old, secret)
}

// Slot returns what the key slot says of itself. It needs no secret.
func Slot(dir string) (*keyslot.Slot, error) { return keyslot.Inspect(slotFile(dir)) }

// OpenStore opens the node's store; only one process can.
func (d *Device) OpenStore(log *slog.Logger) (*disk.Store, error) {
	return disk.Open(storeDir(d.Dir), keyslot.Derive(d.master, labelStore), disk.Options{Log: log})
}
