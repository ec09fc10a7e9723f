package enrol

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestPersonFile(t *testing.T) {
	w := newWorld(t)
	made, err := NewPersonFile(w.credential(), w.person, []byte("48151623"), entropy(3))
	if err != nil {
		t.Fatal(err)
	}
	f, err := ParsePersonFile(made.Text())
	if err != nil {
		t.Fatal(err)
	}
	if f.Credential.Name != "A. Meier" {
		t.Errorf("it is the file of %q", f.Credential.Name)
	}
	p, err := f.Open([]byte("48151623"))
	if err != nil || p.SignKey() != w.person.SignKey() {
		t.Errorf("opens to %v, %v", p, err)
	}
	if _, err := f.Open([]byte("48151624")); !errors.Is(err, ErrPIN) || Hint(err) == "" {
		t.Errorf("another PIN: %v", err)
	}
	// Whose file it says it is, is under the PIN too.
	forged := *f
	forged.head = bytes.Clone(f.head)
	forged.head[personFixed+2+11] = 0x0f // all rights
	if _, err := forged.Open([]byte("48151623")); !errors.Is(err, ErrPIN) {
		t.Errorf("with rights added: %v", err)
	}
	other, err := NewPersonFile(w.credential(), w.nodes[0], []byte("48151623"), entropy(3))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open([]byte("48151623")); !errors.Is(err, ErrMalformed) {
		t.Errorf("another key: %v", err)
	}
}

func TestPersonFileRefusals(t *testing.T) {
	w := newWorld(t)
	f, err := NewPersonFile(w.credential(), w.person, []byte("48151623"), entropy(3))
	if err != nil {
		t.Fatal(err)
	}
	raw := append(bytes.Clone(f.head), f.sealed...)
	edit := func(change func(b []byte) []byte) []byte { return armour(kindPerson, change(bytes.Clone(raw))) }
	for name, c := range map[string]struct {
		text []byte
		want error
	}{
		"another kind":            {armour(kindRequest, raw), ErrKind},
		"no armour":               {raw, ErrArmour},
		"empty":                   {armour(kindPerson, nil), ErrTruncated},
		"cut short":               {edit(func(b []byte) []byte { return b[:len(b)-1] }), ErrTruncated},
		"a byte more":             {edit(func(b []byte) []byte { return append(b, 0) }), ErrNotCanonical},
		"version 2":               {edit(func(b []byte) []byte { b[0] = 2; return b }), ErrVersion},
		"demands too much":        {edit(func(b []byte) []byte { b[5] = 0xff; return b }), ErrNotCanonical},
		"no lanes":                {edit(func(b []byte) []byte { b[9] = 0; return b }), ErrNotCanonical},
		"bad credential":          {edit(func(b []byte) []byte { b[personFixed+2] = 9; return b }), ErrMalformed},
		"oversized":               {append(armour(kindPerson, raw), strings.Repeat("x", maxPersonText)...), ErrOversized},
		"of no kind, and large":   {[]byte(strings.Repeat("x", maxPersonText+1)), ErrArmour},
		"another kind, and large": {append(armour(kindRequest, raw), strings.Repeat("x", maxPersonText)...), ErrKind},
	} {
		if _, err := ParsePersonFile(c.text); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func FuzzParsePersonFile(f *testing.F) {
	w := newWorld(f)
	good, err := NewPersonFile(w.credential(), w.person, []byte("48151623"), entropy(3))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good.Text())
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := ParsePersonFile(text)
		if err != nil {
			return
		}
		again, err := ParsePersonFile(file.Text())
		if err != nil || !bytes.Equal(again.Text(), file.Text()) {
			t.Errorf("%q comes back otherwise, %v", text, err)
		}
	})
}
