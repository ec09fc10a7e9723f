package device

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/store/backup"
	"github.com/blackstart-mesh/blackstart/store/disk"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
	"github.com/blackstart-mesh/blackstart/store/vault"
)

// start opens store and vault of a folder as a node does, saves keys, and returns
// what was found.
func (m *made) start(dir, keys string) Found {
	m.t.Helper()
	d, err := Open(dir, m.secret)
	if err != nil {
		m.t.Fatal(err)
	}
	st, err := d.OpenStore(nil)
	if err != nil {
		m.t.Fatal(err)
	}
	k, found, err := d.OpenVault(st, "test", now)
	if err == nil && keys != "" {
		err = k.Save([]byte(keys))
	}
	if err = errors.Join(err, st.Close()); err != nil {
		m.t.Fatal(err)
	}
	return found
}

func (m *made) copyOf(part string) string {
	m.t.Helper()
	to := filepath.Join(m.t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(filepath.Join(m.dir, part))); err != nil {
		m.t.Fatal(err)
	}
	return to
}

func (m *made) replace(part, with string) {
	m.t.Helper()
	to := filepath.Join(m.dir, part)
	if err := errors.Join(os.RemoveAll(to), os.CopyFS(to, os.DirFS(with))); err != nil {
		m.t.Fatal(err)
	}
}

// Whatever is put back or copied is recognised at the next start, named in the
// audit record, and only once.
func TestACopyIsRecognised(t *testing.T) {
	m := make1(t)
	is := func(what string, got, want vault.Instance) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	is("new", m.start(m.dir, "1").Instance, vault.Same)
	old := m.copyOf("store")
	is("again", m.start(m.dir, "2").Instance, vault.Same)
	is("once more", m.start(m.dir, "3").Instance, vault.Same)

	m.replace("store", old)
	is("an old store", m.start(m.dir, "4").Instance, vault.RestoredStore)
	is("after an old store", m.start(m.dir, "").Instance, vault.Same)

	oldVault, err := os.ReadFile(vaultFile(m.dir))
	if err != nil {
		t.Fatal(err)
	}
	m.start(m.dir, "5")
	if err := os.WriteFile(vaultFile(m.dir), oldVault, 0o600); err != nil {
		t.Fatal(err)
	}
	is("an old vault", m.start(m.dir, "").Instance, vault.RestoredVault)
	if err := os.Remove(vaultFile(m.dir)); err != nil {
		t.Fatal(err)
	}
	is("without its vault", m.start(m.dir, "6").Instance, vault.RestoredStore)
	is("after that", m.start(m.dir, "7").Instance, vault.Same)

	whole := m.copyOf(".")
	d, err := Open(m.dir, m.secret)
	if err != nil {
		t.Fatal(err)
	}
	want := vault.Same
	if v, err := vault.Open(vaultFile(m.dir), keyslot.Derive(d.master, labelVault)); err != nil {
		t.Fatal(err)
	} else if (v.State().Place != vault.Place{}) {
		want = vault.Copied // where the file system tells
	}
	is("a copy of the folder", m.start(whole, "").Instance, want)
	is("the original", m.start(m.dir, "").Instance, vault.Same)

	restores := 0
	for _, a := range m.audit(d) {
		if a == mesh.ActionRestore {
			restores++
		}
	}
	if restores != 3 {
		t.Errorf("the audit record tells of %d restores, want 3", restores)
	}
}

// backedUp returns a backup of the folder.
func (m *made) backedUp(secret keyslot.Secret) []byte {
	m.t.Helper()
	d := m.open()
	st, err := d.OpenStore(nil)
	if err != nil {
		m.t.Fatal(err)
	}
	defer st.Close()
	var stream, out bytes.Buffer
	if err := errors.Join(d.StreamBackup(&stream, st, now), d.WriteBackup(&out, &stream, secret)); err != nil {
		m.t.Fatal(err)
	}
	return out.Bytes()
}

func (m *made) restore(data []byte, secret keyslot.Secret, dir string) error {
	in := bytes.NewReader(data)
	slot, err := backup.ReadHead(in)
	if err != nil {
		return err
	}
	key, err := slot.Unwrap(secret)
	if err != nil {
		return err
	}
	body, err := backup.NewReader(in, key)
	if err != nil {
		return err
	}
	return Restore(dir, body, Restoration{Secret: m.secret, By: "me", Now: now, Config: func(s string) (string, error) { return s, nil }})
}

