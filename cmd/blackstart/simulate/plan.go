package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
	"github.com/blackstart-mesh/blackstart/sim/reference"
	"github.com/blackstart-mesh/blackstart/sim/scenario"
)

// Plan is what is to be run: a scenario with each protocol and each seed.
type Plan struct {
	Scenario  *scenario.Scenario
	Protocols []string
	Seeds     []uint64
	Version   string            // of the program
	Workers   int               // runs side by side; 0: one for each processor
	Story     func(line string) // gets all that happens, of the one run; nil: nobody wants it
}

// assumedMemory is how many bytes runs may take where nobody says.
const assumedMemory = 4 << 30

// Jobs makes the runs, by protocol and then by seed, and says how many fit side by side
// into the processors and the memory of this machine.
func (p *Plan) Jobs() (jobs []Job, workers int, err error) {
	workers = Workers(p.Workers)
	for i, name := range p.Protocols {
		if slices.Contains(p.Protocols[:i], name) {
			return nil, 0, fmt.Errorf("the protocol %q is named twice", name)
		}
		if err := known(name); err != nil {
			return nil, 0, err
		}
		if workers, err = p.fits(name, min(workers, len(p.Protocols)*len(p.Seeds)), memory()); err != nil {
			return nil, 0, err
		}
		for _, seed := range p.Seeds {
			jobs = append(jobs, p.job(name, seed))
		}
	}
	return jobs, workers, nil
}

// fits says how many of so many runs with a protocol fit into memory side by side; the
// error is that not even one does.
func (p *Plan) fits(protocol string, workers int, memory int64) (int, error) {
	for ; workers > 1; workers-- {
		if p.Scenario.Fits(protocol, memory/int64(workers)) == nil {
			return workers, nil
		}
	}
	return 1, p.Scenario.Fits(protocol, memory)
}

// known says whether there is a protocol of that name.
func known(name string) error {
	names := append([]string{scenario.Blackstart}, reference.Names()...)
	if slices.Contains(names, name) {
		return nil
	}
	return fmt.Errorf("there is no protocol %q; did you mean %q? there are %s", name, strictyaml.Nearest(name, names), strings.Join(names, ", "))
}
