package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// PairMAC authenticates parts between this node and peer: HMAC-SHA256 under
// the key that the two share, cut to 8 bytes. The label is one of labels.go.
//
// Safe here: the label and every part go in with their lengths, so no two
// lists of parts share their bytes. The key is the same at both ends, so a MAC
// could be sent back to its maker: callers put the direction (who speaks) into
// the parts. 8 bytes, because every attempt costs a transmission and a
// successful one forges one statement and no key. Compare with hmac.Equal.
func (k *Keys) PairMAC(peer ident.Number, label string, parts ...[]byte) ([TagSize]byte, error) {
	p, err := k.pair(peer)
	if err != nil {
		return [TagSize]byte{}, err
	}
	h := hmac.New(sha256.New, p.mac)
	buf := make([]byte, 0, 128)
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(label)))
	buf = append(buf, label...)
	for _, part := range parts {
		buf = binary.BigEndian.AppendUint32(buf, uint32(len(part)))
		buf = append(buf, part...)
	}
	h.Write(buf)
	var sum [sha256.Size]byte
	return [TagSize]byte(h.Sum(sum[:0])), nil
}
