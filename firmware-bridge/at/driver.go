package at

import (
	"errors"
	"fmt"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Times of the conversation.
const (
	again      = 250 * time.Millisecond // until a line is said again to a radio that is busy
	busyLimit  = 30 * time.Second       // that a radio may stay busy
	turnLimit  = time.Minute            // that a frame waits for its turn, and for what events call for
	mostFailed = 3                      // frames in a row that a radio refuses
	idleLook   = 30 * time.Second       // of silence until it is looked whether the radio is there
	brokenIn   = 100 * time.Millisecond // of silence in the middle of a line, on a serial line
	brokenTCP  = 1500 * time.Millisecond
)

// spoil ends a line that was begun in an opening before. It is no digit, no number
// and none of the characters of a frame, lest half a frame go out.
const spoil = "? \r\n"

// ErrSilent reports a radio that was there and is not any more.
var ErrSilent = errors.New("the radio stopped answering")

var errBusy = fmt.Errorf("the radio has been busy for %v: take its power away for a moment", busyLimit)

// phase of an opening: what the steps at hand are for.
type phase uint8

const (
	starting phase = iota
	idle
	sending
	asking // what an event calls for, or whether the radio is there
)

// Driver is a radio that speaks in lines, as a bridge.Driver.
type Driver struct {
	radio  Radio
	prefix string        // of the counters
	broken time.Duration // silence that breaks a line
	most   int           // bytes of a line
	lines  Lines
	counts counts

	phase  phase
	found  bool          // the radio has answered in this opening
	steps  []Step        // to go, the first is at hand
	tries  int           // of the step at hand
	paused bool          // the step at hand is said again when its time comes
	busy   clock.Instant // since when the radio refuses the step at hand; 0: it does not
	failed int           // frames in a row that have not left
	frame  []byte        // handed over and waits for the steps at hand; nil: none
	given  clock.Instant // when it was handed over
	turn   turn          // of that frame
	begins clock.Instant // when that frame may go out
	ask    []Step        // what an event calls for once the steps at hand are done
	last   clock.Instant // when bytes came last
	out    []bridge.Output
}

// NewDriver returns the driver of a radio whose lines have so many bytes at
// most. name is that of its counters.
func NewDriver(u *bridge.URL, name string, most int, r Radio) *Driver {
	d := &Driver{radio: r, prefix: name, broken: brokenIn, most: most, lines: NewLines(most)}
	if u.Over == bridge.OverTCP {
		d.broken = brokenTCP
	}
	return d
}

// Step implements bridge.Driver.
func (d *Driver) Step(now clock.Instant, in bridge.Input) []bridge.Output {
	d.out = d.out[:0]
	switch in := in.(type) {
	case bridge.Opened:
		d.counts.decoded(&d.lines)
		d.lines, d.last, d.found, d.failed, d.frame, d.ask = NewLines(d.most), now, false, 0, nil, nil
		d.say(bridge.Write{Data: []byte(spoil)})
		d.begin(now, starting, d.radio.Start())
	case bridge.Bytes:
		d.bytes(now, in.Data)
	case bridge.Transmit:
		d.frame, d.given = append([]byte{}, in.Data...), now
		if d.phase == idle {
			d.contend(now)
		}
	case bridge.Tick:
		d.tick(now)
	case bridge.Leave:
		if line := d.radio.Leave(); line != "" {
			d.say(bridge.Write{Data: []byte(line + "\r\n")})
		}
	case bridge.Written:
	}
	return d.out
}

func (d *Driver) say(o bridge.Output) { d.out = append(d.out, o) }

func (d *Driver) wake(at clock.Instant) { d.say(bridge.Wake{At: at}) }

// fail ends the opening. The steps are gone, so that what else came in the same
// bytes does nothing.
func (d *Driver) fail(err error) {
	d.steps, d.ask, d.frame, d.phase = nil, nil, nil, starting
	d.say(bridge.Fail{Err: err})
}

// begin takes up a list of steps.
func (d *Driver) begin(now clock.Instant, p phase, steps []Step) {
	d.phase, d.steps = p, steps
	d.next(now)
}

// next says the step at hand, or goes on if there is none.
func (d *Driver) next(now clock.Instant) {
	for len(d.steps) > 0 && d.steps[0].Unless != nil && d.steps[0].Unless() {
		d.steps = d.steps[1:]
	}
	d.tries, d.busy = 0, 0
	if len(d.steps) == 0 {
		d.finished(now)
		return
	}
	d.put(now)
}

// put says the step at hand.
func (d *Driver) put(now clock.Instant) {
	s := d.steps[0]
	d.tries++
	d.paused = false
	line := s.Say
	if s.Line != nil {
		line = s.Line()
	}
	if line != "" {
		d.say(bridge.Write{Data: []byte(line + "\r\n")})
	}
	wait := s.Wait
	if wait == 0 {
		wait = Patience
	}
	d.wake(now.Add(wait))
}

// finished goes on after the last step.
func (d *Driver) finished(now clock.Instant) {
	switch d.phase {
	case starting:
		d.say(d.radio.Ready())
		d.turn = turn{longest: d.radio.Longest()}
	case sending:
		d.sent(now, nil)
		return
	case idle, asking:
	}
	d.rest(now)
}

// sent reports the frame. A radio that refuses one after the other is set up
// anew.
func (d *Driver) sent(now clock.Instant, err error) {
	d.failed++
	if err == nil {
		d.failed = 0
	}
	if d.failed == mostFailed {
		d.fail(err)
		return
	}
	d.turn.sent(now)
	d.say(bridge.Sent{Err: err})
	d.begin(now, asking, d.radio.Rest())
}

// rest does what waits, or waits for a frame or for silence.
func (d *Driver) rest(now clock.Instant) {
	overdue := d.frame != nil && now >= d.given.Add(turnLimit)
	if ask := d.ask; ask != nil && !overdue {
		d.ask = nil
		d.begin(now, asking, ask)
		return
	}
	d.phase = idle
	if d.frame != nil {
		d.contend(now)
		return
	}
	d.wake(now.Add(idleLook))
}

// contend waits for the turn of the frame that was handed over, but not for ever: a
// radio may make out to hear frames without an end.
func (d *Driver) contend(now clock.Instant) {
	if d.begins = min(d.turn.of(now, d.frame), d.given.Add(turnLimit)); d.begins > now {
		d.wake(d.begins)
		return
	}
	d.transmit(now)
}

func (d *Driver) transmit(now clock.Instant) {
	frame := d.frame
	d.frame = nil
	d.begin(now, sending, d.radio.Transmit(frame))
}

func (d *Driver) tick(now clock.Instant) {
	if d.phase == idle && d.frame != nil {
		d.transmit(now)
		return
	}
	if d.phase == idle {
		if look := d.last.Add(idleLook); look > now {
			d.wake(look)
			return
		}
		d.begin(now, asking, d.radio.Look())
		return
	}
	if len(d.steps) == 0 {
		return
	}
	s := d.steps[0]
	switch {
	case d.paused || d.tries < s.Tries:
		d.put(now)
	case s.Silent != nil:
		d.fail(s.Silent)
	default:
		d.fail(fmt.Errorf("%w when it was told or asked its %s", ErrSilent, s.Name))
	}
}

func (d *Driver) bytes(now clock.Instant, data []byte) {
	if now.Sub(d.last) > d.broken {
		d.lines.Break()
	}
	d.last = now
	for _, b := range data {
		line, ok := d.lines.Push(b)
		if ok {
			d.take(now, line)
			continue
		}
		if n := d.radio.Length(d.lines.Begun()); n > 0 {
			d.lines.Raw(n)
		}
	}
}

// take handles a line from the radio.
func (d *Driver) take(now clock.Instant, line []byte) {
	if len(d.steps) == 0 || d.paused {
		d.event(now, line)
		return
	}
	switch verdict, err := d.steps[0].Take(line); {
	case err != nil && d.phase == sending:
		d.sent(now, err)
	case err != nil:
		d.fail(err)
	case verdict == Done:
		d.steps, d.found = d.steps[1:], true
		d.next(now)
	case verdict == Again:
		d.pause(now)
	case verdict == Other:
		d.event(now, line)
	}
}

// pause waits until the radio may be less busy.
func (d *Driver) pause(now clock.Instant) {
	if d.busy == 0 {
		d.busy = now
	}
	if now.Sub(d.busy) >= busyLimit {
		d.fail(errBusy)
		return
	}
	d.paused = true
	d.wake(now.Add(again))
}

// event takes a line that answers no step.
func (d *Driver) event(now clock.Instant, line []byte) {
	e := d.radio.Event(line, d.phase == idle)
	switch {
	case e.Failed != nil:
		if d.found {
			d.fail(e.Failed)
		}
		return
	case e.Bad:
		d.counts.bad++
	case !e.Known:
		d.counts.other++
	}
	if e.Heard != nil {
		d.Hear(*e.Heard)
	}
	switch {
	case e.Ask == nil:
	case d.phase == idle:
		d.begin(now, asking, e.Ask)
	case d.phase != sending: // after a frame comes the rest in any case
		d.ask = e.Ask
	}
}

// Hear hands a frame on. A family calls it for a frame of which it asked
// something first.
func (d *Driver) Hear(h bridge.Heard) {
	if d.phase == starting || len(h.Data) == 0 {
		d.counts.early++
		return
	}
	d.say(h)
	d.turn.heard(d.last)
	if d.phase == idle && d.frame != nil {
		d.contend(d.last)
	}
}
