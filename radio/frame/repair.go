package frame

import (
	"crypto/subtle"

	"github.com/klauspost/reedsolomon"
)

// The code is systematic Reed-Solomon over GF(2^8) with a Cauchy matrix: the byte
// of repair row r is the sum over all data rows c of the byte there, divided by
// r xor c. So what a repair shard holds hangs on its row and the data alone, and
// not on how many others are made; and any as many rows as there are data rows
// give all of them back.

// coder returns the code of a block with repair rows up to the given number.
func coder(data, repair int, options ...reedsolomon.Option) reedsolomon.Encoder {
	// No goroutines: a Step is one thing after another.
	options = append(options, reedsolomon.WithMaxGoroutines(1), reedsolomon.WithInversionCache(false))
	c, err := reedsolomon.New(data, repair, options...)
	if err != nil {
		panic("internal error: code of a block: " + err.Error())
	}
	return c
}

// encode fills in the repair rows of a block up to the given one, of which all data
// rows have one length, and returns all rows.
func encode(data [][]byte, row int) [][]byte {
	size, repair := len(data[0]), row-len(data)+1
	made := make([]byte, repair*size)
	shards := append(make([][]byte, 0, row+1), data...)
	for i := range repair {
		shards = append(shards, made[i*size:(i+1)*size:(i+1)*size])
	}
	if err := coder(len(data), repair, reedsolomon.WithCauchyMatrix()).Encode(shards); err != nil {
		panic("internal error: repair shards: " + err.Error())
	}
	return shards
}

// repairShard makes the shard of one repair row of a block.
func repairShard(data [][]byte, row int) []byte { return encode(data, row)[row] }

// shard is one shard of a block.
type shard struct {
	row  int
	data []byte
}

// dataRows returns the data rows of a block from its first shards, ascending by
// row, of which it takes as many as there are data rows. Rows that are among them
// alias them.
//
// The library would invert a matrix of all rows. One of the missing rows alone is
// enough: what the others add to the repair rows is taken off them, and so that the
// library need not be asked for its matrix, each missing row has a one in a column
// of its own behind the data.
func dataRows(data int, shards []shard) [][]byte {
	shards = shards[:data]
	size := len(shards[0].data)
	rows := make([][]byte, data)
	var repair []shard
	for _, s := range shards {
		if s.row < data {
			rows[s.row] = s.data
		} else {
			repair = append(repair, s)
		}
	}
	if len(repair) == 0 {
		return rows
	}
	wide, missing := make([][]byte, data), make([]int, 0, len(repair))
	for row := range wide {
		wide[row] = make([]byte, size+len(repair))
		if copy(wide[row], rows[row]); rows[row] == nil {
			wide[row][size+len(missing)] = 1
			missing = append(missing, row)
		}
	}
	wide = encode(wide, repair[len(repair)-1].row)
	matrix, block := make([][]byte, len(repair)), make([][]byte, 2*len(repair))
	for i, s := range repair {
		sum := wide[s.row]
		subtle.XORBytes(sum, sum[:size], s.data)
		matrix[i], block[len(repair)+i] = sum[size:], sum[:size:size]
	}
	if err := coder(len(repair), len(repair), reedsolomon.WithCustomMatrix(matrix)).ReconstructData(block); err != nil {
		panic("internal error: block with enough shards: " + err.Error())
	}
	for i, row := range missing {
		rows[row] = block[i]
	}
	return rows
}
