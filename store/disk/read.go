package disk

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"

	"github.com/blackstart-mesh/blackstart/store"
)

// snapshot is a read transaction that was begun when nothing was being
// committed. Badger lets a new one wait for the commit in progress; with the
// last one at hand, a node goes on reading while the disk writes.
type snapshot struct {
	txn     *badger.Txn
	readers int
	old     bool // there is a newer one; the last reader ends it
}

// refresh begins a snapshot of what is committed now.
func (s *Store) refresh() {
	next := &snapshot{txn: s.db.NewTransaction(false)}
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := s.now; last != nil {
		last.old = true
		if last.readers == 0 {
			last.txn.Discard()
		}
	}
	s.now = next
}

// read calls do with the newest snapshot, and remembers the error.
func (s *Store) read(do func(txn *badger.Txn) error) {
	if !s.enter() {
		_ = s.fail(store.ErrClosed)
		return
	}
	defer s.leave()
	s.mu.Lock()
	n := s.now
	n.readers++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if n.readers--; n.readers == 0 && n.old {
			n.txn.Discard()
		}
	}()
	if err := do(n.txn); err != nil {
		_ = s.fail(fmt.Errorf("reading the store %s: %w", s.dir, err))
	}
}

// Get implements store.View.
func (s *Store) Get(key []byte) (value []byte, ok bool) {
	s.read(func(txn *badger.Txn) (err error) {
		theirs := false
		defer recovered(&err, &theirs)
		item, err := txn.Get(append([]byte{keyPrefix}, key...))
		if errors.Is(err, badger.ErrKeyNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		value, err = item.ValueCopy([]byte{})
		ok = err == nil
		return err
	})
	if !ok {
		return nil, false
	}
	return value, true
}

// Scan implements store.View. It shows what was committed when it began.
func (s *Store) Scan(prefix, start []byte, visit func(key, value []byte) bool) {
	s.read(func(txn *badger.Txn) (err error) {
		if bytes.Compare(start, prefix) < 0 {
			start = prefix // Badger takes the first key after start only
		}
		visiting := false
		defer recovered(&err, &visiting)
		o := badger.DefaultIteratorOptions
		o.PrefetchValues = false // they lie beside their keys
		o.Prefix = append([]byte{keyPrefix}, prefix...)
		it := txn.NewIterator(o)
		defer it.Close()
		for it.Seek(append([]byte{keyPrefix}, start...)); it.Valid(); it.Next() {
			item, more := it.Item(), false
			err := item.Value(func(value []byte) error {
				visiting = true
				more = visit(item.Key()[1:], value)
				visiting = false
				return nil
			})
			if err != nil || !more {
				return err
			}
		}
		return nil
	})
}

// recovered makes an error of a panic: Badger's way to say that a block holds
// nonsense which its checksum did not catch first. A panic of the visitor's is
// not ours to swallow.
func recovered(err *error, visiting *bool) {
	if *visiting {
		return
	}
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", ErrCorrupt, r)
	}
}
