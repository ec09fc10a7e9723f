package keyring

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

var wrongClocks = map[string]clock.Reading{
	"1970":             {Wall: 0, Bound: time.Minute},
	"five years ahead": {Wall: (today + 5*365).Start(), Bound: time.Minute},
	"the end of time":  {Wall: 1 << 50, Bound: 0},
	"before 1970":      {Wall: -1 << 40, Bound: 1 << 60},
}

// A wrong clock erases nothing that is needed, however long the node runs on it
// and however it jumps, and the node still moves to new blocks and opens late
// ones.
func TestWrongClocksEraseNothing(t *testing.T) {
	for name, wrong := range wrongClocks {
		a := newAuthority(t)
		s := a.node(2, today)
		a.block(today)
		a.want(t, s, a.block(today), Applied)
		for hour := range 15*24 - 1 {
			s.Ran(time.Hour)
			reading := wrong
			if hour%7 == 3 {
				reading = at(today + clock.Day(hour/24))
			}
			if s.Erase(reading, false) {
				t.Fatalf("%s: something is erased after %d hours", name, hour)
			}
		}
		a.sure(t, s, 1, today)
		a.sure(t, s, 3, today)
		a.want(t, s, a.blocks[2], Late)
		a.want(t, s, a.block(today+15), Applied)
	}
}

// While the node runs and its clock is right, each day goes when it is past need
// and not before, without anybody who makes time certain.
func TestRunningErasesDayByDay(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	for hour := range 60 * 24 {
		s.Ran(time.Hour)
		now := clock.Reading{Wall: today.Start().Add(time.Duration(hour) * time.Hour), Bound: time.Minute}
		s.Erase(now, false)
		day := now.Wall.Day()
		want := max(today, day-KeepDays)
		if s.Window > want || s.Window < want-1 {
			t.Fatalf("day %d: window at %d, want %d", day-today, s.Window-today, want-today)
		}
		a.sure(t, s, 1, s.Window)
	}
}

// What was away catches up at the pace once an authority's day shows how late it
// is, and at once where time is certain.
func TestPaceAndCertainty(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	a.block(today)
	a.want(t, s, a.block(today+100), Applied)
	sure := s.Clone()
	erased := 0
	for range 10 * 20 {
		s.Ran(time.Hour)
		if s.Erase(at(today+100), false) {
			erased++
		}
	}
	if erased != 10 || s.Window != today+10 || len(s.Skipped) != 1 {
		t.Errorf("%d erased in 200 hours, window at %d, %d skipped", erased, s.Window-today, len(s.Skipped))
	}
	if !sure.Erase(at(today+100), true) || sure.Window != today+85 || len(sure.Skipped) != 1 {
		t.Errorf("certain: window at %d, %d skipped", sure.Window-today, len(sure.Skipped))
	}
	a.sure(t, sure, 1, today+85)
	a.sure(t, sure, 3, today+100)
	if sure.Erase(at(today+99), true) || sure.Erase(clock.Reading{}, true) || sure.Window != today+85 {
		t.Error("an earlier time erases, or brings back")
	}
	// What opens the skipped block stays for as long as a bundle lives, counted
	// from when the node came back.
	if sure.Erase(at(today+115), true); len(sure.Skipped) != 1 {
		t.Error("a skipped block is given up too early")
	}
	if sure.Erase(at(today+116), true); len(sure.Skipped) != 0 {
		t.Error("a skipped block is never given up")
	}
	a.want(t, sure, a.blocks[2], Passed)
}

// Skipped blocks are given up one by one after as long a run as a bundle lives.
func TestSkippedBlocksAreGivenUpAtThePace(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	for range 5 {
		a.block(today)
	}
	a.want(t, s, a.blocks[6], Applied)
	left := map[int]int{}
	for hour := range 20 * 24 {
		s.Ran(time.Hour)
		s.Erase(clock.Reading{}, false)
		left[hour+1] = len(s.Skipped)
	}
	for hour, want := range map[int]int{359: 4, 360: 3, 379: 3, 380: 2, 400: 1, 420: 0} {
		if left[hour] != want {
			t.Errorf("%d are left after %d hours, want %d", left[hour], hour, want)
		}
	}
}

func TestRanCountsForwardOnly(t *testing.T) {
	s := newAuthority(t).node(2, today)
	s.Ran(-time.Hour)
	s.Ran(1500 * time.Microsecond)
	if s.Running != time.Millisecond {
		t.Errorf("running time %v", s.Running)
	}
	_ = s.Encode()
}

// model is what an honest observer with a right watch knows of one node.
type model struct {
	hours   int // true time since today began
	from    map[uint32]clock.Day
	skipped map[uint32]int // hour at which a block was skipped
	erased  []time.Duration
	moves   clock.Day // how far certain time moved the window
}

func (m *model) day() clock.Day { return today + clock.Day(m.hours/24) }

