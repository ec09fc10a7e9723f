package console

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := ReadFile(file, 5); string(data) != "12345" || err != nil {
		t.Errorf("got %q, %v", data, err)
	}
	if data, err := ReadUpTo(file, 4); string(data) != "1234" || err != nil {
		t.Errorf("got %q, %v", data, err)
	}
	none := file + "x"
	for _, c := range []struct{ name, want string }{
		{file, file + ": has more than 4 bytes"},
		{dir, dir + ": is a folder, not a file"},
		{none, none + ": "},
	} {
		_, err := ReadFile(c.name, 4)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Count(err.Error(), c.name) != 1 {
			t.Errorf("got %v, want %s", err, c.want)
		}
		if (c.name == none) != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestSecretsAreShort: what is named by mistake is not read to its end.
func TestSecretsAreShort(t *testing.T) {
	file := filepath.Join(t.TempDir(), "long")
	if err := os.WriteFile(file, []byte(strings.Repeat("x", maxSecret)), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := ReadPassphrase(file, "it"); len(p) != maxSecret || err != nil {
		t.Errorf("%d bytes, %v", len(p), err)
	}
	if err := os.WriteFile(file, []byte(strings.Repeat("x", maxSecret+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, read := range []func(file, what string) ([]byte, error){ReadPassphrase, NewPassphrase} {
		_, err := read(file, "it")
		if f, ok := errors.AsType[*Fault](err); !ok || f.Code != Passphrase || !strings.Contains(err.Error(), "more than 4096 bytes") {
			t.Errorf("got %v", err)
		}
	}
}
