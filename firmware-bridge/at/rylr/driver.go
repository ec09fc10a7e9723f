package rylr

import (
	"errors"
	"fmt"
	"strings"
	"time"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/at"
	"github.com/blackstart-mesh/blackstart/radio"
)

const (
	knock  = time.Second // between two questions to a module that may still be starting
	knocks = 8           // before nobody is there
	line   = 300         // bytes of the longest line, a reception of 240
)

// Family describes REYAX modules.
func Family() bridge.Family {
	return bridge.Family{Scheme: Scheme, Params: Params(), MinFrame: 1, New: newDriver}
}

var (
	errNobody  = errors.New("no RYLR module answers: is it another kind of radio, another speed of the port (baud=), or are RX and TX swapped?")
	errRestart = errors.New("the radio has started anew")
)

// module is an at.Radio.
type module struct {
	name    string
	asked   values // by the URL
	values         // with what the model decides
	version string
	is      string // the value that was asked for last
}

func newDriver(u *bridge.URL) (bridge.Driver, radio.Profile, error) {
	m := &module{name: u.String(), asked: read(u)}
	if p := m.asked.preamble; p > 0 && p < 4 {
		return nil, radio.Profile{}, fmt.Errorf("preamble=%d, want 0 or 4..24", p)
	}
	m.values = m.asked
	return at.NewDriver(u, "rylr", line, m), m.profile(), nil
}

// profile: what is left of the rate after the text form, and of each
// transmission what the module adds.
func (m *module) profile() radio.Profile {
	l := m.lora()
	return radio.Profile{
		Name: m.name, MTU: m.mtu, BitsPerSecond: l.BitsPerSecond() * group / digits()[group], Overhead: l.OnAir(added),
		Air:  radio.Air{LoRa: l, Each: group, Become: digits()[group], Added: added},
		Band: radio.Band{Centre: m.freq, Bandwidth: l.Bandwidth, Power: m.power},
	}
}

// Start implements at.Radio.
func (m *module) Start() []at.Step {
	m.values = m.asked
	hello := at.Step{Name: "version", Say: "AT+VER?", Wait: knock, Tries: knocks, Silent: errNobody, Take: func(line []byte) (at.Verdict, error) {
		v, ok := value(line, "VER")
		if !ok {
			return at.Other, nil
		}
		m.version = v
		return at.Done, m.fits(kindOf(v))
	}}
	steps := []at.Step{hello}
	// The values are known once the model is, so the settings are looked up when
	// their turn comes.
	for i, s := range m.settings() {
		steps = append(steps, m.askFor(i, s.name, false), m.tell(i, s.name), m.askFor(i, s.name, true))
	}
	return steps
}

// agreed says whether the module has a setting as it should be.
func (m *module) agreed(i int) bool { return m.is == m.settings()[i].value }

// askFor asks for a setting, before or after it was told.
func (m *module) askFor(i int, name string, told bool) at.Step {
	s := at.Step{Name: name, Say: "AT+" + m.settings()[i].command + "?", Tries: 2}
	if told {
		s.Unless = func() bool { return m.agreed(i) }
	}
	s.Take = func(line []byte) (at.Verdict, error) {
		want := m.settings()[i]
		if r, ok := refusal(line); ok && !r.ofReception() {
			return at.Other, fmt.Errorf("%s: %w", name, r)
		}
		is, ok := value(line, want.command)
		if !ok {
			return at.Other, nil
		}
		if m.is = is; told && is != want.value {
			return at.Other, fmt.Errorf("%s: asked for %s, the radio took %s; ask for what it can do", name, want.value, is)
		}
		return at.Done, nil
	}
	return s
}

func (m *module) tell(i int, name string) at.Step {
	return at.Step{Name: name, Unless: func() bool { return m.agreed(i) }, Tries: 2,
		Line: func() string { s := m.settings()[i]; return "AT+" + s.command + "=" + s.value },
		Take: func(line []byte) (at.Verdict, error) {
			if r, ok := refusal(line); ok && !r.ofReception() {
				return at.Other, fmt.Errorf("%s=%s: %w", name, m.settings()[i].value, r)
			}
			return okay(line), nil
		}}
}

func okay(line []byte) at.Verdict {
	if string(line) == "+OK" {
		return at.Done
	}
	return at.Other
}

// Ready implements at.Radio.
func (m *module) Ready() bridge.Ready {
	about := strings.ReplaceAll(m.version, "_", " ")
	if !strings.HasPrefix(about, "RYLR") {
		about = "REYAX module, firmware " + about
	}
	return bridge.Ready{Profile: m.profile(), About: about}
}

// Transmit implements at.Radio.
func (m *module) Transmit(data []byte) []at.Step {
	text := AppendText(nil, data)
	return []at.Step{{
		Name: "frame",
		Say:  fmt.Sprintf("AT+SEND=0,%d,%s", len(text), text),
		Wait: m.lora().OnAir(added+len(text)) + at.Patience,
		Take: func(line []byte) (at.Verdict, error) {
			switch r, ok := refusal(line); {
			case !ok:
				return okay(line), nil
			case r == tooEarly:
				return at.Again, nil
			case r.ofReception():
				return at.Other, nil
			default:
				return at.Other, r
			}
		},
	}}
}

// Rest implements at.Radio.
func (m *module) Rest() []at.Step { return m.Look() }

// Look implements at.Radio. A module that started anew without our hearing of it
// is on another band, where it hears nobody and must not transmit.
func (m *module) Look() []at.Step {
	var steps []at.Step
	for i, s := range m.settings() {
		if s.command == "BAND" || s.command == "PARAMETER" {
			step := m.askFor(i, s.name, true)
			step.Unless = nil
			steps = append(steps, step)
		}
	}
	return steps
}

// Event implements at.Radio.
func (m *module) Event(line []byte, _ bool) at.Event {
	if p, ok := ParseReceived(line); ok {
		data, ok := DecodeText(p.Data)
		if !ok || len(data) == 0 || len(data) > MaxData {
			return at.Event{Known: true, Bad: true}
		}
		return at.Event{Known: true, Heard: &bridge.Heard{Data: data, Signal: &p.Signal}}
	}
	if r, ok := refusal(line); ok && r.ofReception() {
		return at.Event{Known: true, Bad: true}
	}
	if s := string(line); s == "+READY" || s == "+RESET" {
		return at.Event{Known: true, Failed: errRestart}
	}
	return at.Event{}
}

// Longest implements at.Radio.
func (m *module) Longest() time.Duration { return m.lora().OnAir(added + TextLen(m.mtu)) }

// Leave implements at.Radio: there is nothing to undo.
func (m *module) Leave() string { return "" }

// Length implements at.Radio.
func (m *module) Length(line []byte) int {
	if len(line) == 0 || line[len(line)-1] != ',' {
		return 0
	}
	_, length, rest, ok := begun(line)
	if !ok || len(rest) > 0 {
		return 0
	}
	return length
}
