// Package vault keeps what has to be forgotten: the keys that move on by one-way
// steps, in a file of their own that is overwritten in place. A database keeps old
// pages, and a backup keeps everything; so these keys are in neither.
//
// The file has two slots. A new state is written to the slot that does not hold
// the newest one and made durable; then the other slot, with the state before it,
// is overwritten with the new state too. A power cut at any moment leaves a sound
// slot, of the state before or of the new one; and once Save has returned, no slot
// holds anything older.
//
// What overwriting is worth depends on what lies below, as with the key slot: see
// package keyslot. On a flash disk, and on a file system that copies on write, an
// old block may live on for a while; whoever can read it and has the vault's key
// as well has the keys of that time.
//
// The vault also tells whether the store beside it is the one that it knows: see
// Compare. It is not part of backups, so a store that comes from one shows.
//
// One process may have a vault open; the lock of the node's store sees to it.
package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/blackstart-mesh/blackstart/store/erase"
)

// Vault is an open vault. It is not for use by several goroutines at once. It
// holds no file open: another process can erase the file at any time.
type Vault struct {
	path  string
	seal  *sealer
	state State // what is durable
	slot  int   // which slot holds it, if only one does
	steps int   // of both slots: they grow and never shrink, so nothing is left behind a shorter one
}

// Create makes a vault with no data under a key where no file is. ErrExists, or
// an error of the disk.
func Create(path string, key [32]byte) (*Vault, error) { return createWith(path, &key) }

// createWith takes the key by its address, like openWith and peekWith, since it waits
// for the disk: a crash dump shows the first bytes of an array that a function on
// the stack was given. Create is inlined, and so is not in it.
func createWith(path string, key *[32]byte) (*Vault, error) {
	v := &Vault{path: path, seal: newSealer(*key), slot: 1, steps: 1}
	_, _ = rand.Read(v.state.Incarnation[:]) // never fails, or ends the program
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w: %s", ErrExists, path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot make a vault: %w", err)
	}
	err = f.Close()
	if err == nil {
		err = erase.SyncDir(filepath.Dir(path))
	}
	if err == nil {
		err = v.Save(nil)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return v, nil
}

// Open opens a vault and brings to its end what a power cut interrupted. Errors
// wrap ErrDamaged, ErrKey, ErrVersion or fs.ErrNotExist.
func Open(path string, key [32]byte) (*Vault, error) { return openWith(path, &key) }

func openWith(path string, key *[32]byte) (*Vault, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the vault: %w", err)
	}
	v := &Vault{path: path, seal: newSealer(*key)}
	newest, same, err := v.seal.newest(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	v.state, v.slot = *newest.state, newest.slot
	v.steps = max(stepsFor(len(v.state.Data)), extent(data))
	if same {
		return v, nil
	}
	// The other slot holds an older state, or half of a newer one that nobody was
	// told of: either may hold keys that are to be gone.
	if err := v.write(1-v.slot, &v.state); err != nil {
		return nil, err
	}
	return v, nil
}

// Peek returns what a vault holds and changes nothing, so it may be called while
// another process has the vault open. Errors are those of Open.
func Peek(path string, key [32]byte) (State, error) { return peekWith(path, &key) }

func peekWith(path string, key *[32]byte) (State, error) {
	data, err := readFile(path)
	if err != nil {
		return State{}, fmt.Errorf("cannot read the vault: %w", err)
	}
	f, _, err := newSealer(*key).newest(data)
	if err != nil {
		return State{}, fmt.Errorf("%s: %w", path, err)
	}
	return *f.state, nil
}

// State returns what is durable. The data is the caller's to keep.
func (v *Vault) State() State {
	st := v.state
	st.Data = append([]byte(nil), st.Data...)
	return st
}

// Load returns the data that was saved last; none in a new vault.
func (v *Vault) Load() []byte { return v.State().Data }

// Save makes data durable and erases the data before it. When it fails, the data
// before it is what Open will find, or, if only the erasing failed, the new data;
// Save may be called again. Errors wrap ErrTooLarge, fs.ErrNotExist (the vault
// was erased), or are the disk's.
func (v *Vault) Save(data []byte) error {
	next := v.state
	next.Data = data
	return v.put(next)
}

// Renew draws another incarnation and keeps the data: what was found to be a copy
// becomes an instance of its own.
func (v *Vault) Renew() error {
	next := v.state
	_, _ = rand.Read(next.Incarnation[:])
	next.Renewed++
	return v.put(next)
}

func (v *Vault) put(next State) error {
	if len(next.Data) > MaxState {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(next.Data), MaxState)
	}
	next.Generation++ // a writing that failed is repeated under its generation, in its slot
	next.Place = placeOf(v.path)
	next.Data = append([]byte(nil), next.Data...)
	v.steps = max(v.steps, stepsFor(len(next.Data)))
	if err := v.write(1-v.slot, &next); err != nil {
		return err
	}
	clear(v.state.Data)
	v.state, v.slot = next, 1-v.slot
	return v.write(1-v.slot, &v.state)
}
