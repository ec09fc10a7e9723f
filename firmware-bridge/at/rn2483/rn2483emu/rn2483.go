// Package rn2483emu is an emulated RN2483 or RN2903 as Microchip's command
// reference describes it: LoRaWAN has the radio until it is paused, a reception is
// for one packet, a watchdog ends what takes too long, settings are lost with the
// power, and it transmits without listening.
package rn2483emu

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
)

const (
	boot    = 200 * time.Millisecond
	longest = 255 // bytes of a packet
	pause   = "4294967245"
)

// Module is an emulator.Device. The zero value is a RN2483 with firmware 1.0.5.
type Module struct {
	Firmware string // "": 1.0.5
	America  bool   // a RN2903
	Stuck    bool   // it is busy whenever it is to transmit
	Short    bool   // its watchdog stays at 40 ms

	up        bool
	in        emulator.Lines
	set       map[string]string
	paused    bool // LoRaWAN
	receiving bool
	sending   bool
	given     int // transmissions given to the air whose end is of no interest any more
	signal    radio.Signal
	out       []emulator.Output
}

// Step implements emulator.Device.
func (m *Module) Step(now clock.Instant, in emulator.Input) []emulator.Output {
	m.out = m.out[:0]
	switch in := in.(type) {
	case emulator.PowerOn:
		m.up, m.paused, m.receiving, m.sending, m.given = false, false, false, false, 0
		m.in = emulator.Lines{Most: 600}
		m.set = map[string]string{"mod": "lora", "freq": "868100000", "pwr": "1", "sf": "sf12", "bw": "125", "cr": "4/5",
			"crc": "on", "iqi": "off", "sync": "34", "prlen": "8", "wdt": "15000"}
		if m.America {
			m.set["freq"] = "923300000"
		}
		m.alarm(now.Add(boot))
	case emulator.Alarm:
		m.timed()
	case emulator.FromHost:
		for _, b := range in.Data {
			if line, ok := m.in.Push(b); ok && m.up {
				m.command(now, line)
			}
		}
	case emulator.FromAir:
		if m.receiving {
			m.receiving, m.signal = false, in.Signal
			m.alarm(clock.Never)
			m.say(fmt.Sprintf("radio_rx  %X", in.Data))
		}
	case emulator.AirDone:
		m.done(in.OK)
	}
	return m.out
}

func (m *Module) alarm(at clock.Instant) { m.out = append(m.out, emulator.SetAlarm{At: at}) }

func (m *Module) say(line string) {
	m.out = append(m.out, emulator.ToHost{Data: []byte(line + "\r\n")})
}

// timed: the module has started, or its watchdog barks.
func (m *Module) timed() {
	if !m.up {
		m.up = true
		m.say(m.version())
		return
	}
	if m.sending {
		m.given++
	}
	m.receiving, m.sending = false, false
	m.say("radio_err")
}

func (m *Module) done(ok bool) {
	if m.given > 0 {
		m.given--
		return
	}
	m.sending = false
	m.alarm(clock.Never)
	if ok {
		m.say("radio_tx_ok")
	} else {
		m.say("radio_err")
	}
}

func (m *Module) version() string {
	model, firmware := "RN2483", m.Firmware
	if m.America {
		model = "RN2903"
	}
	if firmware == "" {
		firmware = "1.0.5"
	}
	return model + " " + firmware + " Oct 31 2018 15:06:52"
}

func (m *Module) command(now clock.Instant, line string) {
	words := strings.Fields(line)
	if len(words) < 2 {
		m.say("invalid_param")
		return
	}
	rest := words[2:]
	switch words[0] + " " + words[1] {
	case "sys get":
		if len(rest) == 1 && rest[0] == "ver" {
			m.say(m.version())
			return
		}
	case "mac pause":
		m.paused = true
		m.say(pause)
		return
	case "radio set":
		if len(rest) == 2 {
			m.setting(rest[0], rest[1])
			return
		}
	case "radio get":
		if len(rest) == 1 {
			m.get(rest[0])
			return
		}
	case "radio rxstop":
		if m.receiving {
			m.receiving = false
			m.alarm(clock.Never)
		}
		m.say("ok")
		return
	case "radio rx":
		m.receive(now, rest)
		return
	case "radio tx":
		m.transmit(now, rest)
		return
	}
	m.say("invalid_param")
}

// timer starts the watchdog.
func (m *Module) timer(now clock.Instant) {
	ms, _ := strconv.Atoi(m.set["wdt"])
	if m.Short {
		ms = 40
	}
	if ms > 0 {
		m.alarm(now.Add(time.Duration(ms) * time.Millisecond))
	}
}

func (m *Module) receive(now clock.Instant, words []string) {
	switch {
	case len(words) != 1 || words[0] != "0":
		m.say("invalid_param")
	case !m.paused || m.receiving || m.sending:
		m.say("busy")
	default:
		m.receiving = true
		m.timer(now)
		m.say("ok")
	}
}

func (m *Module) transmit(now clock.Instant, words []string) {
	var data []byte
	err := error(nil)
	if len(words) == 1 {
		data, err = hex.DecodeString(words[0])
	}
	switch {
	case len(words) != 1 || err != nil || len(data) > longest:
		m.say("invalid_param")
	case !m.paused || m.receiving || m.sending || m.given > 0 || m.Stuck:
		m.say("busy")
	default:
		m.sending = true
		m.timer(now)
		m.say("ok")
		m.out = append(m.out, emulator.ToAir{Data: data})
	}
}

func (m *Module) get(name string) {
	switch value, ok := m.set[name]; {
	case name == "snr":
		m.say(strconv.Itoa(int(m.signal.SNR)))
	case name == "rssi":
		m.say(strconv.Itoa(m.signal.RSSI))
	case ok:
		m.say(value)
	default:
		m.say("invalid_param")
	}
}

func (m *Module) setting(name, value string) {
	n, err := strconv.Atoi(value)
	number := err == nil
	ok := false
	switch name {
	case "mod":
		ok = value == "lora" || value == "fsk"
	case "freq":
		ok = number && (n >= 433_050_000 && n <= 434_790_000 || n >= 863_000_000 && n <= 870_000_000)
		if m.America {
			ok = number && n >= 902_000_000 && n <= 928_000_000
		}
	case "pwr":
		ok = number && n >= -3 && n <= 15
		if m.America {
			ok = number && (n >= 2 && n <= 17 || n == 20)
		}
	case "sf":
		ok = strings.Contains(" sf7 sf8 sf9 sf10 sf11 sf12 ", " "+value+" ")
	case "bw":
		ok = value == "125" || value == "250" || value == "500"
	case "cr":
		ok = strings.Contains(" 4/5 4/6 4/7 4/8 ", " "+value+" ")
	case "crc", "iqi":
		ok = value == "on" || value == "off"
	case "sync":
		_, err := strconv.ParseUint(value, 16, 8)
		ok = err == nil
	case "prlen":
		ok = number && n >= 0 && n <= 65_535
	case "wdt":
		ok = number && n >= 0
	}
	if !ok {
		m.say("invalid_param")
		return
	}
	m.set[name] = value
	m.say("ok")
}
