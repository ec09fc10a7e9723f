package medium

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// sharp is a channel on which all transmit at once: a frame of n bytes takes n ms, of
// which the first 10 do not count; -120 dBm are received, 6 dB are enough.
func sharp(change func(*Receiver)) Config {
	onAir := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	mode := func(sf int) Mode {
		return Mode{SF: sf, Sensitivity: -120, Lead: 10 * time.Millisecond, Sense: 5 * time.Millisecond, OnAir: onAir}
	}
	r := &Receiver{Noise: -125, Capture: 6, Detect: 3, Modes: []Mode{mode(7), mode(8), mode(9), mode(10), mode(11), mode(12)}}
	if change != nil {
		change(r)
	}
	return Config{BitsPerSecond: 8000, OnAir: onAir, Access: Immediate, Queue: 8, Receiver: r}
}

// shot is a frame of some milliseconds that a station sends at a millisecond, or a
// carrier with nothing on it.
type shot struct {
	from, at, length int
	jam              bool
}

func frame(from, at, length int) shot { return shot{from: from, at: at, length: length} }

func noise(from, at, length int) shot { return shot{from: from, at: at, length: length, jam: true} }

// hearer makes a channel in which station 0 hears stations 1 and on with the powers
// given, lets them send, and returns from whom it heard in the order in which they
// ended.
func hearer(cfg Config, powers []float64, shots ...shot) (m *Medium, from []int) {
	m = New(cfg)
	for i := range len(powers) + 1 {
		m.Join(rand.New(rand.NewPCG(uint64(i), 7)))
	}
	for i, p := range powers {
		m.Connect(i+1, 0, Path{Power: p})
	}
	note := func(now clock.Instant) {
		for _, e := range m.Advance(now) {
			if d, ok := e.(Delivered); ok && d.Station == 0 {
				from = append(from, d.From)
			}
		}
	}
	for _, s := range shots {
		now := ms(s.at)
		note(now)
		if s.jam {
			m.Jam(now, s.from, time.Duration(ms(s.length)))
		} else {
			m.Send(now, s.from, frameOf(s.length, byte(s.from)))
		}
	}
	note(clock.Never)
	return m, from
}

func ms(n int) clock.Instant { return clock.Instant(n) * clock.Instant(time.Millisecond) }

// overlapCase is what station 0 hears of frames with these powers.
type overlapCase struct {
	name   string
	powers []float64
	shots  []shot
	want   []int
}

func checkOverlaps(t *testing.T, cfg Config, cases []overlapCase) {
	t.Helper()
	for _, c := range cases {
		_, got := hearer(cfg, c.powers, c.shots...)
		if len(got) != len(c.want) {
			t.Errorf("%s: heard %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: heard %v, want %v", c.name, got, c.want)
			}
		}
	}
}

func TestSensitivity(t *testing.T) {
	for power, want := range map[float64]int{-120: 1, -119.999: 1, -120.001: 0, -120.0004: 1, -300: 0} {
		m, got := hearer(sharp(nil), []float64{power}, frame(1, 0, 100))
		if len(got) != want || m.Station(0).Weak != uint64(1-want) {
			t.Errorf("%v dBm: %d heard, %d weak", power, len(got), m.Station(0).Weak)
		}
	}
}

func TestPowerIsTold(t *testing.T) {
	m := New(sharp(nil))
	for range 2 {
		m.Join(rand.New(rand.NewPCG(1, 1)))
	}
	m.Connect(0, 1, Path{Power: -101.25})
	m.Send(0, 0, frameOf(100, 1))
	d, ok := m.Advance(clock.Never)[0].(Delivered)
	if !ok || d.Power != -101.25 || d.SNR != 23.75 {
		t.Errorf("%+v", d)
	}
}

