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
	Data          []byte // shared by all hearers
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

// Stats counts what happened at one station, or at all of them.
type Stats struct {
	TxFrames uint64 // transmitted, broken off ones included
	TxBytes  uint64 // payload as handed over, without framing
	Airtime  time.Duration

	RxFrames uint64 // delivered
	RxBytes  uint64
	Collided uint64 // arrivals lost to another transmission
	Deaf     uint64 // arrivals lost because the station was transmitting
	Lost     uint64 // arrivals lost by the path's loss
	Unheard  uint64 // arrivals at a station without power, or broken off
}

func (s *Stats) add(o Stats) {
	s.TxFrames += o.TxFrames
	s.TxBytes += o.TxBytes
	s.Airtime += o.Airtime
	s.RxFrames += o.RxFrames
	s.RxBytes += o.RxBytes
	s.Collided += o.Collided
	s.Deaf += o.Deaf
	s.Lost += o.Lost
	s.Unheard += o.Unheard
}

// Station returns one station's counts.
func (m *Medium) Station(station int) Stats { return m.stations[station].stats }

// Total returns the counts of all stations together.
func (m *Medium) Total() Stats {
	var sum Stats
	for _, s := range m.stations {
		sum.add(s.stats)
	}
	return sum
}
