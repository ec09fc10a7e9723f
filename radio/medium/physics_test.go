package medium

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// anyPhysics is a channel of random rules: a frame of n bytes takes n ms at each factor.
func anyPhysics(rng *rand.Rand) Config {
	cfg := sharp(func(r *Receiver) {
		r.Summing = Summing(rng.IntN(3))
		r.Locked = rng.IntN(2) == 0
		r.OwnOnly = rng.IntN(2) == 0
		r.Fading = float64(rng.IntN(2)) * 3
		r.Capture = float64(rng.IntN(7))
		r.Rejection = []func(int, int) float64{nil, Croce, Goursaud}[rng.IntN(3)]
	})
	cfg.Delay = []time.Duration{0, 7 * time.Microsecond, 3 * time.Millisecond}[rng.IntN(3)]
	cfg.Access, cfg.Slot, cfg.Persistence = Access(rng.IntN(2)), 10*time.Millisecond, 0.5
	cfg.Queue = 1 + rng.IntN(4)
	return cfg
}

// teller drives a channel at random and writes down what happens.
type teller struct {
	story
	m     *Medium
	rng   *rand.Rand
	paths [][]Path // from, to; a Power of 0 means none
	sent  []uint64
	on    []int // number in aired of what a station transmits; -1 if nothing
	due   []int // aired whose hearers are not known yet
	heard [][]Notice
}

func newTeller(seed uint64) *teller {
	t := &teller{rng: rand.New(rand.NewPCG(seed, 3))}
	t.cfg = anyPhysics(t.rng)
	t.m = New(t.cfg)
	n := 2 + t.rng.IntN(7)
	for i := range n {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		t.luck = append(t.luck, rand.New(rand.NewPCG(seed, uint64(i))).Uint64())
		t.m.Join(rng)
		t.paths = append(t.paths, make([]Path, n))
		t.on = append(t.on, -1)
	}
	t.sent, t.heard = make([]uint64, n), make([][]Notice, n)
	for i := range n {
		for j := range n {
			if i != j && t.rng.IntN(4) > 0 {
				t.connect(i, j)
			}
		}
	}
	return t
}

func (t *teller) connect(from, to int) {
	t.paths[from][to] = Path{Power: float64(-125 + t.rng.IntN(30)), Loss: 0.2 * float64(t.rng.IntN(2))}
	t.m.Connect(from, to, t.paths[from][to])
}

// advance lets the channel go on until an instant, one moment at a time.
func (t *teller) advance(until clock.Instant) {
	for {
		next, ok := t.m.line.Next()
		if !ok || next > until {
			break
		}
		t.m.happen()
		t.observe(next)
	}
	for _, n := range t.m.Notices(until) {
		if n.From != Nobody {
			n.SNR = 0
			t.heard[n.Station] = append(t.heard[n.Station], n)
		}
	}
}

// observe writes down what began, and who could hear what arrived.
func (t *teller) observe(now clock.Instant) {
	for i := range t.m.stations {
		s := &t.m.stations[i]
		if uint64(s.sent) > t.sent[i] {
			tx := &t.m.txs[s.sending]
			t.on[i] = len(t.aired)
			t.due = append(t.due, len(t.aired))
			t.aired = append(t.aired, aired{from: i, begin: now, end: tx.ends, count: t.sent[i], mode: tx.mode, band: tx.band, jam: tx.jam, data: tx.data})
			t.sent[i] = uint64(s.sent)
		}
	}
	t.due = slices.DeleteFunc(t.due, func(n int) bool {
		a := &t.aired[n]
		if a.begin.Add(t.cfg.Delay) > now {
			return false
		}
		for to, p := range t.paths[a.from] {
			if p.Power != 0 {
				h := &t.m.stations[to]
				a.paths = append(a.paths, heardPath{to: to, path: p, off: h.off, mode: h.mode, sameBand: h.band == a.band})
			}
		}
		return true
	})
}

