package enrol

import (
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// stream is entropy from a seed: a test that fails once fails again.
type stream struct{ *rand.ChaCha8 }

func entropy(seed byte) stream { return stream{rand.NewChaCha8([32]byte{seed})} }

const (
	today  = clock.Day(20500)
	first  = today - 3 // of the second key block
	height = 4
)

// world is an operator with three nodes, of which the last is a guest, a fourth
// that was revoked by key block 2, and a person.
type world struct {
	t      testing.TB
	root   *ident.Private
	next   *ident.Private // the root to come
	nodes  []*ident.Private
	once   []*PackageKey // of the nodes' requests
	person *ident.Private
	keys   *Keyset
	blocks []*keyblock.Block
	groups []ident.Group
}

func newWorld(t testing.TB) *world {
	t.Helper()
	e := entropy(1)
	draw := func() *ident.Private {
		p, err := ident.NewPrivate(e)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	w := &world{t: t, root: draw(), nodes: []*ident.Private{draw(), draw(), draw()}, next: draw(), person: draw()}
	for range w.nodes {
		key, err := NewPackageKey(e)
		if err != nil {
			t.Fatal(err)
		}
		w.once = append(w.once, key)
	}
	w.groups = []ident.Group{{ID: 1, Name: "all"}, {ID: 2, Name: "switching"}, {ID: 3, Name: "flood", Incident: true}}
	keys, err := NewKeyset(w.groups, height, e)
	if err != nil {
		t.Fatal(err)
	}
	w.keys = keys
	w.block(first-10, nil)
	w.block(first, []ident.Number{4})
	return w
}

func (w *world) operator() ident.OperatorID { return ident.OperatorOf(w.root.SignKey()) }

// under returns the same world under another root key.
func (w *world) under(root *ident.Private) *world {
	other := newWorld(w.t)
	other.root = root
	for i, b := range other.blocks {
		c := *b
		c.Signature = root.Sign(c.SignedBytes(other.operator()))
		other.blocks[i] = &c
	}
	return other
}

// block makes the next key block.
func (w *world) block(day clock.Day, revoked []ident.Number) {
	w.t.Helper()
	b, err := w.keys.NextBlock(w.root, w.operator(), day, 4, revoked, entropy(byte(w.keys.Epoch.Serial)+10))
	if err != nil {
		w.t.Fatal(err)
	}
	w.blocks = append(w.blocks, b)
}

var nodeNames = []string{"crew-1", "substation", "Helfer Süd"}

// certificate returns the signed certificate of a node, by index.
func (w *world) certificate(i int) *ident.Certificate {
	p := w.nodes[i]
	c := &ident.Certificate{Operator: w.operator(), Number: ident.Number(i + 1), Name: nodeNames[i],
		Rights: ident.MayFlash, Groups: ident.Groups(1, 2), Sign: p.SignKey(), Box: p.BoxKey(), From: 20000, Until: 22000}
	switch i {
	case 1:
		c.Groups, c.Kind = ident.Groups(1), ident.FixedStation
	case 2:
		c.Groups, c.Kind, c.From, c.Until = ident.Groups(3), ident.Guest, today, today+2
	}
	c.Signature = w.root.Sign(c.SignedBytes())
	return c
}

func (w *world) credential() *ident.Credential {
	c := &ident.Credential{Operator: w.operator(), Person: 3, Name: "A. Meier", Role: "duty shift leader", Rights: ident.MayOrder,
		Key: w.person.SignKey(), From: 20000, Until: 21000}
	c.Signature = w.root.Sign(c.SignedBytes())
	return c
}

// promise is the root's word on the root to come.
func (w *world) promise() ident.Succession {
	s := ident.Succession{Old: w.root.SignKey(), Next: ident.NextHash(w.next.SignKey())}
	s.Signature = w.root.Sign(s.SignedBytes())
	return s
}

// open is what node i does with a file.
func (w *world) open(f *File, i int, held *Held) (*Network, error) {
	return Open(f, w.nodes[i], ident.Ed25519{}, held, w.once[i])
}

// file returns a signed network file of all nodes, with something in each list.
func (w *world) file(serial uint64) *File {
	w.t.Helper()
	f := &File{Serial: serial, Name: "North Grid", Groups: w.groups, Roots: []ident.Succession{w.promise()},
		Revoked: []ident.Number{4}, Redirects: []Redirect{{From: 4, To: 2}},
		Persons: []*ident.Credential{w.credential()}, Withdrawn: []ident.PersonNumber{1, 2}, Blocks: w.blocks}
	f.Groups = append([]ident.Group(nil), w.groups...)
	for i := range w.nodes {
		f.Enrol(w.certificate(i), w.once[i].Public())
	}
	if err := f.Seal(w.root, w.keys, today, entropy(2)); err != nil {
		w.t.Fatal(err)
	}
	return f
}

// sign signs a file again after a change.
func (w *world) sign(f *File) *File {
	f.Signature = w.root.Sign(f.SignedBytes())
	return f
}

// changed returns a file with one change, signed again.
func (w *world) changed(serial uint64, change func(f *File)) *File {
	f := w.file(serial)
	change(f)
	return w.sign(f)
}

// certified puts a changed certificate, signed by the root, in a member's place.
func (w *world) certified(i int, change func(c *ident.Certificate)) func(f *File) {
	return func(f *File) {
		c := *f.Members[i].Certificate
		change(&c)
		c.Signature = w.root.Sign(c.SignedBytes())
		f.Members[i].Certificate = &c
	}
}

// request is that of the first node.
func (w *world) request(name, role string) (*Request, error) {
	return NewRequest(name, role, w.nodes[0], w.once[0])
}
