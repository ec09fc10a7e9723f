package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/internal/leak"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// dumping is a disk before each change of which the stacks are dumped, as a crash in
// that moment would.
type dumping struct {
	disk
	dumps *bytes.Buffer
}

func (d dumping) dump() {
	stacks := make([]byte, 1<<18)
	d.dumps.Write(stacks[:runtime.Stack(stacks, true)])
}

func (d dumping) Write(name string, data []byte, perm fs.FileMode) error {
	d.dump()
	return d.disk.Write(name, data, perm)
}

func (d dumping) Rename(from, to string) error {
	d.dump()
	return d.disk.Rename(from, to)
}

func (d dumping) Overwrite(name string) error {
	d.dump()
	return d.disk.Overwrite(name)
}

func (d dumping) Remove(name string) error {
	d.dump()
	return d.disk.Remove(name)
}

// leakStory runs commands, keeps what they let out, and plants the secrets that the
// key file holds after each.
type leakStory struct {
	*bench
	d       leak.Detector
	planted map[string]bool
	let     bytes.Buffer
	pass    string
}

func (s *leakStory) run(code int, args ...string) {
	s.t.Helper()
	s.want(code, append(s.full(args), "--passphrase-file", s.path(s.pass))...)
	fmt.Fprintf(&s.let, "%q\n%s\n%s\n", args, s.out.Bytes(), s.err.Bytes())
	if args[0] == "passphrase" {
		s.pass = "newpass"
	}
	s.plantKeys()
}

func (s *leakStory) plant(name string, secret []byte) {
	if !s.planted[string(secret)] {
		s.planted[string(secret)] = true
		s.d.Plant(name, secret)
	}
}

func (s *leakStory) plantKeys() {
	s.t.Helper()
	passphrase, _, _ := strings.Cut(s.read(s.pass), "\n")
	_, secret, err := openBox(s.path("north/"+keyFile), []byte(passphrase))
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := decodeSecrets(secret)
	if err != nil {
		s.t.Fatal(err)
	}
	seed := all.root.Seed()
	s.plant("the root's signing key", seed[:32])
	s.plant("the root's box key", seed[32:])
	s.plant("the bootstrap secret", all.keys.Bootstrap[:])
	s.plant("the tree's seed", all.keys.Tree.Seed[:])
	if all.keys.Epoch.Serial != 0 {
		s.plant("the key of an epoch", all.keys.Epoch.Key[:])
	}
	for g, secret := range all.keys.Groups {
		s.plant(fmt.Sprintf("the secret of group %d", g), secret[:])
	}
	for n := ident.Number(1); n < 6; n++ {
		path, err := all.keys.Tree.Path(n, max(all.keys.Epoch.Serial+1, all.keys.Tree.Start))
		if err != nil {
			s.t.Fatal(err)
		}
		for _, k := range path.Keys {
			s.plant("a key of the tree", k[:])
		}
	}
}

// TestNoSecretLeavesTheAuthority goes through all that changes a network, with
// mistakes, and searches what was printed, the stacks at each change of the disk, and
// all files that are left but the passphrases.
func TestNoSecretLeavesTheAuthority(t *testing.T) {
	b := newBench(t)
	dumps := new(bytes.Buffer)
	b.disk = dumping{realDisk{}, dumps}
	s := &leakStory{bench: b, planted: map[string]bool{}, pass: "pass"}
	secretFiles := map[string]string{"pass": "correct horse battery", "newpass": "sv4-Quiver-8Lz-Rt1", "wrong": "kd9-Walnut-3Gx-Um5", "pin": "9150372684"}
	for name, text := range secretFiles {
		s.plant("the contents of "+name, []byte(text))
		b.write(name, text+"\n")
	}
	s.plantKeys()
	for _, name := range []string{"crew-1", "crew-2", "crew-3", "spare-1"} {
		b.request(name)
	}
	s.run(console.OK, "enrol", "north", "@crew-1", "--yes")
	s.run(console.OK, "enrol", "north", "@crew-2", "--yes", "--json")
	s.run(console.Usage, "enrol", "north", "@crew-1", "--yes")
	s.run(console.OK, "enrol", "north", "@crew-3", "--dry-run", "--json")
	s.run(console.OK, "group", "north", "flood", "--yes", "--json")
	s.run(console.OK, "grant", "north", "crew-1", "--rights", "flash", "--yes", "--json")
	s.run(console.OK, "withdraw", "north", "crew-1", "--rights", "flash", "--yes")
	s.run(console.OK, "person", "enrol", "north", "Ada Byron", "--pin-file", b.path("pin"), "-o", b.path("ada.person"), "--yes", "--json")
	s.run(console.OK, "revoke", "north", "crew-2", "--yes", "--json")
	s.run(console.OK, "rotate", "north", "--yes", "--json")
	s.run(console.OK, "generation", "north", "--capacity", "40", "--yes", "--json")
	s.run(console.OK, "commit-root", "north", "-o", b.path("next.key"), "--next-passphrase-file", b.path("pass"), "--yes", "--json")
	s.run(console.OK, "rotate-root", "north", b.path("next.key"), "--next-passphrase-file", b.path("pass"), "--yes", "--json")
	s.run(console.OK, "passphrase", "north", "--new-passphrase-file", b.path("newpass"), "--yes")
	s.run(console.OK, "rotate", "north", "--yes")
	for _, args := range [][]string{{"list"}, {"list", "--json"}, {"show"}, {"show", "--json"}, {"network", "-o", "-"}} {
		s.want(console.OK, append([]string{args[0], b.path("north")}, args[1:]...)...)
		s.let.Write(b.out.Bytes())
		s.let.Write(b.err.Bytes())
	}
	s.want(console.Passphrase, "rotate", b.path("north"), "--yes", "--passphrase-file", b.path("wrong"))
	s.let.Write(b.err.Bytes())
	s.search("what was printed", s.let.Bytes())
	s.search("the stacks", dumps.Bytes())
	if n := bytes.Count(dumps.Bytes(), []byte("dumping")); n < 40 || s.let.Len() < 4000 || len(s.planted) < 40 {
		t.Errorf("only %d stacks, %d bytes and %d secrets", n, s.let.Len(), len(s.planted))
	}
	err := filepath.WalkDir(b.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || secretFiles[d.Name()] != "" {
			return err
		}
		data, err := os.ReadFile(name)
		s.search(d.Name(), data)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func (s *leakStory) search(where string, data []byte) {
	for _, f := range s.d.Search(where, data) {
		s.t.Error(f)
	}
}
