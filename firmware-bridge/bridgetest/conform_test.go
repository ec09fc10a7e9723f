package bridgetest

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/rnode"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/rnode/rnodeemu"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// sound is a family that passes: it asks its device and is answered, as most do.
func sound() Emulated {
	return Emulated{
		Family: rnode.Family(),
		URL:    "rnode:///dev/ttyACM0?freq=869.525M&sf=7&mtu=300",
		Device: func() emulator.Device { return &rnodeemu.RNode{} },
		Medium: medium.Config{BitsPerSecond: 5468, Overhead: 40 * time.Millisecond, Slot: 24 * time.Millisecond, Sense: 2 * time.Millisecond, Persistence: 0.25, Queue: 16},
		Baud:   115_200,
		Start:  10 * time.Second,
		Limit:  40 * time.Second,
	}
}

// verdict is a testing.TB that notes what is said, and ends what fails.
type verdict struct {
	testing.TB
	said []string
}

func (v *verdict) Helper()             {}
func (v *verdict) Failed() bool        { return len(v.said) > 0 }
func (v *verdict) Logf(string, ...any) {}
func (v *verdict) Errorf(format string, args ...any) {
	v.said = append(v.said, fmt.Sprintf(format, args...))
}

func (v *verdict) Fatalf(format string, args ...any) {
	v.Errorf(format, args...)
	runtime.Goexit()
}

func (v *verdict) Fatal(args ...any) { v.Fatalf("%s", fmt.Sprint(args...)) }

// judged runs a part of the suite and returns what it finds.
func judged(t *testing.T, name string, e Emulated) []string {
	t.Helper()
	for _, p := range parts() {
		if p.name == name {
			v := &verdict{TB: t}
			over := make(chan struct{})
			go func() {
				defer close(over)
				p.run(e, v)
			}()
			<-over
			return v.said
		}
	}
	t.Fatalf("the suite has no part %q", name)
	return nil
}

// stepping is a bridge.Driver that is no more than its Step.
type stepping func(now clock.Instant, in bridge.Input) []bridge.Output

func (s stepping) Step(now clock.Instant, in bridge.Input) []bridge.Output { return s(now, in) }
func (stepping) Counters() []bridge.Counter                                { return nil }

// says makes a fault of a driver that says something else than it should.
func says(change func(bridge.Output) []bridge.Output) func(bridge.Driver) stepping {
	return func(d bridge.Driver) stepping {
		return func(now clock.Instant, in bridge.Input) (out []bridge.Output) {
			for _, o := range d.Step(now, in) {
				out = append(out, change(o)...)
			}
			return out
		}
	}
}

// hears is says for what was heard.
func hears(change func(data []byte) []byte) func(bridge.Driver) stepping {
	return says(func(o bridge.Output) []bridge.Output {
		if h, ok := o.(bridge.Heard); ok {
			o = bridge.Heard{Data: change(h.Data), Signal: h.Signal}
		}
		return []bridge.Output{o}
	})
}

// claims is says for the profile.
func claims(change func(*radio.Profile)) func(bridge.Driver) stepping {
	return says(func(o bridge.Output) []bridge.Output {
		if r, ok := o.(bridge.Ready); ok {
			change(&r.Profile)
			o = r
		}
		return []bridge.Output{o}
	})
}

// times says an output of a kind so often.
func times[O bridge.Output](n int) func(bridge.Driver) stepping {
	return says(func(o bridge.Output) (out []bridge.Output) {
		if _, ok := o.(O); !ok {
			return []bridge.Output{o}
		}
		for range n {
			out = append(out, o)
		}
		return out
	})
}

