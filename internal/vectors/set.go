package vectors

import (
	"errors"
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Classes name the ways in which reading fails, as "expect" lines do. What is
// read has the class "ok", which is not among them.
type Classes map[string]error

const (
	classOK     = "ok"
	rewriteFlag = "rewrite"
)

// Of returns the class of an error, and "" for one that has none. An error that
// is of two classes has both names, which no vector expects: which of them a
// reader acts on must not hang on the order in which it asks.
func (c Classes) Of(err error) string {
	if err == nil {
		return classOK
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if errors.Is(err, c[name]) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " and ")
}

// Only returns the classes of these names, for a folder that has no others.
func (c Classes) Only(names ...string) Classes {
	some := Classes{}
	for _, name := range names {
		some[name] = c[name]
	}
	return some
}

// Set is the vectors of one folder with the code that is held to them.
type Set struct {
	Dir     string
	Classes Classes
	// Make makes the files anew, without the lines that Read returns for them.
	Make func(t *testing.T) []File
	// Read does with a vector what a node does with its bytes. It returns what it
	// learned as the last lines of the head of a vector that is "ok".
	Read func(t *testing.T, f File) ([]Field, error)
}

// Says makes a Set's Read of one that describes what it learned in one line.
func Says(read func(t *testing.T, f File) (string, error)) func(*testing.T, File) ([]Field, error) {
	return func(t *testing.T, f File) ([]Field, error) {
		t.Helper()
		said, err := read(t, f)
		return []Field{{"says", said}}, err
	}
}

// The flag is looked up and not kept, since it would be a variable of the package.
func init() {
	flag.Bool(rewriteFlag, false, "rewrite the test vectors; read the difference before you commit it")
}

// Hold holds the code to the files, each in a subtest of its name: the class of
// what becomes of it, and all that a reader learns of it. No class is without a
// vector. With -rewrite the files are made anew before.
func (s Set) Hold(t *testing.T) {
	t.Helper()
	if flag.Lookup(rewriteFlag).Value.String() == "true" {
		s.rewrite(t)
	}
	expected := map[string]bool{}
	for _, f := range Read(t, s.Dir) {
		want := f.Get(t, "expect")
		expected[want] = true
		t.Run(f.Name, func(t *testing.T) {
			said, err := s.Read(t, f)
			if got := s.Classes.Of(err); got != want {
				t.Fatalf("class %q (%v), want %q", got, err, want)
			}
			if err == nil && !f.endsWith(said) {
				t.Errorf("got  %q\nwant %q at the end of the head, and none of it before", said, f.Fields)
			}
		})
	}
	for _, name := range append(slices.Sorted(maps.Keys(s.Classes)), classOK) {
		if !expected[name] {
			t.Errorf("no vector of %s is of class %q", s.Dir, name)
		}
	}
}

func (s Set) rewrite(t *testing.T) {
	t.Helper()
	files := s.Make(t)
	for i, f := range files {
		if f.Get(t, "expect") != classOK {
			continue
		}
		said, err := s.Read(t, f)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		files[i].Fields = append(f.Fields, said...)
	}
	Rewrite(t, s.Dir, files)
}

// endsWith reports whether these are the last lines of the head, and no line
// before them has a key of theirs.
func (f File) endsWith(said []Field) bool {
	at := len(f.Fields) - len(said)
	if at < 0 || !slices.Equal(f.Fields[at:], said) {
		return false
	}
	return !slices.ContainsFunc(f.Fields[:at], func(before Field) bool {
		return slices.ContainsFunc(said, func(s Field) bool { return s.Key == before.Key })
	})
}

// Again demands that what was read of a vector is encoded to the same bytes.
func (f File) Again(t testing.TB, encoded []byte) {
	t.Helper()
	if string(encoded) != string(f.Data) {
		t.Errorf("vector %s: %x comes back as %x", f.Name, f.Data, encoded)
	}
}
