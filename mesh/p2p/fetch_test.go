package p2p

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// shelf is a node's network files for a test: a file is a serial and filling, with
// the packages of the nodes that it is kept for at its end.
type shelf struct {
	refuse error // what Take says; nil: taken

	mu      sync.Mutex
	file    testFile
	lacks   bool
	keeps   map[ident.Number]bool
	attempt int // calls of Take
	took    map[ident.Number]Edition
}

type testFile struct {
	serial  byte
	filling []byte
}

func (f testFile) edition() Edition {
	return Edition{Serial: uint64(f.serial), Digest: sha256.Sum256(append([]byte{f.serial}, f.filling...))}
}

const packageMark = "package of node %5d"

func (s *shelf) Edition(to ident.Number) Edition {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.file.edition()
	e.Lacks, e.Keeps = s.lacks, s.keeps[to]
	return e
}

func (s *shelf) File(to ident.Number) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := append([]byte{s.file.serial}, s.file.filling...)
	if s.keeps[to] {
		b = fmt.Appendf(b, packageMark, to)
	}
	return b, nil
}

// Take believes what it is given: a file with a package ends with its mark.
func (s *shelf) Take(_ ident.Number, file []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempt++
	if s.refuse != nil {
		return s.refuse
	}
	f := testFile{file[0], bytes.Clone(file[1:])}
	s.lacks = true
	if at := bytes.LastIndex(f.filling, []byte("package of node")); at >= 0 {
		f.filling, s.lacks = f.filling[:at], false
	}
	s.file = f
	return nil
}

func (s *shelf) Told(from ident.Number, e Edition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took[from] = e
	if e.Digest == s.file.edition().Digest && !e.Lacks {
		delete(s.keeps, from)
	}
}

func (s *shelf) tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempt
}

func newShelf(serial byte, keeps ...ident.Number) *shelf {
	s := &shelf{file: testFile{serial, bytes.Repeat([]byte{serial, 17}, 50_000)}, keeps: map[ident.Number]bool{}, took: map[ident.Number]Edition{}}
	for _, n := range keeps {
		s.keeps[n] = true
	}
	return s
}

func holding(s *shelf) func(*Config) { return func(c *Config) { c.Files = s } }

func both(changes ...func(*Config)) func(*Config) {
	return func(c *Config) {
		for _, change := range changes {
			change(c)
		}
	}
}

// The first of three has a newer file and the packages of the others. The third
// reaches the second only, at first, and gets what that has; and its package as
// soon as it meets the first.
func TestNetworkFileSpreads(t *testing.T) {
	t.Parallel()
	o := newOperator(60)
	m := o.enrolAll(1, 2, 3)
	roster := o.roster(m...)
	first, second, third := newShelf(9, 2, 3), newShelf(8), newShelf(7)
	want := first.Edition(9).Digest
	b := start(t, m[1], roster, holding(second))
	c := start(t, m[2], o.roster(m[1], m[2]), both(holding(third), peersOf(b)))
	meet(t, b, c)
	await.Until(t, patience, "the oldest file to go", func() bool { return third.Edition(0).Serial == 8 })
	a := start(t, m[0], o.roster(m[0], m[1]), both(holding(first), peersOf(b)))
	meet(t, a, b)
	await.Until(t, patience, "the second to have the new file with its package", func() bool {
		e := second.Edition(0)
		return e.Digest == want && !e.Lacks
	})
	await.Until(t, patience, "the third to have it without", func() bool {
		e := third.Edition(0)
		return e.Digest == want && e.Lacks
	})
	await.Until(t, patience, "the first to drop what the second has", func() bool { return !first.Edition(2).Keeps })
	if !first.Edition(3).Keeps {
		t.Error("the first dropped the package of one whom it never met")
	}
	a.roster.Store(roster)
	c.roster.Store(roster)
	c.book.announced(a.host.ID(), a.host.Addrs())
	c.wake()
	meet(t, a, c)
	await.Until(t, patience, "the third to have its package", func() bool { return !third.Edition(0).Lacks })
	await.Until(t, patience, "the first to keep nothing", func() bool { return !first.Edition(3).Keeps })
}

// A file that was refused is counted, and its sender not asked again for a while;
// an older file is not asked for.
func TestRefusedFileIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	o := newOperator(61)
	m := o.enrolAll(1, 2)
	roster := o.roster(m...)
	bad, old := newShelf(9, 2), newShelf(5)
	old.refuse = errors.New("no signature of ours")
	a := start(t, m[0], roster, holding(bad))
	b := start(t, m[1], roster, both(holding(old), peersOf(a)))
	meet(t, a, b)
	await.Until(t, patience, "the refusal to be counted", func() bool { return b.counted("network file refused") == 1 })
	bad.mu.Lock()
	bad.keeps[2] = false // he tells something new
	bad.mu.Unlock()
	await.Until(t, patience, "the next word of the bad node", func() bool {
		old.mu.Lock()
		defer old.mu.Unlock()
		return !old.took[1].Keeps
	})
	exchange(t, a, b, 300)
	if n := old.tries(); n != 1 {
		t.Errorf("%d files were checked", n)
	}
	if bad.tries() != 0 {
		t.Error("the older file was fetched")
	}
}

