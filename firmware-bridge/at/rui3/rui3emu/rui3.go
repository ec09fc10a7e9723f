// Package rui3emu is an emulated RAKwireless module with RUI3 firmware as its AT
// command manual describes it: it answers a question with the value and OK, starts
// anew for another mode of work, keeps its settings in flash, and says with an
// event when it has transmitted. What it does before transmitting (AT+CAD) is the
// channel's part.
package rui3emu

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

const (
	boot     = 400 * time.Millisecond
	forOne   = 65_535 // receive until one packet came
	only     = 65_534 // receive for ever, refuse to transmit
	always   = 65_533 // receive for ever, transmit in between
	mostHex  = 500
	notFound = "AT_COMMAND_NOT_FOUND"
)

// Module is an emulator.Device. The zero value is a RAK3172 in point-to-point
// mode with firmware 4.0.6.
type Module struct {
	Firmware string // what AT+VER=? says; "": RUI_4.0.6_RAK3172-E
	Counts   bool   // it takes bandwidths as 0, 1, 2 only
	TwoLines bool   // it tells of a packet in two lines
	LoRaWAN  bool   // it is in that mode when it comes out of its box
	NoCAD    bool   // it has no AT+CAD
	MaxPower int    // dBm, to which it clamps without a word; 0: it refuses above 22
	Stuck    bool   // it says that it is busy to every PSEND

	up      bool
	in      emulator.Lines
	kept    map[string]string
	p2p     []int // frequency, factor, bandwidth as 0, 1, 2, rate, preamble, power
	receive int   // as told by PRECV
	sending bool
	out     []emulator.Output
}

// Step implements emulator.Device.
func (m *Module) Step(now clock.Instant, in emulator.Input) []emulator.Output {
	m.out = m.out[:0]
	switch in := in.(type) {
	case emulator.PowerOn:
		if m.kept == nil {
			m.kept = map[string]string{"NWM": "0", "SYNCWORD": "3444", "CAD": "0"}
			m.p2p = []int{868_000_000, 7, 0, 0, 8, 14}
			if m.LoRaWAN {
				m.kept["NWM"] = "1"
			}
		}
		m.start(now)
	case emulator.Alarm:
		m.alarm()
	case emulator.FromHost:
		for _, b := range in.Data {
			if line, ok := m.in.Push(b); ok && m.up {
				m.command(now, line)
			}
		}
	case emulator.FromAir:
		m.received(in)
	case emulator.AirDone:
		m.sending = false
		if in.OK {
			m.say("+EVT:TXP2P DONE")
		} else {
			m.say("+EVT:TXP2P ERROR")
		}
	}
	return m.out
}

func (m *Module) start(now clock.Instant) {
	m.up, m.sending, m.receive, m.in = false, false, 0, emulator.Lines{Most: 600}
	m.out = append(m.out, emulator.SetAlarm{At: now.Add(boot)})
}

// alarm ends the start, or a reception of limited time.
func (m *Module) alarm() {
	if m.up {
		m.receive = 0
		m.say("+EVT:RXP2P RECEIVE TIMEOUT")
		return
	}
	m.up = true
	mode := "LoRa P2P."
	if m.kept["NWM"] != "0" {
		mode = "LoRaWAN."
	}
	m.say("RAKwireless RAK3172 Example", strings.Repeat("-", 54), "Version: "+m.version(), "Current Work Mode: "+mode)
}

func (m *Module) version() string {
	if m.Firmware == "" {
		return "RUI_4.0.6_RAK3172-E"
	}
	return m.Firmware
}

func (m *Module) say(lines ...string) {
	for _, line := range lines {
		m.out = append(m.out, emulator.ToHost{Data: []byte("\r\n" + line + "\r\n")})
	}
}

func (m *Module) command(now clock.Instant, line string) {
	upper := strings.ToUpper(line)
	rest, ok := strings.CutPrefix(upper, "AT")
	if !ok {
		m.say("AT_ERROR")
		return
	}
	name, value, set := strings.Cut(strings.TrimPrefix(rest, "+"), "=")
	switch {
	case rest == "":
		m.say("OK")
	case !set:
		m.say(notFound)
	case value == "?":
		m.answer(name)
	default:
		m.set(now, name, value)
	}
}

