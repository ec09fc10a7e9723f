package store

import "fmt"

// MaxCommitBytes is the most that the batches of one Commit may cost together,
// as Batch.Cost counts it. A driver joins batches up to it, and a batch of a
// node's stays far below it. It is what a Badger transaction with a memtable of
// 4 MB holds, and every store keeps to it, so that a simulation refuses what a
// disk would refuse.
const MaxCommitBytes = 512 << 10

// MaxKey is the longest key in bytes.
const MaxKey = 60000

// opCost is what an operation costs beside its key and value.
const opCost = 96

// ErrTooBig reports a commit above MaxCommitBytes or a key above MaxKey: a
// mistake of the caller's, upon which nothing was written.
const ErrTooBig = storeError("commit too large")

// Cost returns what a batch adds to a commit, in bytes: keys, values, and 96
// for each operation.
func (b *Batch) Cost() int {
	sum := 0
	for i := range b.Ops {
		sum += opCost + len(b.Ops[i].Key) + len(b.Ops[i].Value)
	}
	return sum
}

// CheckCommit returns an error that wraps ErrTooBig if the batches are too much
// for one Commit. Implementations of Store call it first.
func CheckCommit(batches ...*Batch) error {
	sum := 0
	for _, b := range batches {
		sum += b.Cost()
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
