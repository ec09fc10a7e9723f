package scenario

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/power"
)

func (p *plan) stream(purpose string, node int) *rand.Rand { return luck(p.seed, purpose, node) }

// faults are incidents from the beginning to the end.
func (p *plan) faults() error {
	f := &p.Faults
	for _, one := range []struct {
		what  sim.Harm
		share Share
	}{
		{sim.LoseFrames, f.Loss}, {sim.FlipBits, f.Flip}, {sim.Duplicates, f.Duplicate},
		{sim.Disorder, f.Reorder}, {sim.OldFrames, f.Replay}, {sim.DiskErrors, f.CommitFail},
	} {
		if one.share > 0 {
			p.happens(sim.Incident{What: one.what, Share: one.share.Of()})
		}
	}
	return nil
}

// happens adds an incident, if it begins within the run.
func (p *plan) happens(in sim.Incident) {
	if in.At < p.lasts {
		p.options.Incidents = append(p.options.Incidents, in)
	}
}

// harms are the events that are incidents under another name, or the same one.
func harms() map[string]sim.Harm {
	return map[string]sim.Harm{
		Crash: sim.CrashAll, Unplug: sim.Unplug, Cut: sim.CutOff, Loss: sim.LoseFrames, Jam: sim.Jam, Babble: sim.Babble,
		Replay: sim.Replay, Wormhole: sim.Wormhole, DiskFull: sim.DiskFull, ClockJump: sim.ClockJump, ClockDrift: sim.ClockDrift,
		Twin: sim.Twin, LockOut: sim.LockOut,
	}
}

// events puts into the plan what happens at certain times, but for what is part of
// networks, of power and of what people write.
func (p *plan) events() error {
	for i := range p.Events {
		e := &p.Events[i]
		what, ok := harms()[e.What]
		if !ok {
			continue
		}
		in := sim.Incident{What: what, At: e.At, For: e.For, By: e.By, PPM: int(e.Drift), Every: e.Every, Share: e.Loss.Of()}
		if len(e.Who) > 0 {
			in.Nodes = p.hit(i)
		}
		if len(e.With) > 0 {
			in.With = p.named(e.With)
		}
		if e.Radio != "" {
			in.Channels = []int{slices.Index(p.radioNames(), e.Radio)}
		}
		if e.What == Jam {
			in.Share = e.Busy.Of()
		}
		p.happens(in)
	}
	return nil
}

// restartTakes is how long a node is off that crashed by itself.
const restartTakes = 5 * time.Second

// power says which nodes are off, and when.
func (p *plan) power() error {
	plan := power.Plan{Nodes: p.Count(), End: p.Lasts}
	for i := range p.Nodes {
		g := &p.Nodes[i]
		if g.Power == Mains {
			continue
		}
		supply := power.Supply{Name: g.Name, Nodes: p.Groups[i], Battery: power.Span{Least: g.Battery[0], Most: g.Battery[1]}}
		if g.Power == OnBattery {
			supply.Portable, supply.Swap = true, power.Span{Least: g.Swap[0], Most: g.Swap[1]}
		} else {
			supply.Charge = g.Battery[1]
		}
		plan.Supplies = append(plan.Supplies, supply)
	}
	for i := range p.Events {
		e := &p.Events[i]
		if e.What == Blackout || e.What == PowerCut {
			lasts := e.end(p.Lasts) - e.At
			plan.Strikes = append(plan.Strikes, power.Strike{
				Name: fmt.Sprintf("event %d", i+1), Nodes: p.hit(i), Mains: e.What == Blackout,
				At: e.At, Lasts: power.Span{Least: lasts, Most: lasts},
			})
		}
	}
	if p.Faults.Reboot > 0 {
		all := p.named([]string{Everyone})
		plan.Restarts = []power.Restart{{Name: "reboots", Nodes: all, Every: p.Faults.Reboot, Down: power.Span{Least: restartTakes, Most: restartTakes}}}
	}
	changes, err := plan.Changes(p.stream)
	if err != nil {
		return err
	}
	for _, o := range power.Outages(changes) {
		in := sim.Incident{What: sim.PowerCut, At: o.Begin, Nodes: []int{o.Node}}
		if o.End < p.Lasts {
			in.For = o.End - o.Begin
		}
		p.happens(in)
	}
	return nil
}
