package emulator

import (
	"math/rand/v2"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// near is how well all hear each other, unless a path says otherwise.
var near = radio.Signal{RSSI: -71, SNR: 9.5}

// Site is some devices on one channel. It has no clock: who owns it says what
// time it is. All on one channel hear each other, but for Cut.
type Site struct {
	medium *medium.Medium
	seed   uint64
	radios []station
	cuts   [][2]int // from whom to whom nothing is heard
	said   []Said
}

type station struct {
	device Device
	off    bool
	alarm  clock.Instant
	tuned  string // see Tuned, as of its last step
}

// Said is what a device gave to its host.
type Said struct {
	Station int
	Data    []byte
}

// NewSite returns a site without devices. The seed decides who wins the channel.
func NewSite(cfg medium.Config, seed uint64) *Site {
	return &Site{medium: medium.New(cfg), seed: seed}
}

// Medium is the channel.
func (s *Site) Medium() *medium.Medium { return s.medium }

// Add puts a device on the channel, without power, and returns its number.
func (s *Site) Add(now clock.Instant, d Device) int {
	i := s.medium.Join(rand.New(rand.NewPCG(s.seed, uint64(len(s.radios)))))
	for j := range i {
		s.medium.Connect(i, j, medium.Path{})
		s.medium.Connect(j, i, medium.Path{})
	}
	s.radios = append(s.radios, station{device: d, off: true, alarm: clock.Never})
	s.medium.Off(now, i)
	return i
}

// PowerOn starts a device, or starts it anew.
func (s *Site) PowerOn(now clock.Instant, i int) {
	s.PowerOff(now, i)
	s.medium.On(i)
	s.radios[i].off = false
	s.step(now, i, PowerOn{})
}

// PowerOff takes a device's power: what it was doing breaks off, and it says nothing
// of that.
func (s *Site) PowerOff(now clock.Instant, i int) {
	s.settle(now)
	s.radios[i].off, s.radios[i].alarm = true, clock.Never
	s.medium.Off(now, i)
	s.settle(now)
}

// Off reports whether a device is without power.
func (s *Site) Off(i int) bool { return s.radios[i].off }

// FromHost gives a device bytes from its host. A device without power takes none.
func (s *Site) FromHost(now clock.Instant, i int, data []byte) {
	if !s.radios[i].off {
		s.step(now, i, FromHost{Data: data})
	}
}

// Next returns when something happens next, if anything will.
func (s *Site) Next() (clock.Instant, bool) {
	if len(s.said) > 0 {
		return 0, true
	}
	at, ok := s.medium.Next()
	for _, r := range s.radios {
		if r.alarm != clock.Never && (!ok || r.alarm < at) {
			at, ok = r.alarm, true
		}
	}
	return at, ok
}

// Advance lets everything up to and including now happen, and returns what the
// devices say to their hosts. The slice is valid until the next call.
func (s *Site) Advance(now clock.Instant) []Said {
	for {
		at, ok := s.medium.Next()
		who := -1
		for i, r := range s.radios {
			if r.alarm != clock.Never && (!ok || r.alarm < at) {
				at, ok, who = r.alarm, true, i
			}
		}
		if !ok || at > now {
			break
		}
		if who >= 0 {
			s.radios[who].alarm = clock.Never
			s.step(at, who, Alarm{})
		} else {
			s.settle(at)
		}
	}
	said := s.said
	s.said = nil
	return said
}

// settle hands the devices what happened on the channel up to a moment.
func (s *Site) settle(now clock.Instant) {
	for _, e := range s.medium.Advance(now) {
		switch e := e.(type) {
		case medium.Delivered:
			s.step(e.At, e.Station, FromAir{Data: e.Data, Signal: near})
		case medium.Sent:
			s.step(e.At, e.Station, AirDone{OK: e.OK})
		}
	}
}

func (s *Site) step(now clock.Instant, i int, in Input) {
	r := &s.radios[i]
	if r.off {
		return
	}
	refused := 0
	for _, o := range r.device.Step(now, in) {
		switch o := o.(type) {
		case ToHost:
			s.said = append(s.said, Said{Station: i, Data: o.Data})
		case ToAir:
			if !s.medium.Send(now, i, o.Data) {
				refused++
			}
		case SetAlarm:
			r.alarm = o.At
		}
	}
	for range refused {
		s.step(now, i, AirDone{})
	}
	if t, ok := r.device.(Tuned); ok && t.Channel() != r.tuned {
		s.retune(i, t.Channel())
	}
}

// Cut lets a device hear another no more, on whatever channels they are.
func (s *Site) Cut(from, to int) {
	s.cuts = append(s.cuts, [2]int{from, to})
	s.medium.Disconnect(from, to)
}

// retune brings a device to a channel, with those that are there and no others.
func (s *Site) retune(i int, channel string) {
	s.radios[i].tuned = channel
	for j := range s.radios {
		if i != j {
			s.join(i, j)
			s.join(j, i)
		}
	}
}

// join makes a path, or takes it away, as channels and cuts are. A device that does
// not say on which channel it is, is on all.
func (s *Site) join(from, to int) {
	a, b := s.radios[from].tuned, s.radios[to].tuned
	if (a == b || a == "" || b == "") && !slices.Contains(s.cuts, [2]int{from, to}) {
		s.medium.Connect(from, to, medium.Path{})
		return
	}
	s.medium.Disconnect(from, to)
}
