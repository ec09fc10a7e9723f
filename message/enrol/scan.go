package enrol

import (
	"encoding/base32"
	"fmt"
	"strings"
)

// scanMark begins a request as a hand scanner types it: capitals and digits only, which
// a QR code packs densely and which keyboard layouts agree on best. Y and Z are in the
// mark because some layouts exchange the two, and then it shows.
const scanMark = "BSYZ2"

// swapped exchanges the two letters that a scanner set to another layout exchanges.
var swapped = strings.NewReplacer("Y", "Z", "Z", "Y")

// ScanText returns the request as a QR code holds it: a mark and base 32 (RFC 4648,
// without padding), about 300 characters in one line.
func (r *Request) ScanText() string {
	return scanMark + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(r.Encode())
}

// scanned returns the binary form of what a scanner typed, and whether it is that and
// not an armoured file. Case and white space do not matter; nor does a keyboard layout
// that exchanges Y and Z, which the mark gives away.
func scanned(text []byte) ([]byte, bool, error) {
	letters := strings.ToUpper(strings.Join(strings.Fields(string(text)), ""))
	if !strings.HasPrefix(letters, "BS") {
		return nil, false, nil
	}
	rest, found := strings.CutPrefix(letters, scanMark)
	if !found {
		if rest, found = strings.CutPrefix(letters, swapped.Replace(scanMark)); !found {
			return nil, true, fmt.Errorf("%w: it begins with %.5q, not %q", ErrScan, letters, scanMark)
		}
		rest = swapped.Replace(rest)
	}
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(rest)
	if err != nil {
		return nil, true, fmt.Errorf("%w: %v", ErrScan, err)
	}
	return b, true, nil
}
