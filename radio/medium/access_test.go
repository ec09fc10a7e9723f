package medium

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

func TestHalfDuplexWithPowers(t *testing.T) {
	m := New(sharp(func(r *Receiver) { r.Locked = true }))
	for i := range 2 {
		m.Join(rand.New(rand.NewPCG(uint64(i), 1)))
	}
	m.Connect(1, 0, Path{Power: -60})
	for _, c := range []struct {
		mine, his int
		heard     bool
	}{{0, 0, false}, {50, 0, false}, {0, 50, false}, {0, 99, false}, {0, 100, true}, {100, 0, true}} {
		before := m.Station(0).RxFrames
		start := clock.Instant(int(before)+1) * 1000 * second
		m.Send(start+ms(c.mine), 0, frameOf(100, 0))
		m.Send(start+ms(c.his), 1, frameOf(100, 1))
		m.Advance(start + second)
		if heard := m.Station(0).RxFrames > before; heard != c.heard {
			t.Errorf("own frame at %d, other's at %d: heard %v", c.mine, c.his, heard)
		}
	}
	if got := m.Station(0).Deaf; got != 4 {
		t.Errorf("%d deaf", got)
	}
}

// TestDetection: a carrier is noticed after a while, down to 3 dB below the
// sensitivity, and of its own factor only where the receiver says so.
func TestDetection(t *testing.T) {
	for _, c := range []struct {
		power float64
		sf    int
		own   bool
		at    int
		want  bool
	}{
		{-90, 7, true, 0, false},
		{-90, 7, true, 4, false},
		{-90, 7, true, 5, true},
		{-123, 7, true, 50, true},
		{-123.001, 7, true, 50, false},
		{-90, 7, true, 99, true},
		{-90, 7, true, 100, false},
		{-90, 8, true, 50, false},
		{-90, 8, false, 50, true},
	} {
		m := New(sharp(func(r *Receiver) { r.OwnOnly = c.own }))
		for i := range 2 {
			m.Join(rand.New(rand.NewPCG(uint64(i), 1)))
		}
		if err := m.Tune(0, 1, Tuning{SF: c.sf}); err != nil {
			t.Fatal(err)
		}
		m.Connect(1, 0, Path{Power: c.power})
		m.Send(0, 1, frameOf(100, 1))
		m.Advance(ms(c.at))
		if got := m.Busy(ms(c.at), 0); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestHiddenStation: two that do not hear each other collide in the middle; with a path
// that is just noticed, they wait.
func TestHiddenStation(t *testing.T) {
	for power, want := range map[float64]uint64{-123: 2, -124: 0} {
		cfg := sharp(func(r *Receiver) { r.Summing = Peak })
		cfg.Access, cfg.Slot, cfg.Persistence = Persistent, 10*time.Millisecond, 1
		m := New(cfg)
		for i := range 3 {
			m.Join(rand.New(rand.NewPCG(uint64(i), 1)))
		}
		m.Connect(1, 0, Path{Power: -90})
		m.Connect(2, 0, Path{Power: -90})
		m.Connect(1, 2, Path{Power: power})
		m.Connect(2, 1, Path{Power: power})
		m.Send(0, 1, frameOf(100, 1))
		m.Advance(ms(50))
		m.Send(ms(50), 2, frameOf(100, 2))
		m.Advance(clock.Never)
		if got := m.Station(0); got.RxFrames != want || got.Collided != 2-want {
			t.Errorf("%v dBm between them: %+v", power, got)
		}
	}
}
