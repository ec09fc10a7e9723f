package client

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"runtime"
)

// ErrNoToken: the file is private and holds no token.
var ErrNoToken = errors.New("it does not hold a token: restart the node")

// maxToken bounds what is read of a token file.
const maxToken = 256

// ReadToken reads the token that the node left in a file. A file that other
// users can read is refused, where the system has such rights.
func ReadToken(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("token file %s is no file: remove it and restart the node", path)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return "", fmt.Errorf("token file %s can be read by others (mode %04o): run chmod 600 on it, "+
			"or remove it and restart the node if somebody may have read it", path, mode)
	}
	if info.Size() > maxToken {
		return "", fmt.Errorf("token file %s has %d bytes: %w", path, info.Size(), ErrNoToken)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	b = bytes.TrimSpace(b)
	if _, err := hex.DecodeString(string(b)); err != nil || len(b) < 32 {
		return "", fmt.Errorf("token file %s: %w", path, ErrNoToken)
	}
	return string(b), nil
}
