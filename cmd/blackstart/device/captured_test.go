package device

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
	"github.com/blackstart-mesh/blackstart/store/vault"
)

// A thief has the whole disk and the passphrase. What of it opens holds no key that
// was erased: not the vault, in either slot; not the store; not the network file,
// whose package held the key of the first day.
func TestACapturedDiskHoldsNoErasedKey(t *testing.T) {
	m := make1(t)
	d := m.open()
	f := m.file(1)
	if _, err := d.Join(f, "me", now); err != nil {
		t.Fatal(err)
	}
	p, err := d.Package()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keyring.New(*p)
	if err != nil {
		t.Fatal(err)
	}
	erased := p.Epoch.Key[:]
	// As a node starts: ring into the vault, package out of the file. Then the day's
	// key is stepped, and the one before it erased.
	n, err := d.Network()
	if err != nil {
		t.Fatal(err)
	}
	m.start(m.dir, string(ring.Encode()))
	if err := d.DropPackages(n.Held.Digest); err != nil {
		t.Fatal(err)
	}
	if found := m.plainTexts(d, erased); len(found) == 0 {
		t.Fatal("the key is nowhere before it is erased: the search finds nothing")
	}
	ring.Epochs[0].EraseBefore(ring.Epochs[0].Base + 1)
	m.start(m.dir, string(ring.Encode()))
	if found := m.plainTexts(d, erased, f.Members[0].Package); len(found) > 0 {
		t.Errorf("the erased key, or the package that holds it, is in %v", found)
	}
}

// plainTexts opens everything in the folder as the thief can, and returns where it
// found one of the texts.
func (m *made) plainTexts(d *Device, texts ...[]byte) (found []string) {
	m.t.Helper()
	look := func(where string, plain []byte) {
		for _, text := range texts {
			if bytes.Contains(plain, text) {
				found = append(found, where)
			}
		}
	}
	for label, name := range map[string]string{labelIdentity: identityFile(d.Dir), labelNetwork: networkFile(d.Dir), labelOthers: othersFile(d.Dir)} {
		plain, err := readSealed(name, &d.master, label)
		if label == labelOthers && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			m.t.Fatal(err)
		}
		look(name, plain)
	}
	// Each slot of the vault for itself.
	data, err := os.ReadFile(vaultFile(d.Dir))
	if err != nil {
		m.t.Fatal(err)
	}
	for slot := range 2 {
		one := bytes.Clone(data)
		if slot == 0 {
			one = one[:vault.Span]
		} else {
			clear(one[:vault.Span])
		}
		path := filepath.Join(m.t.TempDir(), "slot")
		if err := os.WriteFile(path, one, 0o600); err != nil {
			m.t.Fatal(err)
		}
		st, err := vault.Peek(path, keyslot.Derive(d.master, labelVault))
		if err != nil {
			m.t.Fatal(err)
		}
		look("the vault", st.Data)
	}
	st, err := d.OpenStore(nil)
	if err != nil {
		m.t.Fatal(err)
	}
	st.Scan(nil, nil, func(k, v []byte) bool {
		look("the store", v)
		return true
	})
	// And every file as it lies.
	err = errors.Join(st.Close(), filepath.WalkDir(d.Dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		look(path, raw)
		return err
	}))
	if err != nil {
		m.t.Fatal(err)
	}
	return found
}
