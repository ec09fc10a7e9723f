package enrol

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// codeBytes is the length of a check code: 80 bits. Exchanging a file under
// the ear of two people who compare codes needs a second preimage, about 2^80
// hashes; no birthday attack helps, since one of the two files is given.
const codeBytes = 10

// ErrCode reports a check code that cannot be one.
var ErrCode = errors.New("not a check code")

// checkCode returns 16 letters in 4 groups, for reading aloud. The alphabet of
// RFC 4648 has neither 0 nor 1, so no two of its letters look alike.
func checkCode(label string, data []byte) string {
	h := sha256.New()
	h.Write([]byte(label))
	h.Write(data)
	text := base32.StdEncoding.EncodeToString(h.Sum(nil)[:codeBytes])
	return text[:4] + " " + text[4:8] + " " + text[8:12] + " " + text[12:]
}

// RootCode returns the check code of a network's root key. Every node of a
// network shows the same one.
func RootCode(root ident.SignKey) string { return checkCode(labelRootCode, root[:]) }

// ParseCode brings a check code that a person typed into the form in which
// codes are shown: case, spaces and hyphens do not matter.
func ParseCode(s string) (string, error) {
	plain := strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\t", "").Replace(s))
	raw, err := base32.StdEncoding.DecodeString(plain)
	if err != nil || len(raw) != codeBytes {
		return "", fmt.Errorf("%w: %q; it has 16 letters, like ABCD EFGH IJKL MNOP", ErrCode, s)
	}
	return plain[:4] + " " + plain[4:8] + " " + plain[8:12] + " " + plain[12:], nil
}