// TestCaptureThreshold: exactly the margin is enough, a thousandth less is not; no
// margin at all is needed against silence.
func TestCaptureThreshold(t *testing.T) {
	both := []shot{frame(1, 0, 100), frame(2, 0, 100)}
	for _, summing := range []Summing{Energy, Peak, Single} {
		checkOverlaps(t, sharp(func(r *Receiver) { r.Summing = summing }), []overlapCase{
			{"6 dB", []float64{-90, -96}, both, []int{1}},
			{"6 dB, the other way round", []float64{-96, -90}, both, []int{2}},
			{"5.999 dB", []float64{-90, -95.999}, both, nil},
			{"6.001 dB", []float64{-90, -96.001}, both, []int{1}},
			{"equal", []float64{-90, -90}, both, nil},
			{"6 dB, both too weak", []float64{-121, -127}, both, nil},
			{"weak ones disturb", []float64{-119, -121}, both, nil},
			{"far below", []float64{-90, -200}, both, []int{1}},
		})
	}
}

// TestFractions: how much of a frame an interferer has to hit at how many dB. The part
// that counts is that from 10 to 110 ms.
func TestFractions(t *testing.T) {
	wanted := frame(1, 0, 110)
	checkOverlaps(t, sharp(func(r *Receiver) { r.Noise, r.Capture = -125, 10; r.Modes[0].Sensitivity = -100 }), []overlapCase{
		{"a tenth, equal power", []float64{-90, -90}, []shot{wanted, noise(2, 50, 10)}, []int{1}},
		{"a bit more than a tenth", []float64{-90, -90}, []shot{wanted, noise(2, 50, 11)}, nil},
		{"a tenth at the end", []float64{-90, -90}, []shot{wanted, noise(2, 100, 1000)}, []int{1}},
		{"a hundredth, 10 dB above", []float64{-99, -89}, []shot{wanted, noise(2, 50, 1)}, []int{1}},
		{"two hundredths, 10 dB above", []float64{-99, -89}, []shot{wanted, noise(2, 50, 2)}, nil},
		{"two hundredths, apart", []float64{-99, -89}, []shot{wanted, noise(2, 30, 1), noise(2, 70, 1)}, nil},
		{"all of it, 10 dB below", []float64{-90, -101}, []shot{wanted, noise(2, 0, 500)}, []int{1}},
	})
	// Peak and Single do not ask how long.
	for _, summing := range []Summing{Peak, Single} {
		cfg := sharp(func(r *Receiver) { r.Summing = summing; r.Modes[0].Sensitivity = -100 })
		checkOverlaps(t, cfg, []overlapCase{
			{"a hundredth", []float64{-90, -90}, []shot{wanted, noise(2, 50, 1)}, nil},
			{"a hundredth, 6 dB below", []float64{-90, -96}, []shot{wanted, noise(2, 50, 1)}, []int{1}},
		})
	}
}

// TestPreamble: what ends within the first 10 ms does no harm, whatever its power.
func TestPreamble(t *testing.T) {
	wanted := frame(1, 100, 100)
	for _, summing := range []Summing{Energy, Peak, Single} {
		cfg := sharp(func(r *Receiver) { r.Summing = summing })
		checkOverlaps(t, cfg, []overlapCase{
			{"ends before", []float64{-110, -50}, []shot{noise(2, 50, 59), wanted}, []int{1}},
			{"ends with it", []float64{-110, -50}, []shot{noise(2, 50, 60), wanted}, []int{1}},
			{"ends after", []float64{-110, -50}, []shot{noise(2, 50, 61), wanted}, nil},
			{"begins in it and goes on", []float64{-110, -50}, []shot{wanted, noise(2, 105, 100)}, nil},
			{"begins where it ends", []float64{-110, -50}, []shot{wanted, noise(2, 200, 100)}, []int{1}},
		})
	}
}

