package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// extract is HKDF-Extract (RFC 5869) with SHA-256. It cannot fail: the hash is
// fixed and any secret and salt are allowed.
func extract(secret []byte, salt []byte) []byte {
	prk, err := hkdf.Extract(sha256.New, secret, salt)
	if err != nil {
		panic("seal: HKDF-Extract: " + err.Error())
	}
	return prk
}

// expand is HKDF-Expand with SHA-256 for at most two blocks of output.
func expand(prk []byte, info []byte, size int) []byte {
	out, err := hkdf.Expand(sha256.New, prk, string(info), size)
	if err != nil {
		panic("seal: HKDF-Expand: " + err.Error())
	}
	return out
}

// deriveLink makes the link key of a day from the epoch's key of that day.
//
// Safe here: the day key is uniform and 32 bytes long, and the label keeps the
// output apart from every other use of it.
func deriveLink(key Secret, serial uint32, day clock.Day) LinkKey {
	return linkKey(expand(key[:], appendEpoch([]byte(LabelLink), serial, day), 64))
}

// deriveBootstrap makes the link key of frames that carry key blocks. It moves
// with nothing: a node that slept for months has it.
func deriveBootstrap(secret Secret) LinkKey {
	return linkKey(expand(secret[:], []byte(LabelBootstrap), 64))
}

func linkKey(material []byte) LinkKey {
	return LinkKey{MAC: [32]byte(material[:32]), Enc: [32]byte(material[32:])}
}

// appendEpoch appends serial and day, which say when a key is used.
func appendEpoch(dst []byte, serial uint32, day clock.Day) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(dst, serial), uint16(day))
}

// deriveGroup makes a group's key of a day from the epoch's key of that day and
// the group's secret.
//
// Safe here: both secrets have a fixed length, so their concatenation is
// unambiguous, and each alone is enough to make the key unknowable: a node that
// was locked out, or that was never in the group, has nothing. The group's
// secret stays as it is from day to day; what is erased is the day's key.
func deriveGroup(key, group Secret) []byte {
	both := make([]byte, 0, 64)
	both = append(append(both, key[:]...), group[:]...)
	return extract(both, []byte(LabelGroup))
}

// deriveGroupDay makes the cipher of one group, epoch, origin and day.
//
// Safe here: all fields that follow the label have a fixed length. Origin and
// day are in it so that one key seals at most the 65,536 messages that one node
// can number in one day; see Cipher for what follows from that.
func deriveGroupDay(groupKey []byte, g ident.GroupID, serial uint32, origin ident.Number, day clock.Day) Cipher {
	info := append([]byte(LabelGroupDay), byte(g))
	info = binary.BigEndian.AppendUint32(info, serial)
	info = binary.BigEndian.AppendUint16(info, uint16(origin))
	info = binary.BigEndian.AppendUint16(info, uint16(day))
	return newCipher(expand(groupKey, info, 64))
}

// derivePair makes the key that two nodes share on a day, from the X25519
// secret of their static keys and the epoch's key of that day.
//
// Safe here: the X25519 secret is known to the two alone, and goes through
// HKDF-Extract because it is not uniform. The salt is the day's key, so a
// device key that leaks without it opens nothing, and the days that were erased
// stay closed even to who has both device keys. Points of small order were
// refused before.
func derivePair(shared [32]byte, key Secret) []byte {
	return extract(shared[:], key[:])
}

// end is one end of a pair: the number and the key that its certificate names.
type end struct {
	number ident.Number
	box    ident.BoxKey
}

func (e end) append(dst []byte) []byte {
	return append(binary.BigEndian.AppendUint16(dst, uint16(e.number)), e.box[:]...)
}

// derivePairDay makes the cipher of one direction of a pair in one epoch and day.
//
// Safe here: the direction is in it, so a bundle cannot be played back to its
// origin; the public keys are in it, so the key belongs to these two
// certificates even if a third device were certified for one of the points.
func derivePairDay(pairKey []byte, from, to end, serial uint32, day clock.Day) Cipher {
	info := appendEpoch([]byte(LabelPairDay), serial, day)
	return newCipher(expand(pairKey, to.append(from.append(info)), 64))
}

// derivePairMAC makes the key of PairMAC. The two ends are put in the order of
// their numbers, so that both derive the same key.
//
// Safe here: it hangs on the two static keys alone and not on a day, so that
// two nodes whose clocks or key blocks differ still believe each other's
// acceptances. It authenticates what is said now and encrypts nothing: who
// takes a device later can open nothing with it, and who is revoked is told so
// by the roster. The salt keeps it apart from the pair's ciphers.
func derivePairMAC(shared [32]byte, a, b end) []byte {
	if a.number > b.number {
		a, b = b, a
	}
	return expand(extract(shared[:], []byte(LabelPairMAC)), b.append(a.append([]byte(LabelPairMACKey))), 32)
}
