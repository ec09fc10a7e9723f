package live

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/store"
)

const patience = 10 * time.Second

// scripted is a Machine that answers events as a test says and tells the test
// what it was given.
type scripted struct {
	answer   func(mesh.Event) []mesh.Effect
	steps    chan mesh.Event
	deadline func() (clock.Instant, bool)
}

func (s *scripted) Step(_ clock.Reading, ev mesh.Event) []mesh.Effect {
	s.steps <- ev
	return s.answer(ev)
}

func (s *scripted) Deadline() (clock.Instant, bool) {
	if s.deadline == nil {
		return 0, false
	}
	return s.deadline()
}

func (s *scripted) Status() mesh.Status { return mesh.Status{Self: 7} }

// simple commits each submission and accepts it.
func simple(ev mesh.Event) []mesh.Effect {
	s, ok := ev.(mesh.Submit)
	if !ok {
		return nil
	}
	return []mesh.Effect{commit(s.Text), mesh.Accepted{Ref: s.Ref, Message: mesh.Message{Number: s.Ref, Text: s.Text}}}
}

func commit(key string) mesh.Commit {
	b := new(store.Batch)
	b.Put([]byte(key), []byte("value"))
	return mesh.Commit{Batch: b}
}

// disk is a Store that shows each Commit to the test, which says how it ends.
type disk struct {
	writes chan write
	mu     sync.Mutex
	err    error
}

type write struct {
	keys []string
	end  chan error
}

func newDisk() *disk { return &disk{writes: make(chan write)} }

func (d *disk) Commit(batches ...*store.Batch) error {
	w := write{end: make(chan error)}
	for _, b := range batches {
		for _, op := range b.Ops {
			w.keys = append(w.keys, string(op.Key))
		}
	}
	d.writes <- w
	return <-w.end
}

func (d *disk) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

func (d *disk) breakReading(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

func (d *disk) Get([]byte) ([]byte, bool)                  { return nil, false }
func (d *disk) Scan(_, _ []byte, _ func(k, v []byte) bool) {}
func (d *disk) Close() error                               { return nil }

// always lets every write succeed until the test ends.
func (d *disk) always(t *testing.T) {
	t.Helper()
	go func() {
		for {
			select {
			case w := <-d.writes:
				w.end <- nil
			case <-t.Context().Done():
				return
			}
		}
	}()
}

// wire is a Link whose events the test makes.
type wire struct {
	events chan radio.Event
	sent   chan radio.Frame
	closed chan struct{}
	once   sync.Once
	mu     sync.Mutex
	refuse error
}

func newWire() *wire {
	return &wire{events: make(chan radio.Event), sent: make(chan radio.Frame, 100), closed: make(chan struct{})}
}

func (w *wire) Profile() radio.Profile {
	return radio.Profile{Name: "wire", MTU: 200, BitsPerSecond: 1200}
}

func (w *wire) Send(f radio.Frame) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refuse != nil {
		return w.refuse
	}
	w.sent <- f
	return nil
}

func (w *wire) Receive() (radio.Event, error) {
	select {
	case ev := <-w.events:
		return ev, nil
	case <-w.closed:
		return nil, radio.ErrClosed
	}
}

func (w *wire) Close() error {
	w.once.Do(func() { close(w.closed) })
	return nil
}

// world is a running node with everything around it in the test's hands.
type world struct {
	t     *testing.T
	node  *Node
	disk  *disk
	wire  *wire
	steps chan mesh.Event
	built chan struct{}
}

func start(t *testing.T, answer func(mesh.Event) []mesh.Effect, change ...func(*Config, *scripted)) *world {
	t.Helper()
	w := &world{t: t, disk: newDisk(), wire: newWire(), steps: make(chan mesh.Event, 10000), built: make(chan struct{}, 100)}
	cfg := Config{Store: w.disk, Links: []radio.Link{w.wire}}
	m := &scripted{answer: answer, steps: w.steps}
	for _, c := range change {
		c(&cfg, m)
	}
	if cfg.Build == nil {
		cfg.Build = func(clock.Reading, store.View) (Machine, error) {
			w.built <- struct{}{}
			return m, nil
		}
	}
	n, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w.node = n
	return w
}

// take waits for what a channel brings.
func take[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v, ok := <-c:
		if !ok {
			t.Fatalf("closed while waiting for %s", what)
		}
		return v
	case <-time.After(patience):
		t.Fatalf("still waiting for %s", what)
	}
	panic("unreachable")
}

// none says that a channel has nothing now. What it guards against comes
// before something else that the test has awaited, so no time need pass.
func none[T any](t *testing.T, what string, c <-chan T) {
	t.Helper()
	select {
	case v := <-c:
		t.Fatalf("%s: %v", what, v)
	default:
	}
}

type result struct {
	message mesh.Message
	err     error
}

func (w *world) submit(text string) <-chan result {
	w.t.Helper()
	c := make(chan result, 1)
	go func() {
		m, err := w.node.Submit(w.t.Context(), mesh.Submit{Text: text})
		c <- result{m, err}
	}()
	return c
}

// settled returns once the loop has handled what it was given before.
func (w *world) settled() Status {
	w.t.Helper()
	s, err := w.node.Status(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) write() write {
	w.t.Helper()
	return take(w.t, "a disk write", w.disk.writes)
}

func (w *world) expectKeys(got write, want ...string) {
	w.t.Helper()
	if !slices.Equal(got.keys, want) {
		w.t.Fatalf("written %q, want %q", got.keys, want)
	}
}

var errTest = errors.New("made by the test")
