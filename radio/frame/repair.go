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

// field computes in GF(2^8) with the polynomial 11d: powers of 2 and their exponents.
type field struct {
	exp [255]byte
	log [256]int // of 0 there is none
}

func newField() *field {
	f := new(field)
	for i, x := 0, byte(1); i < len(f.exp); i, x = i+1, x<<1^x>>7*0x1d {
		f.exp[i], f.log[x] = x, i
	}
	return f
}

// power returns 2 to any power, also below 0.
func (f *field) power(e int) byte {
	if e %= len(f.exp); e < 0 {
		e += len(f.exp)
	}
	return f.exp[e]
}

// factors returns the rows of the code's matrix that make some repair rows out of so
// many data rows.
func (f *field) factors(data int, repair []int) [][]byte {
	matrix := make([][]byte, len(repair))
	for i, row := range repair {
		matrix[i] = make([]byte, data)
		for c := range data {
			matrix[i][c] = f.power(-f.log[row^c])
		}
	}
	return matrix
}

// inverse returns the matrix that makes missing data rows out of what as many repair
// rows say of them alone. To invert one of Cauchy takes no elimination: see Knuth, The
// Art of Computer Programming, volume 1, section 1.2.3, exercise 41.
func (f *field) inverse(missing, repair []int) [][]byte {
	ofRepair, ofMissing := f.ratios(repair, missing), f.ratios(missing, repair)
	matrix := make([][]byte, len(missing))
	for i, c := range missing {
		matrix[i] = make([]byte, len(repair))
		for j, row := range repair {
			matrix[i][j] = f.power(ofMissing[i] + ofRepair[j] - f.log[row^c])
		}
	}
	return matrix
}

// ratios returns for each of some rows the exponent of the product of its differences to
// the others, divided by that of those among themselves.
func (f *field) ratios(rows, others []int) []int {
	sums := make([]int, len(rows))
	for i, row := range rows {
		for _, other := range others {
			sums[i] += f.log[row^other]
		}
		for _, own := range rows {
			if own != row {
				sums[i] -= f.log[row^own]
			}
		}
	}
	return sums
}

// multiply returns a matrix times rows that all have one length.
func multiply(matrix, rows [][]byte) [][]byte {
	// No goroutines: a Step is one thing after another.
	c, err := reedsolomon.New(len(rows), len(matrix), reedsolomon.WithCustomMatrix(matrix), reedsolomon.WithMaxGoroutines(1), reedsolomon.WithInversionCache(false))
	if err != nil {
		panic("internal error: code of a block: " + err.Error())
	}
	size := len(rows[0])
	made := make([]byte, len(matrix)*size)
	shards := append(make([][]byte, 0, len(rows)+len(matrix)), rows...)
	for i := range matrix {
		shards = append(shards, made[i*size:(i+1)*size:(i+1)*size])
	}
	if err := c.Encode(shards); err != nil {
		panic("internal error: repair shards: " + err.Error())
	}
	return shards[len(rows):]
}

// repairShard makes the shard of one repair row of a block, and no other: to make all up
// to it would cost many times as much.
func repairShard(data [][]byte, row int) []byte {
	return multiply(newField().factors(len(data), []int{row}), data)[0]
}

// shard is one shard of a block.
type shard struct {
	row  int
	data []byte
}

// dataRows returns the data rows of a block from its first shards, ascending by
// row, of which it takes as many as there are data rows. Rows that are among them
// alias them.
//
// What is known of the data is taken off the repair rows. What is left hangs on the
// missing rows alone.
func dataRows(data int, shards []shard) [][]byte {
	shards = shards[:data]
	rows, known, none := make([][]byte, data), make([][]byte, data), make([]byte, len(shards[0].data))
	var repair, missing []int
	var left [][]byte
	for _, s := range shards {
		if s.row < data {
			rows[s.row] = s.data
		} else {
			repair, left = append(repair, s.row), append(left, s.data)
		}
	}
	if len(repair) == 0 {
		return rows
	}
	copy(known, rows)
	for row := range known {
		if known[row] == nil {
			known[row], missing = none, append(missing, row)
		}
	}
	f := newField()
	for i, sum := range multiply(f.factors(data, repair), known) {
		subtle.XORBytes(sum, sum, left[i])
		left[i] = sum
	}
	for i, row := range multiply(f.inverse(missing, repair), left) {
		rows[missing[i]] = row
	}
	return rows
}