func (m *Module) answer(name string) {
	value, known := m.kept[name]
	switch {
	case name == "VER":
		value = m.version()
	case name == "P2P":
		f := m.p2p
		value = fmt.Sprintf("%d:%d:%d:%d:%d:%d", f[0], f[1], f[2], f[3], f[4], f[5])
		if !m.Counts {
			value = fmt.Sprintf("%d:%d:%d:%d:%d:%d", f[0], f[1], 125<<f[2], f[3], f[4], f[5])
		}
	case name == "CAD" && m.NoCAD, !known:
		m.say(notFound)
		return
	}
	m.say("AT+"+name+"="+value, "OK")
}

func (m *Module) set(now clock.Instant, name, value string) {
	switch name {
	case "PSEND":
		m.send(value)
		return
	case "PRECV":
		m.listen(now, value)
		return
	case "NWM":
		if value != "0" && value != "1" {
			m.say("AT_PARAM_ERROR")
			return
		}
		if m.kept[name] == value {
			m.say("OK")
			return
		}
		m.kept[name] = value
		m.start(now)
		return
	case "P2P":
		m.setP2P(value)
		return
	case "CAD":
		if m.NoCAD {
			m.say(notFound)
			return
		}
	case "SYNCWORD":
		if _, err := strconv.ParseUint(value, 16, 16); err != nil || len(value) != 4 {
			m.say("AT_PARAM_ERROR")
			return
		}
	default:
		m.say(notFound)
		return
	}
	m.kept[name] = value
	m.say("OK")
}

func (m *Module) setP2P(value string) {
	var f []int
	for _, field := range strings.Split(value, ":") {
		n, err := strconv.Atoi(field)
		if err != nil {
			m.say("AT_PARAM_ERROR")
			return
		}
		f = append(f, n)
	}
	if len(f) == 6 {
		if i := slices.Index([]int{125, 250, 500}, f[2]); i >= 0 && !m.Counts {
			f[2] = i
		}
		if m.MaxPower > 0 {
			f[5] = min(f[5], m.MaxPower)
		}
	}
	switch {
	case m.kept["NWM"] != "0":
		m.say("AT_MODE_NO_SUPPORT")
	case m.receive != 0 || m.sending:
		m.say("AT_BUSY_ERROR")
	case len(f) != 6, f[0] < 525_000_000 || f[0] > 960_000_000, f[1] < 5 || f[1] > 12, f[2] < 0 || f[2] > 2, f[3] < 0 || f[3] > 3, f[4] < 5, f[5] < 5 || f[5] > 22:
		m.say("AT_PARAM_ERROR")
	default:
		m.p2p = f
		m.say("OK")
	}
}

func (m *Module) listen(now clock.Instant, value string) {
	n, err := strconv.Atoi(value)
	switch {
	case m.kept["NWM"] != "0":
		m.say("AT_MODE_NO_SUPPORT")
		return
	case err != nil || n < 0 || n > forOne:
		m.say("AT_PARAM_ERROR")
		return
	case m.receive != 0 && n != 0:
		m.say("AT_BUSY_ERROR")
		return
	}
	m.receive = n
	at := clock.Never
	if n > 0 && n < always {
		at = now.Add(time.Duration(n) * time.Millisecond)
	}
	m.out = append(m.out, emulator.SetAlarm{At: at})
	m.say("OK")
}

func (m *Module) send(value string) {
	data, err := hex.DecodeString(value)
	switch {
	case m.kept["NWM"] != "0":
		m.say("AT_MODE_NO_SUPPORT")
	case err != nil || len(value) < 2 || len(value) > mostHex:
		m.say("AT_PARAM_ERROR")
	case m.sending || m.Stuck || m.receive != 0 && m.receive != always:
		m.say("AT_BUSY_ERROR")
	default:
		m.sending = true
		m.say("OK")
		m.out = append(m.out, emulator.ToAir{Data: data})
	}
}

func (m *Module) received(in emulator.FromAir) {
	if !m.up || m.receive == 0 || m.sending && m.kept["CAD"] == "0" {
		return
	}
	if m.receive == forOne {
		m.receive = 0
	}
	rssi, snr := in.Signal.RSSI, int(in.Signal.SNR)
	if m.TwoLines {
		m.say(fmt.Sprintf("+EVT:RXP2P, RSSI %d, SNR %d", rssi, snr), fmt.Sprintf("+EVT:%X", in.Data))
		return
	}
	m.say(fmt.Sprintf("+EVT:RXP2P:%d:%d:%X", rssi, snr, in.Data))
}
