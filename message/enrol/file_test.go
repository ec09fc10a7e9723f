package enrol

import (
	"bytes"
	"errors"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestFileComesBackWhole(t *testing.T) {
	f := newWorld(t).file(t, 3)
	got, err := ParseFile(f.Text())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Encode(), f.Encode()) || got.Digest() != f.Digest() {
		t.Error("the file changed on its way through text")
	}
	if err := got.Verify(ident.Ed25519{}); err != nil {
		t.Error(err)
	}
}

func TestFileIsTheSameForTheSameEntropy(t *testing.T) {
	w := newWorld(t)
	if !bytes.Equal(w.file(t, 1).Encode(), w.file(t, 1).Encode()) {
		t.Error("two files from the same entropy differ")
	}
}

func TestFileHidesSecrets(t *testing.T) {
	w := newWorld(t)
	w.secrets.Network = [32]byte([]byte("this must never stand in a file!"))
	if bytes.Contains(w.file(t, 1).Encode(), w.secrets.Network[:]) {
		t.Error("the network secret stands in the file")
	}
}

func TestDecodeFileRefusals(t *testing.T) {
	w := newWorld(t)
	good := w.file(t, 1).Encode()
	edit := func(change func(b []byte) []byte) []byte { return change(bytes.Clone(good)) }
	swapped := w.file(t, 1)
	swapped.Certificates[0], swapped.Certificates[1] = swapped.Certificates[1], swapped.Certificates[0]
	twice := w.file(t, 1)
	twice.Groups[1].ID = 1
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":            {nil, ErrTruncated},
		"cut short":        {good[:len(good)-1], ErrTruncated},
		"cut in a member":  {good[:200], ErrTruncated},
		"one byte more":    {append(bytes.Clone(good), 0), ErrNotCanonical},
		"unknown version":  {edit(func(b []byte) []byte { b[0] = 9; return b }), ErrVersion},
		"serial 0":         {edit(func(b []byte) []byte { b[8] = 0; return b }), ErrNotCanonical},
		"nodes descending": {swapped.Encode(), ErrNotCanonical},
		"group twice":      {twice.Encode(), ErrNotCanonical},
		"oversized":        {make([]byte, MaxFile+1), ErrOversized},
	} {
		if _, err := DecodeFile(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func FuzzDecodeFile(f *testing.F) {
	f.Add(newWorld(f).file(f, 1).Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := DecodeFile(data)
		if err == nil && !bytes.Equal(file.Encode(), data) {
			t.Errorf("%x comes back as %x", data, file.Encode())
		}
	})
}

func FuzzParseFile(f *testing.F) {
	f.Add(newWorld(f).file(f, 1).Text())
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
