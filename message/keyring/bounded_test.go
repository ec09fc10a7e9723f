package keyring

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

// TestBoundedDecoding: a state is this node's own, sealed in its vault; its counts of
// one byte are believed.
func TestBoundedDecoding(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	for range 3 {
		a.block(today)
	}
	s.Apply(a.operator, a.block(today+1))
	bound.Bound{Times: 16, Plus: 64 << 10}.Decoding(t, func(b []byte) { _, _ = Decode(b) }, s.Encode())
}
