package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
)

// TagSize is the length of a tag and of a proof T in bytes.
const TagSize = 8

// Cipher seals the messages that one origin writes on one day, for one group or
// for one addressee. It is SIV (Rogaway and Shrimpton, 2006) with two
// independent keys k1 and k2 and, below them, two keys for each message:
//
//	M      = HMAC(k1, label || header)
//	tag    = HMAC(M, plaintext)[:8]            (for a pair: T, and the tag is a hash of it)
//	K      = HMAC(k2, label || tag)
//	sealed = AES-256-CTR(K, counter 0, plaintext)
//
// Why it is safe here:
//
//   - Two HMACs in a cascade are a PRF of (header, plaintext), since the first
//     gives each header a key of its own (Bellare, Canetti and Krawczyk 1996).
//   - A key K repeats only if a tag does. Equal tags come from equal header and
//     plaintext, and then the output is equal as a whole and says nothing but
//     that it was repeated; or from a collision of the PRF. One key pair seals
//     at most 65,536 messages, since the header holds origin, day and a 16-bit
//     sequence number and the keys are bound to the first two; two of them
//     collide with probability below 2^-32 in each (origin, day), and would
//     give away the XOR of those two texts and nothing else.
//   - A counter that is set back by a restored backup or a cloned disk repeats
//     sequence numbers with other texts. The tags differ, hence the keys do.
//   - A forgery succeeds with 2^-64 per attempt, each attempt must be sent to
//     a node that holds the key, and radios carry a few per second. There is no
//     offline attack on the tag, and a lucky forgery reveals no key and makes no
//     second one easier. (A Poly1305 or GHASH tag cut to 8 bytes has none of
//     these properties.)
//   - (M, K) opens one message and says nothing of k1, k2 or any other message:
//     that is what a record keeps of a message which must be provable after its
//     day's keys are gone, see MessageKey.
//   - The keys of a group are held by all its members: the tag proves
//     membership, not the person. That takes the origin's signature.
//
// The zero Cipher is not usable; using it panics. A Cipher belongs to the
// goroutine of the Keys that it comes from.
type Cipher struct{ keys func() *cipherKeys }

// cipherKeys stays behind a function, so that printing a struct that holds a
// Cipher shows an address whatever the verb; fmt follows pointers. The hashes
// are keyed once and reset for each use, which saves half of the work.
type cipherKeys struct{ k1, k2 keyedHash }

// keyedHash has room to work in: what is handed to a hash would else be allocated
// anew for each message.
type keyedHash struct {
	hash hash.Hash
	in   []byte
	out  [sha256.Size]byte
}

func newKeyedHash(key []byte) keyedHash {
	return keyedHash{hash: hmac.New(sha256.New, key), in: make([]byte, 0, 64)}
}

func newCipher(material []byte) Cipher {
	keys := &cipherKeys{k1: newKeyedHash(material[:32]), k2: newKeyedHash(material[32:64])}
	return Cipher{func() *cipherKeys { return keys }}
}

// SealGroup seals a plaintext for a group and authenticates header with it.
// The same input gives the same output.
func (c Cipher) SealGroup(header, plaintext []byte) (tag [TagSize]byte, sealed []byte) {
	tag = macOf(c.headerKey(LabelGroupSeal, header), plaintext)
	return tag, crypt(c.textKey(tag), plaintext)
}

// OpenGroup undoes SealGroup; ok is false and nothing is returned if header,
// tag or sealed is not what a holder of the key made.
func (c Cipher) OpenGroup(header []byte, tag [TagSize]byte, sealed []byte) (plaintext []byte, ok bool) {
	return c.GroupKey(header, tag).OpenGroup(tag, sealed)
}

// SealPair seals a plaintext for the other end of a pair. The tag is not the
// MAC itself but a hash of it: T = HMAC(M, plaintext)[:8] and
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
	tag = receiptTag(id, macOf(c.headerKey(LabelPairSeal, header), plaintext))
	return tag, crypt(c.textKey(tag), plaintext)
}

// OpenPair undoes SealPair and returns the proof of delivery t. ok is false and
// nothing is returned if any part is not what one of the pair made.
func (c Cipher) OpenPair(id, header []byte, tag [TagSize]byte, sealed []byte) (plaintext []byte, t [TagSize]byte, ok bool) {
	return c.PairKey(header, tag).OpenPair(id, tag, sealed)
}

// GroupKey returns the key of the one message to a group that has this header
// and tag.
func (c Cipher) GroupKey(header []byte, tag [TagSize]byte) MessageKey {
	return MessageKey{MAC: c.headerKey(LabelGroupSeal, header), Text: c.textKey(tag)}
}

// PairKey returns the key of the one message of a pair that has this header and
// tag.
func (c Cipher) PairKey(header []byte, tag [TagSize]byte) MessageKey {
	return MessageKey{MAC: c.headerKey(LabelPairSeal, header), Text: c.textKey(tag)}
}

// headerKey makes M.
func (c Cipher) headerKey(label string, header []byte) (m [32]byte) {
	return c.keys().k1.of(label, header)
}

// textKey makes K.
func (c Cipher) textKey(tag [TagSize]byte) (k [32]byte) {
	return c.keys().k2.of(LabelMessageKey, tag[:])
}

// of is HMAC over a label, which has a known end, and what follows it.
func (h *keyedHash) of(label string, data []byte) [32]byte {
	h.in = append(append(h.in[:0], label...), data...)
	h.hash.Reset()
	h.hash.Write(h.in)
	h.hash.Sum(h.out[:0])
	return h.out
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

// String returns "cipher".
func (Cipher) String() string { return "cipher" }

// Format prints "cipher" for every verb and flag.
func (Cipher) Format(s fmt.State, _ rune) { io.WriteString(s, "cipher") }
