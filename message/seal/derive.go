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

// deriveLink makes the link key from the network secret.
//
// Safe here: the secret is uniform and 32 bytes long, and the label keeps the
// output apart from every other use of the secret. The day is not in it. In
// this form of the network the link key stays for the whole epoch, because a
// node whose clock is wrong by days must still hear the hellos that tell it so;
// the daily step arrives together with key blocks and their bootstrap key.
func deriveLink(network Secret, epoch uint8) LinkKey {
	prk := extract(network[:], []byte(LabelNetwork))
	out := expand(prk, append([]byte(LabelLink), epoch), 64)
	return LinkKey{MAC: [32]byte(out[:32]), Enc: [32]byte(out[32:])}
}

// deriveGroup makes a group's key from network and group secret.
//
// Safe here: both secrets have a fixed length, so their concatenation is
// unambiguous, and each alone is enough to make the key unknowable: a node that
// lost the network secret, or that was never in the group, has nothing.
func deriveGroup(network, group Secret) []byte {
	both := make([]byte, 0, 64)
	both = append(append(both, network[:]...), group[:]...)
	return extract(both, []byte(LabelGroup))
}

// deriveGroupDay makes the cipher of one group, epoch, origin and day.
//
// Safe here: all fields that follow the label have a fixed length. Origin and
// day are in it so that one key seals at most the 65,536 messages that one node
// can number in one day; see Cipher for what follows from that.
func deriveGroupDay(groupKey []byte, g ident.GroupID, epoch uint8, origin ident.Number, day clock.Day) Cipher {
	info := append([]byte(LabelGroupDay), byte(g), epoch)
	info = binary.BigEndian.AppendUint16(info, uint16(origin))
	info = binary.BigEndian.AppendUint16(info, uint16(day))
	return newCipher(expand(groupKey, info, 64))
}

// derivePair makes the key that two nodes share, from the X25519 secret of
// their static keys and the network secret.
//
// Safe here: the X25519 secret is known to the two alone, and goes through
// HKDF-Extract because it is not uniform. The salt is the network secret of the
// epoch, so a device key that leaks without it opens nothing, and a new epoch
// gives every pair a new key. Points of small order were refused before.
func derivePair(shared [32]byte, network Secret) []byte {
	return extract(shared[:], network[:])
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
func derivePairDay(pairKey []byte, from, to end, epoch uint8, day clock.Day) Cipher {
	info := append([]byte(LabelPairDay), epoch)
	info = binary.BigEndian.AppendUint16(info, uint16(day))
	return newCipher(expand(pairKey, to.append(from.append(info)), 64))
}

// derivePairMAC makes the key of PairMAC. The two ends are put in the order of
// their numbers, so that both derive the same key.
func derivePairMAC(pairKey []byte, a, b end) []byte {
	if a.number > b.number {
		a, b = b, a
	}
	return expand(pairKey, b.append(a.append([]byte(LabelPairMACKey))), 32)
}
