package enrol

import (
	"math/rand/v2"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// stream is entropy from a seed: a test that fails once fails again.
type stream struct{ *rand.ChaCha8 }

func entropy(seed byte) stream { return stream{rand.NewChaCha8([32]byte{seed})} }

// world is an operator with three nodes.
type world struct {
	root    *ident.Private
	nodes   []*ident.Private
	secrets Secrets
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
	return &world{
		root:  draw(),
		nodes: []*ident.Private{draw(), draw(), draw()},
		secrets: Secrets{
			Network: seal.Secret{1},
			Groups:  map[ident.GroupID]seal.Secret{1: {2}, 2: {3}},
		},
	}
}

var nodeNames = []string{"crew-1", "substation", "Leitstelle Süd"}

// file returns a signed network file of all nodes.
func (w *world) file(t testing.TB, serial uint64) *File {
	t.Helper()
	f := &File{Serial: serial, Name: "North Grid", Groups: []ident.Group{{ID: 1, Name: "all"}, {ID: 2, Name: "switching"}}}
	for i, p := range w.nodes {
		cert := &ident.Certificate{Operator: ident.OperatorOf(w.root.SignKey()), Number: ident.Number(i + 1), Name: nodeNames[i],
			Rights: ident.MayFlash, Sign: p.SignKey(), Box: p.BoxKey(), From: 20000, Until: 22000}
		cert.Signature = w.root.Sign(cert.SignedBytes())
		f.Certificates = append(f.Certificates, cert)
	}
	if err := f.Seal(w.root, w.secrets, entropy(2)); err != nil {
		t.Fatal(err)
	}
	return f
}
