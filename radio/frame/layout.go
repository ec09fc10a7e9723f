package frame

import (
	"bytes"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// Bounds of how a bundle is cut.
const (
	MaxFragments = 1024 // data shards of one bundle: 16 KiB in pieces of 16 bytes
	maxBlockData = 64   // data shards of one block: what it takes to solve one grows with the cube
	maxBlockRows = 255  // shards of one block, repair included: all that a code over GF(2^8) has
	maxBlocks    = (MaxFragments + maxBlockData - 1) / maxBlockData
)

// endMark follows the bundle's last byte; zeros fill up what is left of the last
// data shard. That tells for one byte in each transfer what a length would tell
// for one in each fragment.
const endMark = 0x80

// layout is how a bundle is cut: into count data shards of size bytes each. Data
// shards are numbered from 0, in order; repair shards from count.
//
// Shards belong to blocks, each with a code of its own, and are dealt out to them
// in turn, so that a burst of losses hits all blocks alike. Up to maxBlockData
// data shards there is one block, and the index of a shard is its row there.
type layout struct{ count, size int }

// blocks returns the number of blocks.
func (l layout) blocks() int { return (l.count + maxBlockData - 1) / maxBlockData }

// data returns how many data shards a block has.
func (l layout) data(block int) int { return (l.count - block + l.blocks() - 1) / l.blocks() }

// place returns the block of a shard and its row there: the rows of data come first.
// ok is false for an index that there is not.
func (l layout) place(index int) (block, row int, ok bool) {
	n := l.blocks()
	if index < l.count {
		return index % n, index / n, index >= 0
	}
	index -= l.count
	block = index % n
	row = l.data(block) + index/n
	return block, row, row < maxBlockRows
}

// index returns the number of a shard: the reverse of place.
func (l layout) index(block, row int) int {
	if data := l.data(block); row >= data {
		return l.count + (row-data)*l.blocks() + block
	}
	return row*l.blocks() + block
}

// sound reports whether a bundle can be cut like this.
func (l layout) sound() bool {
	return l.count >= 1 && l.count <= MaxFragments && l.size >= 1 && l.size <= bundle.MaxSize+1 && (l.count-1)*l.size <= bundle.MaxSize
}

// layoutFor returns how a bundle of n bytes is cut so that each fragment takes at
// most room bytes: into as few shards as that allows, and those as short as the
// number allows. ok is false if the bundle is empty or too long for such fragments.
func layoutFor(n, room int) (l layout, ok bool) {
	if n < 1 || n > bundle.MaxSize {
		return layout{}, false
	}
	for _, most := range [...]int{maxBlockData, 127, MaxFragments} { // up to which the header has one length
		size := room - fragmentHeader(most)
		if size < 1 {
			return layout{}, false
		}
		count := (n + size) / size // n and the mark, rounded up
		if count > most {
			continue
		}
		l.size = (n + count) / count
		l.count = (n + l.size) / l.size
		return l, true
	}
	return layout{}, false
}

// pad returns a bundle as its data shards hold it, one behind the other.
func (l layout) pad(whole []byte) []byte {
	padded := make([]byte, l.count*l.size)
	padded[copy(padded, whole)] = endMark
	return padded
}

// unpad is the reverse. The mark has to be in the last data shard.
func (l layout) unpad(padded []byte) (whole []byte, ok bool) {
	end := len(padded) - 1
	for end > 0 && padded[end] == 0 {
		end--
	}
	return padded[:end:end], padded[end] == endMark && end >= max(1, (l.count-1)*l.size)
}

// rows returns the data shards of a block. They alias padded.
func (l layout) rows(padded []byte, block int) [][]byte {
	rows := make([][]byte, l.data(block))
	for row := range rows {
		at := l.index(block, row) * l.size
		rows[row] = padded[at : at+l.size : at+l.size]
	}
	return rows
}

// shard returns one shard of a padded bundle. Data shards alias it.
func (l layout) shard(padded []byte, block, row int) []byte {
	if row < l.data(block) {
		at := l.index(block, row) * l.size
		return padded[at : at+l.size : at+l.size]
	}
	return repairShard(l.rows(padded, block), row)
}

// fits reports whether a shard is one of a bundle.
func (l layout) fits(whole []byte, block, row int, data []byte) bool {
	return bytes.Equal(l.shard(l.pad(whole), block, row), data) // public: ciphertext
}
