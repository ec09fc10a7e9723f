package seal

import (
	"errors"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestMembersShareTheLinkKey(t *testing.T) {
	w := newWorld(t, 2)
	a, b := w.keysOf(1).Link(Epoch0, 1), w.keysOf(2).Link(Epoch0, 1)
	if a != b {
		t.Error("two members have two link keys")
	}
	if a == (LinkKey{}) || a.MAC == a.Enc {
		t.Error("halves are not independent")
	}
	if c := w.keysWith(1, secretOf(9)).Link(Epoch0, 1); c.MAC == a.MAC || c.Enc == a.Enc {
		t.Error("two networks share a link key")
	}
	if a != w.keysOf(1).Link(Epoch0, 40000) {
		t.Error("in this form a node with a wrong clock must hear hellos")
	}
	defer func() {
		if recover() == nil {
			t.Error("a key for an epoch that nobody holds")
		}
	}()
	w.keysOf(1).Link(1, 1)
}

func TestGroupNeedsTheGroupsSecretAndEpoch(t *testing.T) {
	w := newWorld(t, 2)
	k := w.keysOf(1)
	if _, ok := k.Group(3, Epoch0, 1, 1); ok {
		t.Error("a key for a group that this node is not in")
	}
	if _, ok := k.Group(1, 1, 1, 1); ok {
		t.Error("a key for an epoch that nobody holds")
	}
}

func TestPairRefusals(t *testing.T) {
	w := newWorld(t, 3)
	k := w.keysOf(1)
	for _, c := range []struct {
		origin, addressee ident.Number
		epoch             uint8
		want              error
	}{
		{2, 3, Epoch0, ErrNotParty},
		{1, 1, Epoch0, ErrNotParty},
		{1, 9, Epoch0, ErrUnknownNode},
		{9, 1, Epoch0, ErrUnknownNode},
		{1, 0, Epoch0, ErrUnknownNode},
		{1, 2, 3, ErrNoEpoch},
	} {
		if _, err := k.Pair(c.origin, c.addressee, c.epoch, 1); !errors.Is(err, c.want) {
			t.Errorf("%v to %v in epoch %d: %v, want %v", c.origin, c.addressee, c.epoch, err, c.want)
		}
	}
	// Group ciphers of a careless caller are not pair ciphers.
	odd := NewKeys(1, w.keys[1], w.roster, secretOf(1), map[ident.GroupID]Secret{0: secretOf(2)})
	odd.Group(0, Epoch0, 1, 1)
	if _, err := odd.Pair(1, 0, Epoch0, 1); !errors.Is(err, ErrUnknownNode) {
		t.Errorf("pair with node 0: %v", err)
	}
}

// What is remembered changes no answer, and there is a bound to it.
func TestCacheDoesNotShow(t *testing.T) {
	w := newWorld(t, 2)
	warm := w.keysOf(1)
	for day := range clock.Day(MaxCiphers + 500) {
		group, _ := warm.Group(1, Epoch0, 2, day)
		pair, err := warm.Pair(2, 1, Epoch0, day)
		if err != nil {
			t.Fatal(err)
		}
		if probe(group) == probe(pair) {
			t.Fatalf("day %d: group and pair share a key", day)
		}
	}
	if n := len(warm.ciphers.values); n != MaxCiphers {
		t.Errorf("%d ciphers are kept, the limit is %d", n, MaxCiphers)
	}
	for _, day := range []clock.Day{0, 1, MaxCiphers, MaxCiphers + 499} {
		cold := w.keysOf(1)
		a, _ := warm.Group(1, Epoch0, 2, day)
		b, _ := cold.Group(1, Epoch0, 2, day)
		if probe(a) != probe(b) {
			t.Errorf("day %d: another key from the cache", day)
		}
	}
}

func TestPairIsTheSameAtBothEnds(t *testing.T) {
	w := newWorld(t, 3)
	for _, c := range [][2]ident.Number{{1, 2}, {2, 1}, {3, 1}} {
		if probe(w.pair(c[0], c[0], c[1], 5)) != probe(w.pair(c[1], c[0], c[1], 5)) {
			t.Errorf("%v to %v: the ends have two keys", c[0], c[1])
		}
	}
}

func TestSelf(t *testing.T) {
	if k := newWorld(t, 2).keysOf(2); k.Self() != 2 || k.String() != "keys of node 2" {
		t.Errorf("self %v, %v", k.Self(), k)
	}
}
