package daemon

import (
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestAdmissionLeavesOutWhoIsLockedOut(t *testing.T) {
	roster := func(numbers ...ident.Number) *ident.Roster {
		var certs []*ident.Certificate
		for _, n := range numbers {
			certs = append(certs, &ident.Certificate{Number: n, Name: "node-" + n.String(), Sign: ident.SignKey{byte(n)}, Box: ident.BoxKey{byte(n)}})
		}
		r, err := ident.NewRoster(ident.OperatorID{}, ident.SignKey{}, nil, certs)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	var a admission
	first, second := roster(1, 2, 3), roster(1, 2, 3, 4)
	for _, c := range []struct {
		roster *ident.Roster
		out    []ident.Number
		want   []ident.Number
	}{
		{first, nil, []ident.Number{1, 2, 3}},
		{first, []ident.Number{2}, []ident.Number{1, 3}},
		{second, []ident.Number{2}, []ident.Number{1, 3, 4}},
		{second, nil, []ident.Number{1, 2, 3, 4}},
	} {
		a.exclude(c.out)
		for range 2 {
			if got := a.from(c.roster).Numbers(); !slices.Equal(got, c.want) {
				t.Errorf("without %v: %v, want %v", c.out, got, c.want)
			}
		}
	}
}
