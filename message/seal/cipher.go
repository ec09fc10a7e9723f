package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// TagSize is the length of a tag and of a proof T in bytes.
const TagSize = 8

// Cipher seals the messages that one origin writes on one day, for one group or
// for one addressee. It is SIV (Rogaway and Shrimpton, 2006) with two
// independent keys: the tag is a PRF, HMAC-SHA256 cut to 8 bytes, of header and
// plaintext, and it is also the nonce of AES-256 in counter mode.
//
// Why it is safe here:
//
//   - A nonce repeats only if a tag does. Equal tags come from equal header and
//     plaintext, and then the output is equal as a whole and says nothing but
//     that it was repeated; or from a collision of the PRF. One key seals at
//     most 65,536 messages, since the header holds origin, day and a 16-bit
//     sequence number and the key is bound to the first two; two of them
//     collide with probability below 2^-32 in each (origin, day), and would
//     give away the XOR of those two texts and nothing else.
//   - A counter that is set back by a restored backup or a cloned disk repeats
//     sequence numbers with other texts. The tags differ, hence the nonces do.
//   - The counter block is the tag and 8 zero bytes. No message is longer than
//     2^32 blocks, so key streams of different tags never overlap.
//   - A forgery succeeds with probability 2^-64 per attempt, each attempt must
//     be sent to a node that holds the key, and radios carry a few per second.
//     There is no offline attack on the tag, and a lucky forgery reveals no key
//     and makes no second one easier. (A Poly1305 or GHASH tag cut to 8 bytes
//     has none of these properties.)
//   - The keys of a group are held by all its members: the tag proves
//     membership, not the person. That takes the origin's signature.
//
// The zero Cipher is not usable; using it panics.
type Cipher struct{ keys func() *cipherKeys }

// cipherKeys stays behind a function, so that printing a struct that holds a
// Cipher shows an address whatever the verb; fmt follows pointers.
type cipherKeys struct {
	mac   [32]byte
	block cipher.Block // AES-256 under the second key
}

func newCipher(material []byte) Cipher {
	block, err := aes.NewCipher(material[32:64])
	if err != nil {
		panic("seal: AES: " + err.Error())
	}
	keys := &cipherKeys{mac: [32]byte(material[:32]), block: block}
	return Cipher{func() *cipherKeys { return keys }}
}

// SealGroup seals a plaintext for a group and authenticates header with it.
// The same input gives the same output.
func (c Cipher) SealGroup(header, plaintext []byte) (tag [TagSize]byte, sealed []byte) {
	tag = c.mac(LabelGroupSeal, header, plaintext)
	return tag, c.stream(tag, plaintext)
}

// OpenGroup undoes SealGroup; ok is false and nothing is returned if header,
// tag or sealed is not what a holder of the key made.
func (c Cipher) OpenGroup(header []byte, tag [TagSize]byte, sealed []byte) (plaintext []byte, ok bool) {
	plaintext = c.stream(tag, sealed)
	want := c.mac(LabelGroupSeal, header, plaintext)
	if !hmac.Equal(want[:], tag[:]) {
		return nil, false
	}
	return plaintext, true
}

// SealPair seals a plaintext for the other end of a pair. The tag is not the
// MAC itself but a hash of it: T = HMAC(header, plaintext)[:8] and
// tag = SHA-256(label, id, T)[:8]. Whoever opens the message learns T, and by
// telling T proves delivery to everybody who holds the tag, see ReceiptMatches.
//
// Safe here beside what Cipher says: the tag is a function of the PRF's output,
// so it serves as a nonce in the same way (hashing 64 bits to 64 bits makes a
// collision within one key at most twice as likely). T is secret until it is
// told, because it takes the pair's key to compute it and 2^64 hashes to find
// it, or another value that fits, from the tag; the id in the hash makes that
// work count for one bundle only. Telling T afterwards gives away nothing: it
// is an HMAC under a key that encrypts nothing.
func (c Cipher) SealPair(id, header, plaintext []byte) (tag [TagSize]byte, sealed []byte) {
	tag = receiptTag(id, c.mac(LabelPairSeal, header, plaintext))
	return tag, c.stream(tag, plaintext)
}

// OpenPair undoes SealPair and returns the proof of delivery t. ok is false and
// nothing is returned if any part is not what one of the pair made.
func (c Cipher) OpenPair(id, header []byte, tag [TagSize]byte, sealed []byte) (plaintext []byte, t [TagSize]byte, ok bool) {
	plaintext = c.stream(tag, sealed)
	t = c.mac(LabelPairSeal, header, plaintext)
	if !ReceiptMatches(id, t, tag) {
		return nil, [TagSize]byte{}, false
	}
	return plaintext, t, true
}

// ReceiptMatches reports whether t proves the delivery of the direct bundle
// with this id and tag. It takes no key, so every relay can check a receipt
// before it believes it. Only the two ends can make t: the addressee by opening
// the bundle, the origin who may withdraw its own message anyway.
func ReceiptMatches(id []byte, t, tag [TagSize]byte) bool {
	want := receiptTag(id, t)
	return hmac.Equal(want[:], tag[:])
}

// receiptTag hashes label, length of id, id and T; each part has a known end.
func receiptTag(id []byte, t [TagSize]byte) [TagSize]byte {
	buf := make([]byte, 0, 64)
	buf = append(buf, LabelReceipt...)
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(id)))
	buf = append(append(buf, id...), t[:]...)
	sum := sha256.Sum256(buf)
	return [TagSize]byte(sum[:])
}

// mac computes HMAC-SHA256 over label, length of header, header and plaintext,
// and cuts it to 8 bytes. The length in front makes the split unambiguous
// whatever the header is.
func (c Cipher) mac(label string, header, plaintext []byte) [TagSize]byte {
	h := hmac.New(sha256.New, c.keys().mac[:])
	prefix := binary.BigEndian.AppendUint32(append(make([]byte, 0, 64), label...), uint32(len(header)))
	h.Write(prefix)
	h.Write(header)
	h.Write(plaintext)
	var sum [sha256.Size]byte
	return [TagSize]byte(h.Sum(sum[:0]))
}

// stream encrypts or decrypts into a new slice.
func (c Cipher) stream(tag [TagSize]byte, in []byte) []byte {
	var iv [aes.BlockSize]byte
	copy(iv[:], tag[:])
	out := slices.Clone(in)
	cipher.NewCTR(c.keys().block, iv[:]).XORKeyStream(out, out)
	return out
}

// String returns "cipher".
func (Cipher) String() string { return "cipher" }

// Format prints "cipher" for every verb and flag.
func (Cipher) Format(s fmt.State, _ rune) { io.WriteString(s, "cipher") }
