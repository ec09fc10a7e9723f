package daemon

import (
	"context"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/gps"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// tellLimit is how long a receiver waits until the node took its time.
const tellLimit = time.Second

// openClock opens the satellite receiver, if one is configured. One that is
// missing is no error.
func (d *daemon) openClock() error {
	if d.Config.Clock == "" {
		return nil
	}
	tell := func(at time.Time, f clock.Fix) {
		ctx, cancel := context.WithTimeout(context.Background(), tellLimit)
		defer cancel()
		if err := d.node.LearnTime(ctx, at, f); err != nil {
			d.Log.Debug("time of the receiver not taken", "reason", err)
		}
	}
	var err error
	if d.clock, err = gps.Open(d.Config.Clock, bridge.Options{}, tell); err != nil {
		return fmt.Errorf("%w: clock: %w", ErrLink, err)
	}
	return nil
}

func (d *daemon) closeClock() {
	if d.clock != nil {
		_ = d.clock.Close() // never fails
	}
}

// clockDevice tells people how the receiver does.
func (d *daemon) clockDevice() *wire.ClockDevice {
	if d.clock == nil {
		return nil
	}
	s := d.clock.State()
	return &wire.ClockDevice{URL: s.URL, Trouble: s.Trouble, Satellites: s.Satellites}
}

// notBefore is what this node's certificate proves to be past: its first day,
// less one, since authorities' clocks are wrong, too, and live in time zones.
func (d *daemon) notBefore() clock.Wall {
	c, ok := d.roster().Certificate(d.self)
	if !ok || c.From == 0 {
		return 0
	}
	return (c.From - 1).Start()
}