// A driver with a fault does not pass: each of these fails the part that is there for
// such as it is.
func TestFaultyDriversFail(t *testing.T) {
	buffer := make([]byte, 1024)
	for name, c := range map[string]struct {
		part  string
		fault func(bridge.Driver) stepping
	}{
		"is never ready":                {"starts", times[bridge.Ready](0)},
		"has another name":              {"starts", claims(func(p *radio.Profile) { p.Name = "rnode" })},
		"does not say where it is":      {"starts", claims(func(p *radio.Profile) { p.Band = radio.Band{} })},
		"takes no frame worth it":       {"starts", claims(func(p *radio.Profile) { p.MTU = 49 })},
		"hears nothing":                 {"sizes", times[bridge.Heard](0)},
		"hears all twice":               {"sizes", times[bridge.Heard](2)},
		"hears other bytes":             {"sizes", hears(func(b []byte) []byte { return append(bytes.Clone(b[:len(b)-1]), b[len(b)-1]^1) })},
		"hears a byte too little":       {"sizes", hears(func(b []byte) []byte { return b[:len(b)-1] })},
		"does not undo an escape":       {"sizes", hears(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte{0xC0}, []byte{0xDB, 0xDC}) })},
		"hears all in one buffer":       {"sizes", hears(func(b []byte) []byte { return buffer[:copy(buffer, b)] })},
		"hears what nobody sent":        {"sizes", hears(func([]byte) []byte { return Random(1, 99) })},
		"hears itself":                  {"sizes", hearsItself},
		"does not say what is sent":     {"sizes", times[bridge.Sent](0)},
		"says twice what is sent":       {"sizes", times[bridge.Sent](2)},
		"says that all fails":           {"sizes", says(allFails)},
		"claims more than it carries":   {"sizes", claims(func(p *radio.Profile) { p.MTU = 509 })},
		"reckons with too little air":   {"sizes", claims(func(p *radio.Profile) { p.Air, p.BitsPerSecond = radio.Air{}, 2*p.BitsPerSecond })},
		"never gives up":                {"silent device", times[bridge.Fail](0)},
		"answers noise":                 {"bounded", answersAll},
		"keeps noise":                   {"bounded", keepsAll},
		"waits while others talk":       {"chatters", waitsForSilence},
		"does not begin anew":           {"faults", opensOnce},
		"answers for what it has lost":  {"faults", answersLate},
		"forgets what it was to answer": {"faults", loses},
	} {
		t.Run(name, func(t *testing.T) {
			e := sound()
			make := e.Family.New
			e.Family.New = func(u *bridge.URL) (bridge.Driver, radio.Profile, error) {
				d, p, err := make(u)
				return c.fault(d), p, err
			}
			if said := judged(t, c.part, e); len(said) == 0 {
				t.Errorf("passes %q", c.part)
			} else {
				t.Log(said[0])
			}
		})
	}
}

func allFails(o bridge.Output) []bridge.Output {
	if _, ok := o.(bridge.Sent); ok {
		o = bridge.Sent{Err: errors.New("no")}
	}
	return []bridge.Output{o}
}

func hearsItself(d bridge.Driver) stepping {
	return func(now clock.Instant, in bridge.Input) []bridge.Output {
		out := d.Step(now, in)
		if in, ok := in.(bridge.Transmit); ok {
			out = append(out, bridge.Heard{Data: in.Data})
		}
		return out
	}
}

func answersAll(d bridge.Driver) stepping {
	return func(now clock.Instant, in bridge.Input) []bridge.Output {
		out := d.Step(now, in)
		if in, ok := in.(bridge.Bytes); ok {
			out = append(out, bridge.Write{Data: make([]byte, len(in.Data)/8)})
		}
		return out
	}
}

func keepsAll(d bridge.Driver) stepping {
	var kept []byte
	return func(now clock.Instant, in bridge.Input) []bridge.Output {
		if in, ok := in.(bridge.Bytes); ok {
			kept = append(kept, in.Data...)
		}
		return d.Step(now, in)
	}
}

