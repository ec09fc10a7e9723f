package api

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
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
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.WriteFile(bad, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := EnsureToken(bad); err == nil {
		t.Error("a file without a token is taken")
	}
	if _, err := EnsureToken(filepath.Join(t.TempDir(), "no", "folder")); err == nil {
		t.Error("a token is kept nowhere")
	}
}
