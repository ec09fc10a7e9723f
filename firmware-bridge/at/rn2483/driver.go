package rn2483

import (
	"errors"
	"fmt"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/at"
	"github.com/blackstart-mesh/blackstart/radio"
)

const (
	knock  = time.Second // between two questions to a module that may still be starting
	knocks = 8           // before nobody is there
	line   = 640         // bytes of the longest line, a packet of 255 bytes
	oldest = 1_000_005   // version that is used
)

// Family describes Microchip's modules.
func Family() bridge.Family {
	return bridge.Family{Scheme: Scheme, Params: Params(), MinFrame: 1, New: newDriver}
}

var (
	errNobody  = errors.New("no RN2483 or RN2903 answers: is it another kind of radio, or another speed of the port (baud=)?")
	errRestart = errors.New("the radio has started anew")
)

// module is an at.Radio.
type module struct {
	name string
	values
	driver *at.Driver

	about string
	ready bool    // set up in this opening
	heard []byte  // a packet whose signal is asked for
	snr   float64 // of it, dB
}

func newDriver(u *bridge.URL) (bridge.Driver, radio.Profile, error) {
	m := &module{name: u.String(), values: read(u)}
	m.driver = at.NewDriver(u, "rn2483", line, m)
	return m.driver, m.profile(), nil
}

func (m *module) profile() radio.Profile {
	return radio.Profile{
		Name: m.name, MTU: m.mtu, BitsPerSecond: m.lora.BitsPerSecond(), Overhead: m.lora.OnAir(0),
		Air:  radio.Air{LoRa: m.lora},
		Band: radio.Band{Centre: m.freq, Bandwidth: m.lora.Bandwidth, Power: m.power},
	}
}

// okay is the answer to most of what the module is told.
func okay(name string) func(line []byte) (at.Verdict, error) {
	return func(line []byte) (at.Verdict, error) {
		switch r, bad := refusal(line); {
		case r == busy:
			return at.Again, nil
		case bad:
			return at.Other, fmt.Errorf("%s: %w", name, r)
		case string(line) == "ok":
			return at.Done, nil
		}
		return at.Other, nil
	}
}

func tell(name, say string) at.Step {
	return at.Step{Name: name, Say: say, Tries: 2, Take: okay(name)}
}

// same asks for a setting and demands that it is as it was told.
func same(name, want string) at.Step {
	return at.Step{Name: name, Say: "radio get " + name, Tries: 2, Take: func(line []byte) (at.Verdict, error) {
		r, bad := refusal(line)
		_, isNumber := number(line)
		switch {
		case string(line) == want:
			return at.Done, nil
		case bad:
			return at.Other, fmt.Errorf("%s: %w", name, r)
		case isNumber || len(line) > 2 && string(line[:2]) == "sf":
			return at.Other, fmt.Errorf("%s is %s, want %s: %w", name, line, want, errRestart)
		}
		return at.Other, nil
	}}
}

// Start implements at.Radio.
func (m *module) Start() []at.Step {
	m.about, m.ready, m.heard = "", false, nil
	hello := at.Step{Name: "version", Say: "sys get ver", Wait: knock, Tries: knocks, Silent: errNobody, Take: func(line []byte) (at.Verdict, error) {
		model, text, order, ok := version(line)
		if !ok {
			return at.Other, nil
		}
		m.about = text
		if order < oldest {
			return at.Other, fmt.Errorf("firmware %s is older than 1.0.5, the first with radio rxstop: update the radio with Microchip's LoRa development utility", text)
		}
		return at.Done, m.fits(model)
	}}
	pause := at.Step{Name: "mac pause", Say: "mac pause", Tries: 2, Take: func(line []byte) (at.Verdict, error) {
		switch n, ok := number(line); {
		case ok && n > 0:
			return at.Done, nil
		case ok: // LoRaWAN is at work and cannot be paused now
			return at.Again, nil
		}
		return at.Other, nil
	}}
	steps := []at.Step{hello, pause, tell("rxstop", "radio rxstop")}
	for _, s := range m.settings() {
		steps = append(steps, tell("setting "+s, "radio set "+s))
	}
	return append(steps, m.Look()...)
}

