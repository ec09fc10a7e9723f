package device

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
)

// A fresh request has another key, and the key before it is overwritten.
func TestRenew(t *testing.T) {
	m := make1(t)
	d := m.open()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Link(packageKeyFile(m.dir), link); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(link)
	if err != nil {
		t.Fatal(err)
	}
	stale := m.file(1)
	r, err := d.Renew("me", now)
	if err != nil {
		t.Fatal(err)
	}
	if r.Sign != m.request.Sign || r.Name != m.request.Name || r.Package == m.request.Package || r.CheckCode() == m.request.CheckCode() {
		t.Errorf("the fresh request is %+v", r)
	}
	if kept, err := Request(m.dir); err != nil || !bytes.Equal(kept.Encode(), r.Encode()) || kept.Verify(ident.Ed25519{}) != nil {
		t.Errorf("the folder has %+v, %v", kept, err)
	}
	if after, err := os.ReadFile(link); err != nil || bytes.Contains(after, before[:32]) {
		t.Errorf("the key before was not overwritten: %v", err)
	}
	if _, err := d.Join(stale, "me", now); !errors.Is(err, enrol.ErrNoKeys) {
		t.Errorf("a package on its way to the key before: %v", err)
	}
	m.request = r
	if _, err := d.Join(m.file(2), "me", now); err != nil {
		t.Error(err)
	}
}

// A node that has lost its request makes one of what its certificate says.
func TestRenewWithoutTheRequest(t *testing.T) {
	m := make1(t)
	d := m.open()
	if _, err := d.Join(m.file(1), "me", now); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(RequestFile(m.dir)); err != nil {
		t.Fatal(err)
	}
	if r, err := d.Renew("me", now); err != nil || r.Name != "crew-1" {
		t.Errorf("%+v, %v", r, err)
	}
}

// With all that is on the disk once the keys are in the vault, and a recording of the
// network file, nobody gets at the keys of the package again.
func TestACapturedDeviceOpensNoRecordedFile(t *testing.T) {
	m := make1(t)
	d := m.open()
	recorded := m.file(1)
	if _, err := d.Join(recorded, "me", now); err != nil {
		t.Fatal(err)
	}
	p, err := d.Package()
	if err != nil || !p.HaveKeys() {
		t.Fatalf("the package: %+v, %v", p, err)
	}
	ring, err := keyring.New(*p)
	if err != nil {
		t.Fatal(err)
	}
	st, err := d.OpenStore(nil)
	if err != nil {
		t.Fatal(err)
	}
	k, _, err := d.OpenVault(st, "test", now)
	if err == nil {
		err = k.Save(ring.Encode())
	}
	if err = errors.Join(err, st.Close()); err != nil {
		t.Fatal(err)
	}
	if err := d.DropPackages(recorded.Digest()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(packageKeyFile(m.dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the one-time key is still there: %v", err)
	}
	thief := m.open()
	n, err := thief.openFile(recorded, nil)
	if err != nil || n.Secrets.HaveKeys() {
		t.Errorf("the thief opens %+v, %v", n, err)
	}
	// The node itself goes on: the same file, and newer ones without keys for it.
	if j, err := thief.Join(recorded, "me", now); err != nil || !j.Same {
		t.Errorf("the same file again: %+v, %v", j, err)
	}
	if j, err := thief.Join(m.file(2), "me", now); err != nil || j.Behind {
		t.Errorf("a newer file: %+v, %v", j, err)
	}
}
