package disk

import (
	"log/slog"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"github.com/blackstart-mesh/blackstart/store"
)

// Options is how a store is opened. The zero value is right for a node.
type Options struct {
	// Log receives what Badger says. Nil: nothing is said.
	Log *slog.Logger
	// Reserve is the free space in bytes below which a commit is refused with
	// store.ErrFull. 0: DefaultReserve.
	Reserve int64
}

// DefaultReserve is what the disk has to have free for a commit. Badger writes
// through memory maps of files with holes, and a full disk then ends the
// process with a signal; so the store stops while there still is room for all
// that Badger may do on its own: three memtables of 4 MB to tables, the log of
// the next (8 MB), and a compaction of level 0 (20 MB).
const DefaultReserve = 48 << 20

// openReserve is what opening needs: an empty write-ahead log and the tables of
// two logs that a crash left behind. It is less than DefaultReserve, so that a
// store which filled its disk up can still be opened and read.
const openReserve = 24 << 20

// memTableSize decides what a commit may hold (15 % of it), how long opening
// after a crash takes (up to three logs of this size are read), and most of the
// memory: each of up to three tables has an arena of 5.3 MB.
const memTableSize = 4 << 20

// badgerOptions are settings for a small machine: a daemon in 64 MB.
//
// SyncWrites costs two msyncs per transaction: the log of the memtable, and the
// value log although nothing is in it, since all values are below
// ValueThreshold. Badger syncs once per transaction even where it writes many
// at a time, so joining batches in one transaction is what makes it fast.
// Measured on two shared cores, ext4 on a virtual disk, encrypted, records of
// 300 random bytes: 3,700 a second one by one (1,200 on a busy day), 22,000
// from 16 submitters. Neither filling the log's file with zeros beforehand, to
// spare the file system its journal, nor a memtable of 16 MB gained anything;
// the latter took 100 MB more.
//
// Resident memory after opening 100,000 records: 31 MB, of which 13 are mapped
// files that the system takes back when it needs them. While 16 submitters
// write without a pause it grows to 100 MB, garbage mostly, since every 4 MB
// written need a new memtable; with debug.SetMemoryLimit(32 << 20) in the
// process it stays at 63 MB and still takes 10,000 a second.
func badgerOptions(dir string, key *[32]byte, log *slog.Logger) badger.Options {
	return badger.DefaultOptions(dir).
		WithLogger(badgerLog(log)).
		WithMetricsEnabled(false).
		WithSyncWrites(true).
		WithEncryptionKey(key[:]).
		WithEncryptionKeyRotationDuration(never).
		// Every value lives in the tree: the largest commit is below this.
		WithValueThreshold(store.MaxCommitBytes).
		WithValueLogFileSize(1 << 20). // stays empty; Badger's smallest
		WithMemTableSize(memTableSize).
		WithNumMemtables(2).
		WithBaseTableSize(2 << 20).
		WithBaseLevelSize(10 << 20).
		WithNumCompactors(2). // Badger's smallest
		WithCompression(options.None).
		WithBlockCacheSize(2 << 20).
		WithIndexCacheSize(2 << 20).
		WithChecksumVerificationMode(options.OnBlockRead).
		WithDetectConflicts(false) // there is one writer
}
