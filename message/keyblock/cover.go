package keyblock

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// MaxHeight is the height of a tree for all node numbers.
const MaxHeight = 16

// Cover returns the vertices of a tree of the given height below which is every
// number in 1..top but the revoked: the fewest there are, in the order of their
// leaves. revoked must ascend. Numbers above top, and 0, belong to nobody yet;
// they may come to lie below a covered vertex, and it does not matter: who gets
// such a number later gets a path that was stepped past the block.
func Cover(height uint8, top ident.Number, revoked []ident.Number) []uint32 {
	var vertices []uint32
	walkCover(height, top, revoked, func(v uint32) { vertices = append(vertices, v) })
	return vertices
}

// coverSize is the length of Cover, without making it.
func coverSize(height uint8, top ident.Number, revoked []ident.Number) (n int) {
	walkCover(height, top, revoked, func(uint32) { n++ })
	return n
}

func walkCover(height uint8, top ident.Number, revoked []ident.Number, emit func(uint32)) {
	var walk func(v, first, size uint32, revoked []ident.Number)
	walk = func(v, first, size uint32, revoked []ident.Number) {
		switch {
		case max(first, 1) > uint32(top) || first+size <= 1: // nobody lives here
		case len(revoked) == 0:
			emit(v)
		case size > 1:
			half := size / 2
			at, _ := slices.BinarySearch(revoked, ident.Number(first+half))
			walk(2*v, first, half, revoked[:at])
			walk(2*v+1, first+half, half, revoked[at:])
		}
	}
	walk(1, 0, 1<<height, revoked)
}

// leafOf returns the vertex of a node number.
func leafOf(height uint8, n ident.Number) uint32 { return 1<<height + uint32(n) }

// inTree tells whether a tree of this height has a leaf for n.
func inTree(height uint8, n ident.Number) bool {
	return height >= 1 && height <= MaxHeight && uint32(n) < 1<<height && n <= ident.MaxNumber
}
