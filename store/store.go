// Package store says what a node keeps and what becomes durable together.
//
// A node reads through a View and writes by handing Batches to whoever drives
// it. A batch is the unit of durability: all of it survives a crash or none.
// The package holds no disk; store/disk and store/mem implement Store, and
// both pass the suite in store/storetest.
//
// Keys are byte strings ordered as bytes.Compare orders them. Values handed
// out by a View belong to the caller; values handed in are not kept.
package store

// View reads what is committed, in key order. Reads do not fail: an
// implementation on a disk that cannot be read returns nothing, remembers the
// first error and reports it by Store.Err, upon which the driver discards the
// node and rebuilds it.
type View interface {
	// Get returns the value of a key, and whether there is one.
	Get(key []byte) (value []byte, ok bool)
	// Scan calls visit for each key that begins with prefix, in ascending
	// order from the first key at or after start (nil: from the first), until
	// visit returns false. The slices are valid only during the call.
	Scan(prefix, start []byte, visit func(key, value []byte) bool)
}

// Store is a View that can be written.
type Store interface {
	View
	// Commit makes the batches durable in their order, all or none, joined in
	// one write. When it returns nil they survive power loss. ErrFull (by
	// errors.Is) says that the disk has no room; nothing was written. Together
	// they may cost MaxCommitBytes; above that it is ErrTooBig.
	Commit(batches ...*Batch) error
	// Err returns the first error met while reading, or nil.
	Err() error
	Close() error
}

// Op is one change of one key.
type Op struct {
	Key    []byte
	Value  []byte
	Delete bool
}

// Batch is a list of changes that become durable together, applied in order.
type Batch struct {
	Ops []Op
}

// Put sets a key. The batch keeps both slices.
func (b *Batch) Put(key, value []byte) { b.Ops = append(b.Ops, Op{Key: key, Value: value}) }

// Delete removes a key; removing an absent key is no error.
func (b *Batch) Delete(key []byte) { b.Ops = append(b.Ops, Op{Key: key, Delete: true}) }

// Empty reports whether the batch changes nothing.
func (b *Batch) Empty() bool { return len(b.Ops) == 0 }

type storeError string

func (e storeError) Error() string { return string(e) }

// ErrFull reports that the disk has no room for a commit.
const ErrFull = storeError("no space left for the store")

// ErrClosed reports use after Close.
const ErrClosed = storeError("store is closed")
