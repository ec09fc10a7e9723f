package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/storetest"
)

// oneLine holds an error to what a person at three in the morning needs.
func oneLine(t *testing.T, err error, class error, hint string) {
	t.Helper()
	if !errors.Is(err, class) {
		t.Fatalf("error %v is not %q", err, class)
	}
	if text := err.Error(); strings.Contains(text, "\n") || !strings.Contains(text, hint) {
		t.Errorf("error %q: want one line with %q", text, hint)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := filled(t, 300)
	write := func(name, text string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(pattern string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.Remove(one(t, dir, pattern)); err != nil {
				t.Fatal(err)
			}
		}
	}
	cut := func(pattern string, to int64) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.Truncate(one(t, dir, pattern), to); err != nil {
				t.Fatal(err)
			}
		}
	}
	flip := func(pattern string, fromEnd int) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) { flipByte(t, one(t, dir, pattern), fromEnd) }
	}
	for _, c := range []struct {
		name  string
		harm  func(t *testing.T, dir string)
		class error
		hint  string
	}{
		{"no format file", remove(formatFile), ErrAbsent, "blackstart init"},
		{"newer format", write(formatFile, "blackstart store 2\n"), ErrVersion, "install the newer program"},
		{"format of another kind", write(formatFile, "#!/bin/sh\n"), ErrCorrupt, "FORMAT"},
		{"no manifest", remove("db/MANIFEST"), ErrCorrupt, "MANIFEST is missing"},
		{"manifest of nonsense", write("db/MANIFEST", "nonsense nonsense"), ErrCorrupt, "restore a backup"},
		{"no key registry", remove("db/KEYREGISTRY"), ErrCorrupt, "KEYREGISTRY is missing"},
		{"key registry changed", flip("db/KEYREGISTRY", 1), ErrCorrupt, "KEYREGISTRY"},
		{"key registry without key", cut("db/KEYREGISTRY", 28), ErrCorrupt, "KEYREGISTRY"},
		{"key registry of another key", flip("db/KEYREGISTRY", 90), ErrCorrupt, "KEYREGISTRY"},
		{"no table", remove("db/*.sst"), ErrCorrupt, ".sst"},
		{"table cut short", cut("db/*.sst", 1000), ErrCorrupt, ".sst"},
		{"table empty", cut("db/*.sst", 0), ErrCorrupt, ".sst"},
		{"table's index changed", flip("db/*.sst", 100), ErrCorrupt, ".sst"},
	} {
		t.Run(c.name, func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "store")
			if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			c.harm(t, copied)
			s, err := Open(copied, testKey, Options{})
			if err == nil {
				s.Close()
			}
			oneLine(t, err, c.class, c.hint)
		})
	}
}

// one returns the only file that a pattern below a folder means.
func one(t *testing.T, dir, pattern string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(names) != 1 {
		t.Fatalf("%s: %q, %v", pattern, names, err)
	}
	return names[0]
}

func flipByte(t *testing.T, path string, fromEnd int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[max(0, len(data)-fromEnd)] ^= 0x40
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWrongKey(t *testing.T) {
	dir := filled(t, 3)
	_, err := Open(dir, [32]byte{9}, Options{})
	oneLine(t, err, ErrKey, "key slot")
	mustClose(t, mustOpen(t, dir))
}

func TestCreateRefuses(t *testing.T) {
	dir := filled(t, 3)
	_, err := Create(dir, testKey, Options{})
	oneLine(t, err, ErrExists, "another folder")
	_, err = Open(filepath.Join(dir, "nothing"), testKey, Options{})
	oneLine(t, err, ErrAbsent, "check the path")
}

// Damage in the data of a table shows when it is read, never as another value.
func TestDamageInATable(t *testing.T) {
	dir := filled(t, 300)
	table := one(t, dir, "db/*.sst")
	info, err := os.Stat(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{20, 1000, info.Size() / 3, info.Size() / 2} {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "store")
			if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			flipByte(t, one(t, copied, "db/*.sst"), int(info.Size()-at))
			s := mustOpen(t, copied)
			defer s.Close()
			oneLine(t, s.Verify(), ErrCorrupt, "damaged")
			if s.Err() == nil {
				t.Error("Err forgot it")
			}
		})
	}
}

