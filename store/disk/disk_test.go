package disk

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/storetest"
)

// TestMain lets the test binary be the process that is killed; see crash_test.go.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		if os.Getenv(recordsEnv) != "" {
			os.Exit(childRecords(dir))
		}
		if os.Getenv(heavyEnv) != "" {
			os.Exit(childHeavy(dir))
		}
		os.Exit(child(dir))
	}
	os.Exit(m.Run())
}

var testKey = [32]byte{1, 2, 3}

func mustCreate(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Create(dir, testKey, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustOpen(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir, testKey, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustClose(t testing.TB, s *Store) {
	t.Helper()
	if err := errors.Join(s.Err(), s.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t testing.TB) func() store.Store {
		dir, made := t.TempDir(), false
		return func() store.Store {
			if made {
				return mustOpen(t, dir)
			}
			made = true
			return mustCreate(t, dir)
		}
	})
}

func batch(pairs ...string) *store.Batch {
	b := &store.Batch{}
	for i := 0; i < len(pairs); i += 2 {
		b.Put([]byte(pairs[i]), []byte(pairs[i+1]))
	}
	return b
}

// filled makes a closed store with a history long enough to have tables.
func filled(t testing.TB, batches uint64) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "store")
	s := mustCreate(t, dir)
	rng := rand.New(rand.NewPCG(1, 1))
	if err := storetest.WriteHistory(s, rng, func(n uint64) bool { return n < batches }); err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	return dir
}

// What store.MaxCommitBytes allows, Badger must take: one operation more than
// fits by its own count would be ErrTxnTooBig.
func TestLimitsOfBadger(t *testing.T) {
	s := mustCreate(t, t.TempDir())
	defer mustClose(t, s)
	perOp := int64((&store.Batch{Ops: make([]store.Op, 1)}).Cost())
	if n := s.db.MaxBatchCount(); n <= store.MaxCommitBytes/perOp {
		t.Errorf("Badger takes %d operations, we allow %d", n, store.MaxCommitBytes/perOp)
	}
	if n := s.db.MaxBatchSize(); n <= store.MaxCommitBytes {
		t.Errorf("Badger takes %d bytes, we allow %d", n, store.MaxCommitBytes)
	}
	if !s.db.Opts().SyncWrites {
		t.Error("writes are not synchronous")
	}
}

// Readers go on while a commit is being written, and see whole commits.
func TestReadersBesideAWriter(t *testing.T) {
	s := mustCreate(t, t.TempDir())
	defer mustClose(t, s)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				all := storetest.Dump(s, []byte("pair/"), nil)
				if len(all) == 2 && strings.TrimPrefix(all[0], `"pair/a"`) != strings.TrimPrefix(all[1], `"pair/b"`) {
					t.Errorf("half a commit: %s", all)
					return
				}
			}
		})
	}
	for i := range 200 {
		if err := s.Commit(batch("pair/a", fmt.Sprint(i)), batch("pair/b", fmt.Sprint(i))); err != nil {
			t.Error(err)
			break
		}
	}
	close(done)
	readers.Wait()
}

func TestMaintainAndVerify(t *testing.T) {
	dir := filled(t, 2000)
	s := mustOpen(t, dir)
	if err := errors.Join(s.Maintain(), s.Verify()); err != nil {
		t.Error(err)
	}
	mustClose(t, s)
	if err := s.Maintain(); !errors.Is(err, store.ErrClosed) {
		t.Errorf("maintaining a closed store: %v", err)
	}
	if err := s.Verify(); !errors.Is(err, store.ErrClosed) {
		t.Errorf("verifying a closed store: %v", err)
	}
}

func TestNothingReadableOnDisk(t *testing.T) {
	dir := t.TempDir()
	s := mustCreate(t, dir)
	const secret = "the breaker at pumping station four"
	if err := s.Commit(batch("key "+secret, secret)); err != nil {
		t.Fatal(err)
	}
	look := func(when string) {
		files := 0
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if files++; strings.Contains(string(data), "pumping") || strings.Contains(string(data), "breaker") {
				t.Errorf("%s: %s holds plain text", when, path)
			}
			return err
		})
		if err != nil || files < 4 {
			t.Errorf("%s: looked at %d files: %v", when, files, err)
		}
	}
	look("while open")
	mustClose(t, s)
	look("after closing")
}

func TestLogReachesSlog(t *testing.T) {
	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s, err := Create(t.TempDir(), testKey, Options{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	if !strings.Contains(out.String(), "badger: ") {
		t.Errorf("logged %q", out.String())
	}
}
