package seal

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// world is a network of nodes 1..n for tests; node n's seed is n in every byte.
type world struct {
	t      testing.TB
	roster *ident.Roster
	keys   map[ident.Number]*ident.Private
}

func newWorld(t testing.TB, n int) *world {
	t.Helper()
	w := &world{t: t, keys: map[ident.Number]*ident.Private{}}
	var certs []*ident.Certificate
	for i := 1; i <= n; i++ {
		seed := make([]byte, ident.SeedSize)
		for j := range seed {
			seed[j] = byte(i)
		}
		private, err := ident.ParsePrivate(seed)
		if err != nil {
			t.Fatal(err)
		}
		number := ident.Number(i)
		w.keys[number] = private
		certs = append(certs, &ident.Certificate{
			Number: number, Name: "node-" + number.String(), Sign: private.SignKey(), Box: private.BoxKey(), Until: 65535,
		})
	}
	roster, err := ident.NewRoster(ident.OperatorID{}, ident.SignKey{}, []ident.Group{{ID: 1, Name: "all"}, {ID: 2, Name: "north"}}, certs)
	if err != nil {
		t.Fatal(err)
	}
	w.roster = roster
	return w
}

func secretOf(b byte) (s Secret) {
	for i := range s {
		s[i] = b
	}
	return s
}

func (w *world) keysOf(self ident.Number) *Keys { return w.keysWith(self, secretOf(0xE0)) }

// serial is the key block of the one epoch that keysWith holds; it begins on firstDay.
const (
	serial   = 21
	firstDay = clock.Day(19000)
)

func (w *world) keysWith(self ident.Number, network Secret) *Keys {
	return NewKeys(self, w.keys[self], w.roster, w.secrets(network))
}

func (w *world) secrets(network Secret) Secrets {
	return Secrets{
		Bootstrap: secretOf(0xB0),
		Epochs:    []Epoch{{Serial: serial, First: firstDay, Base: firstDay, Key: network}},
		Groups:    map[ident.GroupID]Secret{1: secretOf(0x51), 2: secretOf(0x52)},
	}
}

func (w *world) pair(self, origin, addressee ident.Number, day clock.Day) Cipher {
	w.t.Helper()
	c, err := w.keysOf(self).Pair(origin, addressee, serial, day)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}
