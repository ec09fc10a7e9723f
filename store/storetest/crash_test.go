package storetest

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
)

// history makes a model that holds batches 1 to n.
func history(n uint64) model {
	m := model{}
	for i := range n {
		m.apply(Numbered(i + 1))
	}
	return m
}

// The checker has to see each way in which a store can fail.
func TestCheckHistoryFinds(t *testing.T) {
	for _, c := range []struct {
		name  string
		acked uint64
		harm  func(m model)
		want  string
	}{
		{"nothing wrong", 40, func(model) {}, ""},
		{"more than acknowledged", 30, func(model) {}, ""},
		{"acknowledged batch lost", 41, func(model) {}, "acknowledged"},
		{"half a batch", 40, func(m model) {
			for _, op := range Numbered(41).Ops[:1] {
				m[string(op.Key)] = string(op.Value)
			}
		}, "newest batch says 40"},
		{"only the end of a batch", 40, func(m model) { b := Numbered(41); b.Ops = b.Ops[parts(41):]; m.apply(b) }, "records end"},
		{"gap", 40, func(m model) { delete(m, "n/00000017/0") }, "n/00000017/0"},
		{"changed value", 40, func(m model) { m["n/00000017/0"] = "x" }, "n/00000017/0"},
		{"deleted key is back", 40, func(m model) { m["d/3"] = "" }, "moving window"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := history(40)
			c.harm(m)
			err := CheckHistory(m, c.acked)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestRunOnModel(t *testing.T) {
	Run(t, func(testing.TB) func() store.Store {
		m := model{}
		return func() store.Store { return &modelStore{model: m} }
	})
}

func TestWriteHistoryGoesOn(t *testing.T) {
	s := &modelStore{model: history(3)}
	rng := rand.New(rand.NewPCG(1, 1))
	var last uint64
	if err := WriteHistory(s, rng, func(n uint64) bool { last = n; return n < 50 }); err != nil {
		t.Fatal(err)
	}
	if err := CheckHistory(s, last); err != nil || last < 50 {
		t.Errorf("last %d, %v", last, err)
	}
}

// modelStore makes a Store of the model: the suite has to be passable.
type modelStore struct {
	model
	closed bool
}

func (s *modelStore) Get(key []byte) ([]byte, bool) {
	if v, ok := s.model.Get(key); ok && !s.closed {
		return v, true
	}
	return nil, false
}

func (s *modelStore) Scan(prefix, start []byte, visit func(key, value []byte) bool) {
	if !s.closed {
		s.model.Scan(prefix, start, visit)
	}
}

func (s *modelStore) Commit(batches ...*store.Batch) error {
	if s.closed {
		return store.ErrClosed
	}
	if err := store.CheckCommit(batches...); err != nil {
		return err
	}
	for _, b := range batches {
		s.apply(b)
	}
	return nil
}

func (s *modelStore) Err() error {
	if s.closed {
		return store.ErrClosed
	}
	return nil
}

func (s *modelStore) Close() error { s.closed = true; return nil }
