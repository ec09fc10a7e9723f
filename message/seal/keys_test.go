package seal

import (
	"errors"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestMembersShareTheLinkKey(t *testing.T) {
	w := newWorld(t, 2)
	link := func(k *Keys, serial uint32, day clock.Day) LinkKey {
		key, ok := k.Link(serial, day)
		if !ok {
			t.Fatalf("no link key of block %d, day %d", serial, day)
		}
		return key
	}
	a := link(w.keysOf(1), serial, 20000)
	if a != link(w.keysOf(2), serial, 20000) {
		t.Error("two members have two link keys")
	}
	if a == (LinkKey{}) || a.MAC == a.Enc {
		t.Error("halves are not independent")
	}
	for name, c := range map[string]LinkKey{
		"another network": link(w.keysWith(1, secretOf(9)), serial, 20000),
		"the next day":    link(w.keysOf(1), serial, 20001),
		"bootstrap":       w.keysOf(1).Bootstrap(),
	} {
		if c.MAC == a.MAC || c.Enc == a.Enc {
			t.Errorf("%s has the same link key", name)
		}
	}
	for _, c := range []struct {
		serial uint32
		day    clock.Day
	}{{serial + 1, 20000}, {serial, firstDay - 1}, {0, 20000}} {
		if _, ok := w.keysOf(1).Link(c.serial, c.day); ok {
			t.Errorf("a link key of block %d, day %d", c.serial, c.day)
		}
	}
}

func TestGroupNeedsTheGroupsSecretAndEpoch(t *testing.T) {
	w := newWorld(t, 2)
	k := w.keysOf(1)
	if _, ok := k.Group(3, serial, 1, 20000); ok {
		t.Error("a key for a group that this node is not in")
	}
	if _, ok := k.Group(1, 1, 1, 20000); ok {
		t.Error("a key for an epoch that nobody holds")
	}
}

func TestPairRefusals(t *testing.T) {
	w := newWorld(t, 3)
	k := w.keysOf(1)
	for _, c := range []struct {
		origin, addressee ident.Number
		serial            uint32
		want              error
	}{
		{2, 3, serial, ErrNotParty},
		{1, 1, serial, ErrNotParty},
		{1, 9, serial, ErrUnknownNode},
		{9, 1, serial, ErrUnknownNode},
		{1, 0, serial, ErrUnknownNode},
		{1, 2, 3, ErrNoEpoch},
	} {
		if _, err := k.Pair(c.origin, c.addressee, c.serial, 20000); !errors.Is(err, c.want) {
			t.Errorf("%v to %v under block %d: %v, want %v", c.origin, c.addressee, c.serial, err, c.want)
		}
	}
	// Group ciphers of a careless caller are not pair ciphers.
	s := w.secrets(secretOf(0xE0))
	s.Groups[0] = secretOf(2)
	odd := NewKeys(1, w.keys[1], w.roster, s)
	odd.Group(0, serial, 1, 20000)
	if _, err := odd.Pair(1, 0, serial, 20000); !errors.Is(err, ErrUnknownNode) {
		t.Errorf("pair with node 0: %v", err)
	}
}

// What is remembered changes no answer, and there is a bound to it.
func TestCacheDoesNotShow(t *testing.T) {
	w := newWorld(t, 2)
	warm := w.keysOf(1)
	for i := range clock.Day(MaxCiphers + 500) {
		day := firstDay + i
		group, _ := warm.Group(1, serial, 2, day)
		pair, err := warm.Pair(2, 1, serial, day)
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
	for _, day := range []clock.Day{firstDay, firstDay + 1, firstDay + MaxCiphers, firstDay + MaxCiphers + 499} {
		cold := w.keysOf(1)
		a, _ := warm.Group(1, serial, 2, day)
		b, _ := cold.Group(1, serial, 2, day)
		if probe(a) != probe(b) {
			t.Errorf("day %d: another key from the cache", day)
		}
	}
}

func TestPairIsTheSameAtBothEnds(t *testing.T) {
	w := newWorld(t, 3)
	for _, c := range [][2]ident.Number{{1, 2}, {2, 1}, {3, 1}} {
		if probe(w.pair(c[0], c[0], c[1], 20000)) != probe(w.pair(c[1], c[0], c[1], 20000)) {
			t.Errorf("%v to %v: the ends have two keys", c[0], c[1])
		}
	}
}
