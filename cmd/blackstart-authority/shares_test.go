package main

import (
	"bytes"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart-authority/share"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

// newShared is a bench whose key is split 2 of 3.
func newShared(t *testing.T) *bench {
	b := newBench(t)
	b.want(console.OK, "shares", "split", b.path("north"), "--shares", "2-of-3", "--to", b.path("one"),
		"--keeper", "A. Meier", "--keeper", "B. Roth", "--keeper", "C. Lang", "--passphrase-file", b.path("pass"))
	return b
}

func (b *bench) share(set string, number int) string {
	return b.path(filepath.Join(set, shareName(number)))
}

// rotate runs an operation with some shares.
func (b *bench) rotate(code int, words string, shares ...string) {
	b.t.Helper()
	args := []string{"rotate", b.path("north"), "--yes"}
	for _, s := range shares {
		args = append(args, "--share", s)
	}
	b.want(code, args...)
	if text := b.err.String(); !strings.Contains(text, words) || code != console.OK && !strings.Contains(text, "hint: ") {
		b.t.Errorf("%v: %q lacks %q or a hint", shares, text, words)
	}
}

func TestEverySubsetOfSharesOpens(t *testing.T) {
	b := newBench(t)
	b.want(console.OK, "shares", "split", b.path("north"), "--shares", "3-of-4", "--to", b.path("one"), "--passphrase-file", b.path("pass"))
	for subset := 1; subset < 1<<4; subset++ {
		var some []string
		for i := range 4 {
			if subset>>i&1 == 1 {
				some = append(some, b.share("one", i+1))
			}
		}
		if n := bits.OnesCount(uint(subset)); n >= 3 {
			b.rotate(console.OK, "", some...)
		} else {
			b.rotate(console.Passphrase, fmt.Sprintf("%d of 3 shares given; %s needed", n, counted(3-n, "more share")), some...)
		}
	}
}

func TestShareRefusals(t *testing.T) {
	b := newShared(t)
	b.rotate(console.Passphrase, "ask B. Roth (share 2) or C. Lang (share 3)", b.share("one", 1))
	b.rotate(console.Passphrase, "share 1 is there already", b.share("one", 1), b.share("one", 1))
	b.rotate(console.Passphrase, "no terminal to ask: share 1 of 2")
	b.want(console.Usage, "rotate", b.path("north"), "--yes", "--passphrase-file", b.path("pass"))
	if !strings.Contains(b.err.String(), `the key of "North" is split into shares, and no passphrase opens it`) {
		t.Errorf("with a passphrase: %s", b.err.String())
	}
	text := b.read("one/share-2.txt")
	b.write("damaged", strings.Replace(text, text[strings.Index(text, "SHARE-----\n")+11:][:4], "QQQQ", 1))
	b.rotate(console.Passphrase, "the share is damaged or mistyped: its checksum is wrong", b.share("one", 1), b.path("damaged"))

	// A share with a true checksum that somebody made up: the log knows its code; and
	// where the log does not, the key file does not open.
	other, _, err := share.Split(2, 3, strings.NewReader(strings.Repeat("x", 99)))
	if err != nil {
		t.Fatal(err)
	}
	mine, err := share.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	forged := *other[1]
	forged.Set = mine.Set
	b.write("forged", string(forged.Text("North", "")))
	b.rotate(console.Passphrase, "share 2 is not the one that was made", b.share("one", 1), b.path("forged"))
	if _, err := share.Combine([]*share.Share{mine, &forged}); err == nil {
		t.Error("one number twice was combined")
	}

	// A new set voids the old one, by name.
	b.want(console.OK, "shares", "split", b.path("north"), "--shares", "2-of-2", "--to", b.path("two"), "--share", b.share("one", 1), "--share", b.share("one", 3))
	b.rotate(console.Passphrase, "share 1 belongs to another set, "+mine.Set.String(), b.share("one", 1), b.share("two", 2))
	b.rotate(console.OK, "", b.share("two", 2), b.share("two", 1))
	b.want(console.Usage, "shares", "split", b.path("north"), "--shares", "2-of-2", "--to", b.path("two"), "--share", b.share("two", 1))

	// And back to a passphrase.
	b.want(console.OK, "passphrase", b.path("north"), "--new-passphrase-file", b.path("pass"), "--yes", "--share", b.share("two", 1), "--share", b.share("two", 2))
	b.rotate(console.Usage, "was not split into shares", b.share("two", 1), b.share("two", 2))
	b.do("rotate", "north")
}

// The key file is sealed: shares that are all true by themselves, and were not made
// together, are found out even where no log knows them.
func TestAWrongKeyIsFoundOut(t *testing.T) {
	b := newShared(t)
	list, _, err := share.Split(2, 3, strings.NewReader(strings.Repeat("x", 99)))
	if err != nil {
		t.Fatal(err)
	}
	present, err := share.Parse([]byte(b.read("one/share-1.txt")))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := readKeyFile(b.path("north/key"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := load(b.path("north"))
	if err != nil {
		t.Fatal(err)
	}
	a.shares = nil // a copy whose log was lost
	for i, s := range list[:2] {
		s.Set = present.Set
		b.write(fmt.Sprintf("false-%d", i), string(s.Text("North", "")))
	}
	c := &change{authority: a, w: b.world(), flags: changeFlags{Share: []string{b.path("false-0"), b.path("false-1")}}}
	if _, _, err := c.openShared(b.path("north/key"), sealed); err == nil || !strings.Contains(err.Error(), "these shares do not open") {
		t.Errorf("false shares: %v", err)
	}
}

func TestKeepersPassphrases(t *testing.T) {
	b := newBench(t)
	var flags []string
	for i := range 3 {
		b.write(fmt.Sprintf("keeper-%d", i+1), fmt.Sprintf("the passphrase of keeper %d\n", i+1))
		flags = append(flags, "--keeper-passphrase-file", b.path(fmt.Sprintf("keeper-%d", i+1)))
	}
	b.want(console.OK, append([]string{"shares", "split", b.path("north"), "--shares", "2-of-3", "--to", b.path("one"), "--passphrase-file", b.path("pass")}, flags...)...)
	open := func(code int, first, second string) {
		t.Helper()
		b.want(code, "rotate", b.path("north"), "--yes", "--share", b.share("one", 1), "--share", b.share("one", 3),
			"--share-passphrase-file", b.path(first), "--share-passphrase-file", b.path(second))
	}
	open(console.OK, "keeper-1", "keeper-3")
	open(console.Passphrase, "keeper-1", "keeper-2")
	if !strings.Contains(b.err.String(), "wrong passphrase of the share: share 3") {
		t.Errorf("wrong passphrase: %s", b.err.String())
	}
	b.want(console.OK, "shares", "show", b.path("north"))
	if !strings.Contains(b.out.String(), "the keeper's own") {
		t.Errorf("shown:\n%s", b.out.String())
	}
	b.want(console.OK, "shares", "check", b.path("north"), b.share("one", 1), b.share("one", 2))
}

// What is secret in a share, or opens the key file, is printed by no command and
// stands in no file but the share's own.
func TestSharesStayApart(t *testing.T) {
	b := newBench(t)
	var printed bytes.Buffer
	do := func(code int, args ...string) {
		t.Helper()
		b.want(code, args...)
		printed.Write(b.out.Bytes())
		printed.Write(b.err.Bytes())
	}
	do(console.OK, "create", "--name", "South", "--shares", "2-of-3", "--to", b.path("one"), "--keeper", "A", "--keeper", "B", "--keeper", "C", b.path("south"))
	one, two := b.share("one", 1), b.share("one", 2)
	do(console.OK, "rotate", b.path("south"), "--yes", "--share", one, "--share", two, "--json")
	do(console.Passphrase, "rotate", b.path("south"), "--yes", "--share", one)
	do(console.OK, "shares", "check", b.path("south"), one, two, "--json")
	do(console.OK, "shares", "show", b.path("south"))
	do(console.OK, "shares", "show", b.path("south"), "--json")
	do(console.OK, "show", b.path("south"), "--json")
	for _, name := range []string{"ledger", "key", "network"} {
		text, err := os.ReadFile(b.path(filepath.Join("south", name)))
		if err != nil {
			t.Fatal(err)
		}
		printed.Write(text)
	}
	for i := range 3 {
		s, err := share.Parse([]byte(b.read(filepath.Join("one", shareName(i+1)))))
		if err != nil {
			t.Fatal(err)
		}
		raw := s.Encode()
		value := raw[13:45]
		for _, form := range []string{string(value[:16]), fmt.Sprintf("%x", value[:8]), fmt.Sprintf("%X", value[:8]), s.Letters()[1][:19], strings.ReplaceAll(s.Letters()[1][:19], " ", "")} {
			if strings.Contains(printed.String(), form) {
				t.Errorf("share %d was printed: %q", i+1, form)
			}
		}
	}
}

// A passphrase that is lost for good: the message says what helps.
func TestALostPassphraseNamesTheWayOut(t *testing.T) {
	b := newBench(t)
	b.write("wrong", "something else\n")
	for _, words := range []string{"no next root key was promised", "rotate-root " + b.path("north") + " NEXT.key --passphrase-lost"} {
		b.want(console.Passphrase, "rotate", b.path("north"), "--yes", "--passphrase-file", b.path("wrong"))
		if !strings.Contains(b.err.String(), words) {
			t.Errorf("%q lacks %q", b.err.String(), words)
		}
		if words[:2] == "no" {
			b.want(console.OK, "commit-root", b.path("north"), "-o", b.path("next"), "--next-passphrase-file", b.path("pass"), "--passphrase-file", b.path("pass"), "--yes")
		}
	}
}

// A folder is recovered with shares as with a passphrase.
func TestRecoverWithShares(t *testing.T) {
	b := newShared(t)
	if err := os.CopyFS(b.path("copy"), os.DirFS(b.path("north"))); err != nil {
		t.Fatal(err)
	}
	b.want(console.OK, "recover", b.path("copy"), b.path("again"), "--network", b.path("north/network"), "--yes", "--share", b.share("one", 1), "--share", b.share("one", 2))
	b.want(console.OK, "shares", "show", b.path("again"))
	b.want(console.OK, "rotate", b.path("again"), "--yes", "--share", b.share("one", 3), "--share", b.share("one", 2))
}
