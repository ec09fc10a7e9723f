package disk

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/pb"
	"google.golang.org/protobuf/proto"

	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/storetest"
)

// goOn goes on with a history for some commits and returns its newest batch.
func goOn(t testing.TB, s *Store, commits int) (last uint64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(storetest.Last(s), 3))
	err := storetest.WriteHistory(s, rng, func(n uint64) bool { last, commits = n, commits-1; return commits > 0 })
	if err != nil {
		t.Fatal(err)
	}
	return last
}

// withTables makes a closed store with so many tables: closing makes one.
func withTables(t testing.TB, tables int) (dir string, last uint64) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "store")
	mustClose(t, mustCreate(t, dir))
	for range tables {
		s := mustOpen(t, dir)
		last = goOn(t, s, 4)
		mustClose(t, s)
	}
	return dir, last
}

// compacted returns a copy of a closed store whose tables have become others.
func compacted(t testing.TB, from string) (dir string) {
	t.Helper()
	dir = copied(t, from)
	encryption, _ := derive(testKey)
	db, err := openBadger(badgerOptions(filepath.Join(dir, databaseDir), &encryption, nil).WithCompactL0OnClose(true))
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// running returns a copy of a store as a kill would leave it after a few more
// commits: the newest are in a log.
func running(t testing.TB, from string) (dir string, last uint64) {
	t.Helper()
	s := mustOpen(t, copied(t, from))
	defer mustClose(t, s)
	last = goOn(t, s, 3)
	return copied(t, s.dir), last
}

func copied(t testing.TB, from string) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "store")
	copyAll(t, dir, from)
	return dir
}

