package bench

import (
	"fmt"
	"testing"
	"time"
)

// TestKernelMeasuresWhatItNames: every figure is there, and none is absurd. Speed is
// not asserted.
func TestKernelMeasuresWhatItNames(t *testing.T) {
	r, err := Kernel(KernelOptions{PaceOptions: PaceOptions{Rounds: 1, Round: time.Millisecond}, Pending: []int{10}, Nodes: []int{20}, County: 8, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := values(t, r)
	positive(t, got, "agenda/10", "agenda/10-wall", "radio/20", "radio/20-wall", "radio/20/links", "radio/20/delivered",
		"idle-county/8", "idle-county/8/frames", "idle-county-default-beacons/8", "idle-county-default-beacons/8/frames")
	if got["radio/20/links"] > 19 || got["radio/20/delivered"] > 1 {
		t.Errorf("%v", got)
	}
}

// BenchmarkRadio is the time for one frame at one hearer.
func BenchmarkRadio(b *testing.B) {
	for _, nodes := range []int{200, 1000, 5000} {
		b.Run(fmt.Sprint(nodes), func(b *testing.B) {
			k := newKernelRadio(nodes, 1)
			k.settle()
			before := k.medium.Total().TxFrames
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				k.run(kernelStep)
			}
			b.StopTimer()
			frames := float64(k.medium.Total().TxFrames - before)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/(frames*k.links), "ns/link")
			b.ReportMetric(float64(b.N)*float64(nodes)*kernelStep.Seconds()/b.Elapsed().Seconds(), "node-s/s")
		})
	}
}