// waitsForSilence is a driver whose frame waits as long as it hears others.
func waitsForSilence(d bridge.Driver) stepping {
	const silence = 400 * time.Millisecond
	var last clock.Instant
	return func(now clock.Instant, in bridge.Input) []bridge.Output {
		if _, ok := in.(bridge.Tick); ok && now.Sub(last) < silence {
			return []bridge.Output{bridge.Wake{At: last.Add(silence)}}
		}
		out := d.Step(now, in)
		for _, o := range out {
			if _, ok := o.(bridge.Heard); ok {
				last = now
			}
		}
		return out
	}
}

func opensOnce(d bridge.Driver) stepping {
	opened := false
	return func(now clock.Instant, in bridge.Input) []bridge.Output {
		if _, ok := in.(bridge.Opened); ok {
			if opened {
				return nil
			}
			opened = true
		}
		return d.Step(now, in)
	}
}

// answersLate is a driver that says what became of the frame of an opening that has
// ended.
func answersLate(d bridge.Driver) stepping {
	outstanding := false
	return func(now clock.Instant, in bridge.Input) []bridge.Output {
		out := d.Step(now, in)
		switch in.(type) {
		case bridge.Transmit:
			outstanding = true
		case bridge.Opened:
			if outstanding {
				out = append(out, bridge.Sent{Err: errors.New("the port was closed")})
			}
			outstanding = false
		}
		for _, o := range out {
			if _, ok := o.(bridge.Sent); ok {
				outstanding = false
			}
		}
		return out
	}
}

// loses is a driver that loses its frame when the device starts anew, and says nothing.
func loses(d bridge.Driver) stepping {
	return says(func(o bridge.Output) []bridge.Output {
		if f, ok := o.(bridge.Fail); ok && f.Err.Error() == "the radio has started anew" {
			return nil
		}
		return []bridge.Output{o}
	})(d)
}

// device is an emulator.Device with a fault.
type device struct {
	emulator.Device
	change func(emulator.Output) []emulator.Output
}

func (d device) Step(now clock.Instant, in emulator.Input) (out []emulator.Output) {
	for _, o := range d.Device.Step(now, in) {
		out = append(out, d.change(o)...)
	}
	return out
}

// Nor does an emulated device with a fault, or the drivers would be held to it.
func TestFaultyDevicesFail(t *testing.T) {
	onAir := func(change func([]byte) [][]byte) func(emulator.Output) []emulator.Output {
		return func(o emulator.Output) []emulator.Output {
			a, ok := o.(emulator.ToAir)
			if !ok {
				return []emulator.Output{o}
			}
			var out []emulator.Output
			for _, data := range change(a.Data) {
				out = append(out, emulator.ToAir{Data: data})
			}
			return out
		}
	}
	for name, change := range map[string]func(emulator.Output) []emulator.Output{
		"transmits nothing": onAir(func([]byte) [][]byte { return nil }),
		"transmits twice":   onAir(func(b []byte) [][]byte { return [][]byte{b, b} }),
		"cuts a byte off":   onAir(func(b []byte) [][]byte { return [][]byte{b[:len(b)-1]} }),
		"changes a byte":    onAir(func(b []byte) [][]byte { return [][]byte{append(bytes.Clone(b[:len(b)-1]), b[len(b)-1]^1)} }),
		"says nothing": func(o emulator.Output) []emulator.Output {
			if _, ok := o.(emulator.ToHost); ok {
				return nil
			}
			return []emulator.Output{o}
		},
	} {
		e := sound()
		e.Device = func() emulator.Device { return device{&rnodeemu.RNode{}, change} }
		if said := judged(t, "sizes", e); len(said) == 0 {
			t.Errorf("%s: passes", name)
		}
	}
}

// Without a fault nothing is found; the families' own tests run the whole suite.
func TestSoundDriverPasses(t *testing.T) {
	for _, part := range []string{"starts", "silent device", "bounded"} {
		if said := judged(t, part, sound()); len(said) > 0 {
			t.Errorf("%s: %s", part, said[0])
		}
	}
}
