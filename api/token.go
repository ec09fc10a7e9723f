package api

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/blackstart-mesh/blackstart/api/client"
)

// minToken is the shortest token in hexadecimal digits: 128 bits.
const minToken = 32

// EnsureToken reads the token file, or makes one with 256 random bits that
// only this user can read. A file that others can read is refused: whoever
// may have read it could read and send messages. One that holds no token, as
// a crash or a full disk may leave it, is made anew: an unattended node must
// not wait for somebody to remove it.
func EnsureToken(path string) (string, error) {
	token, err := client.ReadToken(path)
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, client.ErrNoToken) {
		return token, err
	}
	var random [32]byte
	rand.Read(random[:]) // never fails: it crashes the process instead
	token = hex.EncodeToString(random[:])
	if err := writeToken(path, token); err != nil {
		return "", fmt.Errorf("make the token file: %w", err)
	}
	return token, nil
}

// writeToken puts the file in its place whole or not at all.
func writeToken(path, token string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".token-*") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(token + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// sameToken compares in constant time, so that the time of an answer tells
// nothing about how much of a guess was right.
func sameToken(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
