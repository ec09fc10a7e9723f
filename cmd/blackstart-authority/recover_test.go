package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// copyOf copies the folder, as a careful person does, and as a thief does.
func (b *bench) copyTo(name string) {
	b.t.Helper()
	if err := os.CopyFS(b.path(name), os.DirFS(b.path("north"))); err != nil {
		b.t.Fatal(err)
	}
}

// The folder burns. A copy from before, and the network file of any node, bring
// back all but the log lines and the secrets of new groups; no number and no
// serial is used twice.
func TestRecover(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.enrol("crew-2")
	b.do("person", "enrol", "north", "A. Meier", "-o", "@meier", "--pin-file", "@pass")
	b.copyTo("safe")
	b.enrol("crew-3")
	b.do("group", "north", "late")
	b.do("grant", "north", "crew-1", "--rights", "flash", "--group", "late")
	b.do("revoke", "north", "2")
	b.request("spare")
	b.do("replace", "north", "3", "@spare")
	b.do("person", "withdraw", "north", "1")
	lost := b.mustJoin("crew-1", nil)
	b.do("network", "north", "-o", "@newest")
	if err := os.RemoveAll(b.path("north")); err != nil {
		t.Fatal(err)
	}

	b.do("recover", "@safe", "north", "--network", "@newest", "--dry-run")
	said := b.out.String()
	for _, want := range []string{
		"would enrol crew-3 as node 4", "would renew crew-1 as node 1, rights flash", "would lock out crew-2, node 2", "would lock out node 3, node 3",
		"the log lines of 6 operations are lost", `the group "late": its secret is lost`, "the credential of person 1 is void",
		"passed over: node numbers up to 68", "what was done after serial 9 is not known",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the dry run does not say %q:\n%s", want, said)
		}
	}
	if _, err := os.Lstat(b.path("north")); err == nil {
		t.Fatal("a dry run made a folder")
	}
	b.do("recover", "@safe", "north", "--network", "@newest")
	n := b.mustJoin("crew-1", lost)
	if !slices.Equal(n.Revoked, []ident.Number{2, 3}) || !slices.Equal(n.Roster.Numbers(), []ident.Number{1, 4}) ||
		!slices.Equal(n.Redirects, lost.Redirects) || len(n.Persons) != 0 || len(n.Withdrawn) != 1 {
		t.Errorf("recovered: nodes %v, revoked %v, redirects %v, %d persons", n.Roster.Numbers(), n.Revoked, n.Redirects, len(n.Persons))
	}
	newest := n.Blocks[len(n.Blocks)-1]
	if newest.Serial <= lost.Secrets.Epoch.Serial+1 || n.Held.Serial <= lost.Held.Serial+1 {
		t.Errorf("key block %d after %d, serial %d after %d", newest.Serial, lost.Secrets.Epoch.Serial, n.Held.Serial, lost.Held.Serial)
	}
	if epoch, err := newest.Open(n.Roster.Operator(), lost.Secrets.Path); err != nil || epoch != n.Secrets.Epoch {
		t.Errorf("a node that hears only the key block: %v", err)
	}
	b.enrol("crew-5")
	if late := b.mustJoin("crew-5", nil); late.Self != 69 {
		t.Errorf("the next node is %v", late.Self)
	}
}

// The seed of a generation that began after the copy is lost: a new one begins.
func TestRecoverAfterAGeneration(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.copyTo("safe")
	b.do("generation", "north", "--capacity", "5000")
	lost := b.mustJoin("crew-1", nil)
	b.do("network", "north", "-o", "@newest")
	if err := os.RemoveAll(b.path("north")); err != nil {
		t.Fatal(err)
	}
	b.do("recover", "@safe", "north", "--network", "@newest")
	n := b.mustJoin("crew-1", lost)
	if n.Secrets.Path.Generation != 3 || n.Secrets.Path.Height != 13 {
		t.Errorf("generation %d, height %d", n.Secrets.Path.Generation, n.Secrets.Path.Height)
	}
	if _, err := n.Blocks[len(n.Blocks)-1].Open(n.Roster.Operator(), lost.Secrets.Path); err == nil {
		t.Error("a path of the lost generation opens the new one", keyblock.ErrGeneration)
	}
}

func TestRecoverWithoutANetworkFile(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.copyTo("safe")
	if err := os.RemoveAll(b.path("north")); err != nil {
		t.Fatal(err)
	}
	b.do("recover", "@safe", "north")
	if !strings.Contains(b.out.String(), "no network file given") {
		t.Errorf("it says\n%s", b.out.String())
	}
	b.enrol("crew-2")
	if n := b.mustJoin("crew-2", nil); n.Self != 66 {
		t.Errorf("the next node is %v", n.Self)
	}
}

func TestRecoverRefusals(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.copyTo("safe")
	b.want(console.OK, "create", "--name", "South", "--passphrase-file", b.path("pass"), b.path("south"))
	b.request("crew-2")
	b.want(console.OK, "enrol", b.path("south"), b.path("crew-2"), "--yes", "--passphrase-file", b.path("pass"))
	try := func(code int, words string, args ...string) {
		t.Helper()
		b.want(code, b.full(args)...)
		if !strings.Contains(b.err.String(), words) || !strings.Contains(b.err.String(), "hint: ") {
			t.Errorf("%v: %q lacks %q or a hint", args, b.err.String(), words)
		}
	}
	try(console.Usage, "holds an authority already", "recover", "@safe", "north")
	try(console.Untrusted, "is of another network", "recover", "@safe", "@again", "--network", "@south/network")
	f, err := enrol.ParseFile([]byte(b.read("north/network")))
	if err != nil {
		t.Fatal(err)
	}
	f.Name = "Forged"
	b.write("forged", string(f.Text()))
	try(console.Untrusted, "signature does not match", "recover", "@safe", "@again", "--network", "@forged")
	b.do("commit-root", "north", "-o", "@next.key", "--next-passphrase-file", "@pass")
	b.do("rotate-root", "north", "@next.key", "--next-passphrase-file", "@pass")
	try(console.Untrusted, "is of another root key than the copy", "recover", "@safe", "@again", "--network", "@north/network")
	b.write("wrong", "not what it was\n")
	b.want(console.Passphrase, "recover", b.path("safe"), b.path("again"), "--yes", "--passphrase-file", b.path("wrong"))
	if _, err := os.Lstat(b.path("again")); err == nil {
		t.Error("without the passphrase there is a folder that would hand out numbers twice")
	}
	if err := os.RemoveAll(b.path("again.unfinished")); err != nil {
		t.Fatal(err)
	}
	b.write("safe/key", "gone")
	try(console.Store, "has not the key file that its ledger names", "recover", "@safe", "@again")
	if _, err := os.Lstat(b.path("again")); err == nil {
		t.Error("a refusal made a folder")
	}
}
