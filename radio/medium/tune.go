package medium

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Tuning is what a station transmits and receives.
type Tuning struct {
	SF   int // of one of the receiver's modes; 0: the first mode
	Band int // stations of different bands do not notice each other; a station begins with 0
}

// Tune changes what a station transmits and receives from now on; a transmission
// under way goes on as it began. What was arriving is lost, and so is what is on
// the air already in a band to which the station comes: it is not even noticed
// there.
func (m *Medium) Tune(now clock.Instant, station int, t Tuning) error {
	mode := 0
	if t.SF != 0 {
		var err error
		if mode, err = m.mode(t.SF); err != nil {
			return err
		}
	}
	s := &m.stations[station]
	if s.mode == uint8(mode) && s.band == int32(t.Band) {
		return nil
	}
	for k := range s.incoming {
		s.incoming[k].spoil(unheard)
	}
	if s.band != int32(t.Band) {
		for k := range s.incoming {
			s.count(s.incoming[k].fate)
		}
		s.incoming = s.incoming[:0]
	}
	s.mode, s.band, s.locked = uint8(mode), int32(t.Band), nothing
	if s.deferring {
		m.wake(now, station)
	}
	return nil
}

func (m *Medium) mode(sf int) (int, error) {
	r := m.cfg.Receiver
	if r == nil {
		return 0, fmt.Errorf("spreading factor %d on a channel without spreading factors", sf)
	}
	for i := range r.Modes {
		if r.Modes[i].SF == sf {
			return i, nil
		}
	}
	return 0, fmt.Errorf("spreading factor %d is none of this channel", sf)
}

// Airtime returns how long the channel is occupied by a frame of n bytes of a
// station, as it is tuned.
func (m *Medium) Airtime(station, n int) time.Duration {
	if m.air == nil {
		return m.cfg.Airtime(n)
	}
	return m.air.modes[m.stations[station].mode].onAir(n)
}

// Jam lets a station transmit at once, for so long, something that nobody can
// decode, in the modulation that it is tuned to. It reports false when the station
// is off or on the air already. No event follows. Frames that the station was given
// wait.
func (m *Medium) Jam(now clock.Instant, station int, d time.Duration) bool {
	s := &m.stations[station]
	if s.off || s.sending != nothing || d <= 0 {
		return false
	}
	n := m.begin(now, station, now.Add(d))
	m.txs[n].jam = true
	return true
}