// TestSum: two interferers of 8 dB below, each alone harmless, are 5 dB below together.
func TestSum(t *testing.T) {
	powers := []float64{-90, -98, -98}
	together := []shot{frame(1, 0, 100), frame(3, 15, 65), frame(2, 20, 60)}
	apart := []shot{frame(1, 0, 100), frame(2, 0, 60), frame(3, 60, 40)}
	for summing, want := range map[Summing][]int{Energy: {1}, Peak: nil, Single: {1}} {
		checkOverlaps(t, sharp(func(r *Receiver) { r.Summing = summing; r.Modes[0].Sensitivity = -95 }), []overlapCase{
			{"one", powers, []shot{frame(1, 0, 100), frame(2, 0, 100)}, []int{1}},
			{"one after the other", powers, apart, []int{1}},
			{"for two thirds", powers, together, want},
		})
	}
	checkOverlaps(t, sharp(func(r *Receiver) { r.Modes[0].Sensitivity = -95 }), []overlapCase{
		{"all the time", powers, []shot{frame(1, 0, 100), frame(2, 0, 100), frame(3, 0, 100)}, nil},
	})
}

// TestFactors holds each pair of spreading factors to both tables at the threshold.
func TestFactors(t *testing.T) {
	for name, table := range map[string]func(int, int) float64{"Croce": Croce, "Goursaud": Goursaud} {
		for wanted := 7; wanted <= 12; wanted++ {
			for other := 7; other <= 12; other++ {
				for _, off := range []float64{0, 0.001} {
					m := New(sharp(func(r *Receiver) { r.Rejection, r.Capture = table, table(wanted, wanted) }))
					for i := range 3 {
						m.Join(rand.New(rand.NewPCG(uint64(i), 1)))
						sf := []int{wanted, wanted, other}[i]
						if err := m.Tune(0, i, Tuning{SF: sf}); err != nil {
							t.Fatal(err)
						}
					}
					m.Connect(1, 0, Path{Power: -90})
					m.Connect(2, 0, Path{Power: -90 - table(wanted, other) + off})
					m.Send(0, 1, frameOf(100, 1))
					m.Send(0, 2, frameOf(100, 2))
					m.Advance(clock.Never)
					got := m.Station(0)
					if heard := got.RxBytes == 100; heard != (off == 0) {
						t.Errorf("%s, %d among %d, %v dB too much: %+v", name, wanted, other, off, got)
					}
					if wanted != other && got.RxFrames+got.Collided != 1 {
						t.Errorf("%s, %d among %d: a frame of another factor was counted: %+v", name, wanted, other, got)
					}
				}
			}
		}
	}
}

func TestFactorsWithoutTable(t *testing.T) {
	m := New(sharp(nil))
	for i := range 3 {
		m.Join(rand.New(rand.NewPCG(uint64(i), 1)))
	}
	if err := m.Tune(0, 2, Tuning{SF: 12}); err != nil {
		t.Fatal(err)
	}
	m.Connect(1, 0, Path{Power: -119})
	m.Connect(2, 0, Path{Power: 0})
	m.Send(0, 1, frameOf(100, 1))
	m.Send(0, 2, frameOf(100, 2))
	m.Advance(clock.Never)
	if got := m.Station(0); got.RxFrames != 1 {
		t.Errorf("%+v", got)
	}
}

// TestLocked: a receiver that is with a frame loses a stronger one that comes, unless
// the first is none that it could receive.
func TestLocked(t *testing.T) {
	cases := []overlapCase{
		{"weak, then strong", []float64{-100, -80}, []shot{frame(1, 0, 100), frame(2, 50, 100)}, nil},
		{"strong, then weak", []float64{-80, -100}, []shot{frame(1, 0, 100), frame(2, 50, 100)}, []int{1}},
		{"too weak, then strong", []float64{-121, -80}, []shot{frame(1, 0, 100), frame(2, 50, 100)}, []int{2}},
		{"weak, then strong after it", []float64{-100, -80}, []shot{frame(1, 0, 100), frame(2, 100, 100)}, []int{1, 2}},
		{"third comes when the first has ended", []float64{-100, -101, -70}, []shot{frame(1, 0, 100), frame(2, 50, 100), frame(3, 120, 100)}, []int{3}},
	}
	checkOverlaps(t, sharp(func(r *Receiver) { r.Locked = true }), cases)
	cases[0].want = []int{2}
	cases[1].want = []int{1}
	checkOverlaps(t, sharp(nil), cases)
}
