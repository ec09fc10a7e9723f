package keyslot

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func keyFile(t *testing.T, fill byte, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, bytes.Repeat([]byte{fill}, n), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func create(t *testing.T, secret Secret) (path string, master [32]byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "slot")
	master, err := Create(path, secret)
	if err != nil {
		t.Fatal(err)
	}
	return path, master
}

func TestCreateAndOpen(t *testing.T) {
	byFile := KeyFile(keyFile(t, 'k', 32))
	for _, c := range []struct {
		name          string
		secret, other Secret
		wrong         error
	}{
		{"passphrase", Passphrase("correct horse"), Passphrase("correct horse "), ErrPassphrase},
		{"key file", byFile, KeyFile(keyFile(t, 'x', 32)), ErrKeyFile},
		{"other kind", byFile, Passphrase("correct horse"), ErrKind},
		{"no secret", byFile, Secret{}, errNoSecret},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, master := create(t, c.secret)
			if got, err := Open(path, c.secret); err != nil || got != master || master == [32]byte{} {
				t.Errorf("opened: same %v, %v", got == master, err)
			}
			if got, err := Open(path, c.other); !errors.Is(err, c.wrong) || got != [32]byte{} {
				t.Errorf("opened with another secret: %v", err)
			}
			info, err := os.Stat(path)
			if err != nil || info.Size() != Size || runtime.GOOS != "windows" && info.Mode() != 0o600 {
				t.Errorf("file: %v, %v", info, err)
			}
			if names, err := os.ReadDir(filepath.Dir(path)); err != nil || len(names) != 1 {
				t.Errorf("left behind: %v, %v", names, err)
			}
		})
	}
}

func TestTwoSlotsDiffer(t *testing.T) {
	_, a := create(t, Passphrase("p"))
	_, b := create(t, Passphrase("p"))
	if a == b {
		t.Error("two slots hold one master key")
	}
}

func TestCreateRefuses(t *testing.T) {
	path, _ := create(t, Passphrase("p"))
	if _, err := Create(path, Passphrase("p")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over an old slot: %v", err)
	}
	fresh := filepath.Join(t.TempDir(), "slot")
	for name, s := range map[string]Secret{
		"empty passphrase": Passphrase(""), "none": {}, "short key file": KeyFile(keyFile(t, 'k', 31)),
		"long key file": KeyFile(keyFile(t, 'k', MaxKey+1)), "absent key file": KeyFile(fresh + ".none"),
	} {
		if _, err := Create(fresh, s); err == nil {
			t.Errorf("%s: made a slot", name)
		}
	}
	if _, err := os.Stat(fresh); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused slot was written: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	path, _ := create(t, Passphrase("p"))
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(at int, b byte) []byte { c := bytes.Clone(good); c[at] = b; return c }
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"empty", nil, ErrCorrupt},
		{"truncated", good[:Size-1], ErrCorrupt},
		{"longer", append(bytes.Clone(good), 0), ErrCorrupt},
		{"another file", []byte("#!/bin/sh\nexit 0\n"), ErrCorrupt},
		{"newer", changed(14, 2), ErrVersion},
		{"version 0", changed(14, 0), ErrCorrupt},
		{"unknown kind", changed(15, 9), ErrCorrupt},
		{"time 0", changed(16, 0), ErrCorrupt},
		{"time 255", changed(16, 255), ErrCorrupt},
		{"more memory than anyone has", changed(18, 0x80), ErrCorrupt},
		{"other time", changed(16, 3), ErrPassphrase},
		{"salt", changed(22, good[22]^1), ErrPassphrase},
		{"sealed key", changed(Size-1, good[Size-1]^1), ErrPassphrase},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "slot")
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(path, Passphrase("p")); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	if _, err := Open(path+".none", Passphrase("p")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
}

func TestRewrapKeepsTheKey(t *testing.T) {
	path, master := create(t, Passphrase("old"))
	byFile := KeyFile(keyFile(t, 'k', 100))
	if err := Rewrap(path, Passphrase("bad"), byFile); !errors.Is(err, ErrPassphrase) {
		t.Fatalf("with a wrong passphrase: %v", err)
	}
	if err := Rewrap(path, Passphrase("old"), byFile); err != nil {
		t.Fatal(err)
	}
	if got, err := Open(path, byFile); err != nil || got != master {
		t.Errorf("after rewrapping: same key %v, %v", got == master, err)
	}
	if _, err := Open(path, Passphrase("old")); !errors.Is(err, ErrKind) {
		t.Errorf("the old passphrase: %v", err)
	}
}

func TestErase(t *testing.T) {
	path, _ := create(t, Passphrase("p"))
	link := filepath.Join(filepath.Dir(path), "link")
	if err := os.Link(path, link); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(link)
	if err := Erase(path); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the slot is still there: %v", err)
	}
	if after, err := os.ReadFile(link); err != nil || len(after) != Size || bytes.Equal(before, after) {
		t.Errorf("the bytes were not overwritten: %v", err)
	}
	if err := Erase(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("erasing twice: %v", err)
	}
}

func TestSecretIsNotPrinted(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if out := fmt.Sprintf(verb, Passphrase("hunter2")); strings.Contains(out, "hunter2") {
			t.Errorf("%s prints %s", verb, out)
		}
	}
}

// The format and the derivations are pinned: a change would lock people out.
func TestPinned(t *testing.T) {
	s := &Slot{Kind: ByPassphrase, Time: argonTime, Threads: argonThreads, Memory: argonMemory}
	for i := range s.Salt {
		s.Salt[i] = byte(i)
	}
	wrap, err := Passphrase("correct horse").wrapping(s)
	if err != nil {
		t.Fatal(err)
	}
	s.seal(&wrap, &[32]byte{0xff})
	const want = "626c61636b7374617274206b65790101020100004c00" +
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" + "000000000000000000000000" +
		"0cb78f045ef11132f3207401c9a1d803599d6469d5d499ad3c10c87f2c23d4daa5cce59c3f072d90214b1beaac6d04c7"
	if got := hex.EncodeToString(s.Encode()); got != want {
		t.Errorf("slot\n%s, want\n%s", got, want)
	}
	d := Derive([32]byte{1}, "store")
	const derived = "db3cf0b7f366183237e1419eab1d4a7ad04136c0fd1a67885b1eb5a005f69d5d"
	if got := hex.EncodeToString(d[:]); got != derived {
		t.Errorf("derived\n%s, want\n%s", got, derived)
	}
	if d == Derive([32]byte{1}, "other") || d == Derive([32]byte{2}, "store") {
		t.Error("derived keys do not depend on label and master")
	}
}

func FuzzDecodeSlot(f *testing.F) {
	byPass := &Slot{Kind: ByPassphrase, Time: argonTime, Threads: argonThreads, Memory: argonMemory}
	f.Add(byPass.Encode())
	f.Add((&Slot{Kind: ByKeyFile}).Encode())
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := DecodeSlot(data)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrVersion) {
				t.Errorf("error without a class: %v", err)
			}
			return
		}
		if !bytes.Equal(s.Encode(), data) {
			t.Errorf("%x decodes and encodes to %x", data, s.Encode())
		}
	})
}
