package bridgetest

import (
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
)

// chatterFor is how long a device chatters, and chatterLimit how long a frame may be
// outstanding meanwhile, beside the family's own limit.
const (
	chatterFor   = 5 * time.Minute
	chatterLimit = 2 * time.Minute
)

// chatters: a device that says over and over that it heard a frame, faster than there
// can be frames. What is outstanding is answered for all the same.
func (e Emulated) chatters(t testing.TB) {
	w := e.world(t, 6)
	w.run(e.Start)
	a, b := w.hosts[0], w.hosts[1]
	w.heard = map[*host][]byte{a: {}}
	e.carried(t, w, b, a, Random(1, 60))
	said := w.heard[a]
	w.heard, w.fault = nil, func(string, ...any) {} // it is heard again, of course
	for _, every := range []time.Duration{20 * time.Millisecond, 300 * time.Millisecond} {
		for number, end := uint64(0), w.now.Add(chatterFor); w.now < end; number++ {
			w.transmit(a, Random(number, 61))
			if a.open {
				w.step(a, bridge.Bytes{Data: said})
			}
			w.run(every)
			a.heard, b.heard = nil, nil // or there are too many to look through
			if a.waiting != nil && w.now.Sub(a.since) > e.Limit+chatterLimit {
				t.Fatalf("chatter every %v: a frame is outstanding for %v", every, w.now.Sub(a.since))
			}
		}
	}
}
