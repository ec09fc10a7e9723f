package main

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
)

// Every kind is there, with an example that is right. No parameter has two meanings: of
// two with one name, a family's and that of all, one would be read for the other.
func TestKinds(t *testing.T) {
	list := kindsForPeople()
	families := links.Families()
	if len(list) != len(families) {
		t.Fatalf("%d kinds for %d families", len(list), len(families))
	}
	for i, f := range families {
		if k := list[i]; k.Kind != f.Scheme {
			t.Errorf("%s stands where %s should", k.Kind, f.Scheme)
		} else if err := links.Check(k.Example, ""); err != nil {
			t.Errorf("%s: %v", k.Kind, err)
		}
		names := map[string]bool{}
		for _, p := range parameters(f) {
			if names[p.Name] {
				t.Errorf("%s has two parameters %s", f.Scheme, p.Name)
			}
			names[p.Name] = true
		}
	}
}
