package enrol

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Any part of the packages makes a file of the same edition, in one encoding.
func TestWithPackages(t *testing.T) {
	w := newWorld(t)
	whole := w.file(1)
	all := whole.Packages()
	for choice := range 1 << len(all) {
		var kept []ident.Number
		for i, n := range all {
			if choice>>i&1 == 1 {
				kept = append(kept, n)
			}
		}
		f, err := DecodeFile(whole.WithPackages(func(n ident.Number) bool { return slices.Contains(kept, n) }).Encode())
		if err != nil {
			t.Fatalf("with %v: %v", kept, err)
		}
		if f.Digest() != whole.Digest() || !slices.Equal(f.Packages(), kept) {
			t.Errorf("with %v: packages of %v", kept, f.Packages())
		}
		_, err = Open(f, w.nodes[0], ident.Ed25519{}, nil)
		if slices.Contains(kept, 1) && err != nil || !slices.Contains(kept, 1) && !errors.Is(err, ErrPackage) {
			t.Errorf("with %v: node 1 opens it: %v", kept, err)
		}
	}
	if !bytes.Equal(whole.WithPackages(func(ident.Number) bool { return true }).Encode(), whole.Encode()) {
		t.Error("with all packages it is another file")
	}
}

// None at all is written as none, and not as many of no length.
func TestNoPackagesHaveOneEncoding(t *testing.T) {
	bare := newWorld(t).file(1).WithoutPackages()
	b := bare.Encode()
	b[len(b)-1] = byte(len(bare.Members))
	if _, err := DecodeFile(append(b, make([]byte, 2*len(bare.Members))...)); !errors.Is(err, ErrNotCanonical) {
		t.Errorf("packages of no length: %v", err)
	}
}

func TestNames(t *testing.T) {
	w, other := newWorld(t), ident.SignKey{1}
	f := w.file(1)
	if !f.Names(f.Root) || f.Names(other) {
		t.Error("a file names another root than its own")
	}
	f.Roots = []ident.Succession{{Old: other}}
	if !f.Names(other) {
		t.Error("a file does not name the root before")
	}
}
