package medium

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

const second = clock.Instant(time.Second)

// quick is a channel on which stations transmit at once: 1,000 bytes a second,
// 100 ms of overhead.
func quick() Config {
	return Config{BitsPerSecond: 8000, Overhead: 100 * time.Millisecond, Slot: 10 * time.Millisecond, Persistence: 1, Queue: 8}
}

// network returns a channel with n stations; heard says who hears whom.
func network(cfg Config, n int, loss float64, heard func(from, to int) bool) *Medium {
	m := New(cfg)
	for i := range n {
		m.Join(rand.New(rand.NewPCG(uint64(i), 99)))
	}
	for i := range n {
		for j := range n {
			if i != j && heard(i, j) {
				m.Connect(i, j, Path{Loss: loss})
			}
		}
	}
	return m
}

func everybody(int, int) bool { return true }

func line(from, to int) bool { return from-to == 1 || to-from == 1 }

func show(events []Event) (out []string) {
	for _, e := range events {
		switch e := e.(type) {
		case Delivered:
			out = append(out, fmt.Sprintf("%v %d<%d %s", time.Duration(e.At), e.Station, e.From, e.Data))
		case Sent:
			out = append(out, fmt.Sprintf("%v %d sent %v", time.Duration(e.At), e.Station, e.OK))
		}
	}
	return out
}

func check(t *testing.T, got []Event, want ...string) {
	t.Helper()
	if g := show(got); !reflect.DeepEqual(g, want) {
		t.Errorf("got  %q\nwant %q", g, want)
	}
}

func frameOf(n int, with byte) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = with
	}
	return b
}

func TestOneFrame(t *testing.T) {
	cfg := quick()
	cfg.Delay = time.Millisecond
	m := network(cfg, 3, 0, line)
	if _, ok := m.Next(); ok {
		t.Fatal("something happens in an idle channel")
	}
	if !m.Send(second, 1, []byte("abc")) {
		t.Fatal("refused")
	}
	check(t, m.Advance(second+second/10))
	check(t, m.Advance(9*second), "1.103s 1 sent true", "1.104s 0<1 abc", "1.104s 2<1 abc")
}

func TestQueueIsBounded(t *testing.T) {
	cfg := quick()
	cfg.Queue = 2
	m := network(cfg, 2, 0, everybody)
	for i, want := range []bool{true, true, false} {
		if got := m.Send(0, 0, []byte{byte('a' + i)}); got != want {
			t.Errorf("frame %d taken: %v", i, got)
		}
	}
	check(t, m.Advance(9*second), "101ms 1<0 a", "101ms 0 sent true", "202ms 1<0 b", "202ms 0 sent true")
}

func TestCollisionAtTheReceiverOnly(t *testing.T) {
	// 0 and 2 do not hear each other; 1 hears both and gets neither; 3 hears
	// only 2 and gets it.
	m := network(quick(), 4, 0, line)
	m.Send(0, 0, frameOf(300, 'a'))
	m.Send(second/5, 2, []byte("b"))
	check(t, m.Advance(9*second), "301ms 3<2 b", "301ms 2 sent true", "400ms 0 sent true")
	if got := m.Station(1).Collided; got != 2 {
		t.Errorf("%d collided", got)
	}
}

func TestCapture(t *testing.T) {
	cfg := quick()
	cfg.Capture = 6
	m := network(cfg, 3, 0, func(from, to int) bool { return false })
	m.Connect(0, 1, Path{Power: 10})
	m.Connect(2, 1, Path{})
	m.Send(0, 0, frameOf(100, 'a'))
	m.Send(second/10, 2, []byte("b"))
	if got := m.Advance(9 * second); len(got) != 3 || m.Station(1).Collided != 1 || m.Station(1).RxBytes != 100 {
		t.Errorf("%q, %+v", show(got), m.Station(1))
	}
}

func TestHalfDuplex(t *testing.T) {
	cfg := quick()
	cfg.Sense = time.Second // deaf to carriers: both talk
	m := network(cfg, 3, 0, everybody)
	m.Send(0, 0, []byte("a"))
	m.Send(0, 1, []byte("b"))
	check(t, m.Advance(9*second), "101ms 0 sent true", "101ms 1 sent true")
	if m.Station(0).Deaf != 1 || m.Station(1).Deaf != 1 || m.Station(2).Collided != 2 {
		t.Errorf("%+v %+v %+v", m.Station(0), m.Station(1), m.Station(2))
	}
}

func TestCarrierSense(t *testing.T) {
	m := network(quick(), 3, 0, everybody)
	m.Send(0, 0, frameOf(900, 'a'))
	m.Send(second/2, 1, []byte("b"))
	if m.Busy(second/2, 1) {
		t.Error("busy before it began")
	}
	m.Advance(second / 2)
	if !m.Busy(second/2, 1) || !m.Busy(second/2, 0) {
		t.Error("carrier not noticed")
	}
	m.Advance(9 * second)
	if sum := m.Total(); sum.Collided+sum.Deaf > 0 || sum.RxFrames != 4 {
		t.Errorf("%+v", sum)
	}
}

func TestOff(t *testing.T) {
	m := network(quick(), 3, 0, line)
	m.Send(0, 1, frameOf(900, 'a'))
	m.Send(0, 1, []byte("b"))
	m.Advance(second / 2)
	m.Off(second/2, 1)
	if next, ok := m.Next(); !ok || next > second/2 {
		t.Error("the loss of frames is not told at once")
	}
	check(t, m.Advance(9*second), "500ms 1 sent false", "500ms 1 sent false")
	if m.Send(9*second, 1, nil) {
		t.Error("a station without power took a frame")
	}
	m.Send(9*second, 0, []byte("c"))
	m.Advance(10 * second)
	m.On(1)
	m.Send(10*second, 0, []byte("d"))
	check(t, m.Advance(11*second), "10.101s 1<0 d", "10.101s 0 sent true")
	if s := m.Station(1); s.Unheard != 1 || s.Airtime != time.Second/2 {
		t.Errorf("%+v", s)
	}
}

func TestDisconnect(t *testing.T) {
	m := network(quick(), 3, 0, everybody)
	m.Send(0, 0, []byte("a"))
	m.Advance(second / 20)
	m.Disconnect(0, 1) // on the air already: arrives
	if got := m.Advance(second); len(got) != 3 {
		t.Errorf("%q", show(got))
	}
	m.Send(second, 0, []byte("b"))
	check(t, m.Advance(9*second), "1.101s 2<0 b", "1.101s 0 sent true")
}

func TestLossIsAsFrequentAsSaid(t *testing.T) {
	m := network(quick(), 2, 0.3, everybody)
	const n = 2000
	for i := range n {
		m.Send(clock.Instant(i)*second, 0, []byte("a"))
		m.Advance(clock.Instant(i)*second + second/2)
	}
	if got := float64(m.Station(1).Lost) / n; got < 0.25 || got > 0.35 {
		t.Errorf("%.2f lost, want 0.3", got)
	}
}
