package keyblock

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

const day = 20000

// world is an operator's authority with a tree of height 4.
type world struct {
	root     *ident.Private
	operator ident.OperatorID
	tree     Tree
	entropy  *rand.ChaCha8
}

func newWorld(t testing.TB) *world {
	t.Helper()
	entropy := rand.NewChaCha8([32]byte{1})
	root, err := ident.NewPrivate(entropy)
	if err != nil {
		t.Fatal(err)
	}
	return &world{root: root, operator: ident.OperatorOf(root.SignKey()), entropy: entropy,
		tree: Tree{Generation: 3, Height: 4, Start: 5, Seed: seal.Secret{7}}}
}

func (w *world) make(t testing.TB, p Plan) (*Block, seal.Epoch) {
	t.Helper()
	p.Operator = w.operator
	if p.First == 0 {
		p.First = day
	}
	b, e, err := w.tree.Make(p, w.root, w.entropy)
	if err != nil {
		t.Fatal(err)
	}
	return b, e
}

func (w *world) path(t testing.TB, n ident.Number, serial uint32) Path {
	t.Helper()
	p, err := w.tree.Path(n, serial)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// some draws a number of different node numbers out of 1..top, ascending.
func some(r *rand.Rand, count int, top ident.Number) []ident.Number {
	var out []ident.Number
	for _, i := range r.Perm(int(top))[:count] {
		out = append(out, ident.Number(i+1))
	}
	slices.Sort(out)
	return out
}
