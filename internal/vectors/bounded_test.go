package vectors

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestBoundedParse(t *testing.T) {
	bound.Bound{Times: 64, Plus: 8192}.Decoding(t, func(b []byte) { _, _ = Parse("x", b) }, bound.Texts("expect: ok\n\n00ff\n", "expect ok\n\n")...)
}
