package enrol

import (
	"bytes"
	"errors"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestFileComesBackWhole(t *testing.T) {
	f := newWorld(t).file(3)
	got, err := ParseFile(f.Text())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Encode(), f.Encode()) || got.Digest() != f.Digest() {
		t.Error("the file changed on its way through text")
	}
	if _, err := got.Verify(ident.Ed25519{}); err != nil {
		t.Error(err)
	}
}

func TestFileIsTheSameForTheSameEntropy(t *testing.T) {
	if !bytes.Equal(newWorld(t).file(1).Encode(), newWorld(t).file(1).Encode()) {
		t.Error("two files from the same entropy differ")
	}
}

func TestFileHidesSecrets(t *testing.T) {
	w := newWorld(t)
	secret := [32]byte([]byte("this must never stand in a file!"))
	w.keys.Bootstrap, w.keys.Groups[1], w.keys.Epoch.Key = secret, secret, secret
	w.keys.Epoch.Base = today
	if bytes.Contains(w.file(1).Encode(), secret[:]) {
		t.Error("a secret stands in the file")
	}
}

// Without packages the file is signed and the same edition, and brings nothing.
func TestWithoutPackages(t *testing.T) {
	w := newWorld(t)
	whole := w.file(1)
	f, err := DecodeFile(whole.WithoutPackages().Encode())
	if err != nil {
		t.Fatal(err)
	}
	if f.Digest() != whole.Digest() {
		t.Error("another edition")
	}
	if bytes.Contains(f.Encode(), whole.Members[0].Package[:40]) {
		t.Error("a package is still there")
	}
	if _, err := w.open(f, 0, nil); !errors.Is(err, ErrPackage) {
		t.Errorf("open: %v", err)
	}
	n, err := Reopen(f, w.nodes[0], ident.Ed25519{}, nil)
	if err != nil || n.Self != 1 || n.Secrets.Groups != nil || n.Held.Digest != whole.Digest() {
		t.Errorf("reopen: %+v, %v", n, err)
	}
}

func TestDecodeFileRefusals(t *testing.T) {
	w := newWorld(t)
	good := w.file(1).Encode()
	edit := func(change func(b []byte) []byte) []byte { return change(bytes.Clone(good)) }
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":           {nil, ErrTruncated},
		"cut short":       {good[:len(good)-1], ErrTruncated},
		"cut in a member": {good[:1200], ErrTruncated},
		"one byte more":   {append(bytes.Clone(good), 0), ErrNotCanonical},
		"unknown version": {edit(func(b []byte) []byte { b[0] = 9; return b }), ErrVersion},
		"serial 0":        {edit(func(b []byte) []byte { b[8] = 0; return b }), ErrNotCanonical},
		"oversized":       {make([]byte, MaxFile+1), ErrOversized},
	} {
		if _, err := DecodeFile(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for name, c := range map[string]struct {
		change func(f *File)
		want   error
	}{
		"nodes descending":        {func(f *File) { f.Members[0], f.Members[1] = f.Members[1], f.Members[0] }, ErrNotCanonical},
		"number twice":            {func(f *File) { f.Members[1] = f.Members[0] }, ErrTwice},
		"member and revoked":      {func(f *File) { f.Revoked, f.Redirects = []ident.Number{2, 4}, nil }, ErrTwice},
		"group twice":             {func(f *File) { f.Groups[1].ID = 1 }, ErrNotCanonical},
		"group 127":               {func(f *File) { f.Groups[2].ID = 127 }, ErrNotCanonical},
		"group without a name":    {func(f *File) { f.Groups[0].Name = "" }, ErrName},
		"revoked descending":      {func(f *File) { f.Revoked = []ident.Number{5, 4} }, ErrNotCanonical},
		"redirect of a member":    {func(f *File) { f.Redirects[0].From = 3 }, ErrNotCanonical},
		"redirect to the revoked": {func(f *File) { f.Redirects[0].To = 4 }, ErrNotCanonical},
		"redirect twice":          {func(f *File) { f.Redirects = append(f.Redirects, f.Redirects[0]) }, ErrNotCanonical},
		"person twice":            {func(f *File) { f.Persons = append(f.Persons, f.Persons[0]) }, ErrTwice},
		"person withdrawn":        {func(f *File) { f.Withdrawn = []ident.PersonNumber{3} }, ErrTwice},
		"withdrawn descending":    {func(f *File) { f.Withdrawn = []ident.PersonNumber{2, 1} }, ErrNotCanonical},
		"no key block":            {func(f *File) { f.Blocks = nil }, ErrNotCanonical},
		"key blocks descending":   {func(f *File) { f.Blocks = append(f.Blocks[1:2:2], f.Blocks[0]) }, ErrNotCanonical},
		"package too short":       {func(f *File) { f.Members[2].Package = make([]byte, sealedOverhead) }, ErrNotCanonical},
	} {
		f := newWorld(t).file(1)
		c.change(f)
		if _, err := DecodeFile(f.Encode()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Two bytes that count members make no work for bytes that are not there.
func TestCountsAreBoundedByTheBytes(t *testing.T) {
	b := newWorld(t).file(1).body()[:70]
	b = append(b[:1+8+11+32], 0, 0, 0xff, 0xff) // no succession, no group, 65,535 revoked
	if _, err := DecodeFile(b); !errors.Is(err, ErrTruncated) {
		t.Errorf("%v", err)
	}
}

func FuzzDecodeFile(f *testing.F) {
	f.Add(newWorld(f).file(1).Encode())
	f.Add(newWorld(f).file(1).WithoutPackages().Encode())
	f.Add(newWorld(f).file(1).WithPackages(func(n ident.Number) bool { return n == 2 }).Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := DecodeFile(data)
		if err == nil && !bytes.Equal(file.Encode(), data) {
			t.Errorf("%x comes back as %x", data, file.Encode())
		}
	})
}

func FuzzParseFile(f *testing.F) {
	f.Add(newWorld(f).file(1).Text())
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := ParseFile(text)
		if err != nil {
			return
		}
		again, err := ParseFile(file.Text())
		if err != nil || !bytes.Equal(again.Encode(), file.Encode()) {
			t.Errorf("%x comes back otherwise, %v", file.Encode(), err)
		}
	})
}
