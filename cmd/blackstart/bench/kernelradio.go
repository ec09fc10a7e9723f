package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// The world in which the radio model is measured: nodes anywhere in a square of one
// square kilometre for each, suburban (3.5 decades of path loss to a decade of
// distance, 31.2 dB at one metre and 868 MHz), and power enough that a node in the
// middle hears some 170 others.
const (
	kernelFrame = 50 // bytes
	kernelEvery = 100 * time.Second
	kernelEIRP  = 35.0 // dBm, the hearer's antenna included
	kernelNear  = 31.2 // dB at a metre
	kernelSlope = 35.0 // dB a decade
	kernelFades = 2.0  // dB
	kernelStep  = 10 * time.Second
)

// kernelRadio is a channel on which every node transmits now and then, whatever it
// hears.
type kernelRadio struct {
	nodes  int
	links  float64 // of a node, in the mean
	rng    *rand.Rand
	medium *medium.Medium
	next   clock.Agenda[int] // whose turn it is
	now    clock.Instant
	data   []byte
}

func newKernelRadio(nodes int, seed uint64) *kernelRadio {
	cfg := medium.LoRa(airtime.LoRa{Spreading: 11, Bandwidth: 250_000, Coding: 5, Preamble: 16})
	cfg.Access, cfg.Queue, cfg.Receiver.Fading = medium.Immediate, 4, kernelFades
	k := &kernelRadio{nodes: nodes, rng: rand.New(rand.NewPCG(seed, uint64(nodes))), medium: medium.New(cfg), data: make([]byte, kernelFrame)}
	side := 1000 * math.Sqrt(float64(nodes))
	at := make([][2]float64, nodes)
	for i := range at {
		at[i] = [2]float64{side * k.rng.Float64(), side * k.rng.Float64()}
		k.medium.Join(rand.New(rand.NewPCG(seed, uint64(i))))
		k.next.Put(k.later(), 0, i)
	}
	links := 0
	for i := range at {
		for j := range at {
			distance := max(1, math.Hypot(at[i][0]-at[j][0], at[i][1]-at[j][1]))
			power := kernelEIRP - kernelNear - kernelSlope*math.Log10(distance)
			if i != j && power >= cfg.Receiver.Modes[0].Sensitivity {
				k.medium.Connect(i, j, medium.Path{Power: power})
				links++
			}
		}
	}
	k.links = float64(links) / float64(nodes)
	return k
}

// later is when a node transmits again: after an exponential time.
func (k *kernelRadio) later() clock.Instant {
	return k.now.Add(time.Duration(k.rng.ExpFloat64() * float64(kernelEvery)))
}

// run lets some time pass, and returns how many frames arrived.
func (k *kernelRadio) run(d time.Duration) (delivered int) {
	end := k.now.Add(d)
	for {
		at, ok := k.next.Next()
		if next, moves := k.medium.Next(); moves && next <= at {
			if next > end {
				break
			}
			delivered += len(k.medium.Notices(next))
			continue
		}
		if !ok || at > end {
			break
		}
		_, who := k.next.Take()
		k.now = at
		k.medium.Send(at, who, k.data)
		k.next.Put(k.later(), 0, who)
	}
	k.now = end
	return delivered
}

// settle runs the channel until every node has transmitted once or twice, and returns
// the share of links over which a frame arrived.
func (k *kernelRadio) settle() float64 {
	k.run(2 * kernelEvery)
	sum := k.medium.Total()
	return float64(sum.RxFrames) / (float64(sum.TxFrames) * k.links)
}

func (k *kernelRadio) part() kernelPart {
	return kernelPart{name: fmt.Sprintf("radio/%d", k.nodes), unit: "node-s/s", amount: float64(k.nodes) * kernelStep.Seconds(), do: func() error {
		k.run(kernelStep)
		return nil
	}}
}