// act does something to a station.
func (t *teller) act(now clock.Instant) {
	i, j := t.rng.IntN(len(t.on)), t.rng.IntN(len(t.on))
	s := &t.m.stations[i]
	switch k := t.rng.IntN(60); {
	case k == 0 && !s.off:
		if s.sending != nothing {
			a := &t.aired[t.on[i]]
			a.end, a.broken = now, true
		}
		t.m.Off(now, i)
		t.changes = append(t.changes, change{at: now, station: i, off: true})
	case k < 4:
		t.m.On(i)
	case k < 8:
		t.tune(now, i, Tuning{SF: 7 + t.rng.IntN(6), Band: t.rng.IntN(5) / 4})
	case k < 20:
		t.tune(now, i, Tuning{})
	case k < 24 && i != j:
		t.connect(i, j)
	case k < 26:
		t.paths[i][j] = Path{}
		t.m.Disconnect(i, j)
	case k < 30:
		if t.m.Jam(now, i, time.Duration(ms(1+t.rng.IntN(100)))) {
			t.observe(now)
		}
	default:
		t.m.Send(now, i, frameOf(1+t.rng.IntN(120), byte(i)))
	}
}

func (t *teller) tune(now clock.Instant, i int, to Tuning) {
	s := &t.m.stations[i]
	mode, band := s.mode, s.band
	if err := t.m.Tune(now, i, to); err != nil {
		panic(err)
	}
	if mode != s.mode || band != s.band {
		t.changes = append(t.changes, change{at: now, station: i, modesOrBandDo: true, bandsDiffer: band != s.band})
	}
}

// TestAgainstReference holds every reception of random channels to what a stupid
// reference decides when all is over.
func TestAgainstReference(t *testing.T) {
	var sum Stats
	for seed := range uint64(150) {
		r := newTeller(seed)
		for at := clock.Instant(0); at < 10*second; {
			at += 1 + clock.Instant(r.rng.Int64N(int64(second/10)))
			r.advance(at)
			r.act(at)
		}
		r.advance(clock.Never)
		stats, heard := r.judge()
		for i := range stats {
			got := r.m.Station(i)
			sum.add(&got)
			got.TxFrames, got.TxBytes, got.Airtime = 0, 0, 0
			if got != stats[i] {
				t.Fatalf("seed %d: station %d of %d\ngot  %+v\nwant %+v\n%+v", seed, i, len(stats), got, stats[i], *r.cfg.Receiver)
			}
			if g, w := fmt.Sprint(r.heard[i]), fmt.Sprint(heard[i]); g != w {
				t.Fatalf("seed %d: station %d heard\n%s\nwant\n%s", seed, i, g, w)
			}
		}
		if r.cfg.Access == Persistent {
			for _, a := range r.aired {
				if !a.jam && r.noticeable(a.from, a.begin, a.mode) {
					t.Fatalf("seed %d: station %d began at %v although it noticed a carrier", seed, a.from, a.begin)
				}
			}
		}
	}
	if min(sum.RxFrames, sum.Collided, sum.Deaf, sum.Weak, sum.Lost, sum.Unheard) < 200 {
		t.Errorf("some outcomes are rare: %+v", sum)
	}
}

// TestSameSeedSamePhysics compares everything that runs let happen, with each other and
// with what it was on another machine.
func TestSameSeedSamePhysics(t *testing.T) {
	run := func(seed uint64) string {
		r := newTeller(seed)
		for at := clock.Instant(0); at < 10*second; {
			at += 1 + clock.Instant(r.rng.Int64N(int64(second/10)))
			r.advance(at)
			r.act(at)
		}
		r.advance(clock.Never)
		return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%v %v %v", r.aired, r.heard, r.m.Total())))
	}
	all := sha256.New()
	for seed := range uint64(20) {
		one := run(seed)
		if one != run(seed) {
			t.Errorf("seed %d: two runs differ", seed)
		}
		fmt.Fprintln(all, one)
	}
	// Changes with the physics, and with what the test does; not with the machine.
	const want = "226c964c0a5994a4"
	if got := fmt.Sprintf("%x", all.Sum(nil)[:8]); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
