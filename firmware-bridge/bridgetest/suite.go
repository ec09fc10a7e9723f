package bridgetest

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
)

// Pair is two links that hear each other, each already opening its device.
type Pair struct {
	A, B radio.Link
	// Cut takes A's device away, Plug brings it back. Nil leaves out the tests
	// that need them.
	Cut, Plug func()
	// Limit is how long one event may take; 0: DefaultLimit.
	Limit time.Duration
}

// DefaultLimit is generous: tests share small machines.
const DefaultLimit = 20 * time.Second

// Factory makes a new pair for one test. The suite closes the links.
type Factory func(t *testing.T) Pair

// smallest is a frame length that every link takes.
const smallest = 18

// Run runs the suite.
func Run(t *testing.T, pair Factory) {
	t.Run("profile", func(t *testing.T) { testProfile(t, start(t, pair)) })
	t.Run("both ways", func(t *testing.T) { testBothWays(t, start(t, pair)) })
	t.Run("mtu", func(t *testing.T) { testMTU(t, start(t, pair)) })
	t.Run("busy", func(t *testing.T) { testBusy(t, start(t, pair)) })
	t.Run("copies", func(t *testing.T) { testCopies(t, start(t, pair)) })
	t.Run("close", func(t *testing.T) { testClose(t, start(t, pair)) })
	t.Run("down and up", func(t *testing.T) { testDownUp(t, start(t, pair)) })
	t.Run("outstanding", func(t *testing.T) { testOutstanding(t, start(t, pair)) })
}

// both is a pair that is up.
type both struct {
	Pair
	a, b *Listener
}

func start(t *testing.T, pair Factory) *both {
	t.Helper()
	p := pair(t)
	if p.Limit == 0 {
		p.Limit = DefaultLimit
	}
	s := &both{Pair: p, a: Listen(t, p.A, p.Limit), b: Listen(t, p.B, p.Limit)}
	Await[radio.Up](t, s.a) // a device that is still starting gives a Down first
	Await[radio.Up](t, s.b)
	return s
}

// Random returns n bytes that look like a sealed frame, the same for the same
// seed.
func Random(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func (s *both) carry(t *testing.T, from, to *Listener, data []byte) {
	t.Helper()
	from.Send(t, data)
	if got := Next[radio.Heard](t, to).Data; !bytes.Equal(got, data) {
		t.Fatalf("heard %x, want %x", got, data)
	}
	if sent := Next[radio.Sent](t, from); sent.Err != nil {
		t.Fatalf("sent: %v", sent.Err)
	}
}

func testProfile(t *testing.T, s *both) {
	for _, l := range []radio.Link{s.A, s.B} {
		p := l.Profile()
		if p.Name == "" || p.MTU < radio.MinMTU || p.MTU > radio.MaxMTU || p.BitsPerSecond <= 0 || p.Overhead < 0 {
			t.Errorf("profile %+v has a field out of its bounds", p)
		}
	}
}

func testBothWays(t *testing.T, s *both) {
	for i, n := range []int{smallest, radio.MinMTU, s.A.Profile().MTU} {
		s.carry(t, s.a, s.b, Random(uint64(2*i), n))
		s.carry(t, s.b, s.a, Random(uint64(2*i+1), n))
	}
	s.carry(t, s.a, s.b, bytes.Repeat([]byte{0xC0, 0xDB, 0x00, 0xFF}, smallest)) // what serial protocols escape
}

func testMTU(t *testing.T, s *both) {
	mtu := s.A.Profile().MTU
	if err := s.A.Send(radio.Frame{Data: make([]byte, mtu+1)}); !errors.Is(err, radio.ErrTooLong) {
		t.Fatalf("send of %d bytes over an MTU of %d: %v, want %v", mtu+1, mtu, err, radio.ErrTooLong)
	}
	s.carry(t, s.a, s.b, Random(1, mtu)) // the refused frame left nothing outstanding
}

func testBusy(t *testing.T, s *both) {
	first, second := Random(1, radio.MinMTU), Random(2, radio.MinMTU)
	s.a.Send(t, first)
	// The first frame may be done by now, but its Sent event was not taken, and
	// a node sends only after that; a link may take the second frame or not.
	err := s.A.Send(radio.Frame{Data: second})
	if err != nil && !errors.Is(err, radio.ErrBusy) {
		t.Fatalf("second send: %v, want nil or %v", err, radio.ErrBusy)
	}
	Next[radio.Sent](t, s.a)
	if err != nil {
		s.a.Send(t, second)
	}
	Next[radio.Sent](t, s.a)
	for _, want := range [][]byte{first, second} {
		if got := Next[radio.Heard](t, s.b).Data; !bytes.Equal(got, want) {
			t.Fatalf("heard %x, want %x", got, want)
		}
	}
}

func testCopies(t *testing.T, s *both) {
	first, second := Random(1, radio.MinMTU), Random(2, radio.MinMTU)
	var heard [][]byte
	for _, f := range [][]byte{first, second} {
		s.a.Send(t, f)
		Next[radio.Sent](t, s.a)
		heard = append(heard, Next[radio.Heard](t, s.b).Data)
	}
	if !bytes.Equal(heard[0], first) || !bytes.Equal(heard[1], second) {
		t.Error("a frame heard later changed one heard before")
	}
}

func testClose(t *testing.T, s *both) {
	if err := s.A.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	s.a.Ended(t)
	if err := s.A.Send(radio.Frame{Data: Random(1, smallest)}); !errors.Is(err, radio.ErrClosed) {
		t.Errorf("send after close: %v, want %v", err, radio.ErrClosed)
	}
	if _, err := s.A.Receive(); !errors.Is(err, radio.ErrClosed) {
		t.Errorf("receive after close: %v, want %v", err, radio.ErrClosed)
	}
	if err := s.A.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}

func testDownUp(t *testing.T, s *both) {
	if s.Cut == nil {
		return
	}
	for round := range uint64(3) {
		s.Cut()
		if down := Next[radio.Down](t, s.a); down.Err == nil {
			t.Fatal("Down without a reason")
		}
		if err := s.A.Send(radio.Frame{Data: Random(round, smallest)}); !errors.Is(err, radio.ErrDown) {
			t.Fatalf("send while down: %v, want %v", err, radio.ErrDown)
		}
		s.Plug()
		if up := Await[radio.Up](t, s.a); up.Profile != s.A.Profile() {
			t.Errorf("Up says %+v, Profile %+v", up.Profile, s.A.Profile())
		}
		s.carry(t, s.a, s.b, Random(round, radio.MinMTU))
		s.carry(t, s.b, s.a, Random(round, radio.MinMTU))
	}
}

// testOutstanding cuts while a frame is outstanding: it gets exactly one Sent,
// with an error if it had not left, and the link works again afterwards.
func testOutstanding(t *testing.T, s *both) {
	if s.Cut == nil {
		return
	}
	s.a.Send(t, Random(1, s.A.Profile().MTU))
	s.Cut()
	Next[radio.Sent](t, s.a)
	Next[radio.Down](t, s.a)
	s.Plug()
	Await[radio.Up](t, s.a)
	s.a.Send(t, Random(2, radio.MinMTU))
	if sent := Next[radio.Sent](t, s.a); sent.Err != nil {
		t.Errorf("sent after the device came back: %v", sent.Err)
	}
}
