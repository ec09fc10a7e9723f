package scenario

import (
	"strings"
	"testing"
)

// TestLinksTakeMemory: of many nodes on one LAN, and of a LAN that fails every other
// second of a year, it is known before the run that there is no room for them.
func TestLinksTakeMemory(t *testing.T) {
	for _, text := range []string{"nodes: [{name: a, count: 10000}]\nlinks: [{name: l, nodes: a}]\n",
		"nodes: [{name: a, count: 20}]\nlinks: [{name: l, nodes: a, works: 1 s, fails: 1 s}]\n"} {
		s, err := Parse("s.yaml", []byte("name: s\nstory: x\nlasts: 365 d\n"+text), nothing)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Fits("flood", 24<<30); err == nil || !strings.Contains(err.Error(), `connections of the link "l" take most`) {
			t.Errorf("%v", err)
		}
	}
}
