package scenario

import (
	"math/rand/v2"
	"slices"

	"github.com/blackstart-mesh/blackstart/sim"
)

func (p *plan) stream(purpose string, node int) *rand.Rand { return luck(p.seed, purpose, node) }

// faults sets what goes wrong all the time.
func (p *plan) faults() error {
	f := &p.Faults
	p.later(0, func(w *sim.World) {
		w.Faults = sim.Faults{
			Loss: f.Loss.Of(), Flip: f.Flip.Of(), Duplicate: f.Duplicate.Of(), Replay: f.Replay.Of(), CommitFail: f.CommitFail.Of(),
		}
	})
	return nil
}

// events puts into the plan what happens at certain times, but for what is part of
// networks, of power and of what people write.
func (p *plan) events() error {
	for i := range p.Events {
		e := &p.Events[i]
		nodes, end := p.hit(i), e.end(p.Lasts)
		switch e.What {
		case Crash:
			down := restartTakes
			if e.For > 0 {
				down = e.For
			}
			p.later(e.At, func(w *sim.World) {
				for _, n := range nodes {
					w.CrashSoon(n, 0, down)
				}
			})
		case Cut:
			p.cut(e, nodes)
		case Loss:
			p.later(e.At, func(w *sim.World) { w.Faults.Loss = both(p.Faults.Loss, e.Loss) })
			p.later(end, func(w *sim.World) { w.Faults.Loss = p.Faults.Loss.Of() })
		case Replay:
			p.replay(e)
		case Twin:
			p.later(e.At, func(w *sim.World) {
				if p.options.Protocol == nil {
					w.Copy(nodes[0], w.Backup(nodes[0]))
				}
			})
		case LockOut:
			p.lockOut(e, nodes)
		}
	}
	return nil
}

// both is the share that one or the other of two losses takes.
func both(a, b Share) float64 { return 1 - float64((1-a.Of())*(1-b.Of())) }

// cut keeps nodes apart from others for a while.
func (p *plan) cut(e *Event, nodes []int) {
	others := p.named([]string{Everyone})
	if len(e.With) > 0 {
		others = p.named(e.With)
	}
	each := func(do func(a, b int)) {
		for _, a := range nodes {
			for _, b := range others {
				if len(e.With) > 0 && a != b || !slices.Contains(nodes, b) {
					do(a, b)
				}
			}
		}
	}
	p.later(e.At, func(w *sim.World) { each(w.Cut) })
	p.later(e.end(p.Lasts), func(w *sim.World) { each(w.Mend) })
}

// replay lets somebody without keys loose on a channel.
func (p *plan) replay(e *Event) {
	channel := slices.IndexFunc(p.Radios, func(c Radio) bool { return c.Name == e.Radio })
	p.later(e.At, func(w *sim.World) {
		w.Attack(sim.Attack{
			Power: sim.Outsider, Channels: []int{channel}, For: e.end(p.Lasts) - e.At, Every: e.Every,
			Acts: []string{"replay", "flip a bit", "cut", "lengthen", "noise"},
		})
	})
}

// lockOut has the authority lock nodes out. Those who run and stay learn of it. Other
// protocols have no such thing; there it comes to nothing.
func (p *plan) lockOut(e *Event, nodes []int) {
	p.later(e.At, func(w *sim.World) {
		var to []int
		for n := range p.Count() {
			if w.Up(n) && !slices.Contains(nodes, n) {
				to = append(to, n)
				break
			}
		}
		_, _ = w.LockOut(to, nodes...)
	})
}
