package device

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/keyring"
)

// pair is a folder that is node 1 of a network, and node 2 without one.
type pair struct {
	*made
	other *ident.Private
	keys  *enrol.Keyset
	block []*keyblock.Block
}

func makePair(t *testing.T) *pair {
	t.Helper()
	p := &pair{made: make1(t)}
	var err error
	if p.other, err = ident.NewPrivate(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if p.keys, err = enrol.NewKeyset([]ident.Group{{ID: 1}}, 4, rand.Reader); err != nil {
		t.Fatal(err)
	}
	p.next()
	return p
}

func (p *pair) next() {
	p.t.Helper()
	b, err := p.keys.NextBlock(p.root, ident.OperatorOf(p.root.SignKey()), 1, 2, nil, rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	p.block = append(p.block, b)
}

// newTree begins another generation.
func (p *pair) newTree() {
	p.t.Helper()
	if err := p.keys.NextTree(4, rand.Reader); err != nil {
		p.t.Fatal(err)
	}
	p.next()
}

// both makes a file of both nodes, or of those that are left when some are revoked.
func (p *pair) both(serial uint64, revoked ...ident.Number) *enrol.File {
	p.t.Helper()
	f := &enrol.File{Serial: serial, Name: "North", Groups: []ident.Group{{ID: 1, Name: "all"}}, Revoked: revoked, Blocks: p.block}
	for i, private := range []*ident.Private{p.open().Private, p.other} {
		n := ident.Number(i + 1)
		if slices.Contains(revoked, n) {
			continue
		}
		cert := &ident.Certificate{Operator: ident.OperatorOf(p.root.SignKey()), Number: n, Name: "node-" + n.String(), Groups: ident.Groups(1),
			Sign: private.SignKey(), Box: private.BoxKey(), From: 1, Until: 2}
		cert.Signature = p.root.Sign(cert.SignedBytes())
		f.Enrol(cert, private.BoxKey())
	}
	if err := f.Seal(p.root, p.keys, 1, rand.Reader); err != nil {
		p.t.Fatal(err)
	}
	return f
}

// settle puts the keys of the file that is held into the vault, as a node does when it
// starts or takes a file.
func (p *pair) settle(d *Device, ring *keyring.State) *keyring.State {
	p.t.Helper()
	brought, err := d.Package()
	if err != nil || brought == nil {
		p.t.Fatal(brought, err)
	}
	if ring == nil {
		ring, err = keyring.New(*brought)
	} else {
		err = ring.Merge(*brought)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.start(p.dir, string(ring.Encode()))
	f, err := d.pinned()
	if err == nil {
		err = d.DropPackages(f.Digest())
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return ring
}

func only(numbers ...ident.Number) func(ident.Number) bool {
	return func(n ident.Number) bool { return slices.Contains(numbers, n) }
}

// Who joins with a whole file keeps it in two parts: its own package until the keys
// are in the vault, and those of the others until they have theirs.
func TestOthersPackagesAreKeptUntilTheyHaveThem(t *testing.T) {
	p := makePair(t)
	d := p.open()
	f := p.both(1)
	if _, err := d.Join(f, "me", now); err != nil {
		t.Fatal(err)
	}
	held, err := d.pinned()
	if err != nil || !slices.Equal(held.Packages(), []ident.Number{1}) {
		t.Errorf("the network file holds packages of %v, %v", held.Packages(), err)
	}
	p.settle(d, nil)
	if found := p.plainTexts(d, f.Members[0].Package); len(found) != 0 {
		t.Errorf("the node's own package is in %v", found)
	}
	if others, err := d.Others(); err != nil || !slices.Equal(others, []ident.Number{2}) {
		t.Errorf("packages of %v are kept, %v", others, err)
	}
	for _, c := range []struct{ to, want ident.Number }{{2, 2}, {1, 0}, {3, 0}} {
		g, err := d.FileFor(c.to)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Packages(); g.Digest() != f.Digest() || c.want == 0 && got != nil || c.want != 0 && !slices.Equal(got, []ident.Number{c.want}) {
			t.Errorf("node %v is handed packages of %v", c.to, got)
		}
	}
	if err := d.DropOthers([32]byte{1}, []ident.Number{2}); err != nil {
		t.Fatal(err)
	}
	if others, _ := d.Others(); len(others) != 1 {
		t.Error("packages of another edition were asked to go, and these went")
	}
	if err := d.DropOthers(f.Digest(), []ident.Number{2}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(othersFile(p.dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nobody's package is kept, and the file is there: %v", err)
	}
}

// A file that a neighbour hands on may come without this node's package first; the
// packages of the edition before go with it.
func TestTakeFromANeighbour(t *testing.T) {
	p := makePair(t)
	d := p.open()
	if _, err := d.Join(p.both(1), "me", now); err != nil {
		t.Fatal(err)
	}
	ring := p.settle(d, nil)
	p.newTree()
	f := p.both(2)
	take := func(what string, g *enrol.File, same, lacks bool) {
		t.Helper()
		j, err := d.Take(g)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if j.Same != same || Lacks(ring, j.Network) != lacks {
			t.Errorf("%s: same %v, lacks %v", what, j.Same, Lacks(ring, j.Network))
		}
	}
	take("without packages", f.WithoutPackages(), false, true)
	if _, err := os.Stat(othersFile(p.dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("packages of the edition before are still kept: %v", err)
	}
	take("the same again", f.WithoutPackages(), true, true)
	take("with this node's", f.WithPackages(only(1)), false, true)
	p.settle(d, ring)
	take("with this node's, again", f.WithPackages(only(1)), true, false)
	if held, err := d.pinned(); err != nil || held.Digest() != f.Digest() || held.Packages() != nil {
		t.Errorf("what is held has packages of %v, %v", held.Packages(), err)
	}
}

// A neighbour is believed no more than a stick: nothing changes on the disk.
func TestTakeRefuses(t *testing.T) {
	p, stranger := makePair(t), makePair(t)
	d := p.open()
	if _, err := d.Take(p.both(1)); !errors.Is(err, ErrNotJoined) {
		t.Errorf("before the first join: %v", err)
	}
	if _, err := d.Join(p.both(5), "me", now); err != nil {
		t.Fatal(err)
	}
	p.settle(d, nil)
	before, err := os.ReadFile(networkFile(p.dir))
	if err != nil {
		t.Fatal(err)
	}
	forged := p.both(6)
	forged.Name = "South"
	swapped := p.both(6)
	swapped.Members[0].Package = swapped.Members[1].Package
	for name, c := range map[string]struct {
		file *enrol.File
		want error
	}{
		"changed":              {forged, enrol.ErrSignature},
		"another root":         {stranger.both(6), enrol.ErrOtherRoot},
		"older":                {p.both(4), enrol.ErrOlder},
		"another of that name": {p.both(5), enrol.ErrConflict},
		"this node is revoked": {p.both(6, 1), enrol.ErrRevoked},
		"another's package":    {swapped, enrol.ErrPackage},
	} {
		if _, err := d.Take(c.file); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after, err := os.ReadFile(networkFile(p.dir)); err != nil || !slices.Equal(before, after) {
		t.Errorf("the network file changed, %v", err)
	}
}