// Ready implements at.Radio.
func (m *module) Ready() bridge.Ready {
	m.ready = true
	return bridge.Ready{Profile: m.profile(), About: m.about}
}

// Transmit implements at.Radio. radio_tx_ok may come without the ok, if that got
// lost on the line.
func (m *module) Transmit(data []byte) []at.Step {
	take := okay("frame")
	return []at.Step{tell("rxstop", "radio rxstop"), {
		Name: "frame",
		Say:  fmt.Sprintf("radio tx %X", data),
		Wait: m.watchdog() + at.Patience,
		Take: func(line []byte) (at.Verdict, error) {
			switch s := string(line); s {
			case "ok":
				return at.More, nil
			case "radio_tx_ok":
				return at.Done, nil
			case string(failed):
				return at.Other, failed
			}
			return take(line)
		},
	}}
}

// Rest implements at.Radio. Nothing else is asked here, so that answers to the
// frame are heard.
func (m *module) Rest() []at.Step { return []at.Step{tell("reception", "radio rx 0")} }

// Look implements at.Radio. It has the module receive, whether or not it does. A
// module that started anew without our hearing of it has other settings, with
// which it hears nobody.
func (m *module) Look() []at.Step {
	return []at.Step{
		tell("rxstop", "radio rxstop"),
		same("freq", fmt.Sprint(m.freq)),
		same("sf", fmt.Sprintf("sf%d", m.lora.Spreading)),
		tell("reception", "radio rx 0"),
	}
}

// Event implements at.Radio.
func (m *module) Event(line []byte, idle bool) at.Event {
	if data, ok := ParsePacket(line); ok {
		switch {
		case len(data) == 0 || len(data) > MaxData:
			return at.Event{Known: true, Bad: true, Ask: m.Look()}
		case !idle: // it was on its way while the module was told something else
			return at.Event{Known: true, Heard: &bridge.Heard{Data: data}, Ask: m.Look()}
		}
		m.heard = data
		return at.Event{Known: true, Ask: m.howWell()}
	}
	if string(line) == string(failed) { // nothing was heard, or a packet came damaged
		return at.Event{Known: true, Ask: m.Look()}
	}
	if _, _, _, ok := version(line); ok {
		e := at.Event{Known: true}
		if m.ready {
			e.Failed = errRestart
		}
		return e
	}
	return at.Event{}
}

// howWell asks for the signal of the packet at hand, hands that on, and has the
// module receive again.
func (m *module) howWell() []at.Step {
	snr := at.Step{Name: "snr", Say: "radio get snr", Tries: 2, Take: func(line []byte) (at.Verdict, error) {
		n, ok := number(line)
		if !ok {
			return at.Other, nil
		}
		m.snr = float64(n)
		return at.Done, nil
	}}
	rssi := at.Step{Name: "rssi", Say: "radio get rssi", Tries: 2, Take: func(line []byte) (at.Verdict, error) {
		n, ok := number(line)
		if !ok {
			return at.Other, nil
		}
		m.driver.Hear(bridge.Heard{Data: m.heard, Signal: &radio.Signal{RSSI: int(n), SNR: m.snr}})
		m.heard = nil
		return at.Done, nil
	}}
	return []at.Step{snr, rssi, tell("reception", "radio rx 0")}
}

// Longest implements at.Radio.
func (m *module) Longest() time.Duration { return m.lora.OnAir(m.mtu) }

// Leave implements at.Radio.
func (m *module) Leave() string { return "radio rxstop" }

// Length implements at.Radio: nothing in a line is of any value.
func (m *module) Length([]byte) int { return 0 }
