package disk

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/badger/v4/table"
	"google.golang.org/protobuf/proto"
)

// Badger deletes tables that its manifest does not name when it opens. Most
// often it is right: a process that is killed leaves
//
//   - a table made of a log, with the log still there;
//   - tables made of others by a compaction, with those others still named;
//   - tables that a compaction took in, whose deletion the manifest records.
//
// But a manifest that lost its end looks the same, and then the records are
// gone. So what an unnamed table holds has to be elsewhere too: for each of its
// keys, the logs or the named tables must have a version as new as the newest
// in it. Where that holds, the database answers alike with the table and
// without it, whatever the reason that it lies there; where it does not, no
// crash explains the table. To look costs nothing where all tables are named.

// manifestMagic is the length of what stands before the first change set.
const manifestMagic = 8

// scratchDir is a folder within the store's, there only while logs are read.
const scratchDir = "scratch"

// newest is the highest version of a key in a table that is not named.
type newest struct {
	version, table uint64
}

// checkUnnamed refuses a database with a table that its manifest neither names
// nor says to be deleted, and that alone holds something. It changes nothing.
func checkUnnamed(dir string, m badger.Manifest, encryption *[32]byte) error {
	database := filepath.Join(dir, databaseDir)
	unnamed, err := unnamedTables(database, m)
	if err != nil || len(unnamed) == 0 {
		return err
	}
	r, err := newTableReader(database, encryption)
	if err != nil {
		return err
	}
	defer r.close()
	need := map[string]newest{}
	for _, id := range unnamed {
		err := r.each(id, func(key []byte, version uint64) {
			if have, ok := need[string(key)]; !ok || version > have.version {
				need[string(key)] = newest{version, id}
			}
		})
		// One that is not whole was being written: the manifest gets a table's
		// name only when the table is on the disk.
		if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
			return err
		}
	}
	found := func(key []byte, version uint64) {
		if n, ok := need[string(key)]; ok && version >= n.version {
			delete(need, string(key))
		}
	}
	if len(need) > 0 {
		if err := eachLogged(dir, encryption, found); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(m.Tables)) {
		if len(need) == 0 {
			break
		}
		if err := r.each(id, found); err != nil {
			return fmt.Errorf("%w: %s: %v", ErrCorrupt, table.IDToFilename(id), err)
		}
	}
	if len(need) == 0 {
		return nil
	}
	first := slices.MinFunc(slices.Collect(maps.Values(need)), func(a, b newest) int { return cmp.Compare(a.table, b.table) })
	return fmt.Errorf("%w: %s is cut short, it does not name %s; %d keys are in no other table",
		ErrCorrupt, badger.ManifestFilename, table.IDToFilename(first.table), len(need))
}

// unnamedTables returns the tables in a folder that the manifest neither names
// nor has named and deleted. (Badger uses a number twice only if the table with
// the highest was compacted to nothing and the store opened after that.)
func unnamedTables(database string, m badger.Manifest) ([]uint64, error) {
	entries, err := os.ReadDir(database)
	if err != nil {
		return nil, err
	}
	var unnamed []uint64
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".sst" {
			continue
		}
		if id, ok := table.ParseFileID(e.Name()); ok {
			if _, named := m.Tables[id]; !named {
				unnamed = append(unnamed, id)
			}
		}
	}
	if len(unnamed) == 0 {
		return nil, nil
	}
	data, err := os.ReadFile(filepath.Join(database, badger.ManifestFilename))
	if err != nil {
		return nil, err
	}
	deleted, known, err := deletions(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrCorrupt, badger.ManifestFilename, err)
	}
	return slices.DeleteFunc(unnamed, func(id uint64) bool { return deleted[id] || id <= known }), nil
}

// deletions reads from a manifest which tables it says to be deleted. Badger
// forgets that when it writes the manifest anew, after 10,000 deletions: such a
// one begins with all tables that there were, where a first one begins with
// none. Up to known, the highest number among them, what it does not name was
// deleted. A change set that is cut off at the end is none.
func deletions(data []byte) (deleted map[uint64]bool, known uint64, err error) {
	deleted = map[uint64]bool{}
	for rest, first := data[min(manifestMagic, len(data)):], true; len(rest) >= 8; first = false {
		size := uint64(binary.BigEndian.Uint32(rest))
		if size > uint64(len(rest)-8) {
			break
		}
		var set pb.ManifestChangeSet
		if err := proto.Unmarshal(rest[8:8+size], &set); err != nil {
			return nil, 0, err
		}
		for _, c := range set.Changes {
			if first {
				known = max(known, c.Id)
			}
			deleted[c.Id] = c.Op == pb.ManifestChange_DELETE
		}
		rest = rest[8+size:]
	}
	return deleted, known, nil
}

// eachLogged visits what is in the write-ahead logs as Badger reads them, from
// a copy of each, since it changes what it opens. One after the other they need
// no more room than the opening of the store itself.
func eachLogged(dir string, encryption *[32]byte, visit func(key []byte, version uint64)) (err error) {
	database, scratch := filepath.Join(dir, databaseDir), filepath.Join(dir, scratchDir)
	logs, err := filepath.Glob(filepath.Join(database, "*.mem"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	for _, log := range logs {
		if err := os.RemoveAll(scratch); err != nil { // a process that was killed here left it
			return err
		}
		if err := os.Mkdir(scratch, 0o700); err != nil {
			return err
		}
		for _, from := range []string{filepath.Join(database, badger.KeyRegistryFileName), log} {
			if err := copySparse(filepath.Join(scratch, filepath.Base(from)), from); err != nil {
				return err
			}
		}
		if err := eachRecord(scratch, encryption, visit); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(log), err)
		}
	}
	return nil
}

// copySparse copies a file without its zeros at the end; a log has megabytes.
// An empty file is not copied: Badger takes no empty log.
func copySparse(to, from string) error {
	data, err := os.ReadFile(from)
	if err != nil || len(data) == 0 {
		return err
	}
	if err := os.WriteFile(to, bytes.TrimRight(data, "\x00"), 0o600); err != nil {
		return err
	}
	return os.Truncate(to, int64(len(data)))
}

// eachRecord visits all versions of all keys of a database.
func eachRecord(database string, encryption *[32]byte, visit func(key []byte, version uint64)) error {
	db, err := openBadger(badgerOptions(database, encryption, nil).
		WithBypassLockGuard(true).WithSyncWrites(false).WithNumCompactors(0))
	if err != nil {
		return err
	}
	txn := db.NewTransaction(false)
	it := txn.NewIterator(badger.IteratorOptions{AllVersions: true, Prefix: []byte{keyPrefix}})
	for it.Rewind(); it.Valid(); it.Next() {
		visit(it.Item().Key(), it.Item().Version())
	}
	it.Close()
	txn.Discard()
	return db.Close()
}
