package erase

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, n := range []int{0, 1, 114, 100_000} {
		before := bytes.Repeat([]byte("secret"), n)
		if err := os.WriteFile(path, before, 0o600); err != nil {
			t.Fatal(err)
		}
		link := path + ".link"
		if err := os.Link(path, link); err != nil {
			t.Fatal(err)
		}
		if err := File(path); err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(link)
		if err != nil || len(after) != len(before) || bytes.Contains(after, []byte("secretsecret")) {
			t.Errorf("%d bytes: not overwritten, %v", n, err)
		}
		if err := File(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%d bytes: erased twice: %v", n, err)
		}
		if err := os.Remove(link); err != nil {
			t.Fatal(err)
		}
	}
}
