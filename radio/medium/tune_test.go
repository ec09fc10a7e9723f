package medium

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// TestBands: stations of two bands neither hear nor disturb each other, and a retuned
// one gets nothing of what is on the air.
func TestBands(t *testing.T) {
	m := New(sharp(nil))
	for i := range 4 {
		m.Join(rand.New(rand.NewPCG(uint64(i), 1)))
		for j := range i {
			m.Connect(i, j, Path{Power: -80})
			m.Connect(j, i, Path{Power: -80})
		}
	}
	tune := func(now clock.Instant, station, band int) {
		if err := m.Tune(now, station, Tuning{Band: band}); err != nil {
			t.Fatal(err)
		}
	}
	tune(0, 1, 1)
	tune(0, 2, 1)
	m.Send(0, 0, frameOf(100, 0)) // to 3
	m.Send(0, 1, frameOf(100, 1)) // to 2
	m.Advance(ms(50))
	tune(ms(50), 3, 1)
	tune(ms(60), 3, 0)
	m.Advance(clock.Never)
	if a, b, c := m.Station(2), m.Station(3), m.Station(1); a.RxFrames != 1 || b.RxFrames != 0 || b.Unheard != 1 || c.Collided+c.Deaf != 0 {
		t.Errorf("%+v\n%+v\n%+v", a, b, c)
	}
	m.Send(second, 0, frameOf(100, 0))
	m.Advance(clock.Never)
	if got := m.Station(3).RxFrames; got != 1 {
		t.Errorf("back in its band it heard %d", got)
	}
}

// TestJam: a jammer destroys what it meets, is no frame to anybody, keeps others from
// talking, breaks off with its power, and sends its own frames afterwards.
func TestJam(t *testing.T) {
	cfg := sharp(nil)
	cfg.Access, cfg.Slot, cfg.Persistence = Persistent, time.Millisecond, 1
	m := New(cfg)
	for i := range 3 {
		m.Join(rand.New(rand.NewPCG(uint64(i), 1)))
		for j := range i {
			m.Connect(i, j, Path{Power: -80})
			m.Connect(j, i, Path{Power: -80})
		}
	}
	if !m.Jam(0, 0, time.Second) || m.Jam(0, 0, time.Second) {
		t.Error("a second carrier from one station")
	}
	m.Send(0, 0, frameOf(10, 0))
	m.Send(0, 1, frameOf(20, 1)) // has not noticed yet
	check(t, m.Advance(ms(500)), "20ms 1 sent true")
	m.Send(ms(500), 1, frameOf(30, 1))
	m.Off(ms(600), 0)
	check(t, m.Advance(ms(700)), "600ms 0 sent false", "630ms 2<1 "+string(frameOf(30, 1)), "630ms 1 sent true")
	if a, b := m.Station(0), m.Station(2); a.Airtime != 600*time.Millisecond || a.TxFrames != 0 || b.Collided != 1 || b.Unheard+b.Weak+b.Deaf+b.Lost != 0 {
		t.Errorf("%+v\n%+v", a, b)
	}
	m.On(0)
	m.Jam(second, 0, time.Second)
	m.Send(second, 0, frameOf(10, 0))
	check(t, m.Advance(9*second), "2.01s 1<0 "+string(frameOf(10, 0)), "2.01s 2<0 "+string(frameOf(10, 0)), "2.01s 0 sent true")
}
