package rui3

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
	knock   = time.Second // between two questions to a module that may still be starting
	knocks  = 8           // before nobody is there
	restart = 10 * time.Second
	listen  = 10 * time.Second // that a module may wait for a free channel
	line    = 640              // bytes of the longest line, a packet of 255 bytes
	oldest  = 3_004_000        // version that is used
)

// Family describes modules with RUI3.
func Family() bridge.Family {
	return bridge.Family{Scheme: Scheme, Params: Params(), MinFrame: 1, New: newDriver}
}

var (
	errNobody  = errors.New("no RUI3 module answers: is it another kind of radio, another speed of the port (baud=), or in its binary or API mode?")
	errRestart = errors.New("the radio has started anew")
)

// workMode begins the last line that a module says when it starts.
const workMode = "Current Work Mode:"

// module is an at.Radio.
type module struct {
	name string
	values

	version string
	mode    string        // of work: "0" is LoRa point to point
	is      p2p           // the setting that the module has
	counted bool          // its bandwidths are counted
	sync    string        // that it has
	cad     string        // "1": it listens before it transmits; "": it cannot
	signal  *radio.Signal // of a packet whose second line comes next
}

func newDriver(u *bridge.URL) (bridge.Driver, radio.Profile, error) {
	m := &module{name: u.String(), values: read(u)}
	return at.NewDriver(u, "rui3", line, m), m.profile(), nil
}

func (m *module) profile() radio.Profile {
	l := m.p2p.lora()
	return radio.Profile{
		Name: m.name, MTU: m.mtu, BitsPerSecond: l.BitsPerSecond(), Overhead: l.OnAir(0),
		Listens: m.cad == "1",
		Air:     radio.Air{LoRa: l},
		Band:    radio.Band{Centre: m.p2p.freq, Bandwidth: l.Bandwidth, Power: m.p2p.power},
	}
}

// Ready implements at.Radio.
func (m *module) Ready() bridge.Ready {
	about := strings.ReplaceAll(m.version, "_", " ")
	if m.cad == "1" {
		about += ", listens before it transmits"
	} else {
		about += ", does not listen before it transmits"
	}
	return bridge.Ready{Profile: m.profile(), About: about}
}

// Transmit implements at.Radio. The event may come without the OK, if that got
// lost on the line.
func (m *module) Transmit(data []byte) []at.Step {
	wait := m.p2p.lora().OnAir(len(data)) + at.Patience
	if m.cad == "1" {
		wait += listen
	}
	return []at.Step{{Name: "frame", Say: fmt.Sprintf("AT+PSEND=%X", data), Wait: wait, Take: func(line []byte) (at.Verdict, error) {
		switch s, bad := status(line); {
		case s == busyError, string(line) == "+EVT:TXP2P ERROR":
			return at.Again, nil
		case bad:
			return at.Other, s
		case string(line) == "OK":
			return at.More, nil
		case string(line) == "+EVT:TXP2P DONE":
			return at.Done, nil
		}
		return at.Other, nil
	}}}
}

// Rest implements at.Radio: the module should receive on by itself, but one that
// started anew without our hearing of it does not.
func (m *module) Rest() []at.Step { return m.Look() }

// Look implements at.Radio.
func (m *module) Look() []at.Step { return []at.Step{m.receiveOn()} }

// Event implements at.Radio.
func (m *module) Event(line []byte, _ bool) at.Event {
	signal := m.signal
	m.signal = nil
	if p, ok := ParsePacket(line); ok {
		return heard(p.Data, p.Signal)
	}
	if s, ok := ParseSignal(line); ok {
		m.signal = &s
		return at.Event{Known: true}
	}
	if data, ok := ParseData(line); ok && signal != nil {
		return heard(data, *signal)
	}
	switch s := string(line); {
	case s == "+EVT:RXP2P RECEIVE TIMEOUT": // it does not receive any more
		return at.Event{Known: true, Ask: m.Look()}
	case s == "+EVT:RXP2P RECEIVE ERROR":
		return at.Event{Known: true, Bad: true}
	case strings.HasPrefix(s, workMode):
		return at.Event{Known: true, Failed: errRestart}
	}
	return at.Event{}
}

func heard(data []byte, signal radio.Signal) at.Event {
	if len(data) == 0 || len(data) > MaxData {
		return at.Event{Known: true, Bad: true}
	}
	return at.Event{Known: true, Heard: &bridge.Heard{Data: data, Signal: &signal}}
}

// Longest implements at.Radio.
func (m *module) Longest() time.Duration {
	if m.cad == "1" {
		return 0
	}
	return m.p2p.lora().OnAir(m.mtu)
}

// Leave implements at.Radio.
func (m *module) Leave() string { return "AT+PRECV=0" }

// Length implements at.Radio: nothing in a line is of any value.
func (m *module) Length([]byte) int { return 0 }
