package disk

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/store"
)

// MaxCommitBytes is the most that one Commit may cost, as Cost counts it. All
// batches of a Commit become one Badger transaction, which lives whole in one
// write-ahead log or not at all; Badger allows a transaction 15 % of a
// memtable (629,145 bytes here) and one operation per 96 bytes of that (6,553).
// A driver that joins batches has to stop before this sum.
const MaxCommitBytes = 512 << 10

// opCost is what an operation costs beside its key and value: no less than
// Badger's own 96 bytes per skip list node, so that a commit within
// MaxCommitBytes holds 5,461 operations at most and meets both of its limits.
const opCost = 96

// MaxKey is the longest key in bytes. Badger's tables count a key's length in
// 16 bits, and its version and our own first byte belong to it.
const MaxKey = 60000

// ErrTooBig reports a commit above MaxCommitBytes or a key above MaxKey: a
// mistake of the caller's, upon which nothing was written.
const ErrTooBig = diskError("commit too large")

// Cost returns what a batch adds to a commit, in bytes.
func Cost(b *store.Batch) int {
	sum := 0
	for i := range b.Ops {
		sum += opCost + len(b.Ops[i].Key) + len(b.Ops[i].Value)
	}
	return sum
}

// checkSize refuses what Badger could not write as one transaction.
func checkSize(batches []*store.Batch) error {
	sum := 0
	for _, b := range batches {
		sum += Cost(b)
		for i := range b.Ops {
			if n := len(b.Ops[i].Key); n > MaxKey {
				return fmt.Errorf("%w: a key of %d bytes, at most %d", ErrTooBig, n, MaxKey)
			}
		}
	}
	if sum > MaxCommitBytes {
		return fmt.Errorf("%w: %d bytes in %d batches, at most %d", ErrTooBig, sum, len(batches), MaxCommitBytes)
	}
	return nil
}
