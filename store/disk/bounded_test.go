package disk

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestBoundedDecoding(t *testing.T) {
	bound.Bound{Times: 8, Plus: 4096}.Decoding(t, func(b []byte) { _, _ = DecodeFormat(b) }, encodeFormat([16]byte{1}))
}
