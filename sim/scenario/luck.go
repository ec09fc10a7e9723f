package scenario

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// luck returns the random numbers of one purpose of one node, or of another thing
// that has a number. Which others are drawn makes no difference to them.
func luck(seed uint64, purpose string, number int) *rand.Rand {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64([]byte("blackstart scenario\x00"), seed))
	h.Write(binary.BigEndian.AppendUint64([]byte(purpose+"\x00"), uint64(int64(number))))
	var key [32]byte
	h.Sum(key[:0])
	return rand.New(rand.NewChaCha8(key))
}
