package validate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/chance"
	"github.com/blackstart-mesh/blackstart/sim/report"
	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// The load of the published runs. A node of Meshtasticator begins the wait for its next
// message, of the mean, when it knows what became of the last, which takes it some 10 s:
// it looks only once its patience is over.
const (
	floodingLasts = time.Hour
	writeMean     = 300 * time.Second
	writeRest     = 10 * time.Second
	writeUntil    = floodingLasts - 2*time.Second // what is written later could not come any more
	writeBytes    = 40
)

// below is how far below the sensitivity a path still counts as interference, in dB.
const below = 20

// figures are what was found, one value for each seed.
type figures struct {
	broadcast, direct, acked []float64
	airtime, p50, p95        []float64
}

// measure runs a matrix with all seeds; nil if it was broken off.
func measure(m *terrain.Matrix, air Air, progress func(time.Duration) bool) (*figures, error) {
	f := &figures{}
	past := time.Duration(0)
	for seed := range uint64(floodingSeeds) {
		for _, direct := range []bool{false, true} {
			r, err := flood(m, air, seed+1, direct, func(now time.Duration) bool { return progress(past + now) })
			if err != nil || r.Partial {
				return nil, err
			}
			past += floodingLasts
			f.add(r, direct)
		}
	}
	return f, nil
}

// flood runs a matrix once.
func flood(m *terrain.Matrix, air Air, seed uint64, direct bool, progress func(time.Duration) bool) (report.Run, error) {
	radio := air.radio(longFast())
	radio.Receiver.Modes[0].Sensitivity = m.Sensitivity
	c := sim.Channel{Name: "LongFast", Radio: radio, MTU: 255, Nodes: sim.All(0, m.Len())}
	for from := range m.Len() {
		for to, loss := range m.Row(from) {
			if power := m.TxPower - loss; power >= m.Sensitivity-below {
				c.Paths = append(c.Paths, sim.Path{From: from, To: to, Path: medium.Path{Power: power}})
			}
		}
	}
	w, err := sim.New(sim.Options{Seed: seed, Nodes: m.Len(), Channels: []sim.Channel{c}, Protocol: rules(), Progress: progress})
	if err != nil {
		return report.Run{}, err
	}
	for _, t := range traffic(m.Len(), seed, direct) {
		w.Submit(t)
	}
	w.RunFor(floodingLasts)
	r := w.Result()
	if len(r.Violations) > 0 {
		return r, fmt.Errorf("seed %d: %s", seed, r.Violations[0])
	}
	return r, nil
}

// traffic is what all nodes write, the same for every model of the air.
func traffic(nodes int, seed uint64, direct bool) (out []sim.Message) {
	for i := range nodes {
		luck := rand.New(rand.NewPCG(seed, uint64(i)))
		for at := chance.Exponential(luck, writeMean); at < writeUntil; at += writeRest + chance.Exponential(luck, writeMean) {
			to := luck.IntN(nodes - 1) // drawn for broadcasts, too: both are written at the same times
			if to >= i {
				to++
			}
			m := sim.Message{At: at, From: i, Bytes: writeBytes, Precedence: bundle.Routine, To: bundle.Destination{Group: 1}}
			if direct {
				m.To = bundle.Destination{Node: ident.Number(to + 1)}
			}
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b sim.Message) int { return cmp.Compare(a.At, b.At) })
	return out
}

// add takes the figures of one run.
func (f *figures) add(r report.Run, direct bool) {
	var took []time.Duration
	copies, known := 0, 0
	for _, m := range r.Messages {
		copies += len(m.Copies)
		for _, c := range m.Copies {
			if c.Arrived != report.Never {
				took = append(took, c.Arrived-m.At)
			}
		}
		if m.Known != report.Never {
			known++
		}
	}
	share := func(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }
	if direct {
		f.direct = append(f.direct, share(len(took), copies))
		f.acked = append(f.acked, share(known, len(r.Messages)))
		return
	}
	f.broadcast = append(f.broadcast, share(len(took), copies))
	f.airtime = append(f.airtime, r.Channels[0].Airtime.Seconds()/float64(max(len(r.Messages), 1)))
	slices.Sort(took)
	f.p50 = append(f.p50, rank(took, 50))
	f.p95 = append(f.p95, rank(took, 95))
}

// rank is the nearest rank of sorted times, in seconds; 0 of none.
func rank(sorted []time.Duration, percent int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max((percent*len(sorted)+99)/100, 1)-1].Seconds()
}

// spread returns the mean of some values, the least and the
// greatest.
func spread(values []float64) (mean, low, high float64) {
	if len(values) == 0 {
		return 0, 0, 0
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values)), slices.Min(values), slices.Max(values)
}
