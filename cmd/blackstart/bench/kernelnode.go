package bench

import (
	"fmt"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/sim"
)

// The real node is measured in a county where nothing happens, at rest: as it is when
// radios may transmit so little that a node has a beacon every 15 minutes, and as its
// beacons are by default on such a channel.
const (
	quietSettles   = time.Hour
	defaultSettles = 10 * time.Minute
	countyStep     = time.Minute
)

// county measures what a second of processor time brings of nodes in such a county.
func (r *Report) county(o KernelOptions, name string, duty int, settles time.Duration) error {
	if o.County == 0 {
		return nil
	}
	w, err := sim.New(sim.IdleCounty(o.Seed, o.County, duty))
	if err != nil {
		return err
	}
	w.RunFor(settles)
	began, frames := w.Now(), w.Air(0).TxFrames
	name = fmt.Sprintf("%s/%d", name, o.County)
	part := kernelPart{name: name, unit: "node-s/CPU-s", amount: float64(o.County) * countyStep.Seconds(), do: func() error {
		w.RunFor(countyStep)
		if v := w.Violations(); len(v) > 0 {
			return fmt.Errorf("something is wrong: %s", strings.Join(v, "; "))
		}
		return nil
	}}
	if err := r.kernelRow(o, part); err != nil {
		return err
	}
	hours := (w.Now() - began).Hours()
	r.add(name+"/frames", float64(w.Air(0).TxFrames-frames)/float64(o.County)/hours, "per node and hour")
	return nil
}
