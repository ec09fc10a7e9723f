package api

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/blackstart-mesh/blackstart/api/client"
)

// minToken is the shortest token in hexadecimal digits: 128 bits.
const minToken = 32

// EnsureToken reads the token file, or makes one with 256 random bits that
// only this user can read. A file that others can read is refused: whoever
// may have read it could read and send messages.
func EnsureToken(path string) (string, error) {
	token, err := client.ReadToken(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return token, err
	}
	var random [32]byte
	rand.Read(random[:]) // never fails: it crashes the process instead
	token = hex.EncodeToString(random[:])
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("make the token file: %w", err)
	}
	_, err = f.WriteString(token + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", fmt.Errorf("write the token file: %w", err)
	}
	return token, nil
}

// sameToken compares in constant time, so that the time of an answer tells
// nothing about how much of a guess was right.
func sameToken(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
