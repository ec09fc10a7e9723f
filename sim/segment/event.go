package segment

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Event is what a station notices: Delivered, Sent or Contact. Of one instant, frames
// are Delivered before the sender has its Sent.
type Event interface{ event() }

// Delivered: a frame arrived.
type Delivered struct {
	At            clock.Instant
	Station, From int
	Data          []byte // shared by all hearers
}

// Sent: a station's outstanding frame has left, or (not OK) was refused or broke off
// with its connection. OK does not say that anybody got it.
type Sent struct {
	At      clock.Instant
	Station int
	OK      bool
}

// Contact: the connection with another station came or went.
type Contact struct {
	At             clock.Instant
	Station, Other int
	Up             bool
}

func (Delivered) event() {}
func (Sent) event()      {}
func (Contact) event()   {}

// Stats counts what happened at one station, or at all of them.
type Stats struct {
	TxFrames uint64 // begun, broken ones included
	TxBytes  uint64
	Airtime  time.Duration // for which the station was sending
	Refused  uint64        // because one end was in a transfer, or had no connection

	RxFrames uint64 // delivered
	RxBytes  uint64
	Lost     uint64 // arrivals lost by the segment's loss
	Broken   uint64 // arrivals lost with their connection, or at a station without power
	Deaf     uint64 // charged broadcasts missed because the station was in a transfer
}

func (s *Stats) add(o Stats) {
	s.TxFrames += o.TxFrames
	s.TxBytes += o.TxBytes
	s.Airtime += o.Airtime
	s.Refused += o.Refused
	s.RxFrames += o.RxFrames
	s.RxBytes += o.RxBytes
	s.Lost += o.Lost
	s.Broken += o.Broken
	s.Deaf += o.Deaf
}

// Station returns one station's counts.
func (s *Segment) Station(station int) Stats { return s.stations[station].stats }

// Total returns the counts of all stations together.
func (s *Segment) Total() Stats {
	var sum Stats
	for _, st := range s.stations {
		sum.add(st.stats)
	}
	return sum
}
