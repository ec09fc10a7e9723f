package seal

import (
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// probe is a value that two ciphers share only if their keys are the same.
func probe(c Cipher) string {
	tag, sealed := c.SealGroup(nil, make([]byte, 16))
	return fmt.Sprintf("%x%x", tag, sealed)
}

// Every field that goes into a key matters, and no two uses share one.
func TestEveryFieldMakesAnotherKey(t *testing.T) {
	seen := map[string]string{}
	note := func(name, value string) {
		t.Helper()
		if other, ok := seen[value]; ok {
			t.Errorf("%s and %s are the same key", name, other)
		}
		seen[value] = name
	}
	e, e2, s, s2 := secretOf(1), secretOf(2), secretOf(3), secretOf(4)
	for _, network := range []Secret{e, e2} {
		name := fmt.Sprintf("network %x", network[:1])
		next := stepDay(network)
		note(name+" next day", hex.EncodeToString(next[:]))
		for i, link := range []LinkKey{
			deriveLink(network, 1, 1), deriveLink(network, 2, 1), deriveLink(network, 9, 1), deriveLink(network, 1, 2), deriveLink(network, 1, 33),
			deriveBootstrap(network),
		} {
			note(fmt.Sprint(name, " link mac ", i), hex.EncodeToString(link.MAC[:]))
			note(fmt.Sprint(name, " link enc ", i), hex.EncodeToString(link.Enc[:]))
		}
		for _, secret := range []Secret{s, s2} {
			key := deriveGroup(network, secret)
			for _, f := range []struct {
				g      ident.GroupID
				serial uint32
				origin ident.Number
				day    clock.Day
			}{{1, 0, 1, 1}, {2, 0, 1, 1}, {1, 1, 1, 1}, {1, 8, 1, 1}, {1, 0, 2, 1}, {1, 0, 256, 1}, {1, 0, 1, 2}, {1, 0, 1, 256}, {1, 0, 1, 33}} {
				note(fmt.Sprint(name, " group ", f), probe(deriveGroupDay(key, f.g, f.serial, f.origin, f.day)))
			}
		}
		for _, shared := range [][32]byte{{1}, {2}} {
			key := derivePair(shared, network)
			a, b, c := end{1, ident.BoxKey{1}}, end{2, ident.BoxKey{2}}, end{2, ident.BoxKey{3}}
			for i, cipher := range []Cipher{
				derivePairDay(key, a, b, 0, 1), derivePairDay(key, b, a, 0, 1), derivePairDay(key, a, c, 0, 1),
				derivePairDay(key, a, b, 1, 1), derivePairDay(key, a, b, 0, 2), derivePairDay(key, a, b, 0, 33),
			} {
				note(fmt.Sprint(name, " pair ", i), probe(cipher))
			}
			if network == e {
				note(fmt.Sprint(shared[0], " mac"), hex.EncodeToString(derivePairMAC(shared, a, b)))
				note(fmt.Sprint(shared[0], " mac, other"), hex.EncodeToString(derivePairMAC(shared, a, c)))
			}
			if fmt.Sprint(derivePairMAC(shared, a, b)) != fmt.Sprint(derivePairMAC(shared, b, a)) {
				t.Error("the MAC key depends on who asks")
			}
		}
	}
}
