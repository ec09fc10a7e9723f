package bridge

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

func TestBoundedParse(t *testing.T) {
	sound := bound.Texts("x:///dev/ttyUSB0?baud=9600&txdelay=10ms", "x+tcp://[::1]:1?mtu=50", "x+tcp://a:b@c:1#d")
	bound.Bound{Times: 64, Plus: 16 << 10}.Decoding(t, func(b []byte) { _, _ = ParseURL(string(b), "x", testParams()) }, sound...)
}
