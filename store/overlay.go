package store

import (
	"bytes"
	"strings"
)

// Overlay is a View of a base with batches on top that were handed to the
// driver and are not yet known to be committed. With it a node sees its own
// writes at once, while everything it tells others waits for the disk.
//
// It costs what is pending: a key is found by binary search among the pending
// keys, and a scan merges only those with its prefix. It is not for concurrent
// use.
type Overlay struct {
	base    View
	batches []*Batch        // oldest first
	oldest  uint64          // number of batches[0]
	changes Sorted[pending] // of each key, what the newest batch does to it
}

type pending struct {
	value   []byte
	deleted bool
	batch   uint64 // number of the newest batch that touches the key
}

// NewOverlay returns an overlay with nothing pending.
func NewOverlay(base View) *Overlay { return &Overlay{base: base} }

// Pending returns the number of batches that are pushed and not popped.
func (o *Overlay) Pending() int { return len(o.batches) }

// Push adds a batch that was handed to the driver. The batch and its slices
// must not change until they are popped.
func (o *Overlay) Push(b *Batch) {
	n := o.oldest + uint64(len(o.batches))
	o.batches = append(o.batches, b)
	for _, op := range b.Ops {
		o.changes.Set(string(op.Key), pending{value: op.Value, deleted: op.Delete, batch: n})
	}
}

// Pop forgets the oldest batch, which is committed now and visible in the base.
func (o *Overlay) Pop() {
	if len(o.batches) == 0 {
		panic("store: a batch was reported committed that nobody pushed")
	}
	for _, op := range o.batches[0].Ops {
		// A key that a younger batch touches too stays as that one left it.
		if p, ok := o.changes.Get(op.Key); ok && p.batch == o.oldest {
			o.changes.Delete(op.Key)
		}
	}
	o.batches[0] = nil
	o.batches = o.batches[1:]
	o.oldest++
}

// Get implements View.
func (o *Overlay) Get(key []byte) ([]byte, bool) {
	if o.changes.Len() > 0 {
		if p, ok := o.changes.Get(key); ok {
			if p.deleted {
				return nil, false
			}
			return append([]byte{}, p.value...), true
		}
	}
	return o.base.Get(key)
}

// Scan implements View.
func (o *Overlay) Scan(prefix, start []byte, visit func(key, value []byte) bool) {
	if bytes.Compare(start, prefix) < 0 {
		start = prefix
	}
	m := merge{prefix: string(prefix), visit: visit, from: o.changes.From(start)}
	if m.advance(); !m.more {
		o.base.Scan(prefix, start, visit)
		return
	}
	o.base.Scan(prefix, start, m.baseKey)
	for !m.stopped && m.more {
		m.emit()
	}
}

// merge joins the pending changes with the keys that the base calls it with.
type merge struct {
	prefix  string
	visit   func(key, value []byte) bool
	from    Cursor[pending]
	key     string // the next pending key, if more
	change  pending
	more    bool
	stopped bool
	keyBuf  []byte
	valBuf  []byte
}

// advance looks up the next pending change with the prefix.
func (m *merge) advance() {
	m.key, m.change, m.more = m.from.Next()
	m.more = m.more && strings.HasPrefix(m.key, m.prefix) // public: names in the store
}

// emit shows the next pending change, unless it is a deletion. The visitor
// gets copies: the key is a string here, and the value is still to be written.
func (m *merge) emit() {
	if !m.change.deleted {
		m.keyBuf = append(m.keyBuf[:0], m.key...)
		m.valBuf = append(m.valBuf[:0], m.change.value...)
		m.stopped = !m.visit(m.keyBuf, m.valBuf)
	}
	m.advance()
}

// baseKey shows what is pending before a key of the base, and then the key
// itself if nothing pending replaces it.
func (m *merge) baseKey(key, value []byte) bool {
	for m.more && !m.stopped && m.key < string(key) {
		m.emit()
	}
	if m.stopped {
		return false
	}
	if m.more && m.key == string(key) { // public: names in the store
		m.emit()
		return !m.stopped
	}
	m.stopped = !m.visit(key, value)
	return !m.stopped
}
