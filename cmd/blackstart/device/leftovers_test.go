package device

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/enrol"
)

// leave puts what a power cut leaves into a folder, and returns a second name of each
// file, by which its blocks can be read afterwards.
func (m *made) leave() (second []string) {
	m.t.Helper()
	for _, name := range []string{"identity", "packagekey", "network", "others"} {
		for _, left := range []string{".tmp-" + name + "-123", name + oldSuffix} {
			path, link := filepath.Join(m.dir, left), filepath.Join(m.t.TempDir(), "second")
			if err := errors.Join(os.WriteFile(path, []byte("keys that were erased"), 0o600), os.Link(path, link)); err != nil {
				m.t.Fatal(err)
			}
			second = append(second, link)
		}
	}
	return second
}

func (m *made) gone(second []string) {
	m.t.Helper()
	for _, link := range second {
		if data, err := os.ReadFile(link); err != nil || bytes.Contains(data, []byte("keys")) {
			m.t.Errorf("%s: not overwritten: %q, %v", link, data, err)
		}
	}
	for _, pattern := range []string{".tmp-*", "*" + oldSuffix} {
		if left, err := filepath.Glob(filepath.Join(m.dir, pattern)); err != nil || len(left) > 0 {
			m.t.Errorf("left: %v, %v", left, err)
		}
	}
}

// What a power cut left of files with keys goes at the next start, and with zeroize.
func TestLeftoversAreErased(t *testing.T) {
	m := make1(t)
	if _, err := m.open().Join(m.file(1), "me", now); err != nil {
		t.Fatal(err)
	}
	second := m.leave()
	if err := m.open().Sweep(); err != nil {
		t.Fatal(err)
	}
	m.gone(second)
	if n, err := m.open().Network(); err != nil || n.Held.Serial != 1 {
		t.Errorf("the sweep took the network file along: %v", err)
	}
	second = m.leave()
	if _, err := Zeroize(m.dir); err != nil {
		t.Fatal(err)
	}
	m.gone(second)
}

// The power was cut after the second name was given and before the new content came:
// the second name is of the file that counts, and a sweep must not overwrite that.
func TestASecondNameOfTheFileIsNotItsFormerContent(t *testing.T) {
	m := make1(t)
	d := m.open()
	if _, err := d.Join(m.file(1), "me", now); err != nil {
		t.Fatal(err)
	}
	second := networkFile(m.dir) + oldSuffix
	if err := os.Link(networkFile(m.dir), second); err != nil {
		t.Fatal(err)
	}
	if err := d.Sweep(); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Network(); err != nil || n.Held.Serial != 1 {
		t.Errorf("the network file is lost: %v", err)
	}
	if _, err := os.Stat(second); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the second name stays: %v", err)
	}
}

// A file was checked against the one that is held, and meanwhile another process writes
// a newer one: the check is made again, under the lock.
func TestAnOlderFileNeverFollowsANewer(t *testing.T) {
	m := make1(t)
	d := m.open()
	if _, err := d.Join(m.file(1), "me", now); err != nil {
		t.Fatal(err)
	}
	newest := m.file(9)
	var older []*enrol.File
	for serial := range uint64(6) {
		older = append(older, m.file(2+serial))
	}
	unlock, err := d.lockFiles()
	if err != nil {
		t.Fatal(err)
	}
	begun, done := make(chan bool), make(chan error)
	for _, f := range older {
		process := m.open() // with a lock of its own, as another process has
		go func() {
			begun <- true
			_, err := process.Take(f)
			done <- err
		}()
		<-begun
	}
	if err := d.put(newest, 1); err != nil {
		t.Fatal(err)
	}
	unlock()
	for range older {
		if err := <-done; !errors.Is(err, enrol.ErrOlder) {
			t.Errorf("%v, want %v", err, enrol.ErrOlder)
		}
	}
	if n, err := d.Network(); err != nil || n.Held.Serial != 9 {
		t.Errorf("the folder holds serial %d, %v", n.Held.Serial, err)
	}
}
