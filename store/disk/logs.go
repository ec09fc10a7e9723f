package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// dropEmptyLogs removes write-ahead logs without a byte in them. Badger ends a
// log whose memtable became a table by cutting it to nothing and then removing
// it, and begins one by making an empty file; a process that is killed between
// the two steps leaves a file that Badger refuses to open the whole store for.
// Nothing is lost with it: what a commit made durable is in a log that has a
// length, or in a table.
func dropEmptyLogs(database string) error {
	entries, err := os.ReadDir(database)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // what is missing is told by checkFiles
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".mem" {
			continue
		}
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && info.Size() == 0 {
			err = os.Remove(filepath.Join(database, e.Name()))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
