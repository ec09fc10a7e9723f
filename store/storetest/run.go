// Package storetest is what every store.Store has to pass: one suite for what
// it answers, and one for what it remembers after a crash.
package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
)

// Place makes an empty place for a store and returns how to open what lies
// there. The suite closes a store before it opens the place again.
type Place func(t testing.TB) (open func() store.Store)

// Run puts a kind of store through the suite.
func Run(t *testing.T, place Place) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open func() store.Store)
	}{
		{"Absent", absent},
		{"Values", values},
		{"ScanOrder", scanOrder},
		{"ScanRange", scanRange},
		{"ScanStops", scanStops},
		{"BatchOrder", batchOrder},
		{"Copies", copies},
		{"Empty", emptyCommits},
		{"TooBig", tooBig},
		{"Reopen", reopen},
		{"CommitDuringScan", commitDuringScan},
		{"ReadDuringScan", readDuringScan},
		{"Closed", closed},
		{"Property", property},
		{"Crash", crash},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, place(t)) })
	}
}

// put makes a batch of key, value, key, value...
func put(pairs ...string) *store.Batch {
	b := &store.Batch{}
	for i := 0; i < len(pairs); i += 2 {
		b.Put([]byte(pairs[i]), []byte(pairs[i+1]))
	}
	return b
}

func mustCommit(t testing.TB, s store.Store, batches ...*store.Batch) {
	t.Helper()
	if err := s.Commit(batches...); err != nil {
		t.Fatalf("commit: %v", err)
	}
}