// Random histories with hostile clocks: no key of a day that a live bundle can
// be of is ever lost, late blocks open while a bundle of theirs can live, and
// without certain time at most one day goes in 20 hours.
func TestHistoriesAgainstAModel(t *testing.T) {
	seeds := uint64(40)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 3))
		a := newAuthority(t)
		s := a.node(2, today)
		m := &model{from: map[uint32]clock.Day{1: today}, skipped: map[uint32]int{}}
		for step := range 400 {
			s = m.step(t, r, a, s)
			m.check(t, a, s, seed, step)
			if t.Failed() {
				return
			}
		}
	}
}

// step does one thing that happens to a node.
func (m *model) step(t *testing.T, r *rand.Rand, a *authority, s *State) *State {
	right := clock.Reading{Wall: today.Start().Add(time.Duration(m.hours) * time.Hour), Bound: time.Minute}
	switch r.IntN(8) {
	case 0, 1, 2: // time passes; the node runs, or not, and some of it is not durable
		hours := r.IntN(30)
		m.hours += hours
		if r.IntN(4) > 0 {
			s.Ran(time.Duration(hours)*time.Hour - time.Duration(r.IntN(600))*time.Second)
		}
	case 3: // a clock that may be anything
		wrong := []clock.Reading{right, {}, {Wall: right.Wall.Add(5 * 365 * day)}, {Wall: right.Wall.Add(-40 * day)}, {Wall: right.Wall.Add(time.Duration(r.IntN(60)) * day)}}
		window := s.Window
		s.Erase(wrong[r.IntN(len(wrong))], false)
		if s.Window > window+1 {
			t.Errorf("window moved by %d", s.Window-window)
		}
		if s.Window > window {
			m.erased = append(m.erased, s.Running)
		}
	case 4: // time is certain now and then
		if r.IntN(5) == 0 {
			s.Erase(right, true)
			m.moves = max(m.moves, before(right.Wall.Add(-right.Bound).Day()))
		}
	case 5:
		if a.newest < 60 && r.IntN(3) == 0 {
			a.block(m.day())
		}
	case 6: // a block is heard, new or old
		serial := 1 + r.Uint32N(a.newest)
		if r.IntN(2) == 0 {
			serial = a.newest
		}
		m.heard(t, a, s, serial)
	case 7:
		if r.IntN(10) == 0 {
			m.skip(s, a.newest+1)
			if err := s.Merge(a.pack(2, m.day())); err != nil {
				t.Error(err)
			}
			if _, held := m.from[a.newest]; !held {
				m.from[a.newest] = m.day()
			}
		}
		again, err := Decode(s.Encode())
		if err != nil || !bytes.Equal(again.Encode(), s.Encode()) {
			t.Fatalf("the state does not survive: %v", err)
		}
		return again
	}
	return s
}

func (m *model) skip(s *State, serial uint32) {
	for at := s.Path.Serial; at < serial; at++ {
		m.skipped[at] = m.hours
	}
}

// heard applies a block and holds the outcome to what should have come of it.
func (m *model) heard(t *testing.T, a *authority, s *State, serial uint32) {
	next := s.Path.Serial
	m.skip(s, serial)
	got := s.Apply(a.operator, a.blocks[serial])
	since, skipped := m.skipped[serial]
	_, held := m.from[serial]
	switch {
	case serial >= next && got == Applied, skipped && got == Late:
		m.from[serial] = a.epochs[serial].First
		delete(m.skipped, serial)
	case held && got == Known:
	case skipped && got == Passed && m.hours-since >= KeepDays*24:
	default:
		t.Errorf("block %d is %v: skipped %v %d hours ago, held %v", serial, got, skipped, m.hours-since, held)
	}
}

// check holds the state to the model.
func (m *model) check(t *testing.T, a *authority, s *State, seed uint64, step int) {
	t.Helper()
	for serial, from := range m.from {
		day := max(from, before(m.day()))
		i, found := s.epoch(serial)
		if !found {
			t.Fatalf("seed %d, step %d: epoch %d is lost", seed, step, serial)
		}
		e := s.Epochs[i]
		base := e.Base
		e.EraseBefore(day)
		if base > day || e.Key != a.key(serial, day) {
			t.Errorf("seed %d, step %d: key of epoch %d and day %d is lost, base %d", seed, step, serial, day-today, base-today)
		}
		if base < s.Window {
			t.Errorf("seed %d, step %d: epoch %d begins on day %d, window %d", seed, step, serial, base-today, s.Window-today)
		}
	}
	if s.TrueDay() > m.day() || s.Window < m.moves {
		t.Errorf("seed %d, step %d: at least day %d on day %d, window %d, certain %d", seed, step, s.TrueDay()-today, m.day()-today, s.Window-today, m.moves-today)
	}
	for i := 1; i < len(m.erased); i++ {
		if m.erased[i]-m.erased[i-1] < Pace {
			t.Errorf("seed %d, step %d: erased at %v and %v", seed, step, m.erased[i-1], m.erased[i])
		}
	}
}
