package clock

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

var noon = WallOf(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC))

const day = 24 * time.Hour

// machine is a computer whose clocks a test holds. Its quartz is exact.
type machine struct {
	e *Estimator
	s Sample
}

func newMachine(stated time.Duration) *machine {
	return &machine{e: NewEstimator(stated), s: Sample{Wall: noon, SleepCounted: true}}
}

func (m *machine) pass(d time.Duration) {
	m.s.Mono = m.s.Mono.Add(d)
	m.s.Wall = m.s.Wall.Add(d)
	m.read()
}

func (m *machine) set(d time.Duration) { m.s.Wall = m.s.Wall.Add(d); m.read() }
func (m *machine) read() Reading       { return m.e.Read(m.s) }

func (m *machine) expect(t *testing.T, what string, q Quality, src Source, least, most time.Duration) Reading {
	t.Helper()
	r := m.read()
	if r.Quality != q || r.Source != src || r.Bound < least || r.Bound > most {
		t.Errorf("%s: %v from %v, good to %v; want %v from %v, good to %v..%v", what, r.Quality, r.Source, r.Bound, q, src, least, most)
	}
	return r
}

func TestUnsynchronisedClockProvesNothing(t *testing.T) {
	for what, at := range map[string]Wall{"right": noon, "1970": 0, "1904": -2_082_844_800_000, "five years ahead": noon.Add(5 * 365 * day), "2200": 7_258_118_400_000} {
		m := newMachine(0)
		m.s.Wall = at
		m.e.NotBefore(m.s, noon.Add(-day))
		m.e.Kernel(m.s, Kernel{MaxError: 16 * time.Second})
		r := m.expect(t, what, Unknown, None, Unsure, Unsure)
		if r.Surely(noon) || proven(r, noon) {
			t.Errorf("%s: something of today is past beyond doubt", what)
		}
		if !r.Surely(noon.Add(-2*day)) || !proven(r, noon.Add(-2*day)) {
			t.Errorf("%s: what is before the authority's word is not past", what)
		}
		if r.Wall < noon.Add(-day-time.Second) {
			t.Errorf("%s: shows %v, which is surely past", what, r.Wall.Time())
		}
	}
}

func TestKernelsWord(t *testing.T) {
	m := newMachine(0)
	m.e.Kernel(m.s, Kernel{Synchronised: true, MaxError: 30 * time.Millisecond})
	m.expect(t, "synchronised", Believed, System, time.Second, 1002*time.Millisecond)
	m.e.NotBefore(m.s, noon.Add(-9*day))
	m.expect(t, "near what the authority says", Believed, System, time.Second, 1002*time.Millisecond)
	m.pass(10 * time.Hour)
	m.expect(t, "silent for ten hours", Believed, System, 4*time.Second, 5*time.Second) // 100 ppm: 3.6 s
	m.set(5 * 365 * day)
	m.expect(t, "set ahead", Believed, System, 4*time.Second, 5*time.Second)
	if r := m.e.Report(m.s); r.Jumps != 1 || r.Jump.Round(time.Hour) != 5*365*day || r.Offset.Round(time.Hour) != -5*365*day {
		t.Errorf("jump not told: %+v", r)
	}
	m.e.Kernel(m.s, Kernel{Synchronised: true})
	r := m.expect(t, "the kernel stands by a leap of five years", Believed, System, 4*time.Second, 5*time.Second)
	if r.Wall.Add(-10*time.Hour) > noon.Add(time.Minute) {
		t.Errorf("a leap was followed at once: %v", r.Wall.Time())
	}
}

// An authority whose clock is ahead must lock nobody out.
func TestOperatorHasTheLastWord(t *testing.T) {
	m := newMachine(0)
	m.e.NotBefore(m.s, noon.Add(300*day))
	if err := m.e.Learn(m.s, Around(GPS, noon, time.Second)); !errors.Is(err, ErrPast) {
		t.Errorf("%v, want %v", err, ErrPast)
	}
	if err := m.e.Learn(m.s, Around(Operator, noon, time.Minute)); err != nil {
		t.Fatal(err)
	}
	if r := m.expect(t, "confirmed", Certain, Operator, time.Minute, 2*time.Minute); proven(r, noon) || r.Earliest > noon {
		t.Errorf("the authority's word still counts: %+v", r)
	}
	if err := m.e.Learn(m.s, Around(GPS, noon, time.Second)); err != nil {
		t.Error(err)
	}
}

