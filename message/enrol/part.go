package enrol

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// A file may be handed on with some of its packages: to one node with its own, so
// that it learns nothing that it has no use for, or to be kept without one's own.

// WithPackages returns the file with those packages only that keep reports true for.
// It has the same digest and signature.
func (f *File) WithPackages(keep func(ident.Number) bool) *File {
	g := f.WithoutPackages()
	for i, m := range f.Members {
		if keep(m.Certificate.Number) {
			g.Members[i].Package = m.Package
		}
	}
	return g
}

// Packages returns the numbers of the nodes whose packages are there, ascending.
func (f *File) Packages() []ident.Number {
	var list []ident.Number
	for _, m := range f.Members {
		if m.Package != nil {
			list = append(list, m.Certificate.Number)
		}
	}
	return list
}

// Names reports whether a root is the one that signed the file, or one of those
// before it that the file names. It is a first look, which costs nothing and proves
// nothing: where it is false, Open fails with ErrOtherRoot, after it has checked
// thousands of signatures that whoever made the file may have chosen.
func (f *File) Names(root ident.SignKey) bool {
	return f.Root == root || slices.ContainsFunc(f.Roots, func(s ident.Succession) bool { return s.Old == root })
}
