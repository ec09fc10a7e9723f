package enrol

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestEachNodeOpensItsPackage(t *testing.T) {
	w := newWorld(t)
	f := w.file(1)
	for i := range w.nodes {
		n, err := w.open(f, i, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n.Self != ident.Number(i+1) || n.Held.Self != n.Self || n.Name != "North Grid" || n.Secrets.Bootstrap != w.keys.Bootstrap ||
			n.Secrets.NeedKeys() != nil || !n.Secrets.Once {
			t.Errorf("node %d learned %+v", i+1, n)
		}
		if len(n.Roster.Numbers()) != 3 || n.Roster.Root() != w.root.SignKey() {
			t.Errorf("node %d has another roster", i+1)
		}
		groups := slices.Sorted(maps.Keys(n.Secrets.Groups))
		if want := [][]ident.GroupID{{1, 2, 127}, {1, 127}, {3, 127}}[i]; !slices.Equal(groups, want) {
			t.Errorf("node %d has the secrets of groups %v, want %v", i+1, groups, want)
		}
		if len(n.Blocks) != 2 || !slices.Equal(n.Revoked, []ident.Number{4}) || n.Redirects[0] != (Redirect{4, 2}) ||
			n.Persons[0].Person != 3 || len(n.Withdrawn) != 2 || n.Held.Next != ident.NextHash(w.next.SignKey()) {
			t.Errorf("node %d misses something: %+v", i+1, n)
		}
	}
}

// refusals are files that must not be taken, each with one fault, by name.
func refusals(t *testing.T, w *world) map[string]struct {
	file *File
	want error
} {
	type c = struct {
		file *File
		want error
	}
	other := w.under(w.next)
	foreign := w.changed(2, func(f *File) { f.Members[1] = other.file(2).Members[1] })
	foreignPerson := w.changed(2, func(f *File) { f.Persons = other.file(2).Persons })
	forged := w.file(2)
	forged.Name = "South Grid"
	return map[string]c{
		"forged":                     {forged, ErrSignature},
		"certificate not the root's": {w.changed(2, func(f *File) { f.Members[1].Certificate.Rights |= ident.MaySuspend }), ErrSignature},
		"credential not the root's":  {w.changed(2, func(f *File) { f.Persons[0].Rights |= ident.MaySuspend }), ErrSignature},
		"key block not the root's":   {w.changed(2, func(f *File) { f.Blocks = other.blocks }), ErrSignature},
		"certificate of another":     {foreign, ErrOtherNetwork},
		"credential of another":      {foreignPerson, ErrOtherNetwork},
		"promise not the root's":     {w.changed(2, func(f *File) { f.Roots[0].Next[0] ^= 1 }), ErrSuccession},
		"promise of another":         {w.changed(2, func(f *File) { f.Roots = []ident.Succession{other.promise()} }), ErrSuccession},
		"guest in a lasting group":   {w.changed(2, w.certified(2, func(c *ident.Certificate) { c.Groups = ident.Groups(1) })), ErrPrivilege},
		"name twice":                 {w.changed(2, w.certified(1, func(c *ident.Certificate) { c.Name = nodeNames[0] })), ErrTwice},
		"package exchanged":          {w.changed(2, func(f *File) { f.Members[0].Package, f.Members[0].Digest = f.Members[1].Package, f.Members[1].Digest }), ErrPackage},
		"package damaged":            {w.changed(2, func(f *File) { f.Members[1].Package[40] ^= 1 }), ErrPackage},
		"group without its secret":   {w.changed(2, w.certified(0, func(c *ident.Certificate) { c.Groups = ident.Groups(1, 2, 3) })), ErrPackage},
		"secret without its group":   {w.changed(2, w.certified(0, func(c *ident.Certificate) { c.Groups = ident.Groups(1) })), ErrPackage},
		"behind the newest block":    {w.changed(2, func(f *File) { f.Blocks = f.Blocks[:1] }), ErrPackage},
	}
}

func TestOpenRefusals(t *testing.T) {
	w := newWorld(t)
	for name, c := range refusals(t, w) {
		_, err := w.open(c.file, 0, nil)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && Hint(err) == "" {
			t.Errorf("%s: no hint", name)
		}
	}
}

func TestOpenAfterAnotherFile(t *testing.T) {
	w := newWorld(t)
	stranger, err := ident.NewPrivate(entropy(9))
	if err != nil {
		t.Fatal(err)
	}
	held := func(f *File) *Held {
		n, err := w.open(f, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		return &n.Held
	}
	thief := w.under(stranger)
	without := func(f *File) {
		f.Members, f.Revoked, f.Redirects = f.Members[1:], []ident.Number{1, 4}, nil
	}
	for name, c := range map[string]struct {
		file    *File
		private *ident.Private
		held    *Held
		want    error
	}{
		"same file":              {w.file(2), w.nodes[0], held(w.file(2)), nil},
		"newer":                  {w.file(3), w.nodes[0], held(w.file(2)), nil},
		"older":                  {w.file(1), w.nodes[0], held(w.file(2)), ErrOlder},
		"same serial, other":     {w.changed(2, func(f *File) { f.Name = "Northern" }), w.nodes[0], held(w.file(2)), ErrConflict},
		"other root":             {thief.file(3), w.nodes[0], held(w.file(2)), ErrOtherRoot},
		"promise withdrawn":      {w.changed(3, func(f *File) { f.Roots = nil }), w.nodes[0], held(w.file(2)), ErrSuccession},
		"stranger":               {w.file(2), stranger, nil, ErrNotMember},
		"revoked":                {w.changed(3, without), w.nodes[0], held(w.file(2)), ErrRevoked},
		"gone and never a word":  {w.changed(3, func(f *File) { f.Members = f.Members[1:] }), w.nodes[0], held(w.file(2)), ErrNotMember},
		"revoked, at first join": {w.changed(3, without), w.nodes[0], nil, ErrNotMember},
	} {
		_, err := Open(c.file, c.private, ident.Ed25519{}, c.held)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && Hint(err) == "" {
			t.Errorf("%s: no hint", name)
		}
	}
}

// The promised root takes over, for who saw the promise and for who did not;
// another one does not, whoever signed its lineage.
func TestRootChanges(t *testing.T) {
	w := newWorld(t)
	before := w.file(1)
	first, err := w.open(before, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	change := func(next *ident.Private, promise ident.Succession) *File {
		f := w.file(2)
		f.Roots = []ident.Succession{promise}
		for i := range f.Members {
			c := *f.Members[i].Certificate
			c.Signature = next.Sign(c.SignedBytes())
			f.Members[i].Certificate = &c
		}
		p := *f.Persons[0]
		p.Signature = next.Sign(p.SignedBytes())
		f.Persons[0] = &p
		if err := f.Seal(next, w.keys, today, entropy(4)); err != nil {
			t.Fatal(err)
		}
		return f
	}
	after := change(w.next, w.promise())
	n, err := w.open(after, 0, &first.Held)
	if err != nil {
		t.Fatal(err)
	}
	if n.Roster.Operator() != w.operator() || n.Held.Root != w.next.SignKey() || len(n.Lineage.Roots) != 2 {
		t.Errorf("operator %v, root %v, lineage %v", n.Roster.Operator(), n.Held.Root, n.Lineage.Roots)
	}
	unaware := first.Held
	unaware.Next = [32]byte{}
	if _, err := w.open(after, 0, &unaware); err != nil {
		t.Errorf("for a node that had not seen the promise: %v", err)
	}
	if _, err := w.open(w.file(3), 0, &n.Held); !errors.Is(err, ErrOtherRoot) {
		t.Errorf("the old root signs on: %v", err)
	}
	thief := w.nodes[1] // has stolen the root key and promises itself
	stolen := ident.Succession{Old: w.root.SignKey(), Next: ident.NextHash(thief.SignKey())}
	stolen.Signature = w.root.Sign(stolen.SignedBytes())
	if _, err := w.open(change(thief, stolen), 0, &first.Held); !errors.Is(err, ErrSuccession) {
		t.Errorf("a thief of the root: %v", err)
	}
}

func TestCheckDay(t *testing.T) {
	w := newWorld(t)
	n, err := w.open(w.file(1), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		day  clock.Day
		want error
	}{{0, ErrNotYet}, {19999, ErrNotYet}, {20000, nil}, {22000, nil}, {22001, ErrEnded}, {65535, ErrEnded}} {
		if err := n.CheckDay(c.day); !errors.Is(err, c.want) || err != nil && Hint(err) == "" {
			t.Errorf("day %d: %v, hint %q", c.day, err, Hint(err))
		}
	}
}

// Every class has a hint of its own, so that no two faults read alike.
func TestHints(t *testing.T) {
	seen := map[string]bool{}
	for _, h := range hints {
		if seen[h.hint] {
			t.Errorf("%v shares its hint", h.class)
		}
		seen[h.hint] = true
		if got := Hint(fmt.Errorf("x: %w", h.class)); got != h.hint {
			t.Errorf("%v: %q", h.class, got)
		}
	}
	if Hint(errors.New("another")) != "" {
		t.Error("a hint for something unknown")
	}
}

// Open takes what DecodeFile decoded, so whatever bytes come in, it must not
// believe any of them that the root did not sign.
func FuzzOpen(f *testing.F) {
	w := newWorld(f)
	good := w.file(1)
	f.Add(good.Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := DecodeFile(data)
		if err != nil {
			return
		}
		held := &Held{Root: w.root.SignKey()}
		if n, err := w.open(file, 0, held); err == nil && n.Held.Digest != good.Digest() {
			t.Errorf("%x was believed", data)
		}
		if n, err := Reopen(file, w.nodes[0], ident.Ed25519{}, held); err == nil && n.Held.Digest != good.Digest() {
			t.Errorf("%x was believed without packages", data)
		}
	})
}
