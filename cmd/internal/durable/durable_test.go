package durable

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWriteFileReplaces(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	for _, text := range []string{"one", "two, and longer", ""} {
		if err := WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil || string(got) != text {
			t.Fatalf("read %q, %v; want %q", got, err, text)
		}
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("mode %v, want 0600", mode)
	}
	left, err := os.ReadDir(filepath.Dir(name))
	if err != nil || len(left) != 1 {
		t.Errorf("%d files left behind, %v; want the one", len(left), err)
	}
}

func TestWriteFileLeavesNothingBehindOnFailure(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(name, "full"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(name, []byte("x"), 0o600); err == nil {
		t.Fatal("replaced a folder that is not empty")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("%d entries left, %v; want the folder only", len(left), err)
	}
}

// TestWriteFileNamesWhatWasMeant: nobody knows the temporary file.
func TestWriteFileNamesWhatWasMeant(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, want string }{
		{dir, dir + ": is a folder, not a file"},
		{filepath.Join(dir, "no", "file"), "write " + filepath.Join(dir, "no", "file") + ": folder " + filepath.Join(dir, "no") + ": "},
	} {
		err := WriteFile(c.name, nil, 0o600)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), ".tmp-") {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
