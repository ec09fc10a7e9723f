// Package disk is a store.Store on Badger v4: encrypted, and synchronous,
// since everything a node tells others rests on it.
//
// A Store is a folder of its own: FORMAT, LOCK, and Badger's files in db/. It
// may be read from many goroutines while one commits.
//
// What is not promised: damage in the middle of a write-ahead log (4 MB at
// most, of a process that did not close its store) looks like its torn end, so
// what was written after it is gone without a word; and damage in a table that
// appears while the store is open may end a scan early. Verify finds the
// latter.
package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"github.com/blackstart-mesh/blackstart/store"
)

// databaseDir is Badger's own folder within the store's.
const databaseDir = "db"

// Store is an open store.
type Store struct {
	dir     string
	reserve int64
	free    func(dir string) (int64, error) // freeSpace, but in tests
	db      *badger.DB
	lock    *os.File

	commit sync.Mutex // one Commit at a time; guards broken
	broken error      // why no commit is possible any more

	mu     sync.Mutex // guards what follows
	now    *snapshot
	err    error // the first that reading met
	users  int   // calls in progress
	closed bool
	idle   sync.Cond // users is 0
}

// Create makes a store under a key in a folder that does not exist yet or is
// empty, and opens it.
func Create(dir string, key [32]byte, o Options) (*Store, error) { return create(dir, &key, o) }

func create(dir string, key *[32]byte, o Options) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make a store: %w", err)
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot make a store: %w", err)
	}
	if len(names) > 0 {
		return nil, fmt.Errorf("%w: %s holds %s; name another folder, or delete it if it is not needed", ErrExists, dir, names[0].Name())
	}
	if err := os.Mkdir(filepath.Join(dir, databaseDir), 0o700); err != nil {
		return nil, fmt.Errorf("cannot make a store: %w", err)
	}
	return open(dir, key, o, true)
}

// Open opens a store that Create made. Errors wrap ErrAbsent, ErrKey,
// ErrLocked, ErrCorrupt, ErrVersion or store.ErrFull and say what to do.
func Open(dir string, key [32]byte, o Options) (*Store, error) { return open(dir, &key, o, false) }

// open takes the key by its address, as does all that waits for the disk with a key
// at hand: a crash dump shows the first bytes of an array that a function on the
// stack was given, but not those of one it was pointed to. Create and Open are
// inlined, and so are not in it.
func open(dir string, key *[32]byte, o Options, create bool) (_ *Store, err error) {
	encryption, check := derive(*key)
	if !create {
		if err := readFormat(dir, check); err != nil {
			return nil, err
		}
	}
	s := &Store{dir: dir, reserve: o.Reserve, free: freeSpace}
	s.idle.L = &s.mu
	if s.reserve == 0 {
		s.reserve = DefaultReserve
	}
	if s.lock, err = lock(dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.lock.Close()
		}
	}()
	if err := s.room(min(openReserve, s.reserve)); err != nil {
		return nil, err
	}
	database := filepath.Join(dir, databaseDir)
	if create {
		if err := makeDataKey(database, &encryption); err != nil {
			return nil, fmt.Errorf("cannot make a store: %w", err)
		}
	} else if err := checkFiles(dir, &encryption); err != nil {
		return nil, refused(dir, err)
	} else if err := dropEmptyLogs(database); err != nil {
		return nil, refused(dir, err)
	}
	// Our own lock was taken before anything was read; Badger's is not needed.
	s.db, err = openBadger(badgerOptions(database, &encryption, o.Log).WithBypassLockGuard(true))
	if err != nil {
		return nil, refused(dir, err)
	}
	if create {
		if err := writeFormat(dir, check); err != nil {
			return nil, fmt.Errorf("cannot make a store: %w", errors.Join(err, s.db.Close()))
		}
	}
	s.refresh()
	return s, nil
}

// openBadger opens the database and says in our words what went wrong. The key
// is known to be right by then.
func openBadger(o badger.Options) (db *badger.DB, err error) {
	defer func() {
		if r := recover(); r != nil {
			db, err = nil, fmt.Errorf("%w: %v", ErrCorrupt, r)
		}
	}()
	db, err = badger.Open(o)
	switch {
	case err == nil:
		return db, nil
	case noSpace(err), strings.Contains(err.Error(), "permission denied"), strings.Contains(err.Error(), "too many open files"):
		return nil, err
	}
	return nil, fmt.Errorf("%w: %v", ErrCorrupt, err)
}

// refused says why the store in a folder cannot be opened, and what to do next.
func refused(dir string, err error) error {
	switch {
	case noSpace(err):
		return fmt.Errorf("%s: %w: %w; free some space and start again", dir, store.ErrFull, err)
	case errors.Is(err, ErrCorrupt):
		return fmt.Errorf("%s: %w; restore a backup, or enrol the node anew", dir, err)
	}
	return fmt.Errorf("cannot open the store %s: %w", dir, err)
}

// enter begins the use of the database, unless the store is closed.
func (s *Store) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.users++
	}
	return !s.closed
}

// leave ends what enter began.
func (s *Store) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users--; s.users == 0 {
		s.idle.Broadcast()
	}
}

// Close waits for calls in progress and ends the use of the store. Do not call
// it from a visitor of Scan. A store that failed is left as it lies, as a crash
// would leave it: what Badger holds in memory may contain half of the commit
// that failed, and must not reach the disk.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	for s.users > 0 {
		s.idle.Wait()
	}
	if s.broken != nil {
		return s.broken // the lock stays too, as long as the process does
	}
	s.now.txn.Discard()
	if err := errors.Join(s.db.Close(), s.lock.Close()); err != nil {
		return fmt.Errorf("closing the store %s: %w", s.dir, err)
	}
	return nil
}

// Maintain does what is due now and then, say every ten minutes: it lets
// Badger reclaim its value log. Nothing is due mostly, and then it costs
// nothing; old versions and deleted keys leave with Badger's compactions.
func (s *Store) Maintain() error {
	if !s.enter() {
		return store.ErrClosed
	}
	defer s.leave()
	err := s.db.RunValueLogGC(0.5)
	if err == nil || errors.Is(err, badger.ErrNoRewrite) || errors.Is(err, badger.ErrRejected) {
		return nil
	}
	return fmt.Errorf("maintaining the store %s: %w", s.dir, err)
}
