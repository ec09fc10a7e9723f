package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"math/rand/v2"
	"testing"
)

// lengths are those around blocks of the hash and of the cipher, and around the
// lengths from which it is done in another way.
func lengths() []int {
	all := []int{511, 512, 513, 1000, 16 << 10}
	for n := range 340 {
		all = append(all, n)
	}
	return all
}

// TestOnceIsTheStandardLibrary: what is made by hand for short texts is what
// crypto/hmac and crypto/cipher make.
func TestOnceIsTheStandardLibrary(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	for _, n := range lengths() {
		key, data := [32]byte(noise(r, 32)), noise(r, n)
		kept := bytes.Clone(data)
		h := hmac.New(sha256.New, key[:])
		h.Write(data)
		if got := hmacOnce(key, data); !bytes.Equal(got[:], h.Sum(nil)) {
			t.Errorf("seed %d: HMAC of %d bytes is another", seed, n)
		}
		block, err := aes.NewCipher(key[:])
		if err != nil {
			t.Fatal(err)
		}
		want := make([]byte, n)
		cipher.NewCTR(block, make([]byte, aes.BlockSize)).XORKeyStream(want, data)
		got := crypt(key, data)
		if !bytes.Equal(got, want) {
			t.Errorf("seed %d: %d bytes are encrypted to something else", seed, n)
		}
		if cap(got) > n && !bytes.Equal(got[n:cap(got)], make([]byte, cap(got)-n)) {
			t.Errorf("seed %d: %d bytes are followed by more", seed, n)
		}
		if !bytes.Equal(data, kept) {
			t.Errorf("seed %d: an input of %d bytes was changed", seed, n)
		}
	}
}
