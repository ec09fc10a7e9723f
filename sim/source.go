package sim

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// stream returns the random bytes of one purpose of one node (or link, or
// other thing with a number). Which others exist makes no difference.
func stream(seed uint64, purpose string, number int) *rand.ChaCha8 {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64([]byte("blackstart sim\x00"), seed))
	h.Write(binary.BigEndian.AppendUint64([]byte(purpose+"\x00"), uint64(number)))
	var key [32]byte
	h.Sum(key[:0])
	return rand.NewChaCha8(key)
}

// source returns stream as a source of numbers.
func source(seed uint64, purpose string, number int) *rand.Rand {
	return rand.New(stream(seed, purpose, number))
}
