package device

import (
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
// writes the vault once, so that older copies show from then on.
func (d *Device) OpenVault(st store.Store, by string, now clock.Wall) (*Keeper, Found, error) {
	v, err := vault.Open(vaultFile(d.Dir), keyslot.Derive(d.master, labelVault))
	lost := errors.Is(err, fs.ErrNotExist)
	if lost {
		v, err = vault.Create(vaultFile(d.Dir), keyslot.Derive(d.master, labelVault))
	}
	if err != nil {
		return nil, Found{}, err
	}
	k := &Keeper{vault: v, store: st}
	instance, err := v.Compare(mesh.InstanceMark(st))
	if err != nil {
		return nil, Found{}, err
	}
	f := Found{Instance: instance, Detail: detail(instance, lost)}
	if f.Detail == "" {
		return k, f, k.Save(v.Load())
	}
	if err := v.Renew(); err != nil {
		return nil, f, err
	}
	f.Renewed = v.State().Renewed
	var draw [2]byte
	rand.Read(draw[:]) // never fails: it crashes the process instead
	b := mesh.RestoredEntry(st, now, binary.BigEndian.Uint16(draw[:]),
		mesh.AuditEvent{Action: mesh.ActionRestore, By: by, Detail: f.Detail})
	mesh.PutInstanceMark(b, v.Mark())
	return k, f, st.Commit(b)
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
func (k *Keeper) Save(data []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.vault.Save(data); err != nil {
		return err
	}
	b := new(store.Batch)
	mesh.PutInstanceMark(b, k.vault.Mark())
	if err := k.store.Commit(b); err != nil {
		return fmt.Errorf("noting in the store that the vault was written: %w", err)
	}
	return nil
}
