package emulator

import (
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// plain is a device that transmits what its host says and tells what it hears, and
// "done" or "lost" of each transmission.
type plain struct {
	channel string
	started int
	alarm   time.Duration // after its start it says "alarm"; 0: never
}

func (p *plain) Channel() string { return p.channel }

func (p *plain) Step(now clock.Instant, in Input) []Output {
	switch in := in.(type) {
	case PowerOn:
		p.started++
		if p.alarm > 0 {
			return []Output{SetAlarm{At: now.Add(p.alarm)}}
		}
	case FromHost:
		return []Output{ToAir{Data: append([]byte(nil), in.Data...)}}
	case FromAir:
		return []Output{ToHost{Data: append([]byte("heard "), in.Data...)}}
	case AirDone:
		if in.OK {
			return []Output{ToHost{Data: []byte("done")}}
		}
		return []Output{ToHost{Data: []byte("lost")}}
	case Alarm:
		return []Output{ToHost{Data: []byte("alarm")}}
	}
	return nil
}

// channel is one on which 100 bytes take a second.
func channel() medium.Config {
	return medium.Config{BitsPerSecond: 800, Slot: time.Millisecond, Sense: time.Millisecond, Persistence: 1, Queue: 1}
}

// said runs a site to a moment and returns what each device said.
func said(s *Site, to time.Duration, devices int) [][]string {
	all := make([][]string, devices)
	for _, o := range s.Advance(clock.Instant(to)) {
		all[o.Station] = append(all[o.Station], string(o.Data))
	}
	return all
}

func site(devices ...*plain) *Site {
	s := NewSite(channel(), 1)
	for _, d := range devices {
		s.PowerOn(0, s.Add(0, d))
	}
	return s
}

func agree(t *testing.T, when string, got [][]string, want ...[]string) {
	t.Helper()
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%s: they say %q, want %q", when, got, want)
	}
}

// What one transmits all others hear, and not itself, when its time is over.
func TestSiteCarries(t *testing.T) {
	s := site(&plain{}, &plain{}, &plain{})
	s.FromHost(0, 0, make([]byte, 100))
	agree(t, "in the middle", said(s, 900*time.Millisecond, 3), nil, nil, nil)
	heard := []string{"heard " + string(make([]byte, 100))}
	agree(t, "afterwards", said(s, 1100*time.Millisecond, 3), []string{"done"}, heard, heard)
	if _, ok := s.Next(); ok {
		t.Error("something is still to happen")
	}
}

// What does not fit the queue is lost, and said so.
func TestSiteRefuses(t *testing.T) {
	s := site(&plain{}, &plain{})
	for range 3 {
		s.FromHost(0, 0, []byte("a"))
	}
	got := said(s, time.Minute, 2)
	sent := len(got[1])
	if sent == 0 || sent == 3 || len(got[0]) != 3 || slices.Index(got[0], "lost") < 0 {
		t.Errorf("of three that are sent at once %q become, and %q are heard", got[0], got[1])
	}
}

func TestSitePower(t *testing.T) {
	a, b := &plain{alarm: time.Second}, &plain{}
	s := site(a, b)
	s.PowerOff(0, 0)
	s.FromHost(0, 0, []byte("nobody takes this"))
	agree(t, "off", said(s, time.Minute, 2), nil, nil)
	s.FromHost(clock.Instant(time.Minute), 1, []byte("x"))
	agree(t, "one is off", said(s, 2*time.Minute, 2), nil, []string{"done"})
	s.PowerOn(clock.Instant(2*time.Minute), 0)
	agree(t, "on again", said(s, 3*time.Minute, 2), []string{"alarm"}, nil)
	if a.started != 2 || s.Off(0) {
		t.Errorf("started %d times, off %v", a.started, s.Off(0))
	}
	s.FromHost(clock.Instant(3*time.Minute), 0, make([]byte, 100))
	s.Advance(clock.Instant(3*time.Minute + time.Second/2))
	s.PowerOff(clock.Instant(3*time.Minute+time.Second/2), 0) // in the middle of a transmission
	agree(t, "cut off", said(s, 4*time.Minute, 2), nil, nil)
}

// Two on different channels do not hear each other, one without a channel hears all,
// and a cut holds on all channels, in its direction.
func TestSiteChannels(t *testing.T) {
	a, b, c := &plain{channel: "1"}, &plain{channel: "2"}, &plain{}
	s := site(a, b, c)
	s.FromHost(0, 0, []byte("x"))
	agree(t, "two channels", said(s, time.Second, 3), []string{"done"}, nil, []string{"heard x"})
	b.channel = "1"
	s.FromHost(clock.Instant(time.Second), 1, []byte("y"))
	said(s, 2*time.Second, 3)
	s.FromHost(clock.Instant(2*time.Second), 0, []byte("x"))
	agree(t, "one channel", said(s, 3*time.Second, 3), []string{"done"}, []string{"heard x"}, []string{"heard x"})
	s.Cut(0, 1)
	b.channel = "2"
	s.FromHost(clock.Instant(3*time.Second), 1, []byte("y"))
	said(s, 4*time.Second, 3)
	b.channel = "1"
	s.FromHost(clock.Instant(4*time.Second), 1, []byte("y"))
	said(s, 5*time.Second, 3)
	s.FromHost(clock.Instant(5*time.Second), 0, []byte("x"))
	agree(t, "cut", said(s, 6*time.Second, 3), []string{"done"}, nil, []string{"heard x"})
	s.FromHost(clock.Instant(6*time.Second), 1, []byte("y"))
	agree(t, "the other way", said(s, 7*time.Second, 3), []string{"heard y"}, []string{"done"}, []string{"heard y"})
}
