package simulate

import (
	"time"

	"github.com/blackstart-mesh/blackstart/sim/report"
	"github.com/blackstart-mesh/blackstart/sim/scenario"
)

// job is one run of the plan.
func (p *Plan) job(protocol string, seed uint64) Job {
	return Job{Scenario: p.Scenario.Name, Protocol: protocol, Seed: seed, Lasts: p.Scenario.Lasts,
		Run: func(progress func(time.Duration) bool) (report.Run, error) {
			r, err := p.Scenario.Run(scenario.How{Protocol: protocol, Seed: seed, Progress: progress, Story: p.Story})
			r.Story, r.Version = p.Scenario.Story, p.Version
			if r.Partial {
				r.Expectations = nil // of the whole
			}
			return r, err
		}}
}
