package client

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"runtime"
)

// maxToken bounds what is read of a token file.
const maxToken = 256

// ReadToken reads the token that the node left in a file. A file that other
// users can read is refused, where the system has such rights.
func ReadToken(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return "", fmt.Errorf("token file %s can be read by others (mode %04o): run chmod 600 on it, "+
			"or remove it and restart the node if somebody may have read it", path, mode)
	}
	if info.Size() > maxToken {
		return "", fmt.Errorf("token file %s is too long (%d bytes)", path, info.Size())
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	b = bytes.TrimSpace(b)
	if _, err := hex.DecodeString(string(b)); err != nil || len(b) < 32 {
		return "", fmt.Errorf("token file %s does not hold a token: remove it and restart the node", path)
	}
	return string(b), nil
}
