package links

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestBoundedParse(t *testing.T) {
	sound := bound.Texts("ip://0.0.0.0:4870?transport=tcp&peer=10.1.2.3:4871&mdns=no", "ip://[::1]:0")
	bound.Bound{Times: 64, Plus: 16 << 10}.Decoding(t, func(b []byte) { _, _ = ParseIP(string(b)) }, sound...)
}
