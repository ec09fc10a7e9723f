package medium

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// traffic drives a channel with random frames for a minute and returns what
// happened, with each station's transmissions for the checks.
func traffic(t *testing.T, seed uint64, observe func(m *Medium, e Event)) *Medium {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	cfg := VHF(9600)
	cfg.Queue = 1 + rng.IntN(4)
	cfg.Delay = time.Duration(rng.IntN(2)) * time.Millisecond
	n := 2 + rng.IntN(12)
	hears := map[[2]int]bool{}
	m := network(cfg, n, 0.2*rng.Float64(), func(from, to int) bool {
		pair := [2]int{min(from, to), max(from, to)}
		if _, ok := hears[pair]; !ok {
			hears[pair] = rng.IntN(3) > 0
		}
		return hears[pair]
	})
	sent := make([]uint64, n)
	bytes := make([]uint64, n)
	power := rng.IntN(2) == 0
	for at := clock.Instant(0); at < 60*second; {
		at += clock.Instant(rng.Int64N(int64(second / 4)))
		for {
			next, ok := m.Next()
			if !ok || next > at {
				break
			}
			for _, e := range m.Advance(next) {
				observe(m, e)
			}
		}
		s := rng.IntN(n)
		switch {
		case power && rng.IntN(40) == 0:
			m.Off(at, s)
		case power && rng.IntN(10) == 0:
			m.On(s)
		default:
			if data := frameOf(rng.IntN(256), byte(s)); m.Send(at, s, data) {
				sent[s]++
				bytes[s] += uint64(len(data))
			}
		}
	}
	for _, e := range m.Advance(clock.Never) {
		observe(m, e)
	}
	for i := range n {
		got := m.Station(i)
		if got.TxFrames > sent[i] || got.TxBytes > bytes[i] || !power && (got.TxFrames != sent[i] || got.TxBytes != bytes[i]) {
			t.Errorf("seed %d: station %d sent %d frames, %d bytes; counted %+v", seed, i, sent[i], bytes[i], got)
		}
		if want := time.Duration(got.TxFrames)*cfg.Overhead + time.Duration((got.TxBytes+got.TxFrames*uint64(cfg.Framing))*8*uint64(time.Second)/9600); !power && (got.Airtime-want).Abs() > time.Microsecond {
			t.Errorf("seed %d: station %d was on the air for %v, its frames take %v", seed, i, got.Airtime, want)
		}
	}
	return m
}

// TestNothingArrivesWhileTransmitting: between the start and end of its own
// transmission a station gets nothing, and each arrival had one cause.
func TestNothingArrivesWhileTransmitting(t *testing.T) {
	for seed := range uint64(60) {
		var sent, delivered, refused int
		m := traffic(t, seed, func(m *Medium, e Event) {
			switch e := e.(type) {
			case Delivered:
				delivered++
				n := m.stations[e.Station].sending
				if n != nothing && m.txs[n].ends > e.At && m.txs[n].ends.Add(-m.cfg.Airtime(len(m.txs[n].data))) < e.At {
					t.Fatalf("seed %d: %d got a frame at %d while it transmits", seed, e.Station, e.At)
				}
				if len(e.Data) > 0 && int(e.Data[0]) != e.From {
					t.Fatalf("seed %d: frame of %d came as %d's", seed, e.Data[0], e.From)
				}
			case Sent:
				sent++
				if !e.OK {
					refused++
				}
			}
		})
		sum := m.Total()
		if delivered != int(sum.RxFrames) || sent < int(sum.TxFrames) || sent-refused > int(sum.TxFrames) {
			t.Errorf("seed %d: %d delivered, %d sent, %d refused: %+v", seed, delivered, sent, refused, sum)
		}
		for i, s := range m.stations {
			if len(s.incoming) > 0 || s.sending != nothing || len(s.queue) > 0 || s.deferring {
				t.Errorf("seed %d: station %d is not at rest: %+v", seed, i, s)
			}
		}
		if len(m.free) != len(m.txs) {
			t.Errorf("seed %d: %d of %d transmissions are free at rest", seed, len(m.free), len(m.txs))
		}
	}
}

// TestSameSeedSameChannel compares everything that two runs let happen.
func TestSameSeedSameChannel(t *testing.T) {
	run := func(seed uint64) (sum [sha256.Size]byte) {
		h := sha256.New()
		m := traffic(t, seed, func(_ *Medium, e Event) { fmt.Fprintf(h, "%T %+v\n", e, e) })
		fmt.Fprintf(h, "%+v", m.Total())
		h.Sum(sum[:0])
		return sum
	}
	for seed := range uint64(10) {
		if run(seed) != run(seed) {
			t.Errorf("seed %d: two runs differ", seed)
		}
	}
	if run(1) == run(2) {
		t.Error("two seeds make one run")
	}
}

// TestOutcomesAddUp: each transmission ends in exactly one way at each hearer.
func TestOutcomesAddUp(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 2))
		n := 2 + rng.IntN(8)
		cfg := VHF(1200)
		cfg.Queue = 100
		m := network(cfg, n, 0.1, everybody)
		frames := 0
		for i := range 40 {
			if m.Send(clock.Instant(i)*second/8, rng.IntN(n), frameOf(rng.IntN(100), 1)) {
				frames++
			}
		}
		m.Advance(clock.Never)
		sum := m.Total()
		if got := sum.RxFrames + sum.Collided + sum.Deaf + sum.Lost + sum.Unheard; got != uint64(frames*(n-1)) {
			t.Errorf("seed %d: %d outcomes of %d frames at %d hearers: %+v", seed, got, frames, n-1, sum)
		}
	}
}