// finish ends a test: nothing may have gone wrong unseen.
func finish(t testing.TB, s store.Store) {
	t.Helper()
	if err := s.Err(); err != nil {
		t.Errorf("reading met %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// Dump lists what a view holds as quoted "key"="value".
func Dump(v store.View, prefix, start []byte) []string {
	var all []string
	v.Scan(prefix, start, func(k, val []byte) bool {
		all = append(all, fmt.Sprintf("%q=%q", k, val))
		return true
	})
	return all
}

func absent(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	if v, ok := s.Get([]byte("nothing")); ok || v != nil {
		t.Errorf("absent key is %q, %v", v, ok)
	}
	if all := Dump(s, nil, nil); all != nil {
		t.Errorf("a new store holds %s", all)
	}
}

// values that a store might confuse with others or with nothing.
func values(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	big := string(bytes.Repeat([]byte{0xa5, 0}, 9000))
	for _, c := range []struct{ key, value string }{
		{"k", "v"}, {"", "empty key"}, {"empty value", ""}, {"\x00", "\x00"}, {"\xff\xff", "\xff"},
		{"big", big}, {"!badger!x", "a name that a database below may keep for itself"},
	} {
		mustCommit(t, s, put(c.key, c.value))
		if v, ok := s.Get([]byte(c.key)); !ok || string(v) != c.value {
			t.Errorf("%q is %.40q %v, want %.40q", c.key, v, ok, c.value)
		}
	}
	if n := len(Dump(s, nil, nil)); n != 7 {
		t.Errorf("%d keys, want 7: nothing but what was put", n)
	}
}

var tricky = []string{"", "\x00", "\x00\x00", "a", "a\x00", "a\x00b", "aa", "ab", "b", "\x7f", "\x80", "\xfe\xff", "\xff", "\xff\x00", "\xff\xff", "\xff\xffa"}

func fill(t *testing.T, s store.Store) {
	t.Helper()
	b := &store.Batch{}
	for i := range tricky {
		k := tricky[(i*7+3)%len(tricky)] // 7 and 16 share no factor: all, in no order
		b.Put([]byte(k), []byte("v"+k))
	}
	mustCommit(t, s, b)
}

func scanOrder(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	fill(t, s)
	var got []string
	s.Scan(nil, nil, func(k, v []byte) bool {
		if string(v) != "v"+string(k) {
			t.Errorf("%q holds %q", k, v)
		}
		got = append(got, string(k))
		return true
	})
	want := slices.Clone(tricky)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
}

// scanRange asks for every pair of tricky prefix and start.
func scanRange(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	fill(t, s)
	m := model{}
	for _, k := range tricky {
		m[k] = "v" + k
	}
	for _, prefix := range append(tricky, "absent") {
		for _, start := range append(tricky, "absent", "\xff\xff\xff") {
			got, want := Dump(s, []byte(prefix), []byte(start)), Dump(m, []byte(prefix), []byte(start))
			if !slices.Equal(got, want) {
				t.Errorf("prefix %q from %q: %s, want %s", prefix, start, got, want)
			}
		}
	}
}

func scanStops(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	fill(t, s)
	for n := 1; n <= len(tricky); n++ {
		seen := 0
		s.Scan(nil, nil, func(_, _ []byte) bool { seen++; return seen < n })
		if seen != n {
			t.Errorf("%d visits, want %d", seen, n)
		}
	}
}

func batchOrder(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	b := put("twice", "1", "twice", "2", "gone", "x", "back", "x")
	b.Delete([]byte("gone"))
	b.Delete([]byte("back"))
	b.Delete([]byte("never there"))
	b.Put([]byte("back"), []byte("again"))
	later := put("gone in the next", "x")
	last := put("twice", "3")
	last.Delete([]byte("gone in the next"))
	mustCommit(t, s, b, later, last)
	want := []string{`"back"="again"`, `"twice"="3"`}
	if got := Dump(s, nil, nil); !slices.Equal(got, want) {
		t.Errorf("after one commit of three batches: %s, want %s", got, want)
	}
}

func copies(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	k, v := []byte("key"), []byte("value")
	b := &store.Batch{}
	b.Put(k, v)
	mustCommit(t, s, b)
	k[0], v[0] = 'X', 'X'
	got, _ := s.Get([]byte("key"))
	if string(got) != "value" {
		t.Fatalf("value is %q after the writer changed its slice", got)
	}
	got[0] = 'Y'
	if got, _ = s.Get([]byte("key")); string(got) != "value" {
		t.Errorf("value is %q after a reader changed its copy", got)
	}
}

func emptyCommits(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	mustCommit(t, s)
	mustCommit(t, s, &store.Batch{})
	mustCommit(t, s, &store.Batch{}, put("a", "1"), &store.Batch{})
	if got := Dump(s, nil, nil); !slices.Equal(got, []string{`"a"="1"`}) {
		t.Errorf("holds %s", got)
	}
}

// tooBig: what is allowed goes, and what is not changes nothing.
func tooBig(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	text := func(n int) string { return strings.Repeat("v", n) }
	deletes := func(n int) *store.Batch {
		b := &store.Batch{}
		for i := range n {
			b.Delete(fmt.Appendf(nil, "%04d", i))
		}
		return b
	}
	perOp := deletes(1).Cost()
	room := store.MaxCommitBytes - put("k", "").Cost()
	for _, c := range []struct {
		name    string
		batches []*store.Batch
		ok      bool
	}{
		{"one as large as can be", []*store.Batch{put("k", text(room))}, true},
		{"one byte more", []*store.Batch{put("k", text(room+1))}, false},
		{"two that are too much together", []*store.Batch{put("k", text(room/2)), put("l", text(room/2))}, false},
		{"as many operations as can be", []*store.Batch{deletes(store.MaxCommitBytes / perOp)}, true},
		{"one operation more", []*store.Batch{deletes(store.MaxCommitBytes/perOp + 1)}, false},
		{"the longest key", []*store.Batch{put(text(store.MaxKey), "v")}, true},
		{"a longer key", []*store.Batch{put(text(store.MaxKey+1), "v")}, false},
	} {
		err := s.Commit(c.batches...)
		if c.ok != (err == nil) || !c.ok && !errors.Is(err, store.ErrTooBig) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, ok := s.Get([]byte("l")); ok || len(Dump(s, nil, nil)) != 2 {
		t.Error("a refused commit wrote something")
	}
}

func reopen(t *testing.T, open func() store.Store) {
	s := open()
	var want []string
	for i := range 5 {
		k := fmt.Sprint("k", i)
		mustCommit(t, s, put(k, "v"))
		want = append(want, fmt.Sprintf("%q=%q", k, "v"))
		finish(t, s)
		s = open()
		if got := Dump(s, nil, nil); !slices.Equal(got, want) {
			t.Fatalf("after %d openings: %s, want %s", i+2, got, want)
		}
	}
	finish(t, s)
}

// commitDuringScan: what was there before and stays is seen once.
func commitDuringScan(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	fill(t, s)
	var seen []string
	s.Scan(nil, nil, func(k, _ []byte) bool {
		if bytes.HasPrefix(k, []byte("new")) {
			return true // a store may show what was committed since, or not
		}
		seen = append(seen, string(k))
		mustCommit(t, s, put("new"+string(k), "x"))
		return true
	})
	want := slices.Clone(tricky)
	slices.Sort(want)
	if !slices.Equal(seen, want) {
		t.Errorf("saw %q, want %q", seen, want)
	}
}

func readDuringScan(t *testing.T, open func() store.Store) {
	s := open()
	defer finish(t, s)
	fill(t, s)
	s.Scan(nil, nil, func(k, v []byte) bool {
		got, ok := s.Get(k)
		if !ok || !bytes.Equal(got, v) {
			t.Errorf("%q is %q in the scan and %q by Get", k, v, got)
		}
		n := 0
		s.Scan(k, nil, func(_, _ []byte) bool { n++; return true })
		if n == 0 {
			t.Errorf("an inner scan does not find %q", k)
		}
		return true
	})
}

func closed(t *testing.T, open func() store.Store) {
	s := open()
	mustCommit(t, s, put("a", "1"))
	finish(t, s)
	if err := s.Commit(put("b", "2")); !errors.Is(err, store.ErrClosed) {
		t.Errorf("commit to a closed store: %v", err)
	}
	if v, ok := s.Get([]byte("a")); ok || Dump(s, nil, nil) != nil {
		t.Errorf("a closed store answers %q", v)
	}
	if err := s.Err(); !errors.Is(err, store.ErrClosed) {
		t.Errorf("after reading from a closed store Err is %v", err)
	}
	s = open()
	if v, _ := s.Get([]byte("a")); string(v) != "1" {
		t.Errorf("after closing and opening a is %q", v)
	}
	finish(t, s)
}
