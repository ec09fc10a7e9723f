package segment

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// span is when a connection was up, or a charged frame under way.
type span struct{ from, to clock.Instant }

// traffic lets stations send at random for a minute over connections that come and go,
// and keeps the truth beside: which connections were up, what was handed over.
type traffic struct {
	seed  uint64
	cfg   Config
	power bool
	s     *Segment
	up    map[[2]int][]span // the last one is open while to is clock.Never
	off   []bool
	want  map[[2]int]bool
	began []clock.Instant // of the outstanding frame, by station
	open  []int           // outstanding frames
	log   strings.Builder
}

func newTraffic(seed uint64) *traffic {
	rng := rand.New(rand.NewPCG(seed, 3))
	cfg := Config{BitsPerSecond: 8000, Broadcast: true, HalfDuplex: rng.IntN(2) == 0, Uncharged: rng.IntN(2) * 40}
	if rng.IntN(2) == 0 {
		cfg.Delay = [2]time.Duration{time.Duration(rng.IntN(2)) * time.Millisecond, 20 * time.Millisecond}
	}
	if rng.IntN(3) == 0 {
		cfg.Loss = 0.2
	}
	if rng.IntN(3) == 0 {
		cfg.Notice = 50 * time.Millisecond
	}
	w := &traffic{seed: seed, cfg: cfg, power: rng.IntN(2) == 0, s: New(cfg), up: map[[2]int][]span{}, want: map[[2]int]bool{}}
	n := 2 + rng.IntN(6)
	for i := range n {
		w.s.Join(rand.New(rand.NewPCG(seed, uint64(100+i))))
	}
	w.off, w.began, w.open = make([]bool, n), make([]clock.Instant, n), make([]int, n)
	return w
}

// truth notes what connections are up after a change.
func (w *traffic) truth(now clock.Instant) {
	for pair, want := range w.want {
		up := want && !w.off[pair[0]] && !w.off[pair[1]]
		spans := w.up[pair]
		open := len(spans) > 0 && spans[len(spans)-1].to == clock.Never
		switch {
		case up && !open:
			w.up[pair] = append(spans, span{from: now, to: clock.Never})
		case !up && open:
			spans[len(spans)-1].to = now
		}
	}
}

func (w *traffic) held(a, b int, from, to clock.Instant) bool {
	for _, s := range w.up[[2]int{min(a, b), max(a, b)}] {
		if s.from <= from && s.to >= to {
			return true
		}
	}
	return false
}

func (w *traffic) run(t *testing.T) {
	rng := rand.New(rand.NewPCG(w.seed, 4))
	n := len(w.off)
	for at := clock.Instant(0); at < 60*second; {
		at += clock.Instant(rng.Int64N(int64(second / 4)))
		w.advance(t, at)
		a := rng.IntN(n)
		b := (a + 1 + rng.IntN(n-1)) % n
		pair := [2]int{min(a, b), max(a, b)}
		switch k := rng.IntN(20); {
		case k < 3:
			w.want[pair] = true
			w.s.Connect(at, a, b)
		case k < 5:
			w.want[pair] = false
			w.s.Disconnect(at, a, b)
		case k == 5 && w.power:
			w.off[a], w.open[a] = true, 0
			w.s.Off(at, a)
		case k < 8 && w.power:
			w.off[a] = false
			w.s.On(at, a)
		default:
			if k == 9 {
				b = Everyone
			}
			data := make([]byte, 8+rng.IntN(600))
			data[0] = byte(a)
			// The frame carries when it was handed over.
			for i := range 7 {
				data[1+i] = byte(at >> (8 * i))
			}
			if w.s.Send(at, a, b, data) {
				if w.open[a]++; w.open[a] > 1 {
					t.Fatalf("seed %d: station %d has two frames outstanding", w.seed, a)
				}
			} else if w.open[a] == 0 && !w.off[a] {
				t.Fatalf("seed %d: station %d refused a frame though it had none", w.seed, a)
			}
		}
		w.truth(at)
	}
	w.advance(t, clock.Never)
	for i, open := range w.open {
		if st := w.s.stations[i]; open != 0 || st.sending != nil || st.getting != nil {
			t.Errorf("seed %d: station %d waits for a Sent: %+v", w.seed, i, st)
		}
	}
	fmt.Fprintf(&w.log, "%+v", w.s.Total())
}

func (w *traffic) advance(t *testing.T, until clock.Instant) {
	for {
		next, ok := w.s.Next()
		if !ok || next > until {
			return
		}
		for _, e := range w.s.Advance(next) {
			write(&w.log, e)
			switch e := e.(type) {
			case Sent:
				w.open[e.Station]--
			case Delivered:
				w.delivered(t, e)
			}
		}
	}
}

