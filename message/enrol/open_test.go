package enrol

import (
	"errors"
	"reflect"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestEachNodeOpensItsPackage(t *testing.T) {
	w := newWorld(t)
	f := w.file(t, 1)
	for i, p := range w.nodes {
		n, err := Open(f, p, ident.Ed25519{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n.Self != ident.Number(i+1) || n.Name != "North Grid" || !reflect.DeepEqual(n.Secrets, w.secrets) {
			t.Errorf("node %d learned %+v", i+1, n)
		}
		if len(n.Roster.Numbers()) != 3 || n.Roster.Root() != w.root.SignKey() {
			t.Errorf("node %d has another roster", i+1)
		}
	}
}

func TestOpenRefusals(t *testing.T) {
	w := newWorld(t)
	stranger, err := ident.NewPrivate(entropy(9))
	if err != nil {
		t.Fatal(err)
	}
	other := &world{root: stranger, nodes: w.nodes, secrets: w.secrets}
	held := func(f *File) *Held { return &Held{Root: f.Root, Serial: f.Serial, Digest: f.Digest()} }
	forged := w.file(t, 2)
	forged.Name = "South Grid"
	conflict := w.file(t, 2)
	conflict.Name = "Northern Grid"
	conflict.Signature = w.root.Sign(conflict.SignedBytes())
	exchanged := w.file(t, 2)
	exchanged.Packages[0] = exchanged.Packages[1]
	exchanged.Signature = w.root.Sign(exchanged.SignedBytes())
	uncertified := w.file(t, 2)
	uncertified.Certificates[1].Rights |= ident.MaySuspend
	uncertified.Signature = w.root.Sign(uncertified.SignedBytes())
	for name, c := range map[string]struct {
		file    *File
		private *ident.Private
		held    *Held
		want    error
	}{
		"forged":                   {forged, w.nodes[0], nil, ErrSignature},
		"certificate not the root": {uncertified, w.nodes[0], nil, ErrSignature},
		"not a member":             {w.file(t, 2), stranger, nil, ErrNotMember},
		"package of another":       {exchanged, w.nodes[0], nil, ErrPackage},
		"other root":               {other.file(t, 3), w.nodes[0], held(w.file(t, 2)), ErrOtherRoot},
		"older":                    {w.file(t, 1), w.nodes[0], held(w.file(t, 2)), ErrOlder},
		"same serial, other file":  {conflict, w.nodes[0], held(w.file(t, 2)), ErrConflict},
		"same file":                {w.file(t, 2), w.nodes[0], held(w.file(t, 2)), nil},
		"newer":                    {w.file(t, 3), w.nodes[0], held(w.file(t, 2)), nil},
	} {
		_, err := Open(c.file, c.private, ident.Ed25519{}, c.held)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && Hint(err) == "" {
			t.Errorf("%s: no hint", name)
		}
	}
}

// Open takes what DecodeFile decoded, so whatever bytes come in, it must not
// believe any of them that the root did not sign.
func FuzzOpen(f *testing.F) {
	w := newWorld(f)
	good := w.file(f, 1)
	f.Add(good.Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := DecodeFile(data)
		if err != nil {
			return
		}
		n, err := Open(file, w.nodes[0], ident.Ed25519{}, &Held{Root: w.root.SignKey()})
		if err == nil && n.Held.Digest != good.Digest() {
			t.Errorf("%x was believed", data)
		}
	})
}
