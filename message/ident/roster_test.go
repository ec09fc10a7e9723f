package ident

import (
	"errors"
	"slices"
	"testing"
)

func rosterOf(t testing.TB, numbers ...Number) (OperatorID, SignKey, []*Certificate) {
	t.Helper()
	root := testPrivate(t, 200).SignKey()
	operator := OperatorOf(root)
	var certs []*Certificate
	for _, n := range numbers {
		device := testPrivate(t, byte(n))
		certs = append(certs, &Certificate{
			Operator: operator, Number: n, Name: "node-" + n.String(),
			Sign: device.SignKey(), Box: device.BoxKey(), From: 1, Until: 2,
		})
	}
	return operator, root, certs
}

func TestRoster(t *testing.T) {
	operator, root, certs := rosterOf(t, 9, 3, 5)
	groups := []Group{{ID: 7, Name: "north"}, {ID: 1, Name: "all"}}
	r, err := NewRoster(operator, root, groups, certs)
	if err != nil {
		t.Fatal(err)
	}
	if r.Operator() != operator || r.Root() != root {
		t.Errorf("operator %v, root %v", r.Operator(), r.Root())
	}
	if got := r.Numbers(); !slices.Equal(got, []Number{3, 5, 9}) {
		t.Errorf("numbers %v", got)
	}
	if got := r.Groups(); !slices.Equal(got, []Group{{ID: 1, Name: "all"}, {ID: 7, Name: "north"}}) {
		t.Errorf("groups %v", got)
	}
	for _, c := range certs {
		for how, find := range map[string]func() (*Certificate, bool){
			"number": func() (*Certificate, bool) { return r.Certificate(c.Number) },
			"name":   func() (*Certificate, bool) { return r.ByName(c.Name) },
			"key":    func() (*Certificate, bool) { return r.BySignKey(c.Sign) },
		} {
			if got, ok := find(); !ok || got != c {
				t.Errorf("node %v by %s: %v", c.Number, how, got)
			}
		}
	}
	if g, ok := r.Group(7); !ok || g.Name != "north" {
		t.Errorf("group 7 is %v", g)
	}
	if g, ok := r.GroupByName("all"); !ok || g.ID != 1 {
		t.Errorf("group all is %v", g)
	}
}

func TestRosterDoesNotKnowStrangers(t *testing.T) {
	operator, root, certs := rosterOf(t, 1)
	r, err := NewRoster(operator, root, []Group{{ID: 1, Name: "all"}}, certs)
	if err != nil {
		t.Fatal(err)
	}
	_, byNumber := r.Certificate(2)
	_, byName := r.ByName("node-2")
	_, byKey := r.BySignKey(SignKey{})
	_, group := r.Group(2)
	_, named := r.GroupByName("")
	if byNumber || byName || byKey || group || named {
		t.Error("something unknown is found")
	}
}

// What a caller does with the slices that it gets or gave changes nothing.
func TestRosterKeepsItsOwnSlices(t *testing.T) {
	operator, root, certs := rosterOf(t, 1, 2)
	groups := []Group{{ID: 1, Name: "all"}}
	r, err := NewRoster(operator, root, groups, certs)
	if err != nil {
		t.Fatal(err)
	}
	clear(groups)
	clear(certs)
	clear(r.Numbers())
	clear(r.Groups())
	if !slices.Equal(r.Numbers(), []Number{1, 2}) || !slices.Equal(r.Groups(), []Group{{ID: 1, Name: "all"}}) {
		t.Errorf("numbers %v, groups %v", r.Numbers(), r.Groups())
	}
}

func TestNewRosterRefuses(t *testing.T) {
	all := []Group{{ID: 1, Name: "all"}}
	for name, change := range map[string]func(groups []Group, certs []*Certificate) []Group{
		"number twice":   func(g []Group, c []*Certificate) []Group { c[1].Number = c[0].Number; return g },
		"name twice":     func(g []Group, c []*Certificate) []Group { c[1].Name = c[0].Name; return g },
		"sign key twice": func(g []Group, c []*Certificate) []Group { c[1].Sign = c[0].Sign; return g },
		"box key twice":  func(g []Group, c []*Certificate) []Group { c[1].Box = c[0].Box; return g },
		"other operator": func(g []Group, c []*Certificate) []Group { c[1].Operator[0] ^= 1; return g },
		"impossible":     func(g []Group, c []*Certificate) []Group { c[1].Name = ""; return g },
		"group twice":    func(g []Group, c []*Certificate) []Group { return append(g, Group{ID: 1, Name: "b"}) },
		"group name":     func(g []Group, c []*Certificate) []Group { return append(g, Group{ID: 2, Name: "all"}) },
		"group 0":        func(g []Group, c []*Certificate) []Group { return append(g, Group{ID: 0, Name: "b"}) },
		"group 127":      func(g []Group, c []*Certificate) []Group { return append(g, Group{ID: 127, Name: "b"}) },
		"in no group":    func(g []Group, c []*Certificate) []Group { c[1].Groups = Groups(2); return g },
		"guest, no incident": func(g []Group, c []*Certificate) []Group {
			c[1].Kind, c[1].Groups = Guest, Groups(1)
			return g
		},
		"group 128":       func(g []Group, c []*Certificate) []Group { return append(g, Group{ID: 128, Name: "b"}) },
		"group, no name":  func(g []Group, c []*Certificate) []Group { return append(g, Group{ID: 2, Name: ""}) },
		"group, bad name": func(g []Group, c []*Certificate) []Group { return append(g, Group{ID: 2, Name: "a\n"}) },
	} {
		operator, root, certs := rosterOf(t, 1, 2)
		if _, err := NewRoster(operator, root, change(slices.Clone(all), certs), certs); !errors.Is(err, ErrRoster) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMembers(t *testing.T) {
	operator, root, certs := rosterOf(t, 1, 2, 3)
	certs[0].Groups = Groups(1)
	certs[1].Groups = Groups(1, 2)
	certs[2].Kind, certs[2].Groups = Guest, Groups(2)
	r, err := NewRoster(operator, root, []Group{{ID: 1, Name: "all"}, {ID: 2, Name: "flood", Incident: true}}, certs)
	if err != nil {
		t.Fatal(err)
	}
	for g, want := range map[GroupID][]Number{0: nil, 1: {1, 2}, 2: {2, 3}, 3: nil, NetworkGroup: {1, 2, 3}, 200: nil} {
		if got := r.Members(g); !slices.Equal(got, want) {
			t.Errorf("members of group %d: %v, want %v", g, got, want)
		}
		for n := Number(0); n < 5; n++ {
			if got := r.In(n, g); got != slices.Contains(want, n) {
				t.Errorf("node %v in group %d: %v", n, g, got)
			}
		}
	}
	if got := r.Guests(); !slices.Equal(got, []Number{3}) {
		t.Errorf("guests %v", got)
	}
}

// A guest in a group that is no incident's has more than its kind may have.
func TestGuestOutsideOfIncidents(t *testing.T) {
	operator, root, certs := rosterOf(t, 1)
	certs[0].Kind, certs[0].Groups = Guest, Groups(1)
	if _, err := NewRoster(operator, root, []Group{{ID: 1, Name: "all"}}, certs); !errors.Is(err, ErrPrivilege) {
		t.Errorf("%v", err)
	}
}
