package enrol

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestBoundedDecoding(t *testing.T) {
	w := newWorld(t)
	r, err := w.request("crew-1", "crew")
	if err != nil {
		t.Fatal(err)
	}
	person, err := NewPersonFile(w.credential(), w.person, []byte("48151623"), entropy(3))
	if err != nil {
		t.Fatal(err)
	}
	file := w.file(1)
	sound := [][]byte{file.Encode(), file.WithoutPackages().Encode(), file.Text(), r.Encode(), r.Text(), []byte(r.ScanText()), person.Text(), make([]byte, 32)}
	for name, decode := range map[string]func([]byte){
		"DecodeFile":      func(b []byte) { _, _ = DecodeFile(b) },
		"ParseFile":       func(b []byte) { _, _ = ParseFile(b) },
		"DecodeRequest":   func(b []byte) { _, _ = DecodeRequest(b) },
		"ParseRequest":    func(b []byte) { _, _ = ParseRequest(b) },
		"ParsePersonFile": func(b []byte) { _, _ = ParsePersonFile(b) },
		"ParsePackageKey": func(b []byte) { _, _ = ParsePackageKey(b) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 32, Plus: 16 << 10}.Decoding(t, decode, sound...) })
	}
}

// TestBoundedOpening: a file that is not signed costs what decoding it costs, and
// the check of a signature. PersonFile.Open takes its PIN from the keyboard, and as
// much memory as the file's parameters say, which ParsePersonFile bounds.
func TestBoundedOpening(t *testing.T) {
	w := newWorld(t)
	held := &Held{Root: w.root.SignKey()}
	bound.Bound{Times: 64, Plus: 64 << 10}.Decoding(t, func(b []byte) {
		if f, err := DecodeFile(b); err == nil {
			_, _ = Open(f, w.nodes[0], ident.Ed25519{}, held)
		}
	}, w.file(1).Encode())
}
