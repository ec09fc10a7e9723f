package rnode

import (
	"fmt"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// about is what a radio says of itself.
type about struct {
	detected bool
	version  int // major<<8 | minor, 0: not told
	platform byte
}

func (a about) String() string {
	names := map[byte]string{0x90: "AVR", 0x80: "ESP32", 0x70: "nRF52"}
	s := fmt.Sprintf("RNode, firmware %d.%d", a.version>>8, a.version&0xFF)
	if n, ok := names[a.platform]; ok {
		s += ", " + n
	}
	return s
}

// take handles a frame from the radio.
func (d *driver) take(now clock.Instant, f Frame) {
	switch p := f.Payload; {
	case f.Command == Data:
		d.heard(now, p)
	case f.Command == RSSI && len(p) == 1:
		d.signal = &radio.Signal{RSSI: int(p[0]) - 157}
	case f.Command == SNR && len(p) == 1:
		if d.signal != nil {
			d.signal.SNR = float64(int8(p[0])) / 4
		}
	case f.Command == Ready && len(p) == 1:
		d.room(now, p[0] != 0)
	case f.Command == Error && len(p) == 1:
		d.fault(p[0])
	case f.Command == Reset && len(p) == 1 && p[0] == resetDone:
		if d.phase != finding {
			d.fail(errRestart)
		}
	case d.phase == finding:
		d.found(now, f)
	case d.phase == configuring:
		d.agree(now, f)
	default:
		d.counts.other++
	}
}

// found takes in what a radio says of itself.
func (d *driver) found(now clock.Instant, f Frame) {
	switch p := f.Payload; {
	case f.Command == Detect && len(p) == 1 && p[0] == detectReply:
		d.about.detected = true
	case f.Command == Version && len(p) == 2:
		d.about.version = int(p[0])<<8 | int(p[1])
	case f.Command == Platform && len(p) == 1:
		d.about.platform = p[0]
	default:
		d.counts.other++
	}
	switch {
	case !d.about.detected || d.about.version == 0 || d.about.platform == 0:
	case d.about.version < oldVersion:
		d.fail(fmt.Errorf("firmware %d.%d is older than 1.52: update the radio with rnodeconf --update", d.about.version>>8, d.about.version&0xFF))
	default:
		d.phase, d.tries, d.agreed = configuring, 0, 0
		d.ask(now)
	}
}

// agree compares a value with what the radio was told. The answers come in the
// order of the questions.
func (d *driver) agree(now clock.Instant, f Frame) {
	s := d.settings[d.agreed]
	if f.Command != s.command {
		d.counts.other++
		return
	}
	if err := s.agrees(f.Payload); err != nil {
		d.fail(err)
		return
	}
	if d.agreed++; d.agreed == len(d.settings) {
		d.say(bridge.Ready{Profile: d.profile, About: d.about.String()})
		d.rest(now)
	}
}

// heard hands a packet on.
func (d *driver) heard(now clock.Instant, data []byte) {
	signal := d.signal
	d.signal = nil
	if d.phase < idle || len(data) == 0 {
		d.counts.early++
		return
	}
	d.say(bridge.Heard{Data: append([]byte(nil), data...), Signal: signal})
	if d.phase == flying {
		d.fly.Heard(now, d.profile.Airtime(len(data)))
		d.wake(d.fly.Done())
	}
}

// room takes in whether the radio's queue has room.
func (d *driver) room(now clock.Instant, has bool) {
	switch {
	case d.phase == looking:
		d.rest(now)
	case d.phase != asking:
		d.counts.other++
	case has:
		d.say(bridge.Sent{})
		d.rest(now)
	case d.full == 0:
		d.full = now
		fallthrough
	case now.Sub(d.full) < fullLimit:
		d.tries = 0
		d.wake(now.Add(fullAgain))
	default:
		d.fail(errFull)
	}
}

// faults of the radio.
const (
	faultMemory  = 0x05
	faultTimeout = 0x06
)

// fault takes in an error that the radio reports.
func (d *driver) fault(code byte) {
	if code == faultMemory || code == faultTimeout {
		d.counts.warnings++
		return
	}
	names := map[byte]string{
		1: "its radio chip does not start",
		2: "it could not transmit",
		3: "its settings are locked: provision it with rnodeconf --autoinstall",
		4: "its queue is full",
	}
	name, ok := names[code]
	if !ok {
		name = fmt.Sprintf("error %d", code)
	}
	d.fail(fmt.Errorf("the radio reports: %s", name))
}
