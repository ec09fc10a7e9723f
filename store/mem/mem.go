// Package mem is a store.Store in memory, for simulations and tests. It is
// pure: no goroutine, lock or clock, and not for concurrent use.
//
// What is committed is what a real disk would hold after a power cut, so a
// simulated crash takes a Clone between two effects and goes on with that.
package mem

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/store"
)

// Store keeps everything committed, in order.
type Store struct {
	data   *store.Sorted[[]byte] // values are never changed, so clones share them
	size   int
	limit  int
	fail   error
	closed bool
}

// New returns an empty store without a limit.
func New() *Store { return &Store{data: &store.Sorted[[]byte]{}} }

// Clone returns an open store with the same contents and limit: what is found
// after a crash at this moment. It costs a fraction of a full copy; the clones
// share what neither changes.
func (s *Store) Clone() *Store {
	return &Store{data: s.data.Clone(), size: s.size, limit: s.limit}
}

// FailNextCommit makes the next Commit return err and write nothing.
func (s *Store) FailNextCommit(err error) { s.fail = err }

// Limit makes every Commit after which keys and values would hold more than
// this many bytes fail with store.ErrFull. Zero means no limit.
func (s *Store) Limit(bytes int) { s.limit = bytes }

// Size returns the bytes of all keys and values.
func (s *Store) Size() int { return s.size }

// Len returns the number of keys.
func (s *Store) Len() int { return s.data.Len() }

// Get implements store.View.
func (s *Store) Get(key []byte) ([]byte, bool) {
	if s.closed {
		return nil, false
	}
	v, ok := s.data.Get(key)
	if !ok {
		return nil, false
	}
	return append([]byte{}, v...), true
}

// Scan implements store.View. It sees what is committed during the scan.
func (s *Store) Scan(prefix, start []byte, visit func(key, value []byte) bool) {
	if s.closed {
		return
	}
	if bytes.Compare(start, prefix) < 0 {
		start = prefix
	}
	p, c := string(prefix), s.data.From(start)
	var key, value []byte
	for {
		k, v, ok := c.Next()
		if !ok || !strings.HasPrefix(k, p) {
			return
		}
		key, value = append(key[:0], k...), append(value[:0], v...)
		if !visit(key, value) {
			return
		}
	}
}

// Commit implements store.Store.
func (s *Store) Commit(batches ...*store.Batch) error {
	if s.closed {
		return store.ErrClosed
	}
	if err := store.CheckCommit(batches...); err != nil {
		return err
	}
	if err := s.fail; err != nil {
		s.fail = nil
		return err
	}
	if s.limit == 0 {
		s.apply(batches)
		return nil
	}
	// All or none: what would be too much is found out on a clone.
	trial := s.Clone()
	trial.apply(batches)
	if trial.size > s.limit && trial.size > s.size {
		return fmt.Errorf("%w: %d bytes of %d", store.ErrFull, trial.size, s.limit)
	}
	s.data, s.size = trial.data, trial.size
	return nil
}

func (s *Store) apply(batches []*store.Batch) {
	for _, b := range batches {
		for _, op := range b.Ops {
			if old, ok := s.data.Get(op.Key); ok {
				s.size -= len(op.Key) + len(old)
			}
			if op.Delete {
				s.data.Delete(op.Key)
				continue
			}
			s.data.Set(string(op.Key), slices.Clone(op.Value))
			s.size += len(op.Key) + len(op.Value)
		}
	}
}

// Err implements store.Store: memory can always be read.
func (s *Store) Err() error {
	if s.closed {
		return store.ErrClosed
	}
	return nil
}

// Close implements store.Store. A Clone of a closed store is open.
func (s *Store) Close() error {
	s.closed = true
	return nil
}
