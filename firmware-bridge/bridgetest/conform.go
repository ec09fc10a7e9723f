package bridgetest

import (
	"strings"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// Emulated is a family together with its emulated device.
type Emulated struct {
	Family bridge.Family
	URL    string // any device; its parameters count
	Device func() emulator.Device
	Medium medium.Config
	Baud   int           // of the serial line
	Start  time.Duration // in which a device is found and set up at the latest
	Limit  time.Duration // within which a frame is on its way at the latest
}

// Conform runs the conformance suite of a family against its emulated device, in
// time that passes as fast as the processor allows.
func Conform(t *testing.T, e Emulated) {
	for _, p := range parts() {
		t.Run(p.name, func(t *testing.T) { p.run(e, t) })
	}
}

// part is one part of the suite. It says what it finds to a testing.TB, so that the
// suite itself can be tested: a driver with a fault has to fail.
type part struct {
	name string
	run  func(Emulated, testing.TB)
}

func parts() []part {
	return []part{
		{"starts", Emulated.starts},
		{"sizes", Emulated.sizes},
		{"silent device", Emulated.silent},
		{"bounded", Emulated.bounded},
		{"chatters", Emulated.chatters},
		{"faults", Emulated.faults},
	}
}

// world returns a world with two of the devices.
func (e Emulated) world(t testing.TB, seed uint64) *world {
	t.Helper()
	w := newWorld(seed, e.Medium, e.Baud, func(format string, args ...any) {
		t.Helper()
		t.Errorf(format, args...)
	})
	for range 2 {
		w.join(e.driver(t), e.Device())
	}
	return w
}

func (e Emulated) driver(t testing.TB) bridge.Driver {
	t.Helper()
	u, err := bridge.ParseURL(e.URL, e.Family.Scheme, e.Family.Params)
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := e.Family.New(u)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (e Emulated) starts(t testing.TB) {
	w := e.world(t, 1)
	w.run(e.Start)
	for _, h := range w.hosts {
		p := h.profile
		if p.Air.LoRa.Spreading > 0 && p.Band.Centre == 0 && p.Band.Region == "" {
			t.Errorf("%s does not say where it transmits: %+v", h.name, p)
		}
		if !h.up || p.Name != e.URL || p.MTU < 50 || p.BitsPerSecond <= 0 || p.Overhead < 0 {
			t.Errorf("%s after %v: up %v, %+v, last failure %v", h.name, e.Start, h.up, p, h.failure)
		}
	}
}

// carried sends a frame and expects that the other host hears it.
func (e Emulated) carried(t testing.TB, w *world, from, to *host, data []byte) {
	t.Helper()
	sent := from.sent
	if !w.transmit(from, data) {
		t.Fatalf("%s does not take %d bytes: up %v, waiting %v, last failure %v", from.name, len(data), from.up, from.waiting != nil, from.failure)
	}
	w.run(e.Limit)
	if from.sent != sent+1 || to.count(data) != 1 {
		t.Fatalf("after %v %s has sent %d frames of one, and %s heard it %d times", e.Limit, from.name, from.sent-sent, to.name, to.count(data))
	}
}

func (e Emulated) sizes(t testing.TB) {
	w := e.world(t, 2)
	w.run(e.Start)
	a, b := w.hosts[0], w.hosts[1]
	for n := max(smallest, e.Family.MinFrame); n <= a.profile.MTU; n++ {
		e.carried(t, w, a, b, Random(uint64(n), n))
		a, b = b, a
	}
	special := make([]byte, 0, a.profile.MTU)
	for len(special)+4 <= cap(special) {
		special = append(special, "\xC0\xDB\r\n"...)
	}
	e.carried(t, w, a, b, special)
	for i, h := range w.hosts {
		for _, data := range h.heard {
			if _, flown := w.flown[string(data)]; !flown {
				t.Errorf("%s: a frame of %d bytes is another by now than when it was heard: %x", h.name, len(data), data)
				break
			}
		}
		// The law is kept by what the profile says.
		if real := w.site.Medium().Station(i).Airtime; real > h.reckoned {
			t.Errorf("%s was on the air for %v, by its profile for %v", h.name, real, h.reckoned)
		}
	}
}

// silent: a device that takes bytes and says nothing. A driver that asks it
// something has to give up, each time anew.
func (e Emulated) silent(t testing.TB) {
	w := e.world(t, 3)
	w.run(e.Start)
	a, b := w.hosts[0], w.hosts[1]
	w.site.PowerOff(w.now, 0)
	w.transmit(a, Random(1, 60))
	w.run(time.Hour)
	if a.waiting != nil && w.now.Sub(a.since) > e.Limit {
		t.Errorf("a frame is outstanding for %v", w.now.Sub(a.since))
	}
	w.site.PowerOn(w.now, 0)
	w.run(e.Start + time.Minute)
	e.carried(t, w, a, b, Random(2, 60))
	e.carried(t, w, b, a, Random(3, 60))
}

// Refusal runs a driver against a device that it cannot use, with a frame to send
// if it thinks that it can, and returns why it gave up.
func Refusal(t testing.TB, e Emulated, device emulator.Device, within time.Duration) error {
	t.Helper()
	w := newWorld(5, e.Medium, e.Baud, t.Errorf)
	h := w.join(e.driver(t), device)
	for end := w.now.Add(within); w.now < end && h.failure == nil; {
		w.transmit(h, Random(uint64(w.now), 60))
		w.run(100 * time.Millisecond)
	}
	return h.failure
}

// Refused demands that a driver gives up a device, and that its reason says what is
// wanted.
func (e Emulated) Refused(t testing.TB, name string, device emulator.Device, want string) {
	t.Helper()
	if err := Refusal(t, e, device, 2*time.Minute); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q in it", name, err, want)
	}
}
