package enrol

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Who recorded a network file and takes the device later, with its lasting keys, has
// no path and no epoch: what would have opened them was erased.
func TestARecordedFileStaysClosed(t *testing.T) {
	w := newWorld(t)
	recorded := w.file(1)
	if n, err := w.open(recorded, 0, nil); err != nil || n.Secrets.NeedKeys() != nil || !n.Secrets.Once {
		t.Fatalf("the node itself: %v", err)
	}
	n, err := Open(recorded, w.nodes[0], ident.Ed25519{}, nil, w.once[1]) // another's key is of no use
	if err != nil {
		t.Fatal(err)
	}
	s := n.Secrets
	if s.HaveKeys() || s.Epoch.Serial != 0 || s.Once || !errors.Is(s.NeedKeys(), ErrNoKeys) {
		t.Errorf("a captured device opens %d keys of the path, epoch %d: %v", len(s.Path.Keys), s.Epoch.Serial, s.NeedKeys())
	}
	if len(s.Groups) != 3 {
		t.Errorf("it has the secrets of %d groups", len(s.Groups))
	}
}

func TestRecipients(t *testing.T) {
	w := newWorld(t)
	lasting, once := w.nodes[0].BoxKey(), w.once[0].Public()
	for name, c := range map[string]struct {
		to         []ident.BoxKey
		keys       []*PackageKey
		have, once bool
	}{
		"none":                    {nil, w.once[:1], false, false},
		"the request's":           {[]ident.BoxKey{once}, w.once[:1], true, true},
		"the request's, erased":   {[]ident.BoxKey{once}, nil, false, false},
		"the lasting":             {[]ident.BoxKey{lasting}, w.once[:1], true, false},
		"both":                    {[]ident.BoxKey{lasting, once}, w.once[:1], true, true},
		"both, erased":            {[]ident.BoxKey{lasting, once}, nil, true, false},
		"an earlier request's":    {[]ident.BoxKey{w.once[1].Public()}, w.once[:1], false, false},
		"two requests on the way": {[]ident.BoxKey{once}, []*PackageKey{w.once[1], w.once[0]}, true, true},
	} {
		f := w.file(1)
		f.Members[0].Recipients = c.to
		if err := f.Seal(w.root, w.keys, today, entropy(3)); err != nil {
			t.Fatal(err)
		}
		n, err := Open(f, w.nodes[0], ident.Ed25519{}, nil, c.keys...)
		if err != nil || n.Secrets.HaveKeys() != c.have || n.Secrets.Once != c.once || (n.Secrets.NeedKeys() == nil) != c.have {
			t.Errorf("%s: %+v, %v", name, n, err)
		}
	}
	f := w.file(1)
	f.Members[0].Recipients = []ident.BoxKey{once, once, once}
	if err := f.Seal(w.root, w.keys, today, entropy(3)); !errors.Is(err, ErrOversized) {
		t.Errorf("three recipients: %v", err)
	}
}

// The two reasons why a node has no keys read differently.
func TestNeedKeysSaysWhy(t *testing.T) {
	w := newWorld(t)
	said := map[string]bool{}
	for _, to := range [][]ident.BoxKey{nil, {w.once[1].Public()}} {
		f := w.file(1)
		f.Members[0].Recipients = to
		if err := f.Seal(w.root, w.keys, today, entropy(3)); err != nil {
			t.Fatal(err)
		}
		n, err := w.open(f, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = n.Secrets.NeedKeys()
		if Hint(err) == "" || said[err.Error()] {
			t.Errorf("%v, hint %q", err, Hint(err))
		}
		said[err.Error()] = true
	}
}

func TestPackageKeyDoesNotPrint(t *testing.T) {
	secret := []byte("this must never be seen on paper")
	k, err := ParsePackageKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, said := range []string{fmt.Sprintf(verb, k), fmt.Sprintf(verb, *k), fmt.Sprintf(verb, struct{ k *PackageKey }{k})} {
			if strings.Contains(said, "this must") || strings.Contains(said, "74686973") || strings.Contains(said, "116 104") {
				t.Errorf("%s: %q", verb, said)
			}
		}
	}
}

func FuzzParsePackageKey(f *testing.F) {
	f.Add(bytes.Repeat([]byte{7}, PackageKeySize))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := ParsePackageKey(b)
		if (err == nil) != (len(b) == PackageKeySize) {
			t.Fatalf("%d bytes: %v", len(b), err)
		}
		if err == nil && (!bytes.Equal(k.Bytes(), b) || weak(k.Public())) {
			t.Errorf("%x comes back as %x", b, k.Bytes())
		}
	})
}
