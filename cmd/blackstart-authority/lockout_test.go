package main

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// join opens the present network file as a device does that holds an older one.
func (b *bench) join(name string, held *enrol.Network) (*enrol.Network, error) {
	b.t.Helper()
	f, err := enrol.ParseFile([]byte(b.read("north/network")))
	if err != nil {
		b.t.Fatal(err)
	}
	var h *enrol.Held
	if held != nil {
		h = &held.Held
	}
	return enrol.Open(f, device(name), ident.Ed25519{}, h, packageKey(name))
}

func (b *bench) mustJoin(name string, held *enrol.Network) *enrol.Network {
	b.t.Helper()
	n, err := b.join(name, held)
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

// outcome returns what the last command printed as JSON.
func (b *bench) outcome() (o outcome) {
	b.t.Helper()
	if err := json.Unmarshal(b.out.Bytes(), &o); err != nil {
		b.t.Fatal(err)
	}
	return o
}

// refused runs a command that must be refused, with a code and these words in
// its message, and a hint.
func (b *bench) refused(code int, words string, args ...string) {
	b.t.Helper()
	before := b.read("north/ledger")
	b.want(code, b.full(args)...)
	if text := b.err.String(); !strings.Contains(text, words) || !strings.Contains(text, "hint: ") {
		b.t.Errorf("%v: %q lacks %q or a hint", args, text, words)
	}
	if b.read("north/ledger") != before {
		b.t.Errorf("%v: the ledger changed", args)
	}
}

func TestRevokeLocksOut(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.enrol("crew-2")
	one, two := b.mustJoin("crew-1", nil), b.mustJoin("crew-2", nil)
	b.do("revoke", "north", "crew-2", "--dry-run", "--json")
	planned := b.outcome()
	b.do("revoke", "north", "crew-2", "--json", "--note", "stolen from the van")
	if done := b.outcome(); *done.Block != *planned.Block || len(planned.LockedOut) != 1 || !planned.DryRun {
		t.Errorf("planned %+v, done %+v", planned, done)
	}
	after := b.mustJoin("crew-1", one)
	block := after.Blocks[len(after.Blocks)-1]
	size := 0
	for _, part := range block.Parts() {
		size += len(part.Data) + partOverhead
	}
	if planned.Block.Bytes != size || planned.Block.Frames != len(block.Parts()) || planned.Block.Serial != 2 {
		t.Errorf("planned %+v; it has %d bytes in %d parts", planned.Block, size, len(block.Parts()))
	}
	operator := after.Roster.Operator()
	epoch, err := block.Open(operator, one.Secrets.Path)
	if err != nil || epoch != after.Secrets.Epoch {
		t.Errorf("who heard the key block by radio and who took the file hold different secrets, %v", err)
	}
	if _, err := block.Open(operator, two.Secrets.Path); !errors.Is(err, keyblock.ErrRevoked) {
		t.Errorf("the node locked out: %v", err)
	}
	if _, err := b.join("crew-2", two); !errors.Is(err, enrol.ErrRevoked) {
		t.Errorf("the node locked out joins: %v", err)
	}
	if !slices.Equal(after.Revoked, []ident.Number{2}) || len(after.Roster.Numbers()) != 1 {
		t.Errorf("revoked %v, nodes %v", after.Revoked, after.Roster.Numbers())
	}
	b.do("show", "north")
	if !strings.Contains(b.out.String(), "locked out crew-2, node 2, made a key block; serial 3 (stolen from the van)") {
		t.Errorf("the log says\n%s", b.out.String())
	}
	b.refused(console.Usage, "crew-2, node 2, was locked out on", "revoke", "north", "crew-2")
	b.refused(console.Untrusted, "this device was locked out as node 2", "enrol", "north", "@crew-2")
	// A second one leaves both out.
	b.enrol("crew-3")
	b.do("revoke", "north", "3")
	last := b.mustJoin("crew-1", after)
	if got := last.Blocks[len(last.Blocks)-1].Revoked; !slices.Equal(got, []ident.Number{2, 3}) {
		t.Errorf("the second key block leaves out %v", got)
	}
}

func TestReplaceTakesOver(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.request("gateway")
	b.do("enrol", "north", "@gateway", "--rights", "flash,suspend", "--role", "relay", "--fixed")
	b.request("spare-1")
	b.do("spare", "north", "@spare-1", "--json")
	if o := b.outcome(); len(o.Spares) != 1 || o.Spares[0].CheckCode == "" {
		t.Errorf("registered %+v", o)
	}
	b.refused(console.Usage, "there is a spare", "spare", "north", "@spare-1")
	crew := b.mustJoin("crew-1", nil)
	if len(crew.Roster.Numbers()) != 2 {
		t.Errorf("a spare on the shelf is a member: %v", crew.Roster.Numbers())
	}
	b.do("replace", "north", "gateway", "spare-1")
	n := b.mustJoin("spare-1", nil)
	cert, _ := n.Roster.Certificate(n.Self)
	if n.Self != 3 || cert.Name != "gateway" || cert.Role != "relay" || cert.Rights != ident.MayFlash|ident.MaySuspend ||
		cert.Kind != ident.FixedStation || !cert.In(1) {
		t.Errorf("the spare is %+v", cert)
	}
	if !slices.Equal(n.Redirects, []enrol.Redirect{{From: 2, To: 3}}) || !slices.Equal(n.Revoked, []ident.Number{2}) {
		t.Errorf("redirects %v, revoked %v", n.Redirects, n.Revoked)
	}
	if _, err := b.join("gateway", nil); !errors.Is(err, enrol.ErrNotMember) {
		t.Errorf("the dead one: %v", err)
	}
	// Replaced again, the mail of both goes to the last.
	b.request("spare-2")
	b.do("replace", "north", "3", "@spare-2", "--name", "gateway again")
	if n := b.mustJoin("crew-1", crew); !slices.Equal(n.Redirects, []enrol.Redirect{{From: 2, To: 4}, {From: 3, To: 4}}) {
		t.Errorf("redirects %v", n.Redirects)
	}
	// And when that is locked out, it goes nowhere.
	b.do("revoke", "north", "4", "--dry-run")
	if !strings.Contains(b.out.String(), "the mail of node 2 went to node 4, and goes nowhere now") {
		t.Errorf("revoking it says\n%s", b.out.String())
	}
	b.do("revoke", "north", "4")
	if n := b.mustJoin("crew-1", crew); len(n.Redirects) != 0 {
		t.Errorf("redirects %v", n.Redirects)
	}
}

func TestReinstate(t *testing.T) {
	b := newBench(t)
	b.enrol("crew-1")
	b.request("crew-2")
	b.do("enrol", "north", "@crew-2", "--rights", "order", "--role", "shift leader")
	b.do("revoke", "north", "crew-2")
	b.request("crew-2-again")
	b.refused(console.Untrusted, "this device was locked out as node 2", "reinstate", "north", "2", "@crew-2")
	b.refused(console.Usage, "crew-1, node 1, is not locked out", "reinstate", "north", "1", "@crew-2-again")
	b.refused(console.Usage, `no node "crew-9" was locked out`, "reinstate", "north", "crew-9", "@crew-2-again")
	b.do("reinstate", "north", "2", "@crew-2-again")
	n := b.mustJoin("crew-2-again", nil)
	cert, _ := n.Roster.Certificate(3)
	if n.Self != 3 || cert.Name != "crew-2" || cert.Role != "shift leader" || cert.Rights != 0 || !cert.In(1) {
		t.Errorf("back as %+v", cert)
	}
	if !slices.Equal(n.Redirects, []enrol.Redirect{{From: 2, To: 3}}) || len(n.Blocks) != 2 {
		t.Errorf("redirects %v, %d key blocks", n.Redirects, len(n.Blocks))
	}
}

func TestGenerations(t *testing.T) {
	b := newBench(t)
	b.write("pass", "correct horse battery\n")
	b.want(console.OK, "create", "--name", "Small", "--capacity", "3", "--passphrase-file", b.path("pass"), b.path("small"))
	for _, name := range []string{"a-1", "a-2", "a-3", "a-4"} {
		b.request(name)
	}
	b.want(console.OK, "enrol", b.path("small"), b.path("a-1"), b.path("a-2"), b.path("a-3"), "--yes", "--passphrase-file", b.path("pass"))
	b.want(console.Failure, "enrol", b.path("small"), b.path("a-4"), "--yes", "--passphrase-file", b.path("pass"))
	if !strings.Contains(b.err.String(), "hint: make a larger one: blackstart-authority generation") {
		t.Error(b.err.String())
	}
	b.want(console.Usage, "generation", b.path("small"), "--capacity", "1", "--yes", "--passphrase-file", b.path("pass"))
	b.want(console.OK, "revoke", b.path("small"), "2", "--yes", "--passphrase-file", b.path("pass"))
	b.want(console.OK, "generation", b.path("small"), "--capacity", "10", "--yes", "--passphrase-file", b.path("pass"))
	b.want(console.OK, "enrol", b.path("small"), b.path("a-4"), "--yes", "--passphrase-file", b.path("pass"))
	a, err := load(b.path("small"))
	if err != nil {
		t.Fatal(err)
	}
	if newest := a.newest(); newest.Generation != 2 || newest.Height != 4 || newest.Serial != 3 || len(newest.Revoked) != 0 {
		t.Errorf("key block %d of generation %d, height %d, without %v", newest.Serial, newest.Generation, newest.Height, newest.Revoked)
	}
	f, err := enrol.ParseFile([]byte(b.read("small/network")))
	if err != nil {
		t.Fatal(err)
	}
	n, err := enrol.Open(f, device("a-4"), ident.Ed25519{}, nil, packageKey("a-4"))
	if err != nil || n.Secrets.Path.Generation != 2 || !slices.Equal(n.Revoked, []ident.Number{2}) {
		t.Errorf("the fourth node: %+v, %v", n, err)
	}
}
