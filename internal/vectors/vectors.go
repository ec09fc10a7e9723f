// Package vectors reads and writes test vectors as files: lines of "key: value",
// an empty line, and the bytes in hexadecimal, 32 a line. One file holds one
// case, and a wrong one has one fault, which its name says and its "expect"
// line gives the class of. Other implementations test against the same files.
package vectors

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// File is one vector.
type File struct {
	Name   string // of the file, without ".txt"
	Fields []Field
	Data   []byte
}

// Field is one line of the head. A key may occur more than once.
type Field struct{ Key, Value string }

const (
	extension = ".txt"
	perLine   = 32
)

// Get returns the value of a key that occurs once, and fails the test otherwise.
func (f File) Get(t testing.TB, key string) string {
	t.Helper()
	values := f.All(key)
	if len(values) != 1 {
		t.Fatalf("vector %s has %d lines %q, want one", f.Name, len(values), key)
	}
	return values[0]
}

// All returns the values of a key in the order of the file.
func (f File) All(key string) []string {
	var values []string
	for _, field := range f.Fields {
		if field.Key == key {
			values = append(values, field.Value)
		}
	}
	return values
}

// Text returns the file's bytes.
func (f File) Text() []byte {
	var b bytes.Buffer
	for _, field := range f.Fields {
		fmt.Fprintf(&b, "%s: %s\n", field.Key, field.Value)
	}
	b.WriteByte('\n')
	for at := 0; at < len(f.Data); at += perLine {
		fmt.Fprintf(&b, "%x\n", f.Data[at:min(at+perLine, len(f.Data))])
	}
	return b.Bytes()
}

// Parse reads what Text wrote.
func Parse(name string, text []byte) (File, error) {
	f := File{Name: name}
	head, body, ok := strings.Cut(string(text), "\n\n")
	if !ok || head == "" {
		return f, fmt.Errorf("vector %s: no head with an empty line behind it", name)
	}
	for line := range strings.Lines(head) {
		key, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !ok {
			return f, fmt.Errorf("vector %s: line %q is not \"key: value\"", name, line)
		}
		f.Fields = append(f.Fields, Field{key, value})
	}
	var err error
	f.Data, err = hex.DecodeString(strings.ReplaceAll(body, "\n", ""))
	if err != nil {
		return f, fmt.Errorf("vector %s: %w", name, err)
	}
	return f, nil
}

// Read returns the vectors of a folder in the order of their names; there must
// be at least one.
func Read(t testing.TB, dir string) []File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"+extension))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no vectors in %s: %v", dir, err)
	}
	files := make([]File, 0, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Parse(strings.TrimSuffix(filepath.Base(path), extension), text)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// Rewrite replaces the vectors of a folder. It is for a test's -rewrite flag:
// read the difference before you commit it.
func Rewrite(t testing.TB, dir string, files []File) {
	t.Helper()
	old, err := filepath.Glob(filepath.Join(dir, "*"+extension))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name+extension), f.Text(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
