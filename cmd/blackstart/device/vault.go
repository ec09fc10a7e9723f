package device

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
	"github.com/blackstart-mesh/blackstart/store/vault"
)

// Keeper keeps the keys that move on in the vault, and the store in step with it.
// It is what a running node saves through, and safe for use by several goroutines.
type Keeper struct {
	mu    sync.Mutex
	vault *vault.Vault
	store store.Store
	noted []byte // the vault's mark that is durable in the store
}

// Found says what OpenVault found beside the store.
type Found struct {
	Instance vault.Instance
	Renewed  uint32 // how often this vault was found to be a copy, or lost
	Detail   string // one line for people; empty where all is as it was left
}

// OpenVault opens the vault beside an open store, and holds the two against each
// other. A store that was restored, a vault that was put back, a folder that was
// copied is recognised here: the counters are jumped, the vault gets another
// incarnation, and an audit event says so, before the node starts. Each start
// writes the vault once, so that older copies show from then on. A full disk keeps a
// node from starting only where a copy was recognised: else it starts, takes nothing,
// says so, and goes on by itself when there is room.
func (d *Device) OpenVault(st store.Store, by string, now clock.Wall) (*Keeper, Found, error) {
	v, err := vault.Open(vaultFile(d.Dir), keyslot.Derive(d.master, labelVault))
	lost := errors.Is(err, fs.ErrNotExist)
	if lost {
		v, err = vault.Create(vaultFile(d.Dir), keyslot.Derive(d.master, labelVault))
	}
	if err != nil {
		return nil, Found{}, err
	}
	k := &Keeper{vault: v, store: st, noted: mesh.InstanceMark(st)}
	instance, err := v.Compare(k.noted)
	if err != nil {
		return nil, Found{}, err
	}
	f := Found{Instance: instance, Detail: detail(instance, lost)}
	if f.Detail == "" {
		if err := k.Save(v.Load()); err != nil && !errors.Is(err, store.ErrFull) {
			return nil, f, err
		}
		return k, f, nil
	}
	if err := v.Renew(); err != nil {
		return nil, f, err
	}
	f.Renewed = v.State().Renewed
	var draw [2]byte
	rand.Read(draw[:]) // never fails: it crashes the process instead
	b := mesh.RestoredEntry(st, now, binary.BigEndian.Uint16(draw[:]),
		mesh.AuditEvent{Action: mesh.ActionRestore, By: by, Detail: f.Detail})
	return k, f, k.commitMark(b)
}

// detail says what was found and what to do about it.
func detail(i vault.Instance, lost bool) string {
	const jumped = "; this node's counters were moved past what it may have used since"
	switch {
	case lost:
		return "the vault was missing: the store was put back without it, or it was lost" + jumped
	case i == vault.RestoredStore:
		return "the store was restored: it comes from a backup, or is an older copy than the vault beside it" + jumped
	case i == vault.RestoredVault:
		return "the vault is an older copy than the store beside it: keys that were erased may be back" + jumped
	case i == vault.Copied:
		return "the folder was copied: if the node runs in the other place too, stop and zeroize it there" + jumped
	}
	return ""
}

// Load returns what was saved last, or nothing.
func (k *Keeper) Load() []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.vault.Load()
}

// Save makes data durable in the vault, erases the data before it, and then notes
// in the store that it was done. Errors are those of vault.Save and of the store.
//
// The vault is written in place and goes on where a full disk takes no commit. So
// what the store was not told of one writing it is told before the next: else a
// node that tries again and again would leave its store behind, which is what a
// restored store looks like.
func (k *Keeper) Save(data []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.note(); err != nil {
		return err
	}
	if err := k.vault.Save(data); err != nil {
		return err
	}
	return k.note()
}

// note tells the store how far the vault is, unless it knows.
func (k *Keeper) note() error {
	if bytes.Equal(k.vault.Mark(), k.noted) { // public: it stands in the store
		return nil
	}
	if err := k.commitMark(new(store.Batch)); err != nil {
		return fmt.Errorf("noting in the store that the vault was written: %w", err)
	}
	return nil
}

// commitMark commits a batch together with the vault's mark.
func (k *Keeper) commitMark(b *store.Batch) error {
	mark := k.vault.Mark()
	mesh.PutInstanceMark(b, mark)
	err := k.store.Commit(b)
	if err == nil {
		k.noted = mark
	}
	return err
}
