package disk

import (
	"fmt"

	"github.com/dgraph-io/badger/v4"

	"github.com/blackstart-mesh/blackstart/store"
)

// keyPrefix stands before every key, so that all keys are possible: Badger
// knows no empty key and keeps some names for itself.
const keyPrefix = 'k'

// Commit implements store.Store. All batches become one transaction, so they
// must cost no more than store.MaxCommitBytes together: a transaction lives
// whole in one write-ahead log or not at all, and Badger allows it 15 % of a
// memtable (629,145 bytes) and one operation per 96 bytes of that (6,553). Errors: store.ErrFull
// and store.ErrTooBig, upon which the store is as it was; store.ErrClosed; anything else
// wraps ErrBroken and is returned by every later Commit too.
func (s *Store) Commit(batches ...*store.Batch) error {
	if !s.enter() {
		return store.ErrClosed
	}
	defer s.leave()
	s.commit.Lock()
	defer s.commit.Unlock()
	if s.broken != nil {
		return s.broken
	}
	if err := store.CheckCommit(batches...); err != nil {
		return err
	}
	if err := s.room(s.reserve); err != nil {
		return err
	}
	txn := s.db.NewTransaction(true)
	defer txn.Discard()
	if err := write(txn, batches); err != nil {
		return fmt.Errorf("commit to the store %s: %w", s.dir, err)
	}
	if err := txn.Commit(); err != nil {
		// Badger may have written half of it, and what it writes behind that
		// would be cut off with it when the log is read again.
		s.broken = fmt.Errorf("%w: commit to %s: %w", ErrBroken, s.dir, err)
		if noSpace(err) {
			s.broken = fmt.Errorf("%w: %w", store.ErrFull, s.broken)
		}
		return s.fail(s.broken)
	}
	s.refresh()
	return nil
}

// write puts all changes into a transaction. Of several changes of one key the
// last one counts, as Badger's transactions have it. Badger keeps the slices
// until Commit returns, and the batches keep them anyway.
func write(txn *badger.Txn, batches []*store.Batch) error {
	for _, b := range batches {
		for i := range b.Ops {
			op := &b.Ops[i]
			key := append([]byte{keyPrefix}, op.Key...)
			var err error
			if op.Delete {
				err = txn.Delete(key)
			} else {
				err = txn.Set(key, op.Value)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// room refuses to go on with less than need bytes of free space.
func (s *Store) room(need int64) error {
	free, err := s.free(s.dir)
	if err != nil {
		return fmt.Errorf("cannot tell the free space of %s: %w", s.dir, err)
	}
	if free < need {
		return fmt.Errorf("%w: %s has %d MB free and needs %d; free some space", store.ErrFull, s.dir, free>>20, need>>20)
	}
	return nil
}

// fail remembers the first error and returns err.
func (s *Store) fail(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
	return err
}

// Err implements store.Store.
func (s *Store) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
