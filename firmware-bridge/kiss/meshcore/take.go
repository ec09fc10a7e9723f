package meshcore

import (
	"fmt"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// counts of what a modem said, over all openings of its port.
type counts struct {
	before       wire.Outcomes // of the decoders of earlier openings
	early, other uint64
}

// Counters implements bridge.Driver.
func (d *driver) Counters() []bridge.Counter {
	c := d.counts
	c.before.Add(d.decoder.Outcomes)
	return append(c.before.Counters("kiss"),
		bridge.Counter{Name: "meshcore dropped: packet before set-up", Count: c.early},
		bridge.Counter{Name: "meshcore frames of no use here", Count: c.other},
	)
}

// take handles a frame from the modem.
func (d *driver) take(now clock.Instant, f wire.Frame) {
	switch {
	case f.Port == 0 && f.Command == wire.Data && len(f.Data) > 0 && len(f.Data) <= MaxData:
		d.packet(now, f.Data)
	case f.Port == 0 && f.Command == SetHardware && len(f.Data) > 0:
		d.hardware(now, Code(f.Data[0]), f.Data[1:])
	default:
		d.counts.other++
	}
}

// packet takes in a packet; how well it was heard comes after it.
func (d *driver) packet(now clock.Instant, data []byte) {
	d.pass(nil)
	if d.phase == settingUp {
		d.counts.early++
		return
	}
	d.heard, d.settle = append([]byte(nil), data...), now.Add(metaWait)
}

func (d *driver) hardware(now clock.Instant, c Code, content []byte) {
	switch {
	case c == RxMeta && len(content) == 2 && d.heard != nil:
		d.pass(&radio.Signal{RSSI: int(int8(content[1])), SNR: float64(int8(content[0])) / 4})
	case c == TxDone && len(content) == 1:
		d.done(now, content[0] == 1)
	case c == Refused && len(content) == 1:
		d.refused(now, content[0])
	case d.asking() && c == d.steps[d.step].answer:
		if take := d.steps[d.step].take; take != nil {
			if err := take(d, content); err != nil {
				d.fail(err)
				return
			}
		}
		d.next(now)
	default:
		d.counts.other++
	}
}

// done takes in that a packet has left, or has not.
func (d *driver) done(now clock.Instant, left bool) {
	switch {
	case d.phase == held: // the one before, which the modem was busy with
		d.launch(now)
	case d.phase != flying:
		d.counts.other++
	case left:
		d.sent(now, nil)
	default:
		d.sent(now, errFailed)
	}
}

// refused takes in that the modem does not do what it was told.
func (d *driver) refused(now clock.Instant, reason byte) {
	switch {
	case d.phase == flying && reason == busy:
		if now.Sub(d.since) > busyLimit {
			d.sent(now, errUnsaid)
			return
		}
		d.phase, d.due = held, now.Add(again)
	case !d.asking():
		d.counts.other++
	case reason == busy:
		d.due = now.Add(again)
	case d.steps[d.step].optional:
		d.next(now)
	default:
		d.fail(fmt.Errorf("the modem refuses its %s: %s", d.steps[d.step].name, why(reason)))
	}
}

func why(reason byte) string {
	switch reason {
	case badLength, unknownCode:
		return "its firmware does not know this, update it"
	case badValue:
		return "ask for what the board can do"
	case notBuiltIn, notOnBoard:
		return "the board cannot do this"
	}
	return fmt.Sprintf("error %d", reason)
}
