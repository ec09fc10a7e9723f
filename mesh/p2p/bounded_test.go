package p2p

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestBoundedDecoding(t *testing.T) {
	bound.Bound{Times: 16, Plus: 8192}.Decoding(t, func(b []byte) { _, _ = DecodeHello(b) }, sampleHello().Encode())
}
