package frame

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// times multiplies in GF(2^8) with the polynomial 11d, bit by bit.
func times(a, b byte) (p byte) {
	for ; b > 0; b >>= 1 {
		if b&1 > 0 {
			p ^= a
		}
		carry := a >> 7
		a = a<<1 ^ carry*0x1d
	}
	return p
}

func inverse(a byte) byte {
	for b := 1; b < 256; b++ {
		if times(a, byte(b)) == 1 {
			return byte(b)
		}
	}
	panic("no inverse of 0")
}

// slowRepair is what docs/spec/frame.md says of a repair shard, word by word.
func slowRepair(data [][]byte, row int) []byte {
	out := make([]byte, len(data[0]))
	for c, shard := range data {
		factor := inverse(byte(row ^ c))
		for i, b := range shard {
			out[i] ^= times(factor, b)
		}
	}
	return out
}

// TestRepairShards: each is what the specification says, for every number of data
// shards and every row, however many others are made with it.
func TestRepairShards(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for k := 1; k <= maxBlockData; k++ {
		data := make([][]byte, k)
		for i := range data {
			data[i] = randomBytes(rng, 1+k%5)
		}
		rows := []int{k, k + 1, k + 2 + rng.IntN(maxBlockRows-k-3), maxBlockRows - 1}
		if k < 4 {
			rows = rows[:0]
			for row := k; row < maxBlockRows; row++ {
				rows = append(rows, row)
			}
		}
		for _, row := range rows {
			if got := repairShard(data, row); !bytes.Equal(got, slowRepair(data, row)) {
				t.Fatalf("%d data shards, row %d: %x", k, row, got)
			}
		}
	}
}

// TestAnyRowsDo: any as many rows as there are data rows give these back.
func TestAnyRowsDo(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for range 300 {
		k := 1 + rng.IntN(40)
		if rng.IntN(20) == 0 {
			k = maxBlockData
		}
		data := make([][]byte, k)
		for i := range data {
			data[i] = randomBytes(rng, 9)
		}
		rows := rng.Perm(maxBlockRows)[:k]
		slices.Sort(rows)
		var shards []shard
		for _, row := range rows {
			s := shard{row, nil}
			if row < k {
				s.data = data[row]
			} else {
				s.data = repairShard(data, row)
			}
			shards = append(shards, s)
		}
		for i, got := range dataRows(k, shards) {
			if !bytes.Equal(got, data[i]) {
				t.Fatalf("%d data shards from rows %v: row %d is %x, not %x", k, rows, i, got, data[i])
			}
		}
	}
}

func BenchmarkSolve(b *testing.B) {
	for _, k := range []int{16, 40, 64} {
		data := make([][]byte, k)
		var shards []shard
		for i := range data {
			data[i] = bytes.Repeat([]byte{byte(i)}, 200)
		}
		for row := k; row < 2*k; row++ {
			shards = append(shards, shard{row, repairShard(data, row)})
		}
		b.Run("repair", func(b *testing.B) {
			for b.Loop() {
				repairShard(data, k+k/2)
			}
		})
		b.Run("solve", func(b *testing.B) {
			for b.Loop() {
				dataRows(k, shards)
			}
		})
	}
}
