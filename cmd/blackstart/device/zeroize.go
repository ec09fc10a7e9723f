package device

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/store/disk"
	"github.com/blackstart-mesh/blackstart/store/erase"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

// ErrZeroized: the node's keys were erased while it ran.
var ErrZeroized = errors.New("this node was zeroized")

// Erased is what became of one file.
type Erased struct {
	File string // relative to the folder
	What string // for people
	Err  error
}

// Zeroize makes a node's folder unreadable at once, without its passphrase and
// whether the node runs or not: what opens the store is overwritten and removed,
// the key slot first. It goes on past what fails, and says so. The error is
// ErrAbsent where there is nothing to erase.
//
// What it cannot reach: copies and backups elsewhere, what a flash disk or a
// copying file system keeps of overwritten blocks (see keyslot; without the
// secret that is of no use), and the memory of a running node, which ends by
// itself (Zeroized).
func Zeroize(dir string) ([]Erased, error) {
	var list []Erased
	type file struct {
		path, what string
		how        func(string) error
	}
	files := []file{
		{slotFile(dir), "the key of everything else", keyslot.Erase},
		{vaultFile(dir), "the network's keys of these days", erase.File},
		{identityFile(dir), "the node's private keys", erase.File},
		{packageKeyFile(dir), "the key of the node's package", erase.File},
		{networkFile(dir), "the network file with the node's package", erase.File},
		{othersFile(dir), "the packages of other nodes", erase.File},
		{storeDir(dir), "the keys of the store's tables", disk.Erase},
		{TokenFile(dir), "the secret of the local interface", erase.File},
	}
	for _, name := range sealedFiles(dir) {
		left, _ := durable.Leftovers(name) // none where there is no folder, as the others say
		for _, l := range append(left, name+oldSuffix) {
			files = append(files, file{l, "what a power cut left of a change", erase.File})
		}
	}
	for _, f := range files {
		err := f.how(f.path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		name, relErr := filepath.Rel(dir, f.path)
		if relErr != nil {
			name = f.path
		}
		list = append(list, Erased{File: name, What: f.what, Err: err})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrAbsent, dir)
	}
	return list, nil
}

// Zeroized reports whether the folder of a node that runs has lost its key.
func (d *Device) Zeroized() bool {
	_, err := os.Stat(slotFile(d.Dir))
	return errors.Is(err, fs.ErrNotExist)
}

// RemoveStore deletes the store that Zeroize made unreadable. The error wraps
// disk.ErrLocked while a node has it open.
func RemoveStore(dir string) error { return disk.Remove(storeDir(dir)) }
