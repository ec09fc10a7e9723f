// Package bound holds decoders of bytes from outside to a bound of what they
// allocate: so many bytes for each byte of the input, and a constant. Who sends a
// count of 65,535 in a frame of ten bytes must not make a node take room for it.
package bound

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// Bound is what a decoder may allocate, in bytes.
type Bound struct {
	Times int // for each byte of the input
	Plus  int // beside that
}

// Of returns the bound for an input of n bytes.
func (b Bound) Of(n int) uint64 { return uint64(b.Times*n + b.Plus) }

// measured is how many hostile inputs are tried, chosen by a fixed seed; a fifth of
// them under -short.
const measured = 2000

// Decoding gives a decoder sound inputs, and hostile ones made of them, and fails
// the test for each that makes it allocate beyond a bound. What counts is all that
// is allocated, and not what is in use at a time.
func (b Bound) Decoding(t testing.TB, decode func([]byte), sound ...[]byte) {
	t.Helper()
	if len(sound) == 0 {
		t.Fatal("no input to begin with")
	}
	hostile, tries := Hostile(sound...), measured
	if testing.Short() {
		tries /= 5
	}
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(hostile), func(i, j int) { hostile[i], hostile[j] = hostile[j], hostile[i] })
	failed := 0
	for _, input := range slices.Concat(sound, hostile[:min(len(hostile), tries)]) {
		took := allocated(decode, input, b.Of(len(input)))
		if took > b.Of(len(input)) {
			if failed++; failed <= 3 {
				t.Errorf("an input of %d bytes takes %d, more than %d times that and %d: %.80x", len(input), took, b.Times, b.Plus, input)
			}
		}
	}
	if failed > 3 {
		t.Errorf("and %d more", failed-3)
	}
}

// allocated returns how many bytes a call allocates. Another goroutine of the test
// may allocate in between, so what is beyond a limit is measured again.
func allocated(decode func([]byte), input []byte, limit uint64) (least uint64) {
	for try := range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		decode(input)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; try == 0 || took < least {
			least = took
		}
		if least <= limit {
			break
		}
	}
	return least
}

// most is in how many places of an input something is claimed.
const most = 200

// Hostile returns inputs that claim more than they hold: each with the greatest
// number of 1, 2, 4 and 8 bytes and of a varint at each place, whole and cut off
// behind it, or with as many bytes behind it as are claimed, and what is nothing but
// such numbers.
func Hostile(sound ...[]byte) (all [][]byte) {
	long := make([]byte, 1<<16)
	varint := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}
	claims := [][]byte{{0xff}, {0xff, 0xff}, {0x7f, 0xff}, {0xff, 0xff, 0xff, 0xff}, {0x7f, 0xff, 0xff, 0xff}, bytes.Repeat([]byte{0xff}, 8), varint}
	for _, input := range sound {
		for at := 0; at < len(input); at += 1 + len(input)/most {
			for _, claim := range claims {
				end := min(at+len(claim), len(input))
				changed := slices.Clone(input)
				copy(changed[at:end], claim)
				all = append(all, changed, changed[:end])
			}
			if at%8 == 0 { // many things are claimed, and bytes enough for all of them come
				all = append(all, slices.Concat(input[:at], []byte{0xff, 0xff}, long), slices.Concat(input[:at], []byte{0xff, 0xff}, input[at:], long))
			}
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 16, 255, 4096, 1 << 16} {
		noise := make([]byte, n)
		for i := range noise {
			noise[i] = byte(rng.Uint32())
		}
		all = append(all, bytes.Repeat([]byte{0xff}, n), make([]byte, n), noise)
		for _, input := range sound[:min(len(sound), 3)] {
			all = append(all, append(slices.Clone(input), noise...), append(slices.Clone(input[:min(len(input), 3)]), bytes.Repeat([]byte{0xff}, n)...))
		}
	}
	return all
}

// Texts makes inputs of texts.
func Texts(texts ...string) (all [][]byte) {
	for _, text := range texts {
		all = append(all, []byte(text))
	}
	return all
}
