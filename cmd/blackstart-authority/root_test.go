package main

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// opened returns what the key file holds.
func (b *bench) opened() secrets {
	b.t.Helper()
	_, blob, err := openBox(b.path("north/key"), []byte("correct horse battery"))
	if err != nil {
		b.t.Fatal(err)
	}
	s, err := decodeSecrets(blob)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

func TestRootChanges(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.do("person", "enrol", "north", "A. Meier", "-o", "@meier", "--pin-file", "@pass")
	first := b.mustJoin("crew-1", nil)
	b.refused(console.Failure, "no next root key is promised", "rotate-root", "north", "@pass")
	b.do("commit-root", "north", "-o", "@next.key", "--next-passphrase-file", "@pass")
	b.refused(console.Failure, "is promised already", "commit-root", "north", "-o", "@other.key")
	promised := b.mustJoin("crew-1", first)
	before := b.opened()
	if err := os.WriteFile(b.path("not.key"), []byte(b.read("north/key")), 0o600); err != nil {
		t.Fatal(err)
	}
	b.refused(console.Untrusted, "is not the root key that was promised", "rotate-root", "north", "@not.key", "--next-passphrase-file", "@pass")
	b.do("rotate-root", "north", "@next.key", "--next-passphrase-file", "@pass", "--note", "yearly")
	n := b.mustJoin("crew-1", promised)
	if n.Roster.Operator() != first.Roster.Operator() || n.Held.Root == first.Held.Root || len(n.Lineage.Roots) != 2 || len(n.Persons) != 1 {
		t.Errorf("operator %v, lineage %v, %d persons", n.Roster.Operator(), n.Lineage.Roots, len(n.Persons))
	}
	if now := b.opened(); bytes.Contains(now.encode(), before.root.Seed()) || now.keys.Tree != before.keys.Tree {
		t.Error("the old root is still in the key file, or the key tree changed")
	}
	// Life goes on: a block of the new root, and a second change.
	b.enrol("crew-2")
	b.do("revoke", "north", "crew-2")
	b.do("commit-root", "north", "-o", "@third.key", "--next-passphrase-file", "@pass")
	b.do("rotate-root", "north", "@third.key", "--next-passphrase-file", "@pass")
	third := b.mustJoin("crew-1", n)
	if len(third.Lineage.Roots) != 3 || len(third.Blocks) != 2 {
		t.Errorf("lineage %v, %d key blocks", third.Lineage.Roots, len(third.Blocks))
	}
	if late, err := b.join("crew-1", first); err != nil || late.Held.Root != third.Held.Root {
		t.Errorf("for a node that slept through both: %v", err)
	}
	b.do("show", "north")
	if !strings.Contains(b.out.String(), "root key    number 3") {
		t.Errorf("it shows\n%s", b.out.String())
	}
}

// Whoever lost the passphrase goes on with the root key that was promised.
func TestPassphraseLost(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	first := b.mustJoin("crew-1", nil)
	b.do("commit-root", "north", "-o", "@next.key", "--next-passphrase-file", "@pass")
	b.write("wrong", "not what it was\n")
	b.want(console.Passphrase, "rotate", b.path("north"), "--passphrase-file", b.path("wrong"))
	if !strings.Contains(b.err.String(), "rotate-root "+b.path("north")+" NEXT.key --passphrase-lost") {
		t.Error(b.err.String())
	}
	before := b.opened()
	b.want(console.OK, "rotate-root", b.path("north"), b.path("next.key"), "--passphrase-lost", "--yes",
		"--next-passphrase-file", b.path("pass"), "--passphrase-file", b.path("wrong"))
	after := b.opened()
	if after.keys.Bootstrap == before.keys.Bootstrap || after.keys.Tree.Seed == before.keys.Tree.Seed || after.keys.Groups[1] == before.keys.Groups[1] {
		t.Error("a secret of before is still in use")
	}
	n := b.mustJoin("crew-1", first)
	if n.Secrets.Path.Generation != 2 || n.Secrets.Epoch.Serial != 2 {
		t.Errorf("the node gets generation %d, epoch %d", n.Secrets.Path.Generation, n.Secrets.Epoch.Serial)
	}
	b.enrol("crew-2")
}

// The ledger lets no root in that the one before had not promised.
func TestLedgerRefusesAnotherRoot(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	thief := device("thief")
	l, err := readLedger([]byte(b.read("north/ledger")))
	if err != nil {
		t.Fatal(err)
	}
	key := thief.SignKey()
	for name, e := range map[string]entry{
		"no promise":       {Time: b.now.Format(time.RFC3339), What: "rotate-root", Root: hex.EncodeToString(key[:])},
		"not a key":        {Time: b.now.Format(time.RFC3339), What: "rotate-root", Root: "00"},
		"signed by itself": {Time: b.now.Format(time.RFC3339), What: "rotate"},
	} {
		forged, err := l.with(e, thief)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readLedger(forged.encode()); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	s := ident.Succession{Old: key, Next: ident.NextHash(device("x").SignKey())}
	s.Signature = thief.Sign(s.SignedBytes())
	forged, err := l.with(entry{Time: b.now.Format(time.RFC3339), What: "commit-root", Promise: s.Encode()}, b.opened().root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readLedger(forged.encode()); err == nil {
		t.Error("a promise of somebody else: taken")
	}
}

// What was replaced is not in the key file any more.
func TestKeyFileForgets(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	first := b.opened().keys
	b.do("rotate", "north")
	second := b.opened()
	if bytes.Contains(second.encode(), first.Epoch.Key[:]) {
		t.Error("the secret of key block 1 is kept after key block 2")
	}
	b.now = b.now.Add(48 * time.Hour)
	b.do("group", "north", "late")
	third := b.opened()
	if bytes.Contains(third.encode(), second.keys.Epoch.Key[:]) || third.keys.Epoch.Base != second.keys.Epoch.Base+2 {
		t.Errorf("the day key of day %d is kept on day %d", second.keys.Epoch.Base, third.keys.Epoch.Base)
	}
	b.do("generation", "north")
	fourth := b.opened()
	if bytes.Contains(fourth.encode(), first.Tree.Seed[:]) || fourth.keys.Tree.Generation != 2 {
		t.Error("the seed of generation 1 is kept in generation 2")
	}
	again, err := decodeSecrets(fourth.encode())
	if err != nil || !bytes.Equal(again.encode(), fourth.encode()) {
		t.Errorf("the secrets come back otherwise, %v", err)
	}
}

func TestDecodeSecretsRefusals(t *testing.T) {
	good := newBench(t).opened().encode()
	for name, b := range map[string][]byte{
		"empty":         nil,
		"cut short":     good[:len(good)-1],
		"a byte more":   append(bytes.Clone(good), 0),
		"version 2":     append([]byte{2}, good[1:]...),
		"groups twice":  append(bytes.Clone(good), good[len(good)-33:]...),
		"without group": good[:secretFixed-1],
	} {
		if _, err := decodeSecrets(b); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestPersons(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.do("person", "enrol", "north", "A. Meier", "--role", "duty shift leader", "--rights", "order,suspend", "-o", "@meier", "--pin-file", "@pass")
	b.do("person", "enrol", "north", "B. Kunz", "-o", "@kunz", "--pin-file", "@pass")
	f, err := enrol.ParsePersonFile([]byte(b.read("meier")))
	if err != nil {
		t.Fatal(err)
	}
	n := b.mustJoin("crew-1", nil)
	p := n.Persons[0]
	if p.Person != 1 || p.Role != "duty shift leader" || p.Rights != ident.MayOrder|ident.MaySuspend || !bytes.Equal(p.Encode(), f.Credential.Encode()) {
		t.Errorf("person %+v", p)
	}
	if key, err := f.Open([]byte("correct horse battery")); err != nil || key.SignKey() != p.Key {
		t.Errorf("the file opens to %v, %v", key, err)
	}
	b.do("person", "withdraw", "north", "A. Meier", "--note", "left the company")
	after := b.mustJoin("crew-1", n)
	if len(after.Persons) != 1 || after.Persons[0].Person != 2 || len(after.Withdrawn) != 1 || after.Withdrawn[0] != 1 {
		t.Errorf("persons %v, withdrawn %v", after.Persons, after.Withdrawn)
	}
	// The number is not used again.
	b.do("person", "enrol", "north", "A. Meier", "-o", "@meier-2", "--pin-file", "@pass")
	b.do("person", "list", "north")
	if text := b.out.String(); !strings.Contains(text, "3       A. Meier") || strings.Contains(text, "1  ") {
		t.Errorf("the list says\n%s", text)
	}
	b.want(console.Usage, "person", "withdraw", b.path("north"), "C. Nobody", "--yes")
	b.want(console.Usage, "person", "enrol", b.path("north"), "B. Kunz", "-o", b.path("kunz-2"), "--yes")
	if !strings.Contains(b.err.String(), `"B. Kunz" is enrolled already, as person 2`) {
		t.Error(b.err.String())
	}
}

func TestDestroy(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	n := b.mustJoin("crew-1", nil)
	key := b.read("north/key")
	b.do("destroy", "north", "--dry-run")
	if b.read("north/key") != key {
		t.Fatal("a dry run destroyed the keys")
	}
	b.do("destroy", "north", "--note", "end of life")
	if _, err := os.Lstat(b.path("north/key")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the key file: %v", err)
	}
	b.request("crew-2")
	b.refused(console.Failure, `the keys of "North" were destroyed on 2026-03-01`, "enrol", "north", "@crew-2")
	b.do("show", "north")
	if !strings.Contains(b.out.String(), "KEYS DESTROYED") || !strings.Contains(b.out.String(), "destroy: destroyed the keys (end of life)") {
		t.Errorf("it shows\n%s", b.out.String())
	}
	if again := b.mustJoin("crew-1", n); again.Held != n.Held {
		t.Error("the network file changed")
	}
}

func TestPassphraseChanges(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.write("new", "another horse, another battery\n")
	b.do("passphrase", "north", "--new-passphrase-file", "@new")
	b.want(console.Passphrase, "rotate", b.path("north"), "--passphrase-file", b.path("pass"))
	b.want(console.OK, "rotate", b.path("north"), "--passphrase-file", b.path("new"))
}

// What costs little in these tests costs what it should on a real machine.
func TestGuessesAreExpensive(t *testing.T) {
	w := newWorld()
	b, err := newBox(w, []byte("correct horse battery"))
	if err != nil {
		t.Fatal(err)
	}
	if passes, memory := binary.BigEndian.Uint32(b.head[1:]), binary.BigEndian.Uint32(b.head[5:]); passes < 3 || memory < 64<<10 {
		t.Errorf("%d passes over %d KiB", passes, memory)
	}
}
