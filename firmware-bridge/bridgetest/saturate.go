package bridgetest

import (
	"testing"
	"time"
)

// Turns demands that radios which do not listen share a channel nevertheless: each gets
// its turn, and a good part gets through, though all have full queues.
func Turns(t *testing.T, e Emulated) {
	const size, least, heard = 100, 100, 0.3
	for hosts := 2; hosts <= 3; hosts++ {
		sent, share := saturate(t, e, hosts, size, 10*time.Minute)
		t.Logf("%d hosts sent %v frames, of which %.0f %% were heard", hosts, sent, 100*share)
		for _, n := range sent {
			if n < least || share < heard {
				t.Errorf("%d hosts sent %v frames, of which %.0f %% were heard", hosts, sent, 100*share)
			}
		}
	}
}

// saturate has some hosts send without end for a time, and returns how many
// frames each has sent, and how many of all frames each of the others heard on
// average, 0..1: how well a family's radios share a channel when all want it.
func saturate(t testing.TB, e Emulated, hosts, size int, d time.Duration) (sent []int, share float64) {
	t.Helper()
	w := newWorld(6, e.Medium, e.Baud, t.Errorf)
	for range hosts {
		w.join(e.driver(t), e.Device())
	}
	w.run(e.Start)
	const step = 10 * time.Millisecond
	for number, end := uint64(0), w.now.Add(d); w.now < end; number++ {
		for i, h := range w.hosts {
			w.transmit(h, Random(number<<8|uint64(i), size))
		}
		w.run(step)
	}
	heard, all := 0, 0
	for _, h := range w.hosts {
		sent = append(sent, h.sent)
		heard += len(h.heard)
		all += h.sent
	}
	return sent, float64(heard) / float64(max(1, all*(hosts-1)))
}