func TestLockedByAProcess(t *testing.T) {
	dir := filled(t, 3)
	s := mustOpen(t, dir)
	_, err := Open(dir, testKey, Options{})
	oneLine(t, err, ErrLocked, "this process already")
	mustClose(t, s)

	c, lines := startChild(t, dir)
	if _, ok := ack(t, lines); !ok {
		t.Fatal("the other process does not write")
	}
	_, err = Open(dir, testKey, Options{})
	oneLine(t, err, ErrLocked, fmt.Sprintf("process %d; stop it first", c.Process.Pid))
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // "signal: killed"
	mustClose(t, mustOpen(t, dir))
}

// A full disk refuses commits, keeps what is there, and is forgotten once
// there is room again.
func TestFullDisk(t *testing.T) {
	dir := filled(t, 50)
	s := mustOpen(t, dir)
	room := int64(DefaultReserve)
	s.free = func(string) (int64, error) { return room, nil }
	if err := s.Commit(batch("a", "1")); err != nil {
		t.Fatalf("with just enough room: %v", err)
	}
	room--
	oneLine(t, s.Commit(batch("b", "2")), store.ErrFull, "free some space")
	if _, ok := s.Get([]byte("b")); ok {
		t.Error("a refused commit is there")
	}
	if v, _ := s.Get([]byte("a")); string(v) != "1" || s.Err() != nil {
		t.Errorf("reading on a full disk: %q, %v", v, s.Err())
	}
	room++
	if err := s.Commit(batch("b", "2")); err != nil {
		t.Errorf("with room again: %v", err)
	}
	mustClose(t, s)
	s, err := Open(dir, testKey, Options{Reserve: 1 << 60})
	if err != nil {
		t.Fatalf("a store may be opened with less than what commits need: %v", err)
	}
	mustClose(t, s)
}

// A write that fails half-way ends the store: nothing more is written behind
// it, and who opens it next finds what was acknowledged.
func TestBrokenByAWrite(t *testing.T) {
	dir := filled(t, 50)
	s := mustOpen(t, dir)
	if err := s.db.Close(); err != nil { // the database fails under our feet
		t.Fatal(err)
	}
	err := s.Commit(storetest.Numbered(51))
	oneLine(t, err, ErrBroken, "opened anew")
	if again := s.Commit(storetest.Numbered(52)); again != err {
		t.Errorf("the next commit: %v, want the same error", again)
	}
	if !errors.Is(s.Err(), ErrBroken) || !errors.Is(s.Close(), ErrBroken) {
		t.Errorf("Err %v; Close does not say that the store is broken", s.Err())
	}
	_, err = Open(dir, testKey, Options{})
	oneLine(t, err, ErrLocked, "this process already") // as long as this one lives
}

func TestNoSpace(t *testing.T) {
	for text, want := range map[string]bool{
		"while truncating err: truncate x: no space left on device": true,
		"There is not enough space on the disk.":                    true,
		"input/output error":                                        false,
	} {
		if got := noSpace(errors.New(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if noSpace(nil) || !noSpace(fmt.Errorf("write: %w", syscall.ENOSPC)) {
		t.Error("nil or ENOSPC itself is misread")
	}
}

func FuzzDecodeFormat(f *testing.F) {
	f.Add(encodeFormat([16]byte{1}))
	f.Add([]byte("blackstart store 2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		check, err := DecodeFormat(data)
		if err == nil && string(encodeFormat(check)) != string(data) {
			t.Errorf("%q decodes and encodes to %q", data, encodeFormat(check))
		}
		if err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrVersion) {
			t.Errorf("error without a class: %v", err)
		}
	})
}
