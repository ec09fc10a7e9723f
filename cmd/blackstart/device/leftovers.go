package device

import (
	"errors"
	"io/fs"
	"os"

	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/store/erase"
	"github.com/blackstart-mesh/blackstart/store/filelock"
)

// lockFiles makes this the only change of the network file, and of what lies beside
// it, in this process and others, from the check of the new content until it is
// written: else an older file could take the place of the newer one that `blackstart
// join` has just written.
func (d *Device) lockFiles() (unlock func(), err error) {
	d.files.Lock()
	f, err := filelock.Wait(lockFile(d.Dir))
	if err != nil {
		d.files.Unlock()
		return nil, err
	}
	return func() {
		_ = f.Close() // nothing was written to it
		d.files.Unlock()
	}, nil
}

// sealedFiles are what is replaced whole and holds keys.
func sealedFiles(dir string) []string {
	return []string{identityFile(dir), packageKeyFile(dir), networkFile(dir), othersFile(dir)}
}

// Sweep overwrites and removes what power cuts within a change left of sealed files.
// It may open to keys that were erased since. A node calls it when it starts.
func (d *Device) Sweep() error {
	unlock, err := d.lockFiles()
	if err != nil {
		return err
	}
	defer unlock()
	var errs []error
	for _, name := range sealedFiles(d.Dir) {
		left, err := durable.Leftovers(name)
		errs = append(errs, err, eraseOld(name))
		for _, l := range left {
			errs = append(errs, erase.File(l))
		}
	}
	return errors.Join(errs...)
}

// oldSuffix names the former content of a sealed file while it is being erased.
const oldSuffix = ".old"

// eraseOld erases the former content of a sealed file, if it has one. Where the power
// was cut before the new content came, both names are of one file, which lives on.
func eraseOld(name string) error {
	old, err := os.Lstat(name + oldSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if now, err := os.Lstat(name); err == nil && os.SameFile(old, now) {
		return os.Remove(name + oldSuffix)
	}
	return erase.File(name + oldSuffix)
}
