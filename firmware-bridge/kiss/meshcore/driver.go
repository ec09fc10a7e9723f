package meshcore

import (
	"errors"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Times of the conversation.
const (
	knock     = time.Second            // between two questions to a modem that may still be starting
	knocks    = 8                      // before nobody is there
	patience  = 2 * time.Second        // for an answer of a modem that was there
	asks      = 3                      // of one question
	again     = 200 * time.Millisecond // until a modem that is busy is asked again
	busyLimit = 25 * time.Second       // that a packet may wait in the modem: others talk
	lookEvery = 30 * time.Second       // of idleness until it is looked whether the modem is there
	metaWait  = 200 * time.Millisecond // for what a data frame was heard with
)

// phase of an opening, and of the outstanding frame:
//
//	settingUp --all answers--> idle
//	idle --Transmit--> checking --answers--> flying --TxDone--> idle
//	flying --busy--> held --time, TxDone--> flying
//	idle --time--> looking --answers--> idle
type phase uint8

const (
	settingUp phase = iota
	idle
	checking
	flying
	held
	looking
)

var (
	errNobody  = errors.New("no MeshCore KISS modem answers: is it the companion or repeater firmware, or another radio?")
	errSilent  = errors.New("the modem stopped answering")
	errRestart = errors.New("the modem has started anew")
	errUnsaid  = errors.New("the modem does not say that the frame has left: the channel is busy, or the modem lost it")
	errFailed  = errors.New("the modem could not transmit")
)

// driver is a MeshCore KISS modem as a bridge.Driver.
type driver struct {
	profile  radio.Profile
	settings settings
	steps    []step
	decoder  wire.Decoder
	counts   counts

	phase  phase
	about  about
	step   int // whose answer is awaited
	tries  int
	frame  []byte        // outstanding
	since  clock.Instant // when the modem was given it first
	due    clock.Instant // of the phase
	heard  []byte        // a frame whose signal has not come, nil: none
	settle clock.Instant // when it is handed on without
	woken  clock.Instant // the Wake that was asked for
	out    []bridge.Output
}

// New returns the driver for a URL of the family kiss.
func New(u *bridge.URL) (bridge.Driver, radio.Profile, error) {
	s, profile, err := newSettings(u)
	if err != nil {
		return nil, profile, err
	}
	return &driver{profile: profile, settings: s, steps: steps(s)}, profile, nil
}

// Step implements bridge.Driver.
func (d *driver) Step(now clock.Instant, in bridge.Input) []bridge.Output {
	d.out = d.out[:0]
	switch in := in.(type) {
	case bridge.Opened:
		d.counts.before.Add(d.decoder.Outcomes)
		d.decoder, d.about, d.heard, d.frame = wire.Decoder{}, about{}, nil, nil
		d.settle, d.woken = clock.Never, clock.Never
		d.converse(now, settingUp, 0)
	case bridge.Bytes:
		for _, b := range in.Data {
			if f, ok := d.decoder.Push(b); ok {
				d.take(now, f)
			}
		}
	case bridge.Transmit:
		d.frame, d.since = append([]byte(nil), in.Data...), 0
		d.converse(now, checking, d.recheck())
	case bridge.Tick:
		d.woken = clock.Never
		d.tick(now)
	case bridge.Written, bridge.Leave:
	}
	if at := min(d.due, d.settle); at != d.woken {
		d.woken = at
		d.say(bridge.Wake{At: at})
	}
	return d.out
}

func (d *driver) say(o bridge.Output) { d.out = append(d.out, o) }

func (d *driver) fail(err error) {
	d.due = clock.Never
	d.say(bridge.Fail{Err: err})
}

func (d *driver) write(frames ...wire.Frame) {
	var b []byte
	for _, f := range frames {
		b = wire.AppendFrame(b, f)
	}
	d.say(bridge.Write{Data: b})
}

func (d *driver) tick(now clock.Instant) {
	if d.settle <= now {
		d.pass(nil)
	}
	if d.due > now {
		return
	}
	switch d.phase {
	case settingUp, checking, looking:
		d.ask(now)
	case idle:
		d.converse(now, looking, d.recheck())
	case flying:
		d.sent(now, errUnsaid)
	case held:
		d.launch(now)
	}
}

// launch gives the modem the outstanding frame.
func (d *driver) launch(now clock.Instant) {
	if d.since == 0 {
		d.since = now
	}
	d.phase = flying
	d.write(wire.Frame{Command: wire.Data, Data: d.frame})
	d.due = d.since.Add(busyLimit + d.settings.keyUp + d.settings.lora.OnAir(len(d.frame)))
}

// sent reports the outstanding frame. A modem that does not transmit is looked after
// at once.
func (d *driver) sent(now clock.Instant, err error) {
	d.frame = nil
	d.say(bridge.Sent{Err: err})
	if err != nil {
		d.converse(now, looking, d.recheck())
		return
	}
	d.rest(now)
}

func (d *driver) rest(now clock.Instant) {
	d.phase, d.due = idle, now.Add(lookEvery)
}

// pass hands on the frame that was heard last.
func (d *driver) pass(s *radio.Signal) {
	d.settle = clock.Never
	if d.heard != nil {
		d.say(bridge.Heard{Data: d.heard, Signal: s})
	}
	d.heard = nil
}
