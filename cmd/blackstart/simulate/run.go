package simulate

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/report"
	"github.com/blackstart-mesh/blackstart/sim/scenario"
)

// job is one run of the plan.
func (p *Plan) job(protocol string, seed uint64) Job {
	return Job{Name: fmt.Sprintf("%s, %s, seed %d", p.Scenario.Name, protocol, seed), Protocol: protocol, Lasts: p.Scenario.Lasts,
		Run: func(progress func(time.Duration) bool) (report.Run, error) {
			r, err := p.Scenario.Run(scenario.How{Protocol: protocol, Seed: seed, Progress: progress, Story: p.Story})
			r.Story, r.Version = p.Scenario.Story, p.Version
			return r, err
		}}
}
