package report

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestFates(t *testing.T) {
	r := small()
	var got []Fate
	for i := range r.Messages {
		for _, c := range r.Messages[i].Copies {
			got = append(got, r.FateOf(&r.Messages[i], c))
		}
	}
	want := []Fate{Delivered, Delivered, Ours, Impossible, Delivered, Late, Impossible, Refused, Ours, Delivered}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	// Broken off at 1000 s, message 6 had 50 s left; what was refused or over stays so.
	r.Partial = true
	if got := r.FateOf(&r.Messages[6], r.Messages[6].Copies[0]); got != Open {
		t.Errorf("message 6 is %s, want open", got)
	}
	if s := Summarise(&r); s.All.Open != 1 || s.All.Ours != 1 || s.All.Refused != 1 || s.All.Possible != 7 {
		t.Errorf("partial: %+v", s.All)
	}
}

func TestFiguresOfASmallRun(t *testing.T) {
	r := small()
	s := Summarise(&r)
	f := s.All
	if f.Messages != 8 || f.Copies != 10 || f.Possible != 8 || f.Delivered != 4 || f.Early != 1 {
		t.Errorf("counts: %+v", f)
	}
	for _, c := range []struct {
		name string
		got  *float64
		want float64
	}{
		{"delivered share", f.DeliveredShare, 0.5},
		{"p50", f.Latency.P50, 4},
		{"p95", f.Latency.P95, 10},
		{"over the earliest", f.OverEarliest, 2},
		{"acknowledged", f.AcknowledgedShare, 0.25},
		{"falsely failed, of the three messages that all had", f.FalseFailureShare, 0.3333},
		{"frames for a copy", s.Air.FramesPerCopy, 12},
		{"busiest, of the channel with a limit", s.Air.BusiestShare, 0.5},
		{"node-seconds", s.NodeSeconds, 2000},
	} {
		if c.got == nil || *c.got != c.want {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	if f.FalseAcknowledged != 1 {
		t.Errorf("%d falsely acknowledged, want 1", f.FalseAcknowledged)
	}
}

// What nothing was delivered of has no median, and no share of nothing.
func TestFiguresOfNothing(t *testing.T) {
	s := Summarise(&Run{})
	if s.All.DeliveredShare != nil || s.All.Latency.P50 != nil || s.Air.FramesPerCopy != nil || s.NodeSeconds != nil {
		t.Errorf("%+v", s)
	}
}

// Whatever happened, each copy has one fate, and nothing is delivered that was not
// possible.
func TestFatesAddUp(t *testing.T) {
	for seed := range uint64(300) {
		luck := rand.New(rand.NewPCG(seed, 0))
		at := func() time.Duration {
			if luck.IntN(3) == 0 {
				return Never
			}
			return time.Duration(luck.IntN(20)) * time.Second
		}
		r := Run{Simulated: 15 * time.Second, Partial: luck.IntN(2) == 0}
		for n := range luck.IntN(20) {
			m := Message{N: n, At: time.Duration(luck.IntN(5)) * time.Second, Lifetime: time.Duration(luck.IntN(3)) * 5 * time.Second, Known: at(),
				Failed: luck.IntN(2) == 0, Precedence: []string{"FLASH", "ROUTINE", "odd"}[luck.IntN(3)], Group: luck.IntN(2) == 0}
			if luck.IntN(4) == 0 {
				m.Refused = "full"
			}
			for i := range luck.IntN(4) {
				m.Copies = append(m.Copies, Copy{To: i, Possible: at(), Arrived: at()})
			}
			r.Messages = append(r.Messages, m)
		}
		s := Summarise(&r)
		sums := [2]Figures{}
		for i, parts := range [][]Figures{s.Precedences, s.Kinds} {
			for _, f := range parts {
				sums[i].Messages += f.Messages
				sums[i].join(&f)
			}
		}
		for _, f := range append(append(sums[:], s.All), s.Precedences...) {
			if f.Copies != f.Delivered+f.Impossible+f.Late+f.Refused+f.Ours+f.Open {
				t.Errorf("seed %d: fates do not add up: %+v", seed, f)
			}
		}
		if f := s.All; f.Delivered > f.Possible || f.Possible != f.Delivered+f.Ours+f.Late+f.Refused ||
			f.Copies != sums[0].Copies || f.Copies != sums[1].Copies || f.Messages != sums[0].Messages {
			t.Errorf("seed %d: %+v", seed, f)
		}
	}
}