// delivered checks a frame against the truth.
func (w *traffic) delivered(t *testing.T, e Delivered) {
	var began clock.Instant
	for i := range 7 {
		began |= clock.Instant(e.Data[1+i]) << (8 * i)
	}
	least := w.cfg.Took(len(e.Data)) + w.cfg.Delay[0]
	took := e.At.Sub(began)
	if int(e.Data[0]) != e.From || took < least || took > w.cfg.Took(len(e.Data))+w.cfg.Delay[1] {
		t.Fatalf("seed %d: a frame of %d bytes of %d came to %d from %d after %v", w.seed, len(e.Data), e.Data[0], e.Station, e.From, took)
	}
	if !w.held(e.From, e.Station, began, e.At) {
		t.Fatalf("seed %d: a frame came from %d to %d between %d and %d, when they had no connection throughout", w.seed, e.From, e.Station, began, e.At)
	}
}

// TestNothingComesWithoutAConnection holds a segment to the plain truth beside it: what
// arrives had a connection from its first bit to its arrival, took its time, and every
// frame that was taken has one Sent.
func TestNothingComesWithoutAConnection(t *testing.T) {
	for seed := range uint64(200) {
		newTraffic(seed).run(t)
	}
}

// TestOneTransferAtATime: charged transfers that share an end do not overlap.
func TestOneTransferAtATime(t *testing.T) {
	for seed := range uint64(200) {
		w := newTraffic(seed)
		if !w.cfg.HalfDuplex {
			continue
		}
		rng := rand.New(rand.NewPCG(seed, 5))
		n := len(w.off)
		for a := range n {
			for b := range a {
				w.s.Connect(0, a, b)
			}
		}
		busyUntil := make([]clock.Instant, n)
		for at := clock.Instant(0); at < 30*second; at += clock.Instant(rng.Int64N(int64(second / 5))) {
			w.s.Advance(at)
			a := rng.IntN(n)
			b := (a + 1 + rng.IntN(n-1)) % n
			data := make([]byte, 41+rng.IntN(500))
			before := w.s.Station(a)
			if !w.s.Send(at, a, b, data) {
				if busyUntil[a] < at {
					t.Fatalf("seed %d: station %d refused a frame at rest", seed, a)
				}
				continue
			}
			free := busyUntil[a] <= at && busyUntil[b] <= at
			if began := w.s.Station(a).TxFrames > before.TxFrames; began != free {
				t.Fatalf("seed %d: at %d a transfer from %d to %d began: %v; both were free: %v", seed, at, a, b, began, free)
			}
			if free {
				busyUntil[a] = at.Add(w.cfg.Took(len(data)))
				busyUntil[b] = busyUntil[a]
			}
		}
	}
}

// TestSameSeedSameSegment compares everything that two runs let happen.
func TestSameSeedSameSegment(t *testing.T) {
	for seed := range uint64(20) {
		a, b := newTraffic(seed), newTraffic(seed)
		a.run(t)
		b.run(t)
		if a.log.String() != b.log.String() {
			t.Errorf("seed %d: two runs differ", seed)
		}
	}
}

// TestALossShiftsNoDelay: what arrives in spite of losses arrives when it would have.
func TestALossShiftsNoDelay(t *testing.T) {
	arrivals := func(loss float64) map[int]clock.Instant {
		s := New(Config{BitsPerSecond: 8000, Delay: [2]time.Duration{0, time.Second}, Loss: loss})
		s.Join(rand.New(rand.NewPCG(1, 1)))
		s.Join(rand.New(rand.NewPCG(1, 2)))
		s.Connect(0, 0, 1)
		got := map[int]clock.Instant{}
		for i := range 100 {
			now := clock.Instant(i) * 2 * second
			s.Send(now, 0, 1, []byte{byte(i)})
			for _, e := range s.Advance(now.Add(2 * time.Second)) {
				if d, ok := e.(Delivered); ok {
					got[int(d.Data[0])] = d.At
				}
			}
		}
		return got
	}
	all, some := arrivals(0), arrivals(0.5)
	if len(all) != 100 || len(some) < 30 || len(some) > 70 {
		t.Fatalf("%d and %d of 100 arrived", len(all), len(some))
	}
	for i, at := range some {
		if all[i] != at {
			t.Errorf("frame %d arrived at %d, without losses at %d", i, at, all[i])
		}
	}
}
