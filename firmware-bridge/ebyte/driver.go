package ebyte

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/pipe"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

// Times of the conversation.
const (
	patience = time.Second            // for an answer
	tries    = 3                      // of each question
	settle   = 100 * time.Millisecond // between a change of the mode and what comes next
)

// Family describes Ebyte's modules.
func Family() bridge.Family {
	return bridge.Family{Scheme: Scheme, Params: Params(), MinFrame: 1, New: newDriver}
}

// phase of an opening:
//
//	software: entering --> reading [--> writing --> reading] --> leaving --> settling --> open
//	switch:   reading [--> writing --> reading] --> Fail: put the switch back
//	          reading --no answer, but set up before--> open
//	kept:     open
type phase uint8

const (
	entering phase = iota
	reading
	writing
	leaving
	settling
	open
)

var (
	errNoSwitch   = errors.New("the module does not answer: put it into configuration mode (e22: M0 off, M1 on; e32: both on) until it is set up, or leave config out to use it as it is")
	errNoSoftware = errors.New("the module does not go into configuration mode by command: set it up once with config=switch, which allows that, or leave config out to use it as it is")
	errPutBack    = errors.New("the module is set up: put it into transparent mode now (M0 and M1 off)")
	errStays      = errors.New("the module does not leave configuration mode: take its power away and give it back")
	errWrites     = errors.New("the module does not take its settings")
)

// driver is a module as a bridge.Driver: it sets the module up and leaves the rest to
// a pipe.
type driver struct {
	setUp   setUp
	inner   bridge.Driver
	decoder Decoder
	refused uint64

	phase phase
	asked int
	wrote bool // the registers, in this opening
	was   bool // set up in an opening before
	out   []bridge.Output
}

func newDriver(u *bridge.URL) (bridge.Driver, radio.Profile, error) {
	s, err := newSetUp(u)
	if err != nil {
		return nil, radio.Profile{}, err
	}
	s.pipe.About = s.about + ", settings checked"
	if s.config == kept {
		s.pipe.About = s.about + ", settings as they are, not checked"
	}
	return &driver{setUp: s, inner: pipe.New(s.pipe), decoder: Decoder{E32: s.e32}}, s.pipe.Profile, nil
}

// Step implements bridge.Driver.
func (d *driver) Step(now clock.Instant, in bridge.Input) []bridge.Output {
	if _, opened := in.(bridge.Opened); !opened && d.phase == open {
		return d.inner.Step(now, in)
	}
	d.out = d.out[:0]
	switch in := in.(type) {
	case bridge.Opened:
		d.decoder.window, d.wrote = d.decoder.window[:0], false
		switch d.setUp.config {
		case kept:
			d.begin(now)
		case bySwitch:
			d.ask(now, reading)
		case software:
			d.ask(now, entering)
		}
	case bridge.Bytes:
		for _, b := range in.Data {
			if r, ok := d.decoder.Push(b); ok {
				d.take(now, r)
			}
		}
	case bridge.Tick:
		d.tick(now)
	case bridge.Leave:
		if d.setUp.config == software {
			d.say(bridge.Write{Data: changeMode(transparent)})
		}
	case bridge.Written, bridge.Transmit:
	}
	return d.out
}

func (d *driver) say(o bridge.Output) { d.out = append(d.out, o) }

// begin leaves the port to the pipe.
func (d *driver) begin(now clock.Instant) {
	d.phase = open
	d.out = append(d.out, d.inner.Step(now, bridge.Opened{})...)
}

// ask begins a phase with its question.
func (d *driver) ask(now clock.Instant, p phase) {
	d.phase, d.asked = p, 0
	d.again(now)
}

// again puts the question of the phase.
func (d *driver) again(now clock.Instant) {
	d.asked++
	switch d.phase {
	case entering:
		d.say(bridge.Write{Data: changeMode(configuration)})
	case reading:
		d.say(bridge.Write{Data: readRegisters(d.setUp.e32)})
	case leaving:
		d.say(bridge.Write{Data: changeMode(transparent)})
	case writing, settling, open:
	}
	d.say(bridge.Wake{At: now.Add(patience)})
}

func (d *driver) tick(now clock.Instant) {
	switch {
	case d.phase == settling:
		d.begin(now)
	case d.phase == writing: // an E32 does not answer: what it has is read
		d.ask(now, reading)
	case d.phase == reading && d.setUp.config == bySwitch && d.was:
		d.begin(now) // the switch was put back
	case d.asked < tries:
		d.again(now)
	case d.phase == entering: // it may be there already, and say nothing
		d.ask(now, reading)
	case d.phase == leaving:
		d.say(bridge.Fail{Err: errStays})
	case d.setUp.config == software:
		d.say(bridge.Fail{Err: errNoSoftware})
	default:
		d.say(bridge.Fail{Err: errNoSwitch})
	}
}

// take handles a reply in configuration mode.
func (d *driver) take(now clock.Instant, r Reply) {
	switch {
	case r.Wrong:
		d.refused++
		if d.phase == writing {
			d.say(bridge.Fail{Err: fmt.Errorf("%w: it does not know one of them", errWrites)})
		}
	case r.Changed && d.phase == entering && r.Mode == configuration:
		d.ask(now, reading)
	case r.Changed && d.phase == leaving && r.Mode == transparent:
		d.phase = settling
		d.say(bridge.Wake{At: now.Add(settle)})
	case r.Registers != nil && d.phase == reading:
		d.compare(now, r.Registers)
	case r.Registers != nil && d.phase == writing:
		d.ask(now, reading)
	}
}

// compare takes in what the registers are.
func (d *driver) compare(now clock.Instant, is []byte) {
	want := desired(is, d.setUp.want)
	err := agrees(is, d.setUp.want)
	switch {
	case !d.wrote && !bytes.Equal(is, want):
		d.phase, d.wrote = writing, true
		d.say(bridge.Write{Data: writeRegisters(d.setUp.e32, want)})
		d.say(bridge.Wake{At: now.Add(patience)})
	case err != nil:
		d.say(bridge.Fail{Err: err})
	case d.setUp.config == bySwitch:
		d.was = true
		d.say(bridge.Fail{Err: errPutBack})
	default:
		d.ask(now, leaving)
	}
}

// Counters implements bridge.Driver.
func (d *driver) Counters() []bridge.Counter {
	return append(d.inner.Counters(),
		bridge.Counter{Name: "ebyte dropped: no answer to set-up", Count: d.decoder.Skipped},
		bridge.Counter{Name: "ebyte set-up refused", Count: d.refused})
}
