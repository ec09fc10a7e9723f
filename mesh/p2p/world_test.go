package p2p

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

// patience is how long real sockets get on a loaded machine.
const patience = 20 * time.Second

// operator is a throwaway authority whose keys come from a seed.
type operator struct {
	source *rand.ChaCha8
	root   ed25519.PrivateKey
	id     ident.OperatorID
}

type member struct {
	private *ident.Private
	cert    *ident.Certificate
}

func newOperator(seed byte) *operator {
	source := rand.NewChaCha8([32]byte{seed})
	var raw [32]byte
	source.Read(raw[:])
	root := ed25519.NewKeyFromSeed(raw[:])
	return &operator{source, root, ident.OperatorOf(ident.SignKey(root.Public().(ed25519.PublicKey)))}
}

func (o *operator) rootKey() ident.SignKey {
	return ident.SignKey(o.root.Public().(ed25519.PublicKey))
}

func (o *operator) enrol(n ident.Number) member {
	private, err := ident.NewPrivate(o.source)
	if err != nil {
		panic(err)
	}
	cert := &ident.Certificate{
		Operator: o.id, Number: n, Name: fmt.Sprintf("node-%d", n),
		Sign: private.SignKey(), Box: private.BoxKey(), From: 1, Until: 60000,
	}
	cert.Signature = [64]byte(ed25519.Sign(o.root, cert.SignedBytes()))
	return member{private, cert}
}

func (o *operator) enrolAll(numbers ...ident.Number) []member {
	var all []member
	for _, n := range numbers {
		all = append(all, o.enrol(n))
	}
	return all
}

func (o *operator) roster(members ...member) *ident.Roster {
	var certs []*ident.Certificate
	for _, m := range members {
		certs = append(certs, m.cert)
	}
	r, err := ident.NewRoster(o.id, o.rootKey(), nil, certs)
	if err != nil {
		panic(err)
	}
	return r
}

// station is a link with a driver that collects its events.
type station struct {
	*Link
	addresses []string // at the start
	roster    atomic.Pointer[ident.Roster]
	sent      chan error
	done      chan struct{}
	frames    atomic.Int64 // heard
	forget    atomic.Bool  // count frames, keep none

	exchanges int

	mu      sync.Mutex
	up      bool
	present map[ident.Number]int // contact ups minus downs
	ups     int
	heard   []radio.Heard
	bad     []string // events out of order
}

var loopback = []string{"/ip4/127.0.0.1/udp/0/quic-v1", "/ip4/127.0.0.1/tcp/0"}

// start opens a link on loopback; change may alter its configuration.
func start(t testing.TB, m member, roster *ident.Roster, change func(*Config)) *station {
	t.Helper()
	s := &station{sent: make(chan error, 1), done: make(chan struct{}), present: map[ident.Number]int{}}
	s.roster.Store(roster)
	cfg := Config{
		Log:     testLog(t),
		Private: m.private, Self: m.cert.Number, Certificate: m.cert,
		Roster: s.roster.Load, Verifier: ident.Ed25519{}, Listen: loopback, Heartbeat: time.Second,
	}
	if change != nil {
		change(&cfg)
	}
	link, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.Link, s.addresses = link, link.Addresses()
	go s.drive()
	t.Cleanup(func() {
		s.Close()
		<-s.done
		if len(s.bad) > 0 {
			t.Errorf("node %v: %s", m.cert.Number, strings.Join(s.bad, "; "))
		}
	})
	return s
}

func peersOf(stations ...*station) func(*Config) {
	return func(c *Config) {
		for _, s := range stations {
			c.Peers = append(c.Peers, s.Addresses()...)
		}
	}
}

func (s *station) drive() {
	defer close(s.done)
	for {
		ev, err := s.Receive()
		if err != nil {
			return
		}
		s.take(ev)
	}
}

func (s *station) take(ev radio.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch ev := ev.(type) {
	case radio.Up:
		s.up = true
	case radio.Contact:
		if ev.Up {
			s.ups++
			s.present[ev.Node]++
		} else {
			s.present[ev.Node]--
		}
		if n := s.present[ev.Node]; n < 0 || n > 1 || !s.up {
			s.bad = append(s.bad, fmt.Sprintf("contact %v counts %d", ev.Node, n))
		}
	case radio.Heard:
		if ev.From != 0 && s.present[ev.From] != 1 {
			s.bad = append(s.bad, fmt.Sprintf("frame of %v, which is no contact", ev.From))
		}
		s.frames.Add(1)
		if !s.forget.Load() {
			s.heard = append(s.heard, ev)
		}
	case radio.Sent:
		s.sent <- ev.Err
	}
}

func (s *station) sees(n ident.Number) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.present[n] == 1
}

func (s *station) upCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ups
}

// hears returns how often a frame was heard, and from whom the last time.
func (s *station) hears(data []byte) (times int, from ident.Number) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.heard {
		if bytes.Equal(h.Data, data) {
			times, from = times+1, h.From
		}
	}
	return times, from
}

func (s *station) send(t testing.TB, f radio.Frame) error {
	t.Helper()
	if err := s.Send(f); err != nil {
		t.Fatalf("send: %v", err)
	}
	select {
	case err := <-s.sent:
		return err
	case <-time.After(patience):
		t.Fatal("no Sent event")
		return nil
	}
}

func (s *station) counted(name string) uint64 {
	for _, c := range s.Counters() {
		if c.Name == name {
			return c.Count
		}
	}
	return 0
}

func meet(t testing.TB, a, b *station) {
	t.Helper()
	await.Until(t, patience, fmt.Sprintf("%v and %v to meet", a.cfg.Self, b.cfg.Self), func() bool {
		return a.sees(b.cfg.Self) && b.sees(a.cfg.Self)
	})
}

func testLog(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
}
