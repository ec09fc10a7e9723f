package frame

import (
	"bytes"
	"slices"
)

// A member can put a wrong shard into a neighbour's transfer. The code cannot tell
// it from a right one before there are more shards than it takes; the hash can, once
// all is together. So one more is asked for, the ways to leave one out are tried,
// then two; and if that does not help, the transfer begins anew, with what its sender
// sends next. Each step is bounded, and nothing is lost but time.
const (
	maxExtra = 2       // shards left out
	maxWork  = 1 << 26 // of all trials in one life of a transfer, see trial
)

// solve puts together what is held, as soon as every block has as many shards as
// are wanted. If that does not make what it is to make, it raises what is wanted, or
// lets go what there is.
func (t *transfer) solve(name uint16) (whole []byte, ok bool) {
	padded := make([]byte, t.count*t.size)
	for block, held := range t.held {
		t.fill(padded, block, held)
	}
	if whole, ok = t.check(padded, name); ok {
		return whole, true
	}
	if t.extra > 0 {
		if whole, ok = t.mend(padded, name); ok {
			return whole, true
		}
	}
	if t.extra++; t.extra > maxExtra || t.work > maxWork {
		t.extra, t.work = 0, 0
		clear(t.held)
	}
	return nil, false
}

// fill writes the data shards of a block.
func (t *transfer) fill(padded []byte, block int, held []shard) {
	for row, data := range dataRows(t.data(block), held) {
		copy(padded[t.index(block, row)*t.size:], data)
	}
}

// check returns the bundle, if it is the one that the transfer names.
func (t *transfer) check(padded []byte, name uint16) ([]byte, bool) {
	whole, ok := t.unpad(padded)
	return whole, ok && TransferOf(whole) == name
}

// mend leaves out shards of the one block that does not fit together. If it is more
// than one block, there are too many ways.
func (t *transfer) mend(padded []byte, name uint16) (whole []byte, ok bool) {
	wrong := -1
	for block, held := range t.held {
		if t.consistent(padded, block, held) {
			continue
		}
		if wrong >= 0 {
			return nil, false
		}
		wrong = block
	}
	if wrong < 0 {
		return nil, false // what its sender sends is not what it names
	}
	t.leaveOut(t.held[wrong], t.extra, 0, func(kept []shard) bool {
		t.fill(padded, wrong, kept)
		whole, ok = t.check(padded, name)
		return ok
	})
	return whole, ok
}

// consistent reports whether the shards of a block beyond those it was solved with
// say the same.
func (t *transfer) consistent(padded []byte, block int, held []shard) bool {
	rows := t.rows(padded, block)
	for _, s := range held[len(rows):] { // more than there are rows of data: these repair
		if !bytes.Equal(repairShard(rows, s.row), s.data) { // public: ciphertext
			return false
		}
	}
	return true
}

// leaveOut calls try with the shards but for n of them from first on, for each way
// to choose those, until it returns true or there were trials enough.
func (t *transfer) leaveOut(held []shard, n, first int, try func([]shard) bool) bool {
	for i := first; i < len(held); i++ {
		kept := slices.Delete(slices.Clone(held), i, i+1)
		if n > 1 {
			if t.leaveOut(kept, n-1, i, try) {
				return true
			}
			continue
		}
		if t.work += t.trial(kept); t.work > maxWork {
			return false
		}
		if try(kept) {
			return true
		}
	}
	return false
}

// trial returns the work of solving a block with just these shards and hashing the bundle,
// in steps of about a nanosecond on a laptop: each place in the two matrices takes some, and
// bytes are multiplied many at a time.
func (t *transfer) trial(shards []shard) int {
	data, repair := len(shards), 0
	for _, s := range shards {
		if s.row >= data {
			repair++
		}
	}
	return repair*(data+repair)*(64+t.size/8) + 4*t.count*t.size
}
