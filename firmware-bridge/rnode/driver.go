package rnode

import (
	"errors"
	"fmt"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Times of the conversation.
const (
	knock      = time.Second            // between two questions to a radio that may still be starting
	knocks     = 8                      // before nobody is there
	patience   = 2 * time.Second        // for an answer of a radio that was there
	fullAgain  = 200 * time.Millisecond // until a full queue is asked again
	fullLimit  = 30 * time.Second       // that a queue may stay full: others talk, or the radio's own limit
	idleLook   = 30 * time.Second       // of silence until it is looked whether the radio is there
	brokenIn   = 100 * time.Millisecond // of silence in the middle of a frame, on a serial line
	brokenTCP  = 1500 * time.Millisecond
	oldVersion = 1<<8 | 52 // the oldest firmware that is used
)

// The firmware's preamble, and what its contention takes until it says so itself:
// a slot of 24 ms, two slots of waiting (DIFS), and the mean of its first window
// of 15 slots.
const (
	leastPreamble = 18
	preambleTime  = 24 * time.Millisecond
	slotTime      = 24 * time.Millisecond
	waitSlots     = 2 + 7
)

// Family describes RNodes.
func Family() bridge.Family {
	return bridge.Family{Scheme: Scheme, Params: Params(), MinFrame: 1, New: newDriver}
}

// phase of an opening, and of the outstanding frame:
//
//	finding --detected, new enough--> configuring --all values agree--> idle
//	idle --Transmit--> flying --time--> asking --room--> idle
//	idle --silence--> looking --answer--> idle
type phase uint8

const (
	finding phase = iota
	configuring
	idle
	flying
	asking
	looking
)

var (
	errNobody  = errors.New("no RNode answers: is it another kind of radio, or another speed of the port?")
	errSilent  = errors.New("the radio stopped answering")
	errRestart = errors.New("the radio has started anew")
	errFull    = fmt.Errorf("the radio's queue has been full for %v: the channel is busy, or its airtime limit is reached", fullLimit)
)

// driver is an RNode as a bridge.Driver.
type driver struct {
	profile  radio.Profile
	settings []setting
	broken   time.Duration // silence that breaks a frame
	decoder  Decoder
	counts   counts

	phase  phase
	about  about
	agreed int           // of settings
	tries  int           // of the question that was asked last
	full   clock.Instant // since when the queue is full, 0: it was not
	last   clock.Instant // when bytes came last
	fly    bridge.Flight
	draws  time.Duration // reckoned for the firmware's contention
	signal *radio.Signal // of the packet that comes next
	out    []bridge.Output
}

func newDriver(u *bridge.URL) (bridge.Driver, radio.Profile, error) {
	l := lora(u)
	profile := radio.Profile{
		Name: u.String(), MTU: u.Number("mtu"), BitsPerSecond: l.BitsPerSecond(), Overhead: l.OnAir(header),
		Listens: true,
		Air:     radio.Air{LoRa: l, Added: header, Longest: oneTransmission},
		Band:    radio.Band{Centre: u.Hertz("freq"), Bandwidth: u.Hertz("bw"), Power: u.Number("power")},
	}
	d := &driver{profile: profile, settings: settings(u), broken: brokenIn, draws: waitSlots * slotTime}
	if u.Over == bridge.OverTCP {
		d.broken = brokenTCP
	}
	return d, profile, nil
}

// Step implements bridge.Driver.
func (d *driver) Step(now clock.Instant, in bridge.Input) []bridge.Output {
	d.out = d.out[:0]
	switch in := in.(type) {
	case bridge.Opened:
		d.counts.before.Add(d.decoder.Outcomes)
		d.decoder, d.about, d.signal, d.last = Decoder{}, about{}, nil, now
		d.phase, d.tries = finding, 0
		d.ask(now)
	case bridge.Bytes:
		d.bytes(now, in.Data)
	case bridge.Transmit:
		d.phase = flying
		d.write(Frame{Data, in.Data})
		d.fly = bridge.Flight{Start: now, Draws: d.draws, Length: d.profile.Airtime(len(in.Data))}
		d.wake(d.fly.Done())
	case bridge.Tick:
		d.tick(now)
	case bridge.Leave:
		d.write(Frame{RadioState, []byte{0}}, Frame{Leave, []byte{leaving}})
	case bridge.Written:
	}
	return d.out
}

func (d *driver) say(o bridge.Output) { d.out = append(d.out, o) }

func (d *driver) wake(at clock.Instant) { d.say(bridge.Wake{At: at}) }

func (d *driver) fail(err error) { d.say(bridge.Fail{Err: err}) }

func (d *driver) write(frames ...Frame) {
	var b []byte
	for _, f := range frames {
		b = AppendFrame(b, f)
	}
	d.say(bridge.Write{Data: b})
}

// ask puts the question of the phase, and again if there was no answer.
func (d *driver) ask(now clock.Instant) {
	wait, most := patience, 2
	switch d.phase {
	case finding:
		wait, most = knock, knocks
		d.write(Frame{Detect, []byte{detectAsk}}, Frame{Version, []byte{ask}}, Frame{Platform, []byte{ask}}, Frame{MCU, []byte{ask}})
	case configuring:
		most = 1
		var frames []Frame
		for _, s := range d.settings {
			frames = append(frames, Frame{s.command, s.payload})
		}
		d.write(frames...)
	case asking, looking:
		d.write(Frame{Ready, []byte{ask}})
	case idle, flying:
	}
	d.tries++
	switch {
	case d.tries <= most:
		d.wake(now.Add(wait))
	case d.phase == finding:
		d.fail(errNobody)
	case d.phase == configuring:
		d.fail(fmt.Errorf("%w while it was told its %s", errSilent, d.settings[d.agreed].name))
	default:
		d.fail(errSilent)
	}
}

func (d *driver) tick(now clock.Instant) {
	switch d.phase {
	case flying:
		d.phase, d.tries, d.full = asking, 0, 0
		d.ask(now)
	case idle:
		if look := d.last.Add(idleLook); look > now {
			d.wake(look)
			return
		}
		d.phase, d.tries = looking, 0
		d.ask(now)
	case finding, configuring, asking, looking:
		d.ask(now)
	}
}

// rest waits for a frame, or for silence.
func (d *driver) rest(now clock.Instant) {
	d.phase = idle
	d.wake(now.Add(idleLook))
}

func (d *driver) bytes(now clock.Instant, data []byte) {
	if now.Sub(d.last) > d.broken {
		d.decoder.Break()
	}
	d.last = now
	for _, b := range data {
		if f, ok := d.decoder.Push(b); ok {
			d.take(now, f)
		}
	}
}
