package main

import "testing"

func TestAdviceNamesTheFolder(t *testing.T) {
	for _, c := range []struct{ named, advice, want string }{
		{"", "start it with: blackstart node", "start it with: blackstart node"},
		{"a", "start it with: blackstart node", "start it with: blackstart --dir a node"},
		{"my node", "blackstart key show, then blackstart node", "blackstart --dir 'my node' key show, then blackstart --dir 'my node' node"},
		{"it's", "blackstart node", `blackstart --dir 'it'\''s' node`},
		{"a", "blackstart-authority enrol; update blackstart on this machine", "blackstart-authority enrol; update blackstart on this machine"},
		{"a", "blackstart --dir b node", "blackstart --dir b node"},
		{"$1", "blackstart node", "blackstart --dir '$1' node"},
	} {
		w := &world{named: c.named}
		if got := w.here(c.advice); got != c.want {
			t.Errorf("in %q: %q, want %q", c.named, got, c.want)
		}
	}
}
