package power

import (
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/chance"
)

// hit adds by node when a strike has it.
func (s *Strike) hit(to [][]Span, end time.Duration, stream chance.Stream) {
	percent := s.Percent
	if percent == 0 {
		percent = 100
	}
	struck := chance.Sample(stream, "power "+s.Name+" hits", s.Nodes, percent)
	back := chance.Sample(stream, "power "+s.Name+" returns", struck, 100)
	for i, n := range back {
		luck := stream("power "+s.Name+" when", n)
		begin, until := s.At+chance.Between(luck, 0, s.Spread), end
		if s.Lasts != (Span{}) {
			until = begin + chance.Between(luck, s.Lasts.Least, s.Lasts.Most)
		}
		sum := 0
		for _, r := range s.Returns {
			if sum += r.Percent; i < (len(back)*sum+50)/100 {
				until = min(until, r.At)
				break
			}
		}
		to[n] = append(to[n], Span{begin, until})
	}
}

// bridge returns when a node is off whose battery lasts so long, given in order when
// it has no mains.
func (s *Supply) bridge(battery time.Duration, dark []Span, end time.Duration) (off []Span) {
	charge, since := battery, time.Duration(0)
	for _, d := range dark {
		if light := d.Least - since; s.Charge == 0 || light >= s.Charge {
			charge = battery
		} else {
			charge = min(battery, charge+chance.Scale(battery, uint64(light), uint64(s.Charge)))
		}
		if since = d.Most; d.Least+charge < d.Most {
			until := d.Most + s.Boot
			if d.Most >= end {
				until = end
			}
			off = append(off, Span{d.Least + charge, until})
			charge = 0
		} else {
			charge -= d.Most - d.Least
		}
	}
	return off
}

// portable returns when a node is off that lives on batteries.
func (s *Supply) portable(luck *rand.Rand, end time.Duration) (off []Span) {
	for at := time.Duration(0); ; {
		at += chance.Between(luck, s.Battery.Least, s.Battery.Most)
		if at >= end {
			return off
		}
		if s.Swap == (Span{}) {
			return append(off, Span{at, end})
		}
		back := at + chance.Between(luck, s.Swap.Least, s.Swap.Most) + s.Boot
		off = append(off, Span{at, back})
		at = back
	}
}

// cause adds by node when restarts have it off.
func (r *Restart) cause(off [][]Span, end time.Duration, stream chance.Stream) {
	if r.End != 0 {
		end = min(end, r.End)
	}
	for _, n := range r.Nodes {
		luck := stream("power "+r.Name+" restarts", n)
		for at := r.Begin; ; {
			if r.Every != 0 {
				at += chance.Exponential(luck, r.Every)
			} else {
				at += chance.Between(luck, r.Up.Least, r.Up.Most)
			}
			if at >= end {
				break
			}
			back := at + chance.Between(luck, r.Down.Least, r.Down.Most)
			off[n] = append(off[n], Span{at, back})
			at = back
		}
	}
}
