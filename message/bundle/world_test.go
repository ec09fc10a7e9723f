package bundle

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// today is the day on which tests happen: 2025-11-24.
const today clock.Day = 20416

// text is 60 characters, the length that the byte ledger speaks of.
const text = "Substation 7: breaker 3 open, line dead, ready to switch in."

// world is a network of three nodes, in groups 1 and 2; node 3 is not in 2.
type world struct {
	t       testing.TB
	roster  *ident.Roster
	private map[ident.Number]*ident.Private
	keys    map[ident.Number]*seal.Keys
}

// seedOf is node n's seed in tests and vectors: n in every byte.
func seedOf(n ident.Number) []byte {
	seed := make([]byte, ident.SeedSize)
	for i := range seed {
		seed[i] = byte(n)
	}
	return seed
}

func secretOf(b byte) (s seal.Secret) {
	for i := range s {
		s[i] = b
	}
	return s
}

var (
	epochs = []seal.Epoch{
		{Serial: 3, First: today - 40, Base: today - 20, Key: secretOf(0xE3)},
		{Serial: 11, First: today - 18, Base: today - 17, Key: secretOf(0xEB)}, // both are 3 on the wire
	}
	groupSecrets = map[ident.GroupID]seal.Secret{1: secretOf(0x51), 2: secretOf(0x52)}
)

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, private: map[ident.Number]*ident.Private{}, keys: map[ident.Number]*seal.Keys{}}
	var certs []*ident.Certificate
	for n := ident.Number(1); n <= 3; n++ {
		private, err := ident.ParsePrivate(seedOf(n))
		if err != nil {
			t.Fatal(err)
		}
		w.private[n] = private
		certs = append(certs, &ident.Certificate{Number: n, Name: "node-" + n.String(), Sign: private.SignKey(), Box: private.BoxKey(), Until: 65535})
	}
	groups := []ident.Group{{ID: 1, Name: "all"}, {ID: 2, Name: "north"}}
	roster, err := ident.NewRoster(ident.OperatorID{}, ident.SignKey{}, groups, certs)
	if err != nil {
		t.Fatal(err)
	}
	w.roster = roster
	for n, private := range w.private {
		secrets := map[ident.GroupID]seal.Secret{1: groupSecrets[1], 2: groupSecrets[2]}
		if n == 3 {
			delete(secrets, 2)
		}
		w.keys[n] = seal.NewKeys(n, private, roster, seal.Secrets{Epochs: epochs, Groups: secrets})
	}
	return w
}

func (w *world) certificate(n ident.Number) *ident.Certificate {
	c, _ := w.roster.Certificate(n)
	return c
}

func (w *world) compose(h Header, c Content) *Bundle {
	w.t.Helper()
	b, err := Compose(w.keys[h.ID.Origin], w.private[h.ID.Origin], h, c)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// groupHeader and directHeader are headers with nothing special.
func groupHeader() Header {
	return Header{
		ID:         ID{Origin: 1, Day: today, Seq: 3},
		Precedence: Routine,
		To:         Destination{Group: 1},
		Created:    today.Start().Add(13*time.Hour + 14*time.Second),
	}
}

func directHeader() Header {
	h := groupHeader()
	h.To = Destination{Node: 2}
	return h
}

func textContent(s string) Content { return Content{Type: ContentText, Body: []byte(s)} }