func TestBackupAndRestore(t *testing.T) {
	m := make1(t)
	d := m.open()
	if _, err := d.Join(m.file(1), "me", now); err != nil {
		t.Fatal(err)
	}
	const ratchet = "a key that moves on, and is to be forgotten"
	m.start(m.dir, ratchet)
	secret := keyslot.Passphrase("of the backup")
	data := m.backedUp(secret)
	dir := filepath.Join(t.TempDir(), "restored")
	if err := m.restore(data, secret, dir); err != nil {
		t.Fatal(err)
	}
	// The same node under another master key; its record is there; no key is.
	r, err := Open(dir, m.secret)
	if err != nil {
		t.Fatal(err)
	}
	if r.Private.SignKey() != d.Private.SignKey() || r.master == d.master {
		t.Error("the restored folder holds another identity, or the old master key")
	}
	if p, err := r.Package(); err != nil || p != nil {
		t.Errorf("the restored node has keys: %v, %v", p, err)
	}
	if n, err := r.Network(); err != nil || n.Self != 1 {
		t.Errorf("the restored node knows %+v, %v", n, err)
	}
	st, err := r.OpenStore(nil)
	if err != nil {
		t.Fatal(err)
	}
	k, found, err := r.OpenVault(st, "test", now)
	if err != nil || found.Instance != vault.RestoredStore || len(k.Load()) != 0 {
		t.Errorf("found %+v with %q, %v", found, k.Load(), err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	m.dir = dir
	if found := m.start(dir, ""); found.Instance != vault.Same {
		t.Errorf("the second start finds %v", found.Instance)
	}
	got := m.audit(r)
	if len(got) != 4 || got[1] != mesh.ActionJoin || got[2] != mesh.ActionRestore || got[3] != mesh.ActionRestore {
		t.Errorf("the audit record says %v", got)
	}
	m.joinsAgain(r)
}

// joinsAgain has a restored node take a network file, which gives it keys, and drop
// the package once they are in the vault.
func (m *made) joinsAgain(r *Device) {
	t := m.t
	t.Helper()
	// A backup leaves out the one-time key as well: it takes a fresh request.
	if _, err := r.Join(m.file(2), "me", now); !errors.Is(err, enrol.ErrNoKeys) {
		t.Errorf("the restored node took a file without keys for it: %v", err)
	}
	var err error
	if m.request, err = r.Renew("me", now); err != nil {
		t.Fatal(err)
	}
	f := m.file(2)
	for i := range 2 {
		if j, err := r.Join(f, "me", now); err != nil || j.Same != (i == 1) {
			t.Errorf("join %d: %+v, %v", i, j, err)
		}
	}
	n, err := r.Network()
	if err != nil {
		t.Fatal(err)
	}
	if p, err := r.Package(); err != nil || p == nil {
		t.Errorf("no package after joining again: %v", err)
	}
	// Taken into the vault, the package goes, and its bytes with it.
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Link(networkFile(r.Dir), link); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(link)
	for _, digest := range [][32]byte{{}, n.Held.Digest} {
		if err := r.DropPackages(digest); err != nil {
			t.Fatal(err)
		}
		p, err := r.Package()
		if err != nil || (p == nil) != (digest == n.Held.Digest) {
			t.Errorf("after dropping packages of %x: %v, %v", digest[:4], p, err)
		}
	}
	if _, err := os.Stat(packageKeyFile(r.Dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the one-time key is still there: %v", err)
	}
	if after, err := os.ReadFile(link); err != nil || bytes.Contains(after, before[:32]) {
		t.Errorf("the file with the package was not overwritten: %v", err)
	}
	if again, err := r.Network(); err != nil || again.Held != n.Held {
		t.Errorf("without packages it is %+v, %v", again, err)
	}
}

// The plain text of a backup, and what the database was given, hold no secret of
// the vault; and a stream alone opens to nobody but who can unlock the folder.
func TestABackupHoldsNoRatchetKeys(t *testing.T) {
	m := make1(t)
	d := m.open()
	f := m.file(1)
	if _, err := d.Join(f, "me", now); err != nil {
		t.Fatal(err)
	}
	const ratchet = "a key that moves on, and is to be forgotten"
	m.start(m.dir, ratchet)
	secret := keyslot.Passphrase("of the backup")
	in := bytes.NewReader(m.backedUp(secret))
	slot, err := backup.ReadHead(in)
	if err != nil {
		t.Fatal(err)
	}
	key, err := slot.Unwrap(secret)
	if err != nil {
		t.Fatal(err)
	}
	body, err := backup.NewReader(in, key)
	for err == nil {
		var r backup.Record
		switch r, err = body.Next(); r := r.(type) {
		case *backup.File:
			if bytes.Contains(r.Data, f.Members[0].Package) || strings.Contains(r.Name, "vault") || strings.Contains(r.Name, "slot") {
				t.Errorf("file %s is in the backup, or a package in it", r.Name)
			}
		case *backup.Entry:
			if bytes.Contains(r.Value, []byte(ratchet)) {
				t.Errorf("entry %q holds a key of the vault", r.Key)
			}
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if err := m.restore(m.backedUp(secret), m.secret, filepath.Join(t.TempDir(), "x")); !errors.Is(err, keyslot.ErrPassphrase) {
		t.Errorf("the node's passphrase opens the backup: %v", err)
	}
}

// A backup that is damaged anywhere leaves no folder behind.
func TestADamagedBackupRestoresNothing(t *testing.T) {
	m := make1(t)
	secret := keyslot.Passphrase("of the backup")
	data := m.backedUp(secret)
	for _, bad := range [][]byte{data[:len(data)-1], data[:200], append(bytes.Clone(data), 0)} {
		dir := filepath.Join(t.TempDir(), "restored")
		if err := m.restore(bad, secret, dir); !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
		if left, err := os.ReadDir(dir); len(left) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%d bytes: left behind %v, %v", len(bad), left, err)
		}
	}
}

// Zeroized, a folder opens to nobody, with the passphrase and all that is left, and
// the bytes that opened it are gone from their places on the disk.
func TestZeroize(t *testing.T) {
	m := make1(t)
	d := m.open()
	if _, err := d.Join(m.file(1), "me", now); err != nil {
		t.Fatal(err)
	}
	m.start(m.dir, "keys")
	kept := t.TempDir() // second names of the same blocks
	before := map[string][]byte{}
	names := []string{"keyslot", "vault", "identity", "packagekey", "network", "store/db/KEYREGISTRY"}
	for _, name := range names {
		link := filepath.Join(kept, filepath.Base(name))
		if err := os.Link(filepath.Join(m.dir, name), link); err != nil {
			t.Fatal(err)
		}
		before[name], _ = os.ReadFile(link)
	}
	st, err := d.OpenStore(nil) // a node that runs
	if err != nil {
		t.Fatal(err)
	}
	list, err := Zeroize(m.dir)
	if err != nil || len(list) != len(names) {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, e := range list {
		if e.Err != nil {
			t.Errorf("%s: %v", e.File, e.Err)
		}
	}
	for _, name := range names {
		after, err := os.ReadFile(filepath.Join(kept, filepath.Base(name)))
		if err != nil || len(after) != len(before[name]) || bytes.Contains(after, before[name][:16]) {
			t.Errorf("%s was not overwritten: %v", name, err)
		}
	}
	if !d.Zeroized() {
		t.Error("the running node does not notice")
	}
	if err := RemoveStore(m.dir); !errors.Is(err, disk.ErrLocked) {
		t.Errorf("the store of a running node was deleted: %v", err)
	}
	st.Close() // its key registry is gone; nothing is owed any more
	if _, err := Open(m.dir, m.secret); !errors.Is(err, ErrAbsent) {
		t.Errorf("opened after all: %v", err)
	}
	if err := RemoveStore(m.dir); err != nil {
		t.Error(err)
	}
	if _, err := Zeroize(m.dir); !errors.Is(err, ErrAbsent) {
		t.Errorf("zeroized twice: %v", err)
	}
}

// A newer network file overwrites the one before, whose package opens to older keys.
func TestANewNetworkFileErasesTheOld(t *testing.T) {
	m := make1(t)
	d := m.open()
	if _, err := d.Join(m.file(1), "me", now); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Link(networkFile(m.dir), link); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(link)
	if err := os.WriteFile(networkFile(m.dir)+oldSuffix, []byte("left by a power cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Join(m.file(2), "me", now); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(link)
	if err != nil || len(after) != len(before) || bytes.Contains(after, before[:32]) {
		t.Errorf("the old file was not overwritten: %v", err)
	}
	if _, err := os.Stat(networkFile(m.dir) + oldSuffix); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its second name is left: %v", err)
	}
}