// copyAll copies a store file by file, with the holes of its logs.
func copyAll(t testing.TB, to, from string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(to, databaseDir), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range files(t, from) {
		if err := copySparse(filepath.Join(to, name), filepath.Join(from, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// files names the files of a store but LOCK, which every process writes.
func files(t testing.TB, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != lockFile {
			name, _ := filepath.Rel(dir, path)
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func tables(t testing.TB, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, databaseDir, "*.sst"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// sums returns a hash of each file of a store.
func sums(t testing.TB, dir string) map[string][32]byte {
	t.Helper()
	sums := map[string][32]byte{}
	for _, name := range files(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sums[name] = sha256.Sum256(data)
	}
	return sums
}

func same(a, b map[string][32]byte) bool {
	for name, sum := range a {
		if b[name] != sum {
			return false
		}
	}
	return len(a) == len(b)
}

// A manifest that lost its end at any place, or has one as a crash leaves it:
// the store shows all its records, or is refused and left as it was.
func TestManifestCutAnywhere(t *testing.T) {
	closed, last := withTables(t, 4)
	made := compacted(t, closed)
	later, laterLast := running(t, made)
	for _, c := range []struct {
		name   string
		dir    string
		last   uint64
		opened bool // some cut is harmless
		step   int
	}{
		{"closed", closed, last, false, 1},
		{"compacted", made, last, false, 1},
		{"killed after a compaction and a flush", flushed(t, later), laterLast, true, 3}, // slower: it has a log
	} {
		t.Run(c.name, func(t *testing.T) {
			manifest, err := os.ReadFile(filepath.Join(c.dir, databaseDir, badger.ManifestFilename))
			if err != nil {
				t.Fatal(err)
			}
			opened := 0
			for size := 0; size < len(manifest); size += c.step {
				if cutManifest(t, c.dir, manifest[:size], c.last) {
					opened++
				}
			}
			t.Logf("%d tables; of %d bytes, %d are enough", len(tables(t, c.dir)), len(manifest), opened)
			if (opened > 0) != c.opened {
				t.Errorf("%d cuts were harmless", opened)
			}
			if !cutManifest(t, c.dir, manifest, c.last) {
				t.Error("the whole manifest is refused")
			}
		})
	}
}

// flushed returns a killed store that got one step further: its log is a table
// already, which the manifest names, and the log is still there.
func flushed(t testing.TB, alive string) (dir string) {
	t.Helper()
	dir = copied(t, alive)
	mustClose(t, mustOpen(t, dir))
	for _, name := range files(t, alive) {
		if filepath.Ext(name) == ".mem" {
			if err := copySparse(filepath.Join(dir, name), filepath.Join(alive, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// cutManifest opens a copy of a store with another manifest, and reports
// whether that worked.
func cutManifest(t *testing.T, from string, manifest []byte, last uint64) bool {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	copyAll(t, dir, from)
	if err := os.WriteFile(filepath.Join(dir, databaseDir, badger.ManifestFilename), manifest, 0o600); err != nil {
		t.Fatal(err)
	}
	before := sums(t, dir)
	s, err := Open(dir, testKey, Options{})
	if err != nil {
		oneLine(t, err, ErrCorrupt, "; restore a backup, or enrol the node anew")
		if !same(before, sums(t, dir)) {
			t.Errorf("cut at %d: refused, but files have changed", len(manifest))
		}
		return false
	}
	defer mustClose(t, s)
	if err := storetest.CheckHistory(s, last); err != nil {
		t.Errorf("cut at %d: %v", len(manifest), err)
	}
	return true
}

// What a process that is killed may leave beside the tables that the manifest
// names goes away without a word, and no record with it.
func TestTablesLeftByACrash(t *testing.T) {
	before, last := withTables(t, 4)
	after := compacted(t, before)
	alive, aliveLast := running(t, before)
	for _, c := range []struct {
		name     string
		dir      string // the store, and the one whose tables are put there too
		and      string
		last     uint64
		change   func(t *testing.T, data []byte) []byte // of a table put there
		manifest func(t *testing.T, data []byte) []byte
	}{
		{"made of a log", alive, flushed(t, alive), aliveLast, nil, nil},
		{"made by a compaction", before, after, last, nil, nil},
		{"half written", before, after, last, func(_ *testing.T, b []byte) []byte { clear(b[len(b)/2:]); return b }, nil},
		{"cut short", before, after, last, func(_ *testing.T, b []byte) []byte { return b[:len(b)/2] }, nil},
		{"not begun", before, after, last, func(_ *testing.T, b []byte) []byte { return nil }, nil},
		{"only the end written", before, after, last, func(_ *testing.T, b []byte) []byte { clear(b[:len(b)/2]); return b }, nil},
		{"taken in by a compaction", after, before, last, nil, nil},
		{"taken in, and the manifest written anew", after, before, last, nil, rewritten},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copied(t, c.dir)
			put := 0
			for _, from := range tables(t, c.and) {
				to := filepath.Join(dir, databaseDir, filepath.Base(from))
				if _, err := os.Stat(to); err == nil {
					continue
				}
				put++
				edit(t, from, to, c.change)
			}
			manifest := filepath.Join(dir, databaseDir, badger.ManifestFilename)
			edit(t, manifest, manifest, c.manifest)
			if put == 0 {
				t.Fatal("no table was put there")
			}
			for range 2 {
				s := mustOpen(t, dir)
				if err := storetest.CheckHistory(s, c.last); err != nil {
					t.Error(err)
				}
				mustClose(t, s)
			}
		})
	}
}

// edit writes a changed copy of a file.
func edit(t *testing.T, from, to string, change func(*testing.T, []byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		data = change(t, data)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// rewritten is a manifest as Badger writes it after 10,000 deletions: one set
// of all tables there are, and what was deleted is forgotten.
func rewritten(t *testing.T, data []byte) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), badger.ManifestFilename)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	set := &pb.ManifestChangeSet{}
	for id, named := range manifestOf(t, path).Tables {
		set.Changes = append(set.Changes, &pb.ManifestChange{
			Id: id, Op: pb.ManifestChange_CREATE, Level: uint32(named.Level), KeyId: named.KeyID, Compression: uint32(named.Compression),
		})
	}
	body, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	out := binary.BigEndian.AppendUint32(data[:manifestMagic:manifestMagic], uint32(len(body)))
	out = binary.BigEndian.AppendUint32(out, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
	return append(out, body...)
}

// The highest version of all is not what counts: a log may be newer than the
// table that the manifest lost. Neither is it enough that each key is there.
func TestLostTableBeneathANewerLog(t *testing.T) {
	again := batch("c", "3")
	again.Delete([]byte("b"))
	for _, c := range []struct {
		name string
		log  *store.Batch
		lost [3]error // by the number of tables lost: {a, b}, {b}
	}{
		{"the log has other keys", batch("c", "3"), [3]error{nil, ErrCorrupt, ErrCorrupt}},
		{"the log has all keys of the last", again, [3]error{nil, nil, ErrCorrupt}},
	} {
		dir := filepath.Join(t.TempDir(), "store")
		s := mustCreate(t, dir)
		for _, b := range []*store.Batch{batch("a", "1", "b", "1"), batch("b", "2"), c.log} {
			mustClose(t, s)
			s = mustOpen(t, dir)
			if err := s.Commit(b); err != nil {
				t.Fatal(err)
			}
		}
		alive := copied(t, dir)
		wantB, okB := s.Get([]byte("b"))
		mustClose(t, s)
		manifest, err := os.ReadFile(filepath.Join(alive, databaseDir, badger.ManifestFilename))
		if err != nil {
			t.Fatal(err)
		}
		entry := (len(manifest) - 2*manifestMagic) / 2
		for lost, class := range c.lost {
			dir := copied(t, alive)
			path := filepath.Join(dir, databaseDir, badger.ManifestFilename)
			if err := os.Truncate(path, int64(len(manifest)-lost*entry)); err != nil {
				t.Fatal(err)
			}
			s, err := Open(dir, testKey, Options{})
			if !errors.Is(err, class) {
				t.Errorf("%s, %d tables lost: %v, want %v", c.name, lost, err, class)
			}
			if err != nil {
				continue
			}
			if b, ok := s.Get([]byte("b")); string(b) != string(wantB) || ok != okB {
				t.Errorf("%s, %d tables lost: b is %q, %v", c.name, lost, b, ok)
			}
			mustClose(t, s)
		}
	}
}

func manifestOf(t testing.TB, path string) badger.Manifest {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, _, err := badger.ReplayManifestFile(f, 0, badger.DefaultOptions("").WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
