package frame

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/seal"
)

// MaxKeys bounds the keys of a KeySet, and so the work that a stranger's frame
// makes: three days of the newest epoch, three of the one before, one day that
// a neighbour announced, and the bootstrap key.
const MaxKeys = 8

// Key is a link key made ready: what seal and open need of it is computed once,
// and each trial starts from there without allocating. It belongs to one
// goroutine.
type Key struct {
	block     cipher.Block
	mac       hash.Hash // HMAC-SHA256, reset before each use
	name      uint64
	bootstrap bool
	// Room to work in. What is handed to block and mac would else be allocated
	// anew for each frame.
	label        [len(seal.LabelFrame) + 2]byte
	sum          [sha256.Size]byte
	counter, pad [aes.BlockSize]byte
}

// NewKey makes the link key of an epoch and day ready. Frames under it carry
// everything but kinds 7 to 9.
func NewKey(k seal.LinkKey) *Key { return newKey(k, false) }

// NewBootstrapKey makes the network's bootstrap key ready. Frames under it
// carry the kinds 7 to 9 and nothing else: revoked nodes hold this key.
func NewBootstrapKey(k seal.LinkKey) *Key { return newKey(k, true) }

func newKey(lk seal.LinkKey, bootstrap bool) *Key {
	block, err := aes.NewCipher(lk.Enc[:])
	if err != nil {
		panic("internal error: " + err.Error()) // the key's length is fixed
	}
	k := &Key{block: block, mac: hmac.New(sha256.New, lk.MAC[:]), bootstrap: bootstrap}
	copy(k.label[:], seal.LabelFrame)
	// The windows outlive the key and need a name for it that gives nothing of
	// it away: the MAC of the bare label, which no frame is, since the high
	// counter and three more bytes follow the label in each.
	k.mac.Write([]byte(seal.LabelFrame))
	k.name = binary.BigEndian.Uint64(k.mac.Sum(nil))
	return k
}

// Bootstrap reports whether k is a bootstrap key.
func (k *Key) Bootstrap() bool { return k.bootstrap }

// String returns "frame key".
func (*Key) String() string { return "frame key" }

// Format prints "frame key" for every verb and flag.
func (*Key) Format(s fmt.State, _ rune) { io.WriteString(s, "frame key") }

// MarshalText refuses with seal.ErrSecret.
func (*Key) MarshalText() ([]byte, error) { return nil, seal.ErrSecret }

// tag returns the tag of a frame with this content and these high bits of its
// counter. It is valid until the next call.
func (k *Key) tag(high uint16, plain []byte) []byte {
	binary.BigEndian.PutUint16(k.label[len(seal.LabelFrame):], high)
	k.mac.Reset()
	k.mac.Write(k.label[:])
	k.mac.Write(plain)
	return k.mac.Sum(k.sum[:0])[:TagSize]
}

// longFrame is the length from which a stream cipher, which works on several
// blocks at once and must be allocated, is faster than block by block.
const longFrame = 512

// crypt encrypts or decrypts src into dst, which may be the same, from the
// given block of the key stream on.
func (k *Key) crypt(tag []byte, from int, dst, src []byte) {
	k.counter = [aes.BlockSize]byte{}
	copy(k.counter[:], tag[:TagSize])
	at := uint32(from)
	binary.BigEndian.PutUint32(k.counter[aes.BlockSize-4:], at)
	if len(src) >= longFrame {
		cipher.NewCTR(k.block, k.counter[:]).XORKeyStream(dst, src)
		return
	}
	for len(src) > 0 {
		k.block.Encrypt(k.pad[:], k.counter[:])
		n := subtle.XORBytes(dst, src, k.pad[:])
		dst, src = dst[n:], src[n:]
		at++
		binary.BigEndian.PutUint32(k.counter[aes.BlockSize-4:], at)
	}
}

// KeySet is the keys that a node tries on what it hears. Frames name neither
// epoch nor day, or an outsider could tell who fell behind. The key that opened
// the last frame is tried first.
type KeySet struct{ keys []*Key }

// NewKeySet makes a set that tries the keys in the order given. More than
// MaxKeys are a broken invariant and panic.
func NewKeySet(keys ...*Key) *KeySet {
	if len(keys) > MaxKeys {
		panic(fmt.Sprintf("internal error: set of %d frame keys, at most %d", len(keys), MaxKeys))
	}
	return &KeySet{keys: slices.Clone(keys)}
}

// opened moves the key at index i to the front.
func (s *KeySet) opened(i int) {
	k := s.keys[i]
	copy(s.keys[1:i+1], s.keys[:i])
	s.keys[0] = k
}
