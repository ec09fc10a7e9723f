package keyblock

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Sizes in bytes.
const (
	SaltSize  = 8
	CheckSize = 8
	WrapSize  = 16 // of a wrap, and of the block's secret B
)

// expand is HKDF-Expand with SHA-256 for at most one block of output. It cannot
// fail: the hash is fixed and the length allowed.
func expand(key *seal.Secret, info []byte, size int) []byte {
	out, err := hkdf.Expand(sha256.New, key[:], string(info), size)
	if err != nil {
		panic("keyblock: HKDF-Expand: " + err.Error())
	}
	return out
}

// vertexKey is K_v(0).
//
// Safe here: the seed is 32 random bytes used for nothing else, v has a fixed
// length, so the keys of all vertices are independent for who lacks the seed.
func vertexKey(seed *seal.Secret, v uint32) seal.Secret {
	return seal.Secret(expand(seed, binary.BigEndian.AppendUint32([]byte(labelVertex), v), 32))
}

// stepKey is K_v(s+1) from K_v(s). Safe here: a PRF under a key that is erased
// afterwards cannot be undone, and chains of it do not meet: a cycle shorter
// than 2^64 steps has negligible probability, and serials have 32 bits.
func stepKey(key *seal.Secret) seal.Secret {
	return seal.Secret(expand(key, []byte(labelStep), 32))
}

// openerKey is O_v(s). Safe here: step and opener are two outputs of one PRF
// under different labels, so who holds O_v(s), of a block that was skipped,
// learns nothing of K_v(s+1) and of the blocks after it.
func openerKey(key *seal.Secret) seal.Secret {
	return seal.Secret(expand(key, []byte(labelOpener), 32))
}

// pad is what is put over the secret of a block for vertex v.
//
// Safe here as a one-time pad from a PRF: generation, serial and v name the key
// beside being bound to it, and the salt is fresh for each block, so that two
// blocks that an authority makes with one serial, after it was restored from a
// backup, still use different pads. Two salts of 8 bytes are equal with
// probability 2^-64 for each such pair. Nothing authenticates a wrap by itself;
// the check value and the root's signature do.
func pad(opener *seal.Secret, operator ident.OperatorID, b *Block, v uint32) [WrapSize]byte {
	info := append([]byte(labelWrap), operator[:]...)
	info = binary.BigEndian.AppendUint16(info, b.Generation)
	info = binary.BigEndian.AppendUint32(info, b.Serial)
	info = binary.BigEndian.AppendUint32(info, v)
	info = append(info, b.Salt[:]...)
	return [WrapSize]byte(expand(opener, info, WrapSize))
}

// xor puts a pad over a secret, or takes it off.
func xor(a, b [WrapSize]byte) (out [WrapSize]byte) {
	for i := range out {
		out[i] = a[i] ^ b[i]
	}
	return out
}

// networkSecret is E, the network's secret on the block's first day.
//
// Safe here: B is uniform, so Extract as a PRF of B under a public salt gives
// 32 bytes that are as unknowable as B's 128 bits. Operator and serial are in
// the salt, so a secret drawn twice by a broken source still gives two epochs.
func networkSecret(secret [WrapSize]byte, operator ident.OperatorID, b *Block) seal.Secret {
	salt := append([]byte(labelNetwork), operator[:]...)
	salt = binary.BigEndian.AppendUint32(salt, b.Serial)
	salt = append(salt, b.Salt[:]...)
	prk, err := hkdf.Extract(sha256.New, secret[:], salt)
	if err != nil {
		panic("keyblock: HKDF-Extract: " + err.Error())
	}
	return seal.Secret(prk)
}

// checkValue tells a holder of the right secret from one of a wrong one. Safe
// here: a PRF of E under a label of its own says nothing about what else hangs
// on E.
func checkValue(e *seal.Secret) [CheckSize]byte {
	mac := hmac.New(sha256.New, e[:])
	mac.Write([]byte(labelCheck))
	return [CheckSize]byte(mac.Sum(nil))
}