// A source that leaps and stays is followed at last, and erases nothing.
func TestLeap(t *testing.T) {
	for _, by := range []time.Duration{5 * 365 * day, 5 * day} {
		m := newMachine(0)
		m.e.NotBefore(m.s, noon.Add(-day))
		tell := func(leap time.Duration) {
			if err := m.e.Learn(m.s, Around(GPS, noon.Add(time.Duration(m.s.Mono)+leap), time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		tell(0)
		m.expect(t, "at first", Believed, GPS, time.Second, 2*time.Second)
		for range 9 {
			m.pass(time.Minute)
			tell(by)
		}
		if r := m.expect(t, "nine minutes of a leap", Believed, GPS, time.Second, 2*time.Second); r.Surely(noon.Add(time.Hour)) {
			t.Error("the leap was followed")
		}
		for range 2 {
			m.pass(time.Minute)
			tell(by)
		}
		if r := m.expect(t, "after ten minutes", Believed, GPS, time.Second, 2*time.Second); !r.Surely(noon.Add(by)) || proven(r, noon.Add(time.Hour)) {
			t.Error("a leap that stays is neither followed nor, for erasing, refused")
		}
		_ = m.e.Learn(m.s, Around(Operator, noon.Add(time.Duration(m.s.Mono)+by), time.Minute))
		m.expect(t, "confirmed", Certain, GPS, time.Second, 2*time.Second)
	}
}

// TestWhoIsCertain: who forges satellites and time servers, or steals a station,
// has no key erased.
func TestWhoIsCertain(t *testing.T) {
	for text, c := range map[string]struct {
		say  []Source
		want Quality
	}{
		"satellites alone":           {[]Source{GPS}, Believed},
		"satellites and time server": {[]Source{GPS, System}, Believed},
		"a station alone":            {[]Source{Station}, Believed},
		"a station and satellites":   {[]Source{Station, GPS}, Certain},
		"a station and time server":  {[]Source{Station, System}, Certain},
		"a person":                   {[]Source{Operator}, Certain},
	} {
		for _, past := range []time.Duration{day, 20 * day} {
			m := newMachine(0)
			m.e.NotBefore(m.s, noon.Add(-past))
			for _, src := range c.say {
				if src == System {
					m.e.Kernel(m.s, Kernel{Synchronised: true})
				} else if err := m.e.Learn(m.s, Around(src, noon, time.Second)); err != nil {
					t.Fatal(err)
				}
			}
			if r := m.e.Read(m.s); r.Quality != c.want {
				t.Errorf("%s, %v after what is known: %v, want %v", text, past, r.Quality, c.want)
			}
		}
	}
}

// proven tells whether w is past for what cannot be undone.
func proven(r Reading, w Wall) bool { return r.Earliest > w || r.Quality == Certain && r.Surely(w) }

func TestContradiction(t *testing.T) {
	m := newMachine(time.Minute)
	m.e.NotBefore(m.s, noon.Add(-day))
	m.expect(t, "as node.yaml says", Believed, Stated, time.Minute, time.Minute)
	_ = m.e.Learn(m.s, Around(GPS, noon.Add(time.Hour), time.Second))
	if r := m.e.Report(m.s); r.Source != GPS || r.Conflict != Stated {
		t.Errorf("GPS against node.yaml: %+v", r)
	}
	_ = m.e.Learn(m.s, Around(Station, noon.Add(300*day), time.Second))
	if r := m.e.Report(m.s); r.Source != GPS || r.Conflict != Station || r.Wall > noon.Add(2*time.Hour) {
		t.Errorf("a station 300 days ahead was believed before one that is near: %+v", r)
	}
	_ = m.e.Learn(m.s, Around(Operator, noon.Add(300*day), time.Minute))
	if r := m.e.Report(m.s); r.Quality != Certain || r.Wall < noon.Add(299*day) || r.Conflict != GPS {
		t.Errorf("the operator was not believed: %+v", r)
	}
	_ = m.e.Learn(m.s, Around(Operator, noon, time.Minute))
	if r := m.e.Report(m.s); r.Wall > noon.Add(time.Hour) {
		t.Errorf("a mistake of the operator cannot be mended: %+v", r)
	}
}

func TestStatedClockThatJumps(t *testing.T) {
	m := newMachine(time.Minute)
	m.read()
	m.set(5 * 365 * day)
	if r := m.expect(t, "ahead", Unknown, Stated, 5*365*day, 5*365*day+2*time.Minute); r.Surely(noon) {
		t.Error("a clock that jumped ahead expires messages")
	}
	m.set(-5 * 365 * day)
	m.expect(t, "and back", Believed, Stated, time.Minute, time.Minute+time.Second)
}

func TestSleep(t *testing.T) {
	for _, counted := range []bool{true, false} {
		m := newMachine(0)
		m.s.SleepCounted = counted
		_ = m.e.Learn(m.s, Around(Operator, noon, time.Minute))
		m.s.Wall = m.s.Wall.Add(8 * time.Hour)
		want := 4 * time.Hour
		if counted {
			m.s.Slept, want = 8*time.Hour, 0
		}
		r := m.e.Report(m.s)
		if d := r.Wall - noon.Add(8*time.Hour); max(d, -d) > millis(r.Bound) || r.Bound < want || r.Bound > want+2*time.Minute {
			t.Errorf("counted %v: %v ± %v after a night", counted, r.Wall.Time(), r.Bound)
		}
		if (r.Jumps == 0) != counted {
			t.Errorf("counted %v: %d jumps", counted, r.Jumps)
		}
	}
	m := newMachine(0)
	m.s.SleepCounted = false
	_ = m.e.Learn(m.s, Around(Operator, noon, time.Minute))
	m.set(-time.Hour)
	m.expect(t, "set back, after who knows how long", Unknown, None, Unsure, Unsure)
}

func TestLearnRefuses(t *testing.T) {
	m := newMachine(0)
	m.e.NotBefore(m.s, noon)
	for what, c := range map[string]struct {
		f    Fix
		want error
	}{
		"no source":           {Around(None, noon, 0), ErrSource},
		"node.yaml":           {Around(Stated, noon, 0), ErrSource},
		"unknown source":      {Around(sources, noon, 0), ErrSource},
		"before 1970":         {Around(GPS, 0, time.Second), ErrSpan},
		"after 2149":          {Around(GPS, lastWall, time.Second), ErrSpan},
		"reversed":            {Fix{GPS, noon + 1, noon}, ErrSpan},
		"before authority":    {Around(GPS, noon.Add(-time.Hour), time.Second), ErrPast},
		"unknown age, far":    {Fix{Station, noon.Add(11 * day), 0}, ErrLeap},
		"unknown age, no one": {Fix{GPS, noon, 0}, ErrLeap},
	} {
		if err := m.e.Learn(m.s, c.f); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
	if err := m.e.Learn(m.s, Fix{Station, noon.Add(9 * day), 0}); err != nil {
		t.Fatal(err)
	}
	if r := m.expect(t, "beacon of unknown age", Unknown, None, Unsure, Unsure); !proven(r, noon.Add(9*day-time.Second)) || proven(r, noon.Add(9*day+time.Second)) {
		t.Errorf("it proves %v to be past", r.Earliest.Time())
	}
}

func TestNeighboursMoveTheTimeOnly(t *testing.T) {
	m := newMachine(0)
	m.s.Wall = 0
	_ = m.e.Learn(m.s, Around(Neighbours, noon, time.Hour))
	r := m.expect(t, "1970", Unknown, Neighbours, Unsure, Unsure)
	if d := r.Wall - noon; max(d, -d) > millis(61*time.Minute) || r.Surely(0) {
		t.Errorf("shows %v, and proves that 1970 is past: %v", r.Wall.Time(), r.Surely(0))
	}
	m.set(noon.Time().Sub(m.s.Wall.Time()))
	m.e.Kernel(m.s, Kernel{Synchronised: true})
	m.expect(t, "any other source", Believed, System, time.Second, 2*time.Second)
}

// truth is the world as it is: the stupid model that an estimator is held
// against. Sources are honest, the wall clock is not.
type truth struct {
	luck    *rand.Rand
	time    float64 // ms since 1970
	elapsed float64 // ms by the machine's quartz
	slept   float64
	ppm     float64
	wall    float64 // what the system's clock is ahead of the truth
	counted bool
}

func (w *truth) sample() Sample {
	return Sample{Mono: Instant(w.elapsed * 1e6), Wall: Wall(w.time + w.wall), Slept: time.Duration(w.slept) * time.Millisecond, SleepCounted: w.counted}
}

func (w *truth) pass(ms float64) {
	w.time += ms
	w.elapsed += ms * (1 + w.ppm/1e6)
	w.wall += ms * w.ppm / 1e6
}

// act lets something happen and tells the estimator what there is to tell.
func (w *truth) act(e *Estimator) {
	e.Read(w.sample())
	within := time.Duration(w.luck.Int64N(int64(30 * time.Second)))
	off := Wall((w.luck.Float64()*2 - 1) * float64(within.Milliseconds()))
	switch w.luck.IntN(9) {
	case 0: // somebody sets the clock
		if w.counted {
			w.wall = (w.luck.Float64() - 0.5) * 1e12
		}
	case 1: // sleep; the real-time clock goes on
		ms := w.luck.Float64() * 1e8
		w.time += ms
		if w.counted {
			w.slept += ms + (w.luck.Float64()*2-1)*1000
		}
	case 2:
		e.Kernel(w.sample(), Kernel{Synchronised: w.wall > -500 && w.wall < 500, MaxError: 500 * time.Millisecond})
	case 3:
		e.NotBefore(w.sample(), Wall(w.time-w.luck.Float64()*1e9))
	case 4:
		b := Beacon{Time: Wall(w.time) + off, Error: within.Truncate(beaconUnit) + 2*beaconUnit, Source: GPS}
		age := w.luck.Float64() * 1e5
		w.pass(age)
		e.Read(w.sample())
		_ = e.Learn(w.sample(), b.Fix(time.Duration(age*0.9)*time.Millisecond, time.Duration(age*1.2)*time.Millisecond+time.Millisecond))
	default:
		src := []Source{GPS, Operator}[w.luck.IntN(2)]
		_ = e.Learn(w.sample(), Around(src, Wall(w.time)+off, within+2*time.Millisecond))
	}
}

func TestTheTruthIsWithinBounds(t *testing.T) {
	known := 0
	for seed := range uint64(300) {
		luck := rand.New(rand.NewPCG(seed, 1))
		w := &truth{luck: luck, time: float64(noon), ppm: (luck.Float64()*2 - 1) * DriftPPM * 0.98, counted: seed%2 == 0}
		if w.counted {
			w.wall = (luck.Float64() - 0.5) * 1e10
		}
		e := NewEstimator(0)
		for step := range 300 {
			w.pass(luck.ExpFloat64() * []float64{10, 1e3, 1e5, 1e7}[luck.IntN(4)])
			w.act(e)
			r := e.Read(w.sample())
			d := time.Duration(float64(r.Wall)-w.time) * time.Millisecond
			if max(d, -d) > r.Bound+time.Millisecond || float64(r.Earliest) > w.time+1 {
				t.Fatalf("seed %d, step %d: %v off, bound %v; not before %v, it is %v (%v)", seed, step, d, r.Bound, r.Earliest.Time(), Wall(w.time).Time(), r.Source)
			}
			if r.Quality != Unknown {
				known++
			}
		}
	}
	if known < 30_000 {
		t.Errorf("the time was known in %d of 90,000 steps: the test proves little", known)
	}
}
