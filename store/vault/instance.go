package vault

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// A node's folder is copied, or an old copy of it or of a part is put back. To
// notice it, store and vault hold a mark each: the vault its incarnation and
// generation, the store those that the vault had when the store was last told
// (Mark). Whoever saves tells the store next, and does not save again before that
// has succeeded, so the two differ by one at most.
//
// What does not show here is a copy of a whole disk, block by block, and an old
// copy of store and vault together that is put back in the same way. Nothing in
// the folder can tell those from the original; the network can: neighbours know
// how far the node's numbers went, and a node that hears itself says so.

// Instance is what a store and a vault that lie side by side are to each other.
type Instance uint8

// The results of Compare.
const (
	Same          Instance = iota // they belong together
	Unmarked                      // the store knows no vault yet
	RestoredStore                 // the store is older than the vault, or knows another: it was restored
	RestoredVault                 // the vault is older than the store: an old copy of it was put back
	Copied                        // they belong together, in another place than they were written in
)

// String says it to people.
func (i Instance) String() string {
	switch i {
	case Same:
		return "the same"
	case Unmarked:
		return "not marked yet"
	case RestoredStore:
		return "a restored store"
	case RestoredVault:
		return "an old copy of the vault"
	case Copied:
		return "a copy of the folder"
	}
	return "unknown"
}

// MarkSize is the length of a mark: incarnation 16, generation 8.
const MarkSize = 24

// RestoredMark is the mark of a store that was just restored: no vault has it.
func RestoredMark() []byte { return make([]byte, MarkSize) }

// Mark is what the store keeps of the vault.
func (v *Vault) Mark() []byte {
	return binary.BigEndian.AppendUint64(bytes.Clone(v.state.Incarnation[:]), v.state.Generation)
}

// Compare holds a store's mark, nil if it has none, against the vault. A mark of
// another length is an error that wraps ErrDamaged: the store is not ours.
func (v *Vault) Compare(mark []byte) (Instance, error) {
	if mark == nil {
		return Unmarked, nil
	}
	if len(mark) != MarkSize {
		return Unmarked, fmt.Errorf("%w: the store's mark has %d bytes, want %d", ErrDamaged, len(mark), MarkSize)
	}
	generation := binary.BigEndian.Uint64(mark[16:])
	switch here := placeOf(v.path); {
	case !bytes.Equal(mark[:16], v.state.Incarnation[:]):
		return RestoredStore, nil
	case generation > v.state.Generation:
		return RestoredVault, nil
	case generation+1 < v.state.Generation:
		return RestoredStore, nil
	case here != v.state.Place && here != Place{} && v.state.Place != Place{}:
		return Copied, nil
	}
	return Same, nil
}
