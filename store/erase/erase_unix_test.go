//go:build !windows

package erase

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFileThatStays: what can be overwritten but not removed, as in a folder that
// nobody may write to, is told apart from what still can be read.
func TestFileThatStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	secret := bytes.Repeat([]byte("secret"), 20)
	if err := os.WriteFile(path, secret, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	err = File(fmt.Sprintf("/dev/fd/%d", f.Fd())) // a name that not even root removes
	if err == nil || !strings.HasPrefix(err.Error(), "overwritten, but not removed: ") {
		t.Errorf("got %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || bytes.Contains(after, []byte("secretsecret")) {
		t.Errorf("not overwritten, %v", err)
	}
}
