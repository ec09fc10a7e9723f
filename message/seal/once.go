package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
)

// What is done with keys that serve for one message. Such keys come and go with
// each message, so most of the time would be spent on allocating what crypto/hmac
// and cipher.NewCTR prepare for many uses.

// macOf is HMAC-SHA256 cut to 8 bytes. The key belongs to one header, so that
// nothing but the plaintext goes in.
func macOf(key [32]byte, plaintext []byte) [TagSize]byte {
	sum := hmacOnce(key, plaintext)
	return [TagSize]byte(sum[:])
}

// hmacOnce is HMAC-SHA256 as RFC 2104 defines it for a key that is shorter than
// a block of the hash: H(key xor opad || H(key xor ipad || data)).
//
// Safe here: it is the same function as that of crypto/hmac, which the tests hold
// it against; SHA-256 itself is the standard library's. Nothing branches on the
// key or the data, and only the length of the data says what is allocated.
func hmacOnce(key [32]byte, data []byte) [sha256.Size]byte {
	const ipad, opad, room = 0x36, 0x5c, 256 // room for most texts without allocating
	inner := pad(make([]byte, 0, sha256.BlockSize+room), &key, ipad)
	sum := sha256.Sum256(append(inner, data...))
	outer := pad(make([]byte, 0, sha256.BlockSize+sha256.Size), &key, opad)
	return sha256.Sum256(append(outer, sum[:]...))
}

// pad fills one block of the hash.
func pad(empty []byte, key *[32]byte, with byte) []byte {
	block := empty[:sha256.BlockSize]
	for i := range block {
		block[i] = with
	}
	subtle.XORBytes(block, block, key[:])
	return block
}

// shortText is up to which length one block after the other is faster than a
// stream cipher, which works on several at once and must be allocated.
const shortText = 512

// crypt encrypts or decrypts into a new slice, with AES-256 in counter mode
// from zero: the key is used for one text.
//
// Safe here: the counter blocks of NIST SP 800-38A, either way.
func crypt(key [32]byte, in []byte) []byte {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("seal: AES: " + err.Error()) // the key's length is fixed
	}
	if len(in) > shortText {
		var iv [aes.BlockSize]byte
		out := make([]byte, len(in))
		cipher.NewCTR(block, iv[:]).XORKeyStream(out, in)
		return out
	}
	// The stream of keys is made in the slice that is returned.
	out := make([]byte, (len(in)+aes.BlockSize-1)/aes.BlockSize*aes.BlockSize)
	for at := 0; at < len(out); at += aes.BlockSize {
		counter := out[at : at+aes.BlockSize]
		binary.BigEndian.PutUint32(counter[aes.BlockSize-4:], uint32(at/aes.BlockSize))
		block.Encrypt(counter, counter)
	}
	subtle.XORBytes(out, out, in)
	clear(out[len(in):]) // what is left of the stream is nobody's business
	return out[:len(in):len(in)]
}
