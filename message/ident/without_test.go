package ident

import (
	"slices"
	"testing"
)

func TestWithout(t *testing.T) {
	w := func(n Number) *Certificate {
		return &Certificate{Number: n, Name: "node-" + n.String(), Sign: SignKey{byte(n)}, Box: BoxKey{byte(n)}}
	}
	r, err := NewRoster(OperatorID{}, SignKey{}, []Group{{ID: 1, Name: "all"}}, []*Certificate{w(1), w(2), w(3)})
	if err != nil {
		t.Fatal(err)
	}
	less := r.Without([]Number{2, 9})
	if got := less.Numbers(); !slices.Equal(got, []Number{1, 3}) || len(less.Groups()) != 1 {
		t.Errorf("left are %v, groups %v", got, less.Groups())
	}
	if _, ok := less.ByName("node-2"); ok {
		t.Error("it is still found by name")
	}
	if len(r.Numbers()) != 3 || r.Without(nil) != r {
		t.Error("the roster itself has changed")
	}
}