// crook is a member that shakes hands and then does as it likes.
func crook(t *testing.T, o *operator, m member, target *station, e Edition, serve network.StreamHandler) *intruder {
	t.Helper()
	i := intrude(t, mustKey(t, m), target)
	if serve != nil {
		i.SetStreamHandler(target.fileProtocol, serve)
	}
	i.connect(t, target)
	s, err := i.NewStream(t.Context(), target.host.ID(), target.protocol)
	if err != nil {
		t.Fatal(err)
	}
	hello := Hello{Operator: o.id, Session: SessionID{1}, Heartbeat: 255, Certificate: m.cert}
	writeRecord(s, recordHello, hello.Encode())
	writeRecord(s, recordNeighbours, nil)
	writeRecord(s, recordEdition, e.Encode())
	go io.Copy(io.Discard, s)
	return i
}

// What came before a sender stopped is not asked for twice.
func TestFileIsResumed(t *testing.T) {
	t.Parallel()
	o := newOperator(62)
	m := o.enrolAll(1, 2)
	file := newShelf(9)
	whole, _ := file.File(0)
	mine := newShelf(5)
	a := start(t, m[1], o.roster(m...), holding(mine))
	offsets := make(chan uint32, 16)
	crook(t, o, m[0], a, file.Edition(0), func(s network.Stream) {
		var raw [askSize]byte
		io.ReadFull(s, raw[:])
		at := decodeAsk(raw).Offset
		offsets <- at
		s.Write(reply{replyFile, uint32(len(whole))}.encode())
		s.Write(whole[at:min(len(whole), int(at)+40_000)])
		s.CloseWrite()
	})
	await.Until(t, patience, "the file to be taken", func() bool { return mine.Edition(0).Digest == file.Edition(0).Digest })
	for i := range 3 {
		if got := <-offsets; got != uint32(i*40_000) {
			t.Errorf("ask %d is for the bytes from %d", i+1, got)
		}
	}
}

// Who promises too much is refused before a byte of it is kept.
func TestHostileReplies(t *testing.T) {
	t.Parallel()
	o := newOperator(63)
	m := o.enrolAll(1, 2)
	for name, r := range map[string]reply{
		"too long": {replyFile, MaxNetworkFile + 1}, "empty": {replyFile, 0}, "unknown status": {9, 0},
	} {
		t.Run(name, func(t *testing.T) {
			mine := newShelf(5)
			a := start(t, m[1], o.roster(m...), holding(mine))
			crook(t, o, m[0], a, newShelf(9).Edition(0), func(s network.Stream) {
				s.Write(r.encode())
				s.Write(make([]byte, 100_000))
			})
			await.Until(t, patience, "the refusal to be counted", func() bool { return a.counted("network file refused") == 1 })
			if mine.tries() != 0 {
				t.Error("it was checked")
			}
		})
	}
}

// A member that has a connection and no session gets nothing.
func TestFileIsForAdmittedPeersOnly(t *testing.T) {
	t.Parallel()
	o := newOperator(64)
	m := o.enrolAll(1, 2)
	mine := newShelf(5)
	a := start(t, m[1], o.roster(m...), holding(mine))
	i := intrude(t, mustKey(t, m[0]), a)
	i.connect(t, a)
	s, err := i.NewStream(t.Context(), a.host.ID(), a.fileProtocol)
	if err == nil {
		s.Write(ask{Digest: mine.Edition(0).Digest}.encode())
		if n, _ := io.Copy(io.Discard, s); n != 0 {
			t.Errorf("it got %d bytes", n)
		}
	}
	await.Until(t, patience, "the denial to be counted", func() bool { return a.counted("network file denied") == 1 })
}

// With the session ends what is handed on over it.
func TestFileStopsWithTheSession(t *testing.T) {
	t.Parallel()
	o := newOperator(65)
	m := o.enrolAll(1, 2)
	mine := newShelf(5)
	mine.file.filling = make([]byte, 8*fileRate)
	a := start(t, m[1], o.roster(m...), holding(mine))
	i := crook(t, o, m[0], a, newShelf(4).Edition(0), nil)
	await.Until(t, patience, "the session", func() bool { return a.sees(1) })
	s, err := i.NewStream(t.Context(), a.host.ID(), a.fileProtocol)
	if err != nil {
		t.Fatal(err)
	}
	s.Write(ask{Digest: mine.Edition(0).Digest}.encode())
	if _, err := io.CopyN(io.Discard, s, replySize+pieceSize); err != nil {
		t.Fatal(err)
	}
	a.roster.Store(o.roster(m[1]))
	if n, err := io.Copy(io.Discard, s); err == nil || n > 7*fileRate {
		t.Errorf("%d bytes came, %v", n, err)
	}
}

func TestGiverIsBounded(t *testing.T) {
	t.Parallel()
	g := newGiver(nil)
	now := time.Unix(1000, 0)
	begin := func(id peer.ID, want bool) {
		t.Helper()
		if got := g.begin(id, now); got != want {
			t.Errorf("%s begins: %v", id, got)
		}
	}
	begin("a", true)
	begin("a", false) // one at a time
	begin("b", true)
	begin("c", false) // two in all
	g.end("a")
	begin("a", false) // not at once
	begin("c", true)
	now = now.Add(giveRest)
	g.end("b")
	begin("a", true)
	now = now.Add(giveRest + 1)
	g.end("a")
	begin("d", true)
	if len(g.rests) != 1 {
		t.Errorf("%d peers are remembered", len(g.rests))
	}
}

func TestDoubled(t *testing.T) {
	t.Parallel()
	for times, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 5 * time.Minute} {
		if got := doubled(time.Minute, times, 5*time.Minute); got != want {
			t.Errorf("%d times: %v", times, got)
		}
	}
	if got := doubled(time.Minute, math.MaxInt, time.Hour); got != time.Hour {
		t.Errorf("very often: %v", got)
	}
}
