package medium

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Event is what a station notices: Delivered or Sent.
type Event interface{ event() }

// Delivered: a frame arrived whole.
type Delivered struct {
	At            clock.Instant
	Station, From int
	Data          []byte  // shared by all hearers
	Power         float64 // dBm at the receiver, fading included; without a Receiver as the path says
	SNR           float64 // dB above the receiver's noise; 0 without a Receiver
}

// Sent: a frame has left the station's queue. OK says that it was transmitted
// to its end, which is all that a modem knows; not that anybody heard it.
type Sent struct {
	At      clock.Instant
	Station int
	OK      bool
}

func (Delivered) event() {}
func (Sent) event()      {}

// Nobody is the sender in a Notice that is a Sent.
const Nobody = -1

// Notice is an event of either kind by value: a Delivered, or a Sent where From is
// Nobody.
type Notice struct {
	At            clock.Instant
	Data          []byte
	Power, SNR    float64
	Station, From int
	OK            bool
}

// Notices is Advance for who has millions of events to go through: the slice is
// valid until the next call of either.
func (m *Medium) Notices(now clock.Instant) []Notice {
	m.advance(now)
	out := m.out
	m.out, m.spare = m.spare[:0], out
	return out
}

// Advance lets everything up to and including now happen, and returns what the
// stations notice, in order of time.
func (m *Medium) Advance(now clock.Instant) []Event {
	notices := m.Notices(now)
	if len(notices) == 0 {
		return nil
	}
	events := make([]Event, len(notices))
	for i := range notices {
		n := &notices[i]
		if n.From == Nobody {
			events[i] = Sent{At: n.At, Station: n.Station, OK: n.OK}
		} else {
			events[i] = Delivered{At: n.At, Station: n.Station, From: n.From, Data: n.Data, Power: n.Power, SNR: n.SNR}
		}
	}
	return events
}

// Stats counts what happened at one station, or at all of them.
type Stats struct {
	TxFrames uint64 // transmitted, broken off ones included
	TxBytes  uint64 // payload as handed over, without framing
	Airtime  time.Duration

	RxFrames uint64 // delivered
	RxBytes  uint64
	Collided uint64 // arrivals lost to other transmissions
	Deaf     uint64 // arrivals lost because the station was transmitting
	Weak     uint64 // arrivals below the sensitivity, fading included
	Lost     uint64 // arrivals lost by the path's loss
	Unheard  uint64 // arrivals at a station without power or tuned elsewhere meanwhile, or broken off
}

func (s *Stats) add(o *Stats) {
	s.TxFrames += o.TxFrames
	s.TxBytes += o.TxBytes
	s.Airtime += o.Airtime
	s.RxFrames += o.RxFrames
	s.RxBytes += o.RxBytes
	s.Collided += o.Collided
	s.Deaf += o.Deaf
	s.Weak += o.Weak
	s.Lost += o.Lost
	s.Unheard += o.Unheard
}

// Station returns one station's counts.
func (m *Medium) Station(station int) Stats { return m.stations[station].stats }

// Total returns the counts of all stations together.
func (m *Medium) Total() Stats {
	var sum Stats
	for i := range m.stations {
		sum.add(&m.stations[i].stats)
	}
	return sum
}
