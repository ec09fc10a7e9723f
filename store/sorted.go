package store

import "slices"

// blockSize is the number of keys per block of a Sorted: few enough that an
// insertion moves two kilobytes at most, many enough that a hundred thousand
// keys need no third level.
const blockSize = 64

// Sorted is a map whose keys are kept in the order of bytes.Compare. The zero
// value is empty and ready. It is a sorted list of sorted blocks: for the
// thousands of keys that it is made for, two binary searches beat a deeper
// tree. It is not for concurrent use.
type Sorted[V any] struct {
	blocks  []*block[V] // none is empty
	count   int
	changes uint64 // of keys coming and going, by which a Cursor knows to look again
}

type block[V any] struct {
	keys   []string
	values []V
	shared bool // with a clone; is copied before it is changed
}

// Len returns the number of keys.
func (s *Sorted[V]) Len() int { return s.count }

// Get returns the value of a key, and whether there is one.
func (s *Sorted[V]) Get(key []byte) (value V, ok bool) {
	// The compiler converts without a copy: the string does not outlive the call.
	b, i, found := s.find(string(key))
	if !found {
		return value, false
	}
	return s.blocks[b].values[i], true
}

// Set gives a key a value.
func (s *Sorted[V]) Set(key string, value V) {
	if len(s.blocks) == 0 {
		s.blocks = []*block[V]{{keys: []string{key}, values: []V{value}}}
		s.count++
		s.changes++
		return
	}
	b, i, found := s.find(key)
	if found {
		s.own(b).values[i] = value
		return
	}
	if len(s.blocks[b].keys) == blockSize {
		b, i = s.split(b, i)
	}
	o := s.own(b)
	o.keys = slices.Insert(o.keys, i, key)
	o.values = slices.Insert(o.values, i, value)
	s.count++
	s.changes++
}

// split makes two blocks of a full one and returns where position at of it is
// now. Keys that arrive in ascending order, as numbered records do, leave full
// blocks behind instead of half-empty ones.
func (s *Sorted[V]) split(b, at int) (int, int) {
	half := blockSize / 2
	if at == blockSize {
		half = blockSize
	}
	o := s.own(b)
	tail := &block[V]{
		keys:   append(make([]string, 0, blockSize), o.keys[half:]...),
		values: append(make([]V, 0, blockSize), o.values[half:]...),
	}
	clear(o.keys[half:])
	clear(o.values[half:])
	o.keys, o.values = o.keys[:half], o.values[:half]
	s.blocks = slices.Insert(s.blocks, b+1, tail)
	if at < half || at == half && half < blockSize {
		return b, at
	}
	return b + 1, at - half
}

// Delete removes a key; removing an absent key does nothing.
func (s *Sorted[V]) Delete(key []byte) {
	b, i, found := s.find(string(key))
	if !found {
		return
	}
	s.count--
	s.changes++
	if len(s.blocks[b].keys) == 1 {
		s.blocks = slices.Delete(s.blocks, b, b+1)
		return
	}
	o := s.own(b)
	o.keys = slices.Delete(o.keys, i, i+1)
	o.values = slices.Delete(o.values, i, i+1)
}

// Clone returns an independent copy. Blocks are shared until one side changes
// them, so the cost is one pointer per block. Values are shared for good.
func (s *Sorted[V]) Clone() *Sorted[V] {
	for _, b := range s.blocks {
		b.shared = true
	}
	return &Sorted[V]{blocks: slices.Clone(s.blocks), count: s.count}
}

// own returns block b, copied first if a clone uses it too.
func (s *Sorted[V]) own(b int) *block[V] {
	o := s.blocks[b]
	if o.shared {
		o = &block[V]{keys: slices.Clone(o.keys), values: slices.Clone(o.values)}
		s.blocks[b] = o
	}
	return o
}

// find returns where key is, or where it has to be inserted.
func (s *Sorted[V]) find(key string) (b, i int, found bool) {
	lo, hi := 0, len(s.blocks) // the first block that begins after key
	for lo < hi {
		if m := int(uint(lo+hi) >> 1); s.blocks[m].keys[0] <= key {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo == 0 {
		return 0, 0, false
	}
	keys := s.blocks[lo-1].keys
	i, found = slices.BinarySearch(keys, key)
	return lo - 1, i, found
}

// Cursor walks a Sorted in ascending order. The map may be changed meanwhile:
// the cursor goes on behind the key that it returned last.
type Cursor[V any] struct {
	s       *Sorted[V]
	changes uint64
	b, i    int
	last    string
	moved   bool // last is valid
}

// From returns a cursor before the first key at or after start.
func (s *Sorted[V]) From(start []byte) Cursor[V] {
	b, i, _ := s.find(string(start))
	return Cursor[V]{s: s, changes: s.changes, b: b, i: i, last: string(start)}
}

// Next returns the next key and its value, and whether there is one.
func (c *Cursor[V]) Next() (key string, value V, ok bool) {
	if c.changes != c.s.changes {
		found := false
		c.b, c.i, found = c.s.find(c.last)
		if found && c.moved {
			c.i++
		}
		c.changes = c.s.changes
	}
	if c.b < len(c.s.blocks) && c.i == len(c.s.blocks[c.b].keys) {
		c.b, c.i = c.b+1, 0
	}
	if c.b >= len(c.s.blocks) {
		return "", value, false
	}
	o := c.s.blocks[c.b]
	key, value = o.keys[c.i], o.values[c.i]
	c.last, c.moved = key, true
	c.i++
	return key, value, true
}
