package disk

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"github.com/blackstart-mesh/blackstart/store"
)

// heavyEnv makes a child process write so much that Badger makes tables and
// compacts them without a pause.
const heavyEnv = "BLACKSTART_TEST_HEAVY"

// In the heavy history, step n overwrites one of so many slots, or deletes it.
const slots = 97

func slot(n uint64) []byte { return fmt.Appendf(nil, "slot/%02d", n%slots) }

// heavyValue is 50 kB that nothing compresses; nil: the step deletes.
func heavyValue(n uint64) []byte {
	if n%5 == 0 {
		return nil
	}
	v := make([]byte, 50<<10)
	_, _ = rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), byte(n >> 16)}).Read(v)
	return v
}

func heavyLast(v store.View) uint64 {
	b, ok := v.Get([]byte("last"))
	if !ok {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

func childHeavy(dir string) int {
	s, err := Open(dir, testKey, Options{})
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	for n := heavyLast(s); ; {
		b := &store.Batch{}
		for range 10 {
			n++
			if v := heavyValue(n); v != nil {
				b.Put(slot(n), v)
			} else {
				b.Delete(slot(n))
			}
		}
		b.Put([]byte("last"), binary.BigEndian.AppendUint64(nil, n))
		if err := s.Commit(b); err != nil {
			fmt.Println("error", err)
			return 1
		}
		if _, err := fmt.Println("ack", n); err != nil {
			return 1
		}
	}
}

// checkHeavy compares every slot with the newest step that wrote it.
func checkHeavy(s *Store, acked uint64) error {
	last := heavyLast(s)
	if last < acked {
		return fmt.Errorf("step %d was acknowledged, the newest is %d", acked, last)
	}
	for n := last; n > 0 && n+slots > last; n-- {
		v, ok := s.Get(slot(n))
		if want := heavyValue(n); ok != (want != nil) || !bytes.Equal(v, want) {
			return fmt.Errorf("after step %d slot %s is not what step %d wrote", last, slot(n), n)
		}
	}
	return s.Err()
}

// strays counts the tables that Badger will delete when it opens a store, and
// those of them whose records have to be found elsewhere before.
func strays(t *testing.T, dir string) (all, unnamed int) {
	t.Helper()
	database := filepath.Join(dir, databaseDir)
	m := manifestOf(t, filepath.Join(database, badger.ManifestFilename))
	ids, err := unnamedTables(database, m)
	if err != nil {
		t.Fatal(err)
	}
	return len(tables(t, dir)) - len(m.Tables), len(ids)
}

// A process that is killed amid the making of tables leaves some that the
// manifest does not name; that is no damage.
func TestKillAmidCompactions(t *testing.T) {
	const seed = 20416
	rounds := 10
	if testing.Short() {
		rounds = 2
	}
	rng := rand.New(rand.NewPCG(seed, 5))
	dir := filepath.Join(t.TempDir(), "store")
	mustClose(t, mustCreate(t, dir))
	left, looked := 0, 0
	for round := range rounds {
		c, lines := startChild(t, dir, heavyEnv+"=1")
		acked := killAfter(t, c, lines, 20+rng.IntN(80))
		all, unnamed := strays(t, dir)
		left, looked = left+all, looked+unnamed
		s := mustOpen(t, dir)
		if err := checkHeavy(s, acked); err != nil {
			t.Fatalf("seed %d, round %d: %v", seed, round, err)
		}
		mustClose(t, s)
	}
	t.Logf("%d rounds left %d tables to delete, %d of them not mentioned in the manifest", rounds, left, looked)
}
