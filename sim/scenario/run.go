package scenario

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/motion"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// How says how a scenario is run.
type How struct {
	Protocol string                       // Blackstart, or one of package reference; "" is the former
	Seed     uint64                       // in place of the scenario's
	Lasts    time.Duration                // no longer than this; 0: as long as the scenario says
	Progress func(now time.Duration) bool // is told how far the run is, and may end it there; or nil
	Story    func(line string)            // gets all that happens, a line each; or nil
}

// plan is a world that is about to be made.
type plan struct {
	*Scenario
	seed    uint64
	lasts   time.Duration
	options sim.Options
	tracks  []motion.Track
	heights []float64 // of antennas, in metres
	fastest []float64 // speed of each node, in m/s
	traffic []sim.Message
}

// Run runs a scenario and returns what came of it, with its expectations judged. The
// caller knows the version of the program and what the run cost.
func (s *Scenario) Run(how How) (report.Run, error) {
	p, err := s.plan(how)
	if err != nil {
		return report.Run{}, err
	}
	w, err := sim.New(p.options)
	if err != nil {
		return report.Run{}, fmt.Errorf("%s: %w", s.file, err)
	}
	for _, m := range p.traffic {
		w.Submit(m)
	}
	w.RunFor(p.lasts)
	r := w.Result()
	r.Scenario, r.Seed = s.Name, how.Seed
	r.Expectations = s.judge(&r)
	return r, nil
}

// plan makes everything that a world is made of.
func (s *Scenario) plan(how How) (*plan, error) {
	p := &plan{Scenario: s, seed: how.Seed, lasts: s.Lasts}
	if how.Lasts > 0 {
		p.lasts = min(p.lasts, how.Lasts)
	}
	p.options = sim.Options{
		Seed: how.Seed, Nodes: s.Count(), Progress: how.Progress, Story: how.Story,
		Skew: s.Faults.Clocks, Bound: max(s.Faults.Clocks, clockBound),
		Disk:      [2]time.Duration{diskFast, diskSlow},
		Unchecked: s.Checkers == "no",
		Build: func(_ int, now clock.Reading, cfg mesh.Config) (sim.Machine, error) {
			cfg.Licence = licence
			return mesh.New(now, cfg)
		},
	}
	if how.Protocol != "" && how.Protocol != Blackstart {
		protocol, err := s.protocol(how.Protocol)
		if err != nil {
			return nil, err
		}
		p.options.Protocol = protocol
	}
	for _, step := range []func() error{p.people, p.walks, p.radios, p.links, p.contacts, p.faults, p.power, p.events} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("%s: %w", s.file, err)
		}
	}
	return p, nil
}

// licence is what nodes are told of who allows them the duty of a scenario.
const licence = "the duty that the scenario says"

// What a node's machine is like, where a scenario does not say.
const (
	clockBound = time.Second // that a node believes its clock's error to be
	diskFast   = time.Millisecond
	diskSlow   = 10 * time.Millisecond
)
