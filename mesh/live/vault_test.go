package live

import (
	"bytes"
	"errors"
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/store"
)

// safe is a Vault that shows each Save to the test, which says how it ends.
type safe struct {
	saves chan string
	end   chan error
}

func (s safe) Save(ring []byte) error {
	s.saves <- string(ring)
	return <-s.end
}

// A key ring is in the vault before the batch that came with it is in the store,
// and nothing leaves before that; the newest of several that are joined counts;
// one that cannot be saved stops the write. However it ends, none is left in memory.
func TestKeysAreSavedBeforeTheBatch(t *testing.T) {
	vault := safe{make(chan string), make(chan error)}
	var rings [][]byte
	gone := func() {
		t.Helper()
		for _, ring := range rings {
			if len(bytes.Trim(ring, "\x00")) > 0 {
				t.Errorf("%q is still there", ring)
			}
		}
	}
	w := start(t, func(ev mesh.Event) []mesh.Effect {
		s, ok := ev.(mesh.Submit)
		if !ok {
			return nil
		}
		b := new(store.Batch)
		b.Put([]byte(s.Text), nil)
		rings = [][]byte{[]byte("old " + s.Text), []byte("new " + s.Text)}
		return []mesh.Effect{
			mesh.Commit{Batch: b, Keys: rings[0]}, mesh.Commit{Batch: b, Keys: rings[1]},
			mesh.Accepted{Ref: s.Ref},
		}
	}, func(c *Config, _ *scripted) { c.Vault = vault })
	defer w.node.Close()
	answered := w.submit("a")
	if ring := take(t, "the first key ring", vault.saves); ring != "new a" {
		t.Errorf("saved %q", ring)
	}
	w.settled()
	none(t, "written before the keys were saved", w.disk.writes)
	vault.end <- nil
	disk := w.write()
	none(t, "answered before it was durable", answered)
	disk.end <- nil
	if r := take(t, "the answer", answered); r.err != nil {
		t.Fatal(r.err)
	}
	gone()
	answered = w.submit("b")
	take(t, "the second key ring", vault.saves)
	vault.end <- errTest
	if r := take(t, "the refusal", answered); !errors.Is(r.err, errTest) || !errors.Is(r.err, ErrNotStored) {
		t.Errorf("answer %v", r.err)
	}
	none(t, "written without its keys", w.disk.writes)
	gone()
}

func TestNodeWithKeysNeedsAVault(t *testing.T) {
	w := start(t, func(ev mesh.Event) []mesh.Effect {
		if _, ok := ev.(mesh.Submit); !ok {
			return nil
		}
		return []mesh.Effect{mesh.Commit{Batch: new(store.Batch), Keys: []byte("ring")}}
	})
	defer w.node.Close()
	if r := take(t, "the refusal", w.submit("a")); !errors.Is(r.err, errNoVault) {
		t.Errorf("answer %v", r.err)
	}
}
