package bench

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/sim"
)

// KernelOptions says what of the simulator is measured, and for how long.
type KernelOptions struct {
	PaceOptions
	Pending []int // things to come, for each of which the agenda is measured
	Nodes   []int // sizes for which the radio model is
	County  int   // how many real nodes are idle in a county; 0: it is left out
	Seed    uint64
}

// kernelPart is one figure of the simulator's kernel: how much of something a second
// of processor time brings.
type kernelPart struct {
	name, unit string
	amount     float64 // that one call of do brings
	do         func() error
}

// Kernel measures what a simulation stands on. A figure with "-wall" is by the clock,
// and suffers from whatever else the machine does.
func Kernel(o KernelOptions) (*Report, error) {
	r := newReport("kernel")
	r.Parameters["rounds"], r.Parameters["round"], r.Parameters["seed"] = o.Rounds, o.Round.String(), o.Seed
	r.Parameters["frame_bytes"], r.Parameters["frame_every"] = kernelFrame, kernelEvery.String()
	for _, n := range o.Pending {
		if err := r.kernelRow(o, agendaPart(n, o.Seed)); err != nil {
			return nil, err
		}
	}
	for _, n := range o.Nodes {
		k := newKernelRadio(n, o.Seed)
		r.add(fmt.Sprintf("radio/%d/links", n), k.links, "per node")
		r.add(fmt.Sprintf("radio/%d/delivered", n), k.settle(), "of links")
		if err := r.kernelRow(o, k.part()); err != nil {
			return nil, err
		}
	}
	for _, c := range []struct {
		name    string
		duty    int
		settles time.Duration
	}{{"idle-county", sim.QuietDuty, quietSettles}, {"idle-county-default-beacons", 0, defaultSettles}} {
		if err := r.county(o, c.name, c.duty, c.settles); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return r, nil
}

// kernelRow measures a part.
func (r *Report) kernelRow(o KernelOptions, part kernelPart) error {
	p, err := measurePace(o.PaceOptions, part.do)
	if err != nil {
		return fmt.Errorf("%s: %w", part.name, err)
	}
	r.add(part.name, part.amount/p.cpu, part.unit)
	r.add(part.name+"-wall", part.amount/p.wall, part.unit)
	return nil
}

// agendaPart takes the first of so many things to come, and puts another one in.
func agendaPart(pending int, seed uint64) kernelPart {
	const batch = 1000
	rng := rand.New(rand.NewPCG(seed, 0))
	var agenda clock.Agenda[[4]uint64]
	later := func(now clock.Instant) clock.Instant {
		return now.Add(time.Duration(rng.Int64N(int64(time.Second))))
	}
	for range pending {
		agenda.Put(later(0), 0, [4]uint64{})
	}
	return kernelPart{name: fmt.Sprintf("agenda/%d", pending), unit: "events/s", amount: batch, do: func() error {
		for range batch {
			now, what := agenda.Take()
			agenda.Put(later(now), 0, what)
		}
		return nil
	}}
}
