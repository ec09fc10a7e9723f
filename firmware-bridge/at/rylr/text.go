package rylr

import "slices"

// The text form of a frame.
const (
	first = '!' // stands for 0
	base  = 94  // characters from first on
	group = 9   // bytes that are written as one number
)

// digits is how many characters 0 to 9 bytes take: the fewest whose numbers are
// enough.
func digits() [group + 1]int { return [...]int{0, 2, 3, 4, 5, 7, 8, 9, 10, 11} }

// TextLen is how many characters n bytes take.
func TextLen(n int) int {
	d := digits()
	return n/group*d[group] + d[n%group]
}

// AppendText appends data as text.
func AppendText(dst, data []byte) []byte {
	for len(data) > 0 {
		var number [group]byte
		n := copy(number[:], data)
		data = data[n:]
		start := len(dst)
		for range digits()[n] {
			dst = append(dst, first+divide(number[:n]))
		}
		slices.Reverse(dst[start:])
	}
	return dst
}

// divide divides a big-endian number by the base and returns what remains.
func divide(number []byte) byte {
	rest := 0
	for i, b := range number {
		rest = rest<<8 | int(b)
		number[i] = byte(rest / base)
		rest %= base
	}
	return byte(rest)
}

// DecodeText returns the bytes that a text stands for; false for a text that
// AppendText does not write.
func DecodeText(text []byte) ([]byte, bool) {
	d := digits()
	var data []byte
	for len(text) > 0 {
		chars := min(len(text), d[group])
		n := slices.Index(d[:], chars)
		if n < 0 {
			return nil, false
		}
		var number [group]byte
		for _, c := range text[:chars] {
			if c < first || c >= first+base || !multiply(number[:n], c-first) {
				return nil, false
			}
		}
		data, text = append(data, number[:n]...), text[chars:]
	}
	return data, true
}

// multiply multiplies a big-endian number by the base and adds a digit; false if
// it does not fit any more.
func multiply(number []byte, digit byte) bool {
	carry := int(digit)
	for i := len(number) - 1; i >= 0; i-- {
		carry += int(number[i]) * base
		number[i] = byte(carry)
		carry >>= 8
	}
	return carry == 0
}
