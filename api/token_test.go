package api

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/api/client"
)

func TestEnsureToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	first, err := EnsureToken(path)
	if err != nil || len(first) != 64 {
		t.Fatal(first, err)
	}
	if again, err := EnsureToken(path); err != nil || again != first {
		t.Fatal(again, err)
	}
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatal(info.Mode(), err)
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := EnsureToken(path); err == nil {
			t.Error("a token that others can read is taken")
		}
	}
	if _, err := EnsureToken(t.TempDir()); err == nil {
		t.Error("a folder is taken for a token file")
	}
	if _, err := EnsureToken(filepath.Join(t.TempDir(), "no", "folder")); err == nil {
		t.Error("a token is kept nowhere")
	}
}

// TestTokenIsMadeAnewAfterACrash: what a crash between making the file and
// writing it leaves, or a full disk, must not keep a node from starting.
func TestTokenIsMadeAnewAfterACrash(t *testing.T) {
	for name, left := range map[string]string{"empty": "", "cut": "1e85", "zeros": strings.Repeat("\x00", 65),
		"long": strings.Repeat("a", 1000), "text": "no token at all, and long enough to be one"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "token")
		if err := os.WriteFile(path, []byte(left), 0o600); err != nil {
			t.Fatal(err)
		}
		token, err := EnsureToken(path)
		if err != nil || len(token) != 64 {
			t.Errorf("%s: %q, %v", name, token, err)
		}
		if again, err := client.ReadToken(path); err != nil || again != token {
			t.Errorf("%s: read back %q, %v", name, again, err)
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
			t.Errorf("%s: %v left in the folder, %v", name, files, err)
		}
	}
}
