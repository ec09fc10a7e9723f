package bridgetest

import (
	"runtime"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
)

const (
	operations = 10_000
	faultSeeds = 2
	garbage    = 4 << 20 // bytes that a hostile device sends
)

// faults does random things to two hosts and their devices, and checks that
// every frame is answered for, that nothing comes twice or from nobody, and that
// all works again afterwards.
func (e Emulated) faults(t testing.TB) {
	for seed := uint64(1); seed <= faultSeeds; seed++ {
		w := e.world(t, seed)
		w.run(e.Start)
		done := 0
		for i := range operations / faultSeeds {
			done += w.disturb(uint64(i))
			for _, h := range w.hosts {
				if h.waiting != nil && w.now.Sub(h.since) > e.Limit+time.Minute {
					t.Fatalf("seed %d, operation %d: %s has a frame outstanding for %v", seed, i, h.name, w.now.Sub(h.since))
				}
			}
			if i%100 == 99 {
				w.heal(e.Start+time.Minute, e.Limit)
				e.carried(t, w, w.hosts[0], w.hosts[1], Random(seed<<32|uint64(2*i), 70))
				e.carried(t, w, w.hosts[1], w.hosts[0], Random(seed<<32|uint64(2*i+1), 70))
			}
			if t.Failed() {
				t.Fatalf("seed %d, operation %d", seed, i)
			}
		}
		a, b := w.hosts[0], w.hosts[1]
		t.Logf("seed %d: %d operations; sent %d and %d, not sent %d and %d, heard %d and %d", seed, done, a.sent, b.sent, a.unsent, b.unsent, len(a.heard), len(b.heard))
		if a.sent < 100 || b.sent < 100 || len(a.heard) < 100 || len(b.heard) < 100 {
			t.Errorf("seed %d: so few that the run proves little", seed)
		}
	}
}

// disturb does one random thing and lets some time pass; it returns 1.
func (w *world) disturb(number uint64) int {
	i := w.rng.IntN(len(w.hosts))
	h := w.hosts[i]
	switch w.rng.IntN(30) {
	case 0:
		w.unplug(h)
		w.hosts[1-i].noisy = true // half a frame may be in the device, and go out
	case 1:
		w.plug(h)
	case 2: // reboot
		w.site.PowerOn(w.now, i)
		h.noisy = true
	case 3: // a device that stops answering
		w.site.PowerOff(w.now, i)
	case 4: // noise on the line
		h.noisy = true
		w.carry(h, toHost, Random(number, 1+w.rng.IntN(300)))
	case 5: // half a frame, or a command that nobody gave
		h.noisy = true
		w.carry(h, toDevice, Random(number, 1+w.rng.IntN(30)))
		w.hosts[1-i].noisy = true // which may go out as a frame
	case 6:
		w.lose = 0.01 * w.rng.Float64()
	case 7, 8:
		w.lose = 0
	case 9, 10:
		for j, o := range w.hosts {
			if w.site.Off(j) {
				w.site.PowerOn(w.now, j)
				o.noisy = true
			}
			o.plugged = true
			w.opening(o)
		}
	default:
		n := smallest + w.rng.IntN(200)
		w.transmit(h, Random(number<<8|uint64(i), n))
	}
	if w.lose > 0 {
		for _, o := range w.hosts {
			o.noisy = true
		}
	}
	w.run(time.Duration(w.rng.ExpFloat64() * float64(3*time.Second)))
	return 1
}

// heal undoes all faults and lets a time pass. Then each host sends a frame, which
// may end what noise has begun.
func (w *world) heal(d, limit time.Duration) {
	w.lose = 0
	for i, h := range w.hosts {
		if w.site.Off(i) {
			w.site.PowerOn(w.now, i)
		}
		h.plugged = true
		w.opening(h)
	}
	w.run(d)
	for i, h := range w.hosts {
		w.transmit(h, Random(uint64(w.now)+uint64(i), smallest))
		w.run(limit)
	}
	for _, h := range w.hosts {
		h.noisy = false
	}
}

// bounded feeds a driver garbage: it may do with it what it will, but not keep
// it.
func (e Emulated) bounded(t testing.TB) {
	w := e.world(t, 4)
	w.run(e.Start)
	h := w.hosts[0]
	piece := make([]byte, 4096)
	wrote := 0
	before := inUse()
	for n := 0; n < garbage; n += len(piece) {
		copy(piece, Random(uint64(n), len(piece)))
		if n/len(piece)%2 == 1 { // a stream without an end of anything
			for i := range piece {
				piece[i] = 'A'
			}
		}
		for _, o := range h.driver.Step(w.now, bridge.Bytes{Data: piece}) {
			if o, ok := o.(bridge.Write); ok {
				wrote += len(o.Data)
			}
		}
	}
	if wrote > garbage/16 {
		t.Errorf("%d bytes of garbage made the driver write %d", garbage, wrote)
	}
	if after := inUse(); after > before+garbage/4 {
		t.Errorf("of %d bytes of garbage the driver keeps %d", garbage, after-before)
	}
	runtime.KeepAlive(w)
}

// inUse is how much memory is in use, in bytes.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
