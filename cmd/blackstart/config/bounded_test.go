package config

import (
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
)

// TestBoundedParse: the file is its owner's, and YAML takes room; but no alias and
// no nesting makes it take more than so many times its length.
func TestBoundedParse(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'l'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 8) + "]\n"
	}
	sound := bound.Texts("links: [a]\nclock-error: 1h\n", bomb, strings.Repeat("[", 1000), strings.Repeat("a: ", 1000))
	bound.Bound{Times: 2000, Plus: 1 << 20}.Decoding(t, func(b []byte) { _, _ = Parse(b[:min(len(b), 4096)]) }, sound...)
}
