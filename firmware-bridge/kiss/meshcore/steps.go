package meshcore

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
	"github.com/blackstart-mesh/blackstart/message/clock"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
)

// step is one question of the conversation.
type step struct {
	name     string // what is asked or told, for people
	ask      wire.Frame
	answer   Code
	optional bool // old firmware and some boards do not know it
	take     func(*driver, []byte) error
}

// rechecked is how many of the last steps are taken again before each packet.
const rechecked = 2

func steps(s settings) []step {
	return []step{
		{name: "ping", ask: Hardware(Ping), answer: Pong},
		{name: "version", ask: Hardware(GetVersion), answer: Version, take: (*driver).tookVersion},
		{name: "name", ask: Hardware(GetName), answer: Name, optional: true, take: (*driver).tookName},
		{name: "signal reports", ask: Hardware(Reports, 1), answer: Report, optional: true},
		{name: "freq, bw, sf or cr", ask: Hardware(SetRadio, s.radio...), answer: Done},
		{name: "power", ask: Hardware(SetPower, s.power), answer: Done},
		{name: "radio's settings", ask: Hardware(GetRadio), answer: Radio, take: func(d *driver, b []byte) error { return d.agrees(s.agreesRadio(b)) }},
		{name: "radio's power", ask: Hardware(GetPower), answer: Power, take: func(d *driver, b []byte) error { return d.agrees(s.agreesPower(b)) }},
	}
}

// recheck is the first of the steps that are taken again.
func (d *driver) recheck() int { return len(d.steps) - rechecked }

// agrees turns what the modem is set to into a verdict: what differs after set-up
// was lost.
func (d *driver) agrees(err error) error {
	if err != nil && d.phase != settingUp {
		return errRestart
	}
	return err
}

// about is what a modem says of itself.
type about struct {
	version int
	name    string
}

// maxName bounds a modem's name, in bytes.
const maxName = 40

func (a about) String() string {
	s := fmt.Sprintf("MeshCore KISS modem, firmware %d", a.version)
	if a.name != "" {
		s += ", " + a.name
	}
	return s
}

func (d *driver) tookVersion(b []byte) error {
	if len(b) == 0 {
		return fmt.Errorf("the modem tells no version: update its firmware")
	}
	d.about.version = int(b[0])
	return nil
}

// tookName keeps what can be shown.
func (d *driver) tookName(b []byte) error {
	name := make([]byte, 0, maxName)
	for _, c := range b {
		if c >= ' ' && c < 0x7F && len(name) < maxName {
			name = append(name, c)
		}
	}
	d.about.name = string(name)
	return nil
}

// converse begins a row of questions.
func (d *driver) converse(now clock.Instant, p phase, first int) {
	d.phase, d.step, d.tries = p, first, 0
	d.ask(now)
}

// ask puts the question of the step, and again if there was no answer.
func (d *driver) ask(now clock.Instant) {
	s := d.steps[d.step]
	wait, most, err := patience, asks, fmt.Errorf("%w (asked for its %s)", errSilent, s.name)
	if d.step == 0 {
		wait, most, err = knock, knocks, errNobody
	}
	if d.tries++; d.tries > most {
		if s.optional {
			d.next(now)
			return
		}
		d.fail(err)
		return
	}
	d.write(s.ask)
	d.due = now.Add(wait)
}

// next goes on to the next question, or to what the questions were for.
func (d *driver) next(now clock.Instant) {
	if d.step++; d.step < len(d.steps) {
		d.tries = 0
		d.ask(now)
		return
	}
	switch d.phase {
	case settingUp:
		d.write(d.settings.kiss()...)
		d.say(bridge.Ready{Profile: d.profile, About: d.about.String()})
		d.rest(now)
	case checking:
		d.launch(now)
	case looking:
		d.rest(now)
	case idle, flying, held:
	}
}

// asking reports whether an answer is awaited.
func (d *driver) asking() bool {
	return d.phase == settingUp || d.phase == checking || d.phase == looking
}
