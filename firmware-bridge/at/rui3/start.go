package rui3

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/at"
)

// ask asks for a value and hands it over. The answer is the value and an OK.
func ask(name, command string, take func(value string) error) at.Step {
	told := false
	return at.Step{Name: name, Say: "AT+" + command + "=?", Tries: 2, Take: func(line []byte) (at.Verdict, error) {
		if v, ok := value(line, command); ok {
			told = true
			return at.More, take(v)
		}
		if s, ok := status(line); ok {
			return at.Other, fmt.Errorf("%s: %w", name, s)
		}
		if string(line) == "OK" && told {
			return at.Done, nil
		}
		return at.Other, nil
	}}
}

// tell tells a value.
func tell(name, command, value string) at.Step {
	return at.Step{Name: name, Say: "AT+" + command + "=" + value, Tries: 2, Take: func(line []byte) (at.Verdict, error) {
		switch s, bad := status(line); {
		case s == busyError:
			return at.Again, nil
		case bad:
			return at.Other, fmt.Errorf("%s=%s: %w", name, value, s)
		case string(line) == "OK":
			return at.Done, nil
		}
		return at.Other, nil
	}}
}

// unless leaves a step out.
func unless(s at.Step, when func() bool) at.Step {
	s.Unless = when
	return s
}

// Start implements at.Radio.
func (m *module) Start() []at.Step {
	m.version, m.mode, m.is, m.counted, m.sync, m.cad, m.signal = "", "", p2p{}, false, "", "", nil
	steps := append([]at.Step{m.hello()}, m.pointToPoint()...)
	steps = append(steps, tell("reception", "PRECV", "0"))
	steps = append(steps, m.setP2P()...)
	steps = append(steps, m.setSync()...)
	steps = append(steps, m.setCAD()...)
	return append(steps, m.receive())
}

// hello finds the module. The OK after its version is left to the next step,
// which has a value of its own.
func (m *module) hello() at.Step {
	return at.Step{Name: "version", Say: "AT+VER=?", Wait: knock, Tries: knocks, Silent: errNobody, Take: func(line []byte) (at.Verdict, error) {
		text, order, ok := version(line)
		if !ok {
			return at.Other, nil
		}
		m.version = text
		if order < oldest {
			return at.Other, fmt.Errorf("firmware %s is older than RUI_3.4.0, the first that receives and transmits by turns: update the radio", text)
		}
		return at.Done, nil
	}}
}

// pointToPoint brings a module into the mode of work, for which it starts anew.
func (m *module) pointToPoint() []at.Step {
	right := func() bool { return m.mode == "0" }
	change := at.Step{Name: "mode of work", Say: "AT+NWM=0", Wait: restart, Unless: right, Take: func(line []byte) (at.Verdict, error) {
		if s, bad := status(line); bad {
			return at.Other, fmt.Errorf("NWM=0: %w", s)
		}
		if len(line) >= len(workMode) && string(line[:len(workMode)]) == workMode {
			return at.Done, nil
		}
		return at.Other, nil
	}}
	first := ask("mode of work", "NWM", func(v string) error { m.mode = v; return nil })
	check := ask("mode of work", "NWM", func(v string) error {
		if v != "0" {
			return fmt.Errorf("NWM: asked for 0, LoRa point to point, the radio took %s", v)
		}
		return nil
	})
	return []at.Step{first, change, unless(check, right)}
}

// setP2P brings about the setting of the chip.
func (m *module) setP2P() []at.Step {
	const name = "freq, sf, bw, cr, preamble and power"
	want := m.values.p2p
	right := func() bool { return m.is == want }
	first := ask(name, "P2P", func(v string) error {
		m.is, m.counted, _ = parseP2P(v)
		return nil
	})
	say := func() string { return "AT+P2P=" + want.text(m.counted) }
	refused := false
	told := tell(name, "P2P", want.text(false))
	take := told.Take
	told.Line, told.Unless = say, right
	told.Take = func(line []byte) (at.Verdict, error) {
		if s, _ := status(line); s == paramError { // it may write bandwidths in the other way
			refused, m.counted = true, !m.counted
			return at.Done, nil
		}
		return take(line)
	}
	second := tell(name, "P2P", want.text(false))
	second.Line, second.Unless = say, func() bool { return !refused }
	check := ask(name, "P2P", func(v string) error {
		if is, _, ok := parseP2P(v); !ok || is != want {
			return fmt.Errorf("%s: asked for %s, the radio took %s; ask for what it can do", name, want.text(m.counted), v)
		}
		return nil
	})
	return []at.Step{first, told, second, unless(check, right)}
}

// setSync brings about the sync word, if the URL names one.
func (m *module) setSync() []at.Step {
	if m.values.sync == "" {
		return nil
	}
	want := m.values.sync
	right := func() bool { return m.sync == want }
	first := ask("sync", "SYNCWORD", func(v string) error { m.sync = v; return nil })
	check := ask("sync", "SYNCWORD", func(v string) error {
		if v != want {
			return fmt.Errorf("sync: asked for %s, the radio took %s", want, v)
		}
		return nil
	})
	return []at.Step{first, unless(tell("sync", "SYNCWORD", want), right), unless(check, right)}
}

// setCAD has the module listen before it transmits, or not.
func (m *module) setCAD() []at.Step {
	want := "1"
	if m.values.cad == cadOff {
		want = "0"
	}
	first := ask("cad", "CAD", func(v string) error { m.cad = v; return nil })
	take := first.Take
	first.Take = func(line []byte) (at.Verdict, error) {
		s, bad := status(line)
		switch {
		case bad && s != busyError && m.values.cad == cadOn:
			return at.Other, fmt.Errorf("cad=on: this firmware, %s, cannot listen before it transmits: update the radio, or leave cad out", m.version)
		case bad && s != busyError:
			return at.Done, nil
		}
		return take(line)
	}
	right := func() bool { return m.cad == want || m.cad == "" }
	check := ask("cad", "CAD", func(v string) error {
		m.cad = v
		if v != want {
			return fmt.Errorf("cad: asked for %s, the radio took %s", want, v)
		}
		return nil
	})
	return []at.Step{first, unless(tell("cad", "CAD", want), right), unless(check, right)}
}

// receive has the module receive for ever, and transmit in between.
func (m *module) receive() at.Step { return tell("reception", "PRECV", "65533") }

// receiveOn is the same to a module that may be receiving, and is busy with it.
func (m *module) receiveOn() at.Step {
	s := m.receive()
	take := s.Take
	s.Take = func(line []byte) (at.Verdict, error) {
		if word, _ := status(line); word == busyError {
			return at.Done, nil
		}
		return take(line)
	}
	return s
}
