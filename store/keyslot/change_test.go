package keyslot

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func command(fill byte, n int) Secret { return CommandOutput("x", bytes.Repeat([]byte{fill}, n)) }

// From each kind to each kind: the key stays, the old secret is out, and the
// file is the same file, overwritten.
func TestRewrapFromAnyKindToAnyKind(t *testing.T) {
	secrets := []Secret{Passphrase("old"), KeyFile(keyFile(t, 'k', 32)), command('c', 32), Passphrase("new"), command('d', 99)}
	for _, from := range secrets {
		for _, to := range secrets {
			path, master := create(t, from)
			link := filepath.Join(filepath.Dir(path), "link")
			if err := os.Link(path, link); err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadFile(link)
			if err := Rewrap(path, from, to); err != nil {
				t.Fatal(err)
			}
			if got, err := Open(path, to); err != nil || got != master {
				t.Errorf("from %v to %v: same key %v, %v", from, to, got == master, err)
			}
			if _, err := Open(path, from); err == nil && !sameSecret(from, to) {
				t.Errorf("from %v to %v: the old secret still opens it", from, to)
			}
			after, err := os.ReadFile(link)
			if err != nil || bytes.Contains(after, before[headerSize:]) || bytes.Equal(after, before) {
				t.Errorf("from %v to %v: the old slot was not overwritten in place: %v", from, to, err)
			}
			if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 2 {
				t.Errorf("left behind: %v", names)
			}
			if s, err := Inspect(path); err != nil || s.Kind != to.Kind() {
				t.Errorf("inspected: %v, %v", s, err)
			}
		}
	}
}

func sameSecret(a, b Secret) bool {
	return a.kind == b.kind && a.passphrase == b.passphrase && a.name == b.name && bytes.Equal(a.output, b.output)
}

// power is what lies on the disk at a moment of a change.
type power struct {
	name      string
	main, new []byte
}

// moments are all states that a power cut can leave: each write torn at each
// offset, what is not yet written being old, absent, or zero.
func moments(before, after, noise []byte) []power {
	list := []power{{"before", before, nil}, {"after", after, nil}}
	step := 1
	if testing.Short() {
		step = 19
	}
	for k := 0; k <= Size; k += step {
		join := func(a, b []byte) []byte { return append(bytes.Clone(a[:k]), b[k:]...) }
		list = append(list,
			power{"copy short", before, after[:k:k]},
			power{"copy with a hole", before, join(after, make([]byte, Size))},
			power{"slot torn", join(after, before), after},
			power{"slot torn, from behind", join(before, after), after},
			power{"copy torn while it is erased", after, join(noise, after)})
	}
	return list
}

// A change that is interrupted anywhere loses nothing, and it is settled by the
// next one who opens the slot, whichever secret he has.
func TestAPowerCutInAChangeLosesNoKey(t *testing.T) {
	path, master := create(t, command('o', 32))
	before, _ := os.ReadFile(path)
	next, err := Wrap(command('n', 32), master)
	if err != nil {
		t.Fatal(err)
	}
	after := next.Encode()
	for _, m := range moments(before, after, bytes.Repeat([]byte{0xee}, Size)) {
		opened := 0
		for _, secret := range []Secret{command('o', 32), command('n', 32)} {
			put(t, path, m.main)
			put(t, path+nextSuffix, m.new)
			got, err := Open(path, secret)
			if err != nil {
				continue
			}
			opened++
			if got != master {
				t.Fatalf("%s: another key", m.name)
			}
			if _, err := os.Stat(path + nextSuffix); !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("%s: the copy is still there: %v", m.name, err)
			}
			if got, err := Open(path, secret); err != nil || got != master {
				t.Fatalf("%s: not settled: %v", m.name, err)
			}
		}
		if opened == 0 {
			t.Fatalf("%s, copy of %d bytes: no secret opens it", m.name, len(m.new))
		}
	}
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	err := os.Remove(path)
	if data != nil {
		err = os.WriteFile(path, data, 0o600)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Who knows neither secret settles nothing.
func TestAWrongSecretChangesNothing(t *testing.T) {
	path, master := create(t, command('o', 32))
	before, _ := os.ReadFile(path)
	next, err := Wrap(command('n', 32), master)
	if err != nil {
		t.Fatal(err)
	}
	put(t, path+nextSuffix, next.Encode())
	if _, err := Open(path, command('x', 32)); !errors.Is(err, ErrKeyCommand) {
		t.Errorf("wrong secret: %v", err)
	}
	now, _ := os.ReadFile(path)
	copied, _ := os.ReadFile(path + nextSuffix)
	if !bytes.Equal(now, before) || !bytes.Equal(copied, next.Encode()) {
		t.Error("the files changed")
	}
	// Erased, both are gone, and a copy alone brings nothing back.
	if err := Erase(path); err != nil {
		t.Fatal(err)
	}
	put(t, path+nextSuffix, next.Encode())
	if _, err := Open(path, command('n', 32)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after erasing: %v", err)
	}
}

func TestCommandOutputBounds(t *testing.T) {
	for _, n := range []int{0, MinKey - 1, MaxKey + 1} {
		if _, err := Wrap(command('c', n), [32]byte{}); err == nil {
			t.Errorf("%d bytes of output were taken", n)
		}
	}
	file := KeyFile(keyFile(t, 'c', 32))
	a, b := &Slot{Kind: ByCommand}, &Slot{Kind: ByKeyFile}
	x, err := command('c', 32).wrapping(a)
	y, err2 := file.wrapping(b)
	if err != nil || err2 != nil || x == y {
		t.Errorf("the same bytes as file and as output are one secret: %v, %v", err, err2)
	}
}
