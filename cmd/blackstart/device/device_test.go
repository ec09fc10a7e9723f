package device

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

const now = 1_760_000_000_000

// made is a node's folder and an authority that knows it.
type made struct {
	t       *testing.T
	dir     string
	secret  keyslot.Secret
	request *enrol.Request
	root    *ident.Private
}

func make1(t *testing.T) *made {
	t.Helper()
	root, err := ident.NewPrivate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	m := &made{t: t, dir: filepath.Join(t.TempDir(), "node"), root: root, secret: keyslot.Passphrase("correct horse")}
	m.request, err = Create(m.dir, Setup{Name: "crew-1", Config: "links: []\n", Secret: m.secret, By: "me", Now: now, Entropy: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *made) open() *Device {
	m.t.Helper()
	d, err := Open(m.dir, m.secret)
	if err != nil {
		m.t.Fatal(err)
	}
	return d
}

func (m *made) file(serial uint64) *enrol.File {
	m.t.Helper()
	r := m.request
	cert := &ident.Certificate{Operator: ident.OperatorOf(m.root.SignKey()), Number: 1, Name: r.Name, Groups: ident.Groups(1), Sign: r.Sign, Box: r.Box, From: 1, Until: 2}
	cert.Signature = m.root.Sign(cert.SignedBytes())
	f := &enrol.File{Serial: serial, Name: "North", Groups: []ident.Group{{ID: 1, Name: "all"}}}
	f.Enrol(cert, r.Package)
	keys, err := enrol.NewKeyset(f.Groups, 4, rand.Reader)
	if err != nil {
		m.t.Fatal(err)
	}
	block, err := keys.NextBlock(m.root, ident.OperatorOf(m.root.SignKey()), 1, 1, nil, rand.Reader)
	if err != nil {
		m.t.Fatal(err)
	}
	f.Blocks = []*keyblock.Block{block}
	if err := f.Seal(m.root, keys, 1, rand.Reader); err != nil {
		m.t.Fatal(err)
	}
	return f
}

// audit returns what the store's audit record says, in order.
func (m *made) audit(d *Device) []mesh.Action {
	m.t.Helper()
	st, err := d.OpenStore(nil)
	if err != nil {
		m.t.Fatal(err)
	}
	defer st.Close()
	var actions []mesh.Action
	for _, e := range mesh.Audit(st, 0, 100) {
		actions = append(actions, e.Action)
	}
	return actions
}

func TestLifeOfAFolder(t *testing.T) {
	m := make1(t)
	d := m.open()
	if d.Private.SignKey() != m.request.Sign {
		t.Error("the folder holds other keys than the request")
	}
	if _, err := d.Network(); !errors.Is(err, ErrNotJoined) {
		t.Errorf("%v before the first join", err)
	}
	first := m.file(1)
	for i, c := range []struct {
		file        *enrol.File
		first, same bool
		err         error
	}{
		{file: first, first: true},
		{file: first, same: true},
		{file: m.file(2)},
		{file: first, err: enrol.ErrOlder},
		{file: m.file(2), err: enrol.ErrConflict}, // sealed anew: another file of the same serial
	} {
		j, err := d.Join(c.file, "me", now)
		if !errors.Is(err, c.err) || j.First != c.first || j.Same != c.same || j.Running {
			t.Errorf("join %d: %+v, %v", i, j, err)
		}
	}
	n, err := m.open().Network()
	if err != nil || n.Held.Serial != 2 || n.Self != 1 {
		t.Errorf("the folder holds %+v, %v", n, err)
	}
	got := m.audit(d)
	if len(got) != 3 || got[0] != mesh.ActionAdmin || got[1] != mesh.ActionJoin || got[2] != mesh.ActionRoster {
		t.Errorf("the audit record says %v", got)
	}
}

// While the node runs, its store is taken: the file is left for it to find.
func TestJoinOfARunningNode(t *testing.T) {
	m := make1(t)
	d := m.open()
	st, err := d.OpenStore(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := d.Join(m.file(1), "me", now); err == nil {
		t.Error("a first join went past a store in use")
	}
	if err := writeSealed(networkFile(d.Dir), &d.master, labelNetwork, m.file(1).Encode()); err != nil {
		t.Fatal(err)
	}
	before := d.Changed()
	if before.IsZero() {
		t.Error("the file has no time")
	}
	j, err := d.Join(m.file(2), "me", now)
	if err != nil || !j.Running {
		t.Errorf("%+v, %v", j, err)
	}
}

func TestOpenRefusals(t *testing.T) {
	m := make1(t)
	if _, err := Open(m.dir, keyslot.Passphrase("wrong")); !errors.Is(err, keyslot.ErrPassphrase) {
		t.Errorf("wrong passphrase: %v", err)
	}
	if _, err := Open(t.TempDir(), m.secret); !errors.Is(err, ErrAbsent) {
		t.Errorf("empty folder: %v", err)
	}
	if _, err := Create(m.dir, Setup{Name: "x", Secret: m.secret, Entropy: rand.Reader}); !errors.Is(err, ErrExists) {
		t.Errorf("second node in a folder: %v", err)
	}
	if _, err := Create(filepath.Join(t.TempDir(), "x"), Setup{Name: "7", Secret: m.secret, Entropy: rand.Reader}); !errors.Is(err, enrol.ErrName) {
		t.Errorf("a number as name: %v", err)
	}
	// A sealed file in another one's place does not open.
	d := m.open()
	if _, err := d.Join(m.file(1), "me", now); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(networkFile(m.dir), identityFile(m.dir)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(m.dir, m.secret); !errors.Is(err, ErrDamaged) {
		t.Errorf("exchanged files: %v", err)
	}
	if err := os.WriteFile(identityFile(m.dir), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(m.dir, m.secret); !errors.Is(err, ErrDamaged) {
		t.Errorf("short file: %v", err)
	}
}

func TestAddress(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadAddress(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v where no node runs", err)
	}
	remove, err := WriteAddress(dir, "127.0.0.1:8470")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ReadAddress(dir); err != nil || got != "127.0.0.1:8470" {
		t.Errorf("%q, %v", got, err)
	}
	for range 2 {
		if err := remove(); err != nil {
			t.Error(err)
		}
	}
	if got := PageURL("127.0.0.1:8470", "ab"); got != "http://127.0.0.1:8470/#token=ab" {
		t.Error(got)
	}
}
