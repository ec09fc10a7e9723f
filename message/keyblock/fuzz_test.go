package keyblock

import (
	"bytes"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// FuzzDecode: what decodes encodes to the same bytes and covers nobody revoked.
func FuzzDecode(f *testing.F) {
	w := newWorld(f)
	for _, count := range []int{0, 1, 5} {
		b, _ := w.make(f, Plan{Serial: 8, Top: 15, Revoked: []ident.Number{1, 4, 6, 8, 13}[:count]})
		f.Add(b.Encode())
	}
	w.tree.Height = 10
	var many []ident.Number
	for n := range ident.Number(40) {
		many = append(many, 1+n*25)
	}
	b, _ := w.make(f, Plan{Serial: 8, Top: 1000, Revoked: many})
	f.Add(b.Encode())
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := Decode(raw)
		if err != nil {
			if b != nil {
				t.Fatal("a refused block comes out")
			}
			return
		}
		if !bytes.Equal(b.Encode(), raw) {
			t.Fatalf("%x decodes, but is not what encoding gives", raw)
		}
		for _, n := range b.Revoked {
			if at, _ := b.find(n); at >= 0 {
				t.Fatalf("node %d is revoked and covered", n)
			}
		}
	})
}

// FuzzDecodePath: what decodes encodes to the same bytes.
func FuzzDecodePath(f *testing.F) {
	f.Add(newWorld(f).path(f, 4, 8).Append(nil))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, rest, err := DecodePath(raw)
		if err == nil && !bytes.Equal(append(p.Append(nil), rest...), raw) {
			t.Fatalf("%x decodes, but is not what encoding gives", raw)
		}
	})
}
